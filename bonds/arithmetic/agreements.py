"""What investors agreed as JSON: read with every problem listed, written in one way, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bonds.arithmetic.reading import Change, compare_written
from bonds.arithmetic.records import to_bytes
from bonds.arithmetic.shapes import Problem, read_shape, write_shape
from bonds.arithmetic.soundness.investors import find_investor_problems
from bonds.arithmetic.tranches import InvestorTerms
from core.errors import InvalidInput

# What tells an item of a list from its neighbours.
_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "tranches": ("code",),
    "commitments": ("investor", "tranche"),
    "upside/fees": ("provider",),
    "surplus": ("to", "party"),
    "guarantees": ("guarantor",),
}


class InvestorTermsUnsound(InvalidInput):
    """Investors' terms cannot be meant as they are written; `facts["problems"]` lists every one with its place."""

    code = "bonds.investor_terms_unsound"


def read_investor_terms(data: object) -> InvestorTerms:
    """Read what investors agreed and check that it can be meant.

    Args:
        data: As `json.loads` gives it: one object with the names of the data classes, days in ISO form, words by
            their value, rates as texts.

    Returns:
        Sound terms.

    Raises:
        InvestorTermsUnsound: `facts["problems"]` holds {"at": JSON Pointer, "problem": words} for each thing that is
            wrong. What cannot be read is told first; whether the rest fits together is looked at when all can be.
    """
    problems: list[Problem] = []
    terms = read_shape(InvestorTerms, data, problems)
    if terms is not None:
        problems = find_investor_problems(terms)
    if terms is None or problems:
        raise InvestorTermsUnsound(
            "These terms cannot be meant as they are written. Please look at each place that is named.",
            problems=[problem.as_dict() for problem in problems],
        )
    return terms


def write_investor_terms(terms: InvestorTerms) -> dict[str, Any]:
    """Write investors' terms as JSON has them: `read_investor_terms` gives the same terms again.

    Args:
        terms: Any.
    """
    return write_shape(terms)


def digest_of_investor_terms(terms: InvestorTerms) -> str:
    """Hash investors' terms: the same always give the same digest, however their JSON was spaced or ordered.

    Args:
        terms: Any; a rate of 6.50 is written otherwise than one of 6.5, and is kept as it was written.

    Returns:
        SHA-256 in lower-case hexadecimal.
    """
    return hashlib.sha256(to_bytes(write_investor_terms(terms))).hexdigest()


def explain_investor_change(old: InvestorTerms | None, new: InvestorTerms | None) -> list[Change]:
    """List what one version says otherwise of investors than another.

    Args:
        old: The terms before; None where nobody invested.
        new: The terms after; None where nobody invests.

    Returns:
        (place, before, after) for each value that differs, as `reading.explain_change`: an item of a list is called
        by what names it: "/tranches/senior/rate", "/commitments/bigfund,senior/amount".
    """
    before, after = ({} if one is None else write_investor_terms(one) for one in (old, new))
    return compare_written(before, after, "", _NAMED_BY)


def tidy_investor_terms(data: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """Give investors' terms that are being written, with the contract's currency; nothing where they say nothing.

    Args:
        data: As JSON has them, perhaps incomplete.
        currency: ISO 4217, of the contract.
    """
    said = {name: value for name, value in data.items() if name != "currency" and value}
    return {"currency": currency, **said} if said else {}
