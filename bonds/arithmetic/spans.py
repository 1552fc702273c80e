"""Years, quarters and months in a row, as an overview counts by them: from one first day to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bonds.arithmetic.months import MONTHS_IN_YEAR, add_months

APRIL: Final = 4
IN_QUARTER: Final = 3


class YearKind(StrEnum):
    """Which years somebody counts by."""

    FINANCIAL = "financial"  # from 1 April, as councils keep their books
    CONTRACT = "contract"  # from the first day of service


class Every(StrEnum):
    """How long the periods of a plan are."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """In months."""
        return 1 if self is Every.MONTH else IN_QUARTER


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of days in a row. What lies before the first has number 0, the first has number 1.

    Attributes:
        edges: The first day of each, and the day after the last.
        labels: What each is called.
    """

    edges: tuple[date, ...]
    labels: tuple[str, ...]

    def number_of(self, on: date) -> int:
        """Tell in which a day lies; one more than there are for a day after the last."""
        return sum(edge <= on for edge in self.edges)

    def label_of(self, number: int) -> str:
        """Name one; what lies before the first or after the last is named by its neighbour."""
        return self.labels[min(max(number, 1), len(self.labels)) - 1]

    def short_label_of(self, number: int) -> str:
        """Name one by the month in which it begins, for a picture."""
        return f"{self.edges[number - 1]:%b %y}"

    def days_of(self, number: int) -> tuple[date | None, date | None]:
        """First and last day of one; None where it is open, before the first and after the last."""
        first = self.edges[number - 1] if number else None
        after = self.edges[number] if number < len(self.edges) else None
        return first, after - timedelta(days=1) if after else None

    @property
    def numbers(self) -> range:
        """The numbers of all."""
        return range(1, len(self.labels) + 1)


def list_years(kind: YearKind, *, from_on: date, until_on: date) -> Spans:
    """List the years that a contract touches.

    Args:
        kind: Which years.
        from_on: First day of service.
        until_on: The day after the last on which something can be achieved.

    Source: local authorities' financial year, 1 April to 31 March: Local Government Act 2003 s.116 (England, Wales).
    """
    if kind is YearKind.CONTRACT:
        return _in_steps(from_on, until_on, MONTHS_IN_YEAR, lambda first, number: f"{number} ({first:%Y})")
    first = date(from_on.year - (from_on.month < APRIL), APRIL, 1)
    return _in_steps(first, until_on, MONTHS_IN_YEAR, lambda on, _number: f"{on.year}/{(on.year + 1) % 100:02}")


def list_periods(every: Every, *, from_on: date, until_on: date) -> Spans:
    """List the months or quarters of a contract, counted from its first day of service.

    Args:
        every: How long each is.
        from_on: First day of service.
        until_on: A day; the period that holds the day before it is the last.
    """

    def name(first: date, _number: int) -> str:
        if every is Every.MONTH:
            return f"{first:%b %Y}"
        last = add_months(first, IN_QUARTER) - timedelta(days=1)
        return f"{first:%b} to {last:%b %Y}" if first.year == last.year else f"{first:%b %Y} to {last:%b %Y}"

    return _in_steps(from_on, until_on, every.months, name)


def _in_steps(first: date, until_on: date, months: int, name: Callable[[date, int], str]) -> Spans:
    edges = [first]
    while edges[-1] < until_on or len(edges) == 1:
        edges.append(add_months(first, months * len(edges)))
    labels = [name(start, number) for number, (start, _end) in enumerate(pairwise(edges), start=1)]
    return Spans(tuple(edges), tuple(labels))
