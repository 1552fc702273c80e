"""Terms in words, and what one version says otherwise than another, step by step as the builder has them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from bonds.arithmetic.editing import PartUnreadable
from bonds.forms.rows import Vocabulary
from bonds.views.builder import describe_rows
from bonds.views.builder_step import Documents, Step
from bonds.views.builder_steps import STEPS

Described = dict[str, Any]


def read_in_words(documents: Documents, vocabulary: Vocabulary) -> list[Described]:
    """Give each step that says something, with its rows in words; one that cannot be shown says so."""
    found = []
    for step in STEPS:
        rows, is_readable = _rows_of(step, documents[step.document], vocabulary)
        if rows or not is_readable:
            found.append({"step": step, "rows": rows, "is_readable": is_readable})
    return found


def compare_in_words(old: Documents, new: Documents, old_words: Vocabulary, new_words: Vocabulary) -> list[Described]:
    """Give each step in which two versions differ: what is new, what is gone, and what says something else.

    Args:
        old: What the one before says.
        new: What the one after says.
        old_words: What codes of the terms before stand for.
        new_words: What codes of the terms after stand for.
    """
    found = []
    for step in STEPS:
        before = _by_key(step, old[step.document], old_words)
        after = _by_key(step, new[step.document], new_words)
        changes = [_change(before.get(key), after.get(key)) for key in [*after, *(k for k in before if k not in after)]]
        changes = [change for change in changes if change["facts"]]
        if changes:
            found.append({"step": step, "changes": changes})
    return found


def _rows_of(step: Step, terms: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[list[Described], bool]:
    try:
        rows = describe_rows(step, terms, vocabulary)
    except PartUnreadable:
        return [], False
    return [row for row in rows if row["row"]], True


def _by_key(step: Step, terms: Mapping[str, Any], vocabulary: Vocabulary) -> dict[tuple[str, int], Described]:
    """Rows by what tells them from their neighbours: their code, or what they are for, and which of the twins."""
    keyed: dict[tuple[str, int], Described] = {}
    for row in _rows_of(step, terms, vocabulary)[0]:
        key = str(row["row"].get("code") or row["name"])
        place = next(number for number in count() if (key, number) not in keyed)
        keyed[key, place] = row
    return keyed


def _change(old: Described | None, new: Described | None) -> Described:
    before, after = (dict(one["facts"]) if one else {} for one in (old, new))
    labels = [*before, *(label for label in after if label not in before)]
    facts = [(label, before.get(label, ""), after.get(label, "")) for label in labels]
    shown = new or old or {}
    kind = "changed" if old and new else ("added" if new else "removed")
    return {"name": shown["name"], "kind": kind, "facts": [fact for fact in facts if fact[1] != fact[2]]}
