"""Terms as JSON: read with every problem listed, written in one way, hashed, and compared with what they were."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bonds.arithmetic.records import to_bytes
from bonds.arithmetic.shapes import Problem, point, read_shape, write_shape
from bonds.arithmetic.soundness import find_problems
from bonds.arithmetic.terms import Terms
from core.errors import InvalidInput

Change = tuple[str, object, object]

# What tells an item of a list from its neighbours, so that one put before it does not make all of them new.
_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "metrics": ("code",),
    "uplifts": ("code",),
    "caps": ("code",),
    "formulas": ("code",),
    "tariffs": ("metric", "subgroup", "from_count", "period"),
    "shares": ("payer", "metrics", "period"),
    "guarantees": ("commissioner", "provider", "period"),
    "providers": ("provider", "period"),
    "advances": ("code",),
}


class TermsUnsound(InvalidInput):
    """Terms cannot be meant as they are written; `facts["problems"]` lists every one with its place."""

    code = "bonds.terms_unsound"


def read_terms(data: object) -> Terms:
    """Read terms and check that they can be meant.

    Args:
        data: As `json.loads` gives it: one object with the names of the data classes, days in ISO form, words by
            their value, rates as texts.

    Returns:
        Sound terms.

    Raises:
        TermsUnsound: `facts["problems"]` holds {"at": JSON Pointer, "problem": words} for each thing that is wrong.
            What cannot be read is told first; whether the rest fits together is looked at when all can be read.
    """
    problems: list[Problem] = []
    terms = read_shape(Terms, data, problems)
    if terms is not None:
        problems = find_problems(terms)
    if terms is None or problems:
        raise TermsUnsound(
            "These terms cannot be meant as they are written. Please look at each place that is named.",
            problems=[problem.as_dict() for problem in problems],
        )
    return terms


def write_terms(terms: Terms) -> dict[str, Any]:
    """Write terms as JSON has them: `read_terms` gives the same terms again.

    Args:
        terms: Any.
    """
    return write_shape(terms)


def digest_of(terms: Terms) -> str:
    """Hash terms: the same terms always give the same digest, however their JSON was spaced or ordered.

    Args:
        terms: Any.

    Returns:
        SHA-256 in lower-case hexadecimal.
    """
    return hashlib.sha256(to_bytes(write_terms(terms))).hexdigest()


def explain_change(old: Terms, new: Terms) -> list[Change]:
    """List what one version says otherwise than another.

    Args:
        old: The terms before.
        new: The terms after.

    Returns:
        (place, before, after) for each value that differs, in the order of the terms; None for what was not there.
        An item of a list is called by what names it: "/metrics/housed_3m/name", "/tariffs/housed_3m,,1,/price".
    """
    return compare_written(write_terms(old), write_terms(new), "", _NAMED_BY)


def compare_written(old: Any, new: Any, at: str, naming: Mapping[str, tuple[str, ...]]) -> list[Change]:
    """List the values in which two pieces of JSON differ.

    Args:
        old: Before.
        new: After.
        at: Where both stand, as a JSON Pointer; empty for the whole.
        naming: By place of a list, what names its items.
    """
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        names = [*old, *(name for name in new if name not in old)]
        return [
            change
            for name in names
            for change in compare_written(old.get(name), new.get(name), point(at, str(name)), naming)
        ]
    named_by = naming.get(at.removeprefix("/"))
    if named_by and isinstance(old or [], list) and isinstance(new or [], list):
        return compare_written(_by_name(old or [], named_by), _by_name(new or [], named_by), at, naming)
    return [(at, old, new)]


def _by_name(items: list[dict[str, Any]], naming: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Call items by their names; two of one name are told apart by their number."""
    named: dict[str, dict[str, Any]] = {}
    for item in items:
        name = ",".join(_short(item.get(part, "")) for part in naming)
        twins = sum(known.split("#")[0] == name for known in named)
        named[f"{name}#{twins + 1}" if twins else name] = item
    return named


def _short(value: object) -> str:
    if isinstance(value, dict):
        return "..".join(str(value.get(name, "")) for name in ("from_on", "until_on")) if value else ""
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
