"""Changing one row of the JSON of terms, as the pages of the contract builder do. Nothing here knows what rows mean.

A row is changed only if it still is what whoever changes it saw: two people can write at a contract at once, and
neither undoes the other's work without a word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from core.errors import DomainError, InvalidInput

Row = dict[str, Any]
Document = dict[str, Any]


class PartUnreadable(InvalidInput):
    """A part of the terms has a shape that cannot be shown row by row; it came through the API."""

    code = "bonds.part_unreadable"


class RowChanged(DomainError):
    """Somebody changed the row, or took it away, since it was looked at."""

    code = "bonds.row_changed"


class RowTwice(InvalidInput):
    """There is such a row already, and there can be one."""

    code = "bonds.row_twice"


class Part(Protocol):
    """A part of the terms that is shown as rows."""

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give its rows."""
        ...

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with other rows."""
        ...


@dataclass(frozen=True, slots=True)
class ListPart:
    """A list of objects, such as the tariffs."""

    name: str

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give its rows.

        Raises:
            PartUnreadable: it is no list of objects.
        """
        return _rows(terms.get(self.name, []), self.name)

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with other rows."""
        return {**terms, self.name: rows}


@dataclass(frozen=True, slots=True)
class NamesPart:
    """An object of names by code, such as the groups of people; as rows with "code" and "name"."""

    name: str

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give its rows, by code.

        Raises:
            PartUnreadable: it is no object.
        """
        names = terms.get(self.name, {})
        if not isinstance(names, dict):
            raise PartUnreadable("This part of the terms cannot be shown in rows.", part=self.name)
        return [{"code": code, "name": name} for code, name in sorted(names.items())]

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with other rows.

        Raises:
            RowTwice: two rows have the same code.
        """
        names = {row["code"]: row["name"] for row in rows}
        if len(names) < len(rows):
            raise RowTwice("There is one with this short name already.", part=self.name)
        return {**terms, self.name: names}


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """The evidence rules, which stand with their metrics; as rows with "metric", "payer" ("" for all) and "rule"."""

    name: str = "evidence"

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give its rows, in the order of the metrics.

        Raises:
            PartUnreadable: the metrics or their rules have another shape.
        """
        found = []
        for metric in _rows(terms.get("metrics", []), "metrics"):
            by_payer = metric.get("evidence_by_payer", {})
            if not isinstance(by_payer, dict):
                raise PartUnreadable("The evidence rules cannot be shown in rows.", part=self.name)
            rules = {"": metric.get("evidence"), **dict(sorted(by_payer.items()))}
            found += [
                {"metric": metric.get("code", ""), "payer": payer, "rule": rule}
                for payer, rule in rules.items()
                if rule
            ]
        return found

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with other rules.

        Raises:
            RowTwice: a payer has two rules for a metric, or there is no such metric.
        """
        by_place = {(row["metric"], row["payer"]): row["rule"] for row in rows}
        if len(by_place) < len(rows):
            raise RowTwice("There is a rule for this result and this payer already. Change that one.", part=self.name)
        metrics = []
        for metric in _rows(terms.get("metrics", []), "metrics"):
            plain = {key: value for key, value in metric.items() if key not in {"evidence", "evidence_by_payer"}}
            mine = {payer: rule for (code, payer), rule in by_place.items() if code == metric.get("code", "")}
            for_all = mine.pop("", None)
            plain |= {"evidence": for_all} if for_all else {}
            plain |= {"evidence_by_payer": mine} if mine else {}
            metrics.append(plain)
        return {**terms, "metrics": metrics}


@dataclass(frozen=True, slots=True)
class EntriesPart:
    """Some entries of the terms themselves, as the one row of a part: the days of the contract, say."""

    names: tuple[str, ...]

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give the entries that are there."""
        return [{name: terms[name] for name in self.names if name in terms}]

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with other entries."""
        return {name: value for name, value in terms.items() if name not in self.names} | rows[0]


@dataclass(frozen=True, slots=True)
class ObjectPart:
    """One object in the terms, as the one row of a part: the rules for claims."""

    name: str

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give it; an empty one where there is none.

        Raises:
            PartUnreadable: it is no object.
        """
        return _rows([terms.get(self.name, {})], self.name)

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with another."""
        return {**terms, self.name: rows[0]}


@dataclass(frozen=True, slots=True)
class OptionalPart:
    """One object in the terms that may be missing, as the one row of a part: how an upside is shared."""

    name: str

    def read(self, terms: Mapping[str, Any]) -> list[Row]:
        """Give it; an empty one where there is none.

        Raises:
            PartUnreadable: it is no object.
        """
        return _rows([terms.get(self.name) or {}], self.name)

    def write(self, terms: Mapping[str, Any], rows: list[Row]) -> Document:
        """Give terms with another, or without one where it says nothing."""
        rest = {name: value for name, value in terms.items() if name != self.name}
        return rest | ({self.name: rows[0]} if rows[0] else {})


EVIDENCE: Final = EvidencePart()


def fingerprint(row: object) -> str:
    """Tell one state of a row from any other: the SHA-256 of its canonical JSON."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def add_row(terms: Mapping[str, Any], part: Part, row: Row) -> Document:
    """Give terms with one more row at the end of a part.

    Raises:
        PartUnreadable: the part cannot be read as rows.
        RowTwice: there can be one of these, and there is.
    """
    return part.write(terms, [*part.read(terms), row])


def replace_row(terms: Mapping[str, Any], part: Part, place: int, seen: str, row: Row) -> Document:
    """Give terms with another row in the place of one that is still what was seen.

    Args:
        terms: As they are now.
        part: Which part.
        place: Number of the row when it was seen, from 0.
        seen: Fingerprint of the row as it was seen.
        row: What stands there from now on.

    Raises:
        PartUnreadable: the part cannot be read as rows.
        RowChanged: it is not what was seen any more.
        RowTwice: there can be one of these, and there is another.
    """
    rows = part.read(terms)
    place = _find_seen(rows, place, seen)
    return part.write(terms, [*rows[:place], row, *rows[place + 1 :]])


def remove_row(terms: Mapping[str, Any], part: Part, place: int, seen: str) -> Document:
    """Give terms without a row that is still what was seen.

    Raises:
        PartUnreadable: the part cannot be read as rows.
        RowChanged: it is not what was seen any more.
    """
    rows = part.read(terms)
    place = _find_seen(rows, place, seen)
    return part.write(terms, [*rows[:place], *rows[place + 1 :]])


def _find_seen(rows: list[Row], place: int, seen: str) -> int:
    """Find the row where it was seen, or where it went when another one was taken out."""
    if 0 <= place < len(rows) and fingerprint(rows[place]) == seen:
        return place
    for found, row in enumerate(rows):
        if fingerprint(row) == seen:
            return found
    raise RowChanged("Somebody changed this meanwhile. Please look at it again; what you typed is still here.")


def _rows(value: object, name: str) -> list[Row]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise PartUnreadable("This part of the terms cannot be shown in rows.", part=name)
    return value
