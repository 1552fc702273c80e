"""One step of the contract builder, and how its rows are called in lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from bonds.arithmetic.editing import Part, Row
from bonds.forms.rows import RowForm, Vocabulary
from bonds.operations.editing import Document

Text = str | Promise
Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the builder.

    Attributes:
        slug: In its address.
        title: What it is called.
        hint: What it is about, for somebody who does it for the first time.
        part: What it changes.
        form: What it asks for a row.
        name: What a row is called in a list; the vocabulary has the names that codes stand for.
        one: What one row is called, as in "Add a price"; empty where there is only one.
        is_needed: Whether a contract cannot be without it.
        kinds: Forms by kind of row, where that differs.
        document: Which document of a version the part is in.
    """

    slug: str
    title: Text
    hint: Text
    part: Part
    form: type[RowForm]
    name: Callable[[Row, Vocabulary], str] = lambda _row, _vocabulary: ""
    one: Text = ""
    is_needed: bool = False
    kinds: Mapping[str, type[RowForm]] = field(default_factory=dict)
    document: Document = "terms"

    @property
    def has_rows(self) -> bool:
        """Whether there can be several."""
        return bool(self.one)

    def form_of(self, row: Mapping[str, Any] | None, kind: str = "") -> type[RowForm]:
        """Give the form for a row, which for formulas hangs on their kind."""
        return self.kinds.get(str((row or {}).get("kind", kind)), self.form)


def _names(which: str) -> Callable[[Row, Vocabulary], Callable[[str], str]]:
    def find(_row: Row, vocabulary: Vocabulary) -> Callable[[str], str]:
        names = dict(getattr(vocabulary, which))
        return lambda code: names.get(code) or code

    return find


def by(which: str, key: str) -> Callable[[Row, Vocabulary], str]:
    """Call a row by the name that one of its codes stands for."""
    find = _names(which)
    return lambda row, vocabulary: find(row, vocabulary)(str(row.get(key, "")))


def named(*keys: str) -> Callable[[Row, Vocabulary], str]:
    """Call a row by the first of some entries that says something."""
    return lambda row, _vocabulary: next((str(row[key]) for key in keys if row.get(key)), "")
