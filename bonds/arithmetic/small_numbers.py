"""Counts that may be told, to everybody or to investors: small ones are not, and no other one gives them away.

A count of fewer people than the threshold, nobody included, is shown as "fewer than". Where a total stands beside it,
further counts are withheld until nothing more can be worked out about it than that it is small; where that cannot be
done, the total is withheld.

What is left is rounded down in steps, so that two days differ by nothing or by a whole step: whoever keeps yesterday's
page cannot tell the few who came in between.

Source: a threshold of ten people, nought included, and masking against working back from totals: UK Longitudinal
Linkage Collaboration ("Statistical Disclosure Control", guidebook.ukllc.ac.uk, January 2026); a threshold of ten: the
Office for National Statistics, Longitudinal Study (celsius.lshtm.ac.uk). Both speak of what leaves a safe place for
research; that it fits outcome contracts is our decision (unverified).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Hidden(StrEnum):
    """Why a count is not shown."""

    SMALL = "small"  # fewer people than the threshold
    WITHHELD = "withheld"  # so that a small one cannot be worked out


@dataclass(frozen=True, slots=True)
class Threshold:
    """From a day on, counts of fewer people than this are not shown to anybody but the parties who need them.

    Attributes:
        from_on: First day.
        people: One or more.
        source: Where it is said.
        is_verified: Whether the source speaks of outcome contracts; otherwise it has to be looked up.
    """

    from_on: date
    people: int
    source: str
    is_verified: bool


THRESHOLDS: Final = (
    Threshold(
        date(2000, 1, 1),
        10,
        "UK LLC guidebook, statistical disclosure control: fewer than 10 data subjects, nought included (unverified)",
        is_verified=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many results, and of how many people."""

    results: int
    people: int


class Tally:
    """Results of one kind by day: how many, and of whom.

    A measured group counts as its people: the few of a small group are then as few as others.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[date, int, object]] = []
        self._groups: list[tuple[date, int]] = []

    def add(self, on: date, results: int, person: object) -> None:
        """Count results of one person."""
        self._rows.append((on, results, person))

    def add_group(self, on: date, people: int) -> None:
        """Count a group that was measured; nobody where it is not said how many they are, so that it is not shown."""
        self._groups.append((on, people))

    @property
    def largest(self) -> int:
        """The most units that one person's line brings."""
        return max((row[1] for row in self._rows), default=1)

    def count(self, from_on: date | None = None, until_on: date | None = None) -> Count:
        """Add up what was achieved in a half-open time, each person once, and a group as often as it was measured."""

        def is_in(on: date) -> bool:
            return (from_on is None or from_on <= on) and (until_on is None or on < until_on)

        found = [row for row in self._rows if is_in(row[0])]
        grouped = sum(people for on, people in self._groups if is_in(on))
        return Count(sum(row[1] for row in found) + grouped, len({row[2] for row in found}) + grouped)


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be shown: the number, or why there is none."""

    results: int | None
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """Counts that may be shown, with their total."""

    counts: tuple[Shown, ...]
    total: Shown

    @property
    def is_whole(self) -> bool:
        """Whether nothing is hidden."""
        return all(each.hidden is None for each in (*self.counts, self.total))


def find_threshold(on: date) -> int:
    """Return the threshold that holds on a day, in people.

    Source: `THRESHOLDS`.
    """
    return max((each for each in THRESHOLDS if each.from_on <= on), key=lambda each: each.from_on).people


def protect(counts: Sequence[Count], total: Count, *, threshold: int) -> ShownRow:
    """Decide which counts of a row can be shown beside their total.

    Args:
        counts: Parts that add up to the total in results (people may be in several).
        total: Of all of them.
        threshold: People, one or more.

    Returns:
        The counts in the same order, and the total. For each small count everything from nought to one below the
        threshold stays possible, whatever else is shown.

    Source: see the head of this module; the way to choose what is withheld is ours: the smallest that is enough.
    """
    small = {place for place, count in enumerate(counts) if count.people < threshold}
    if total.people < threshold:
        hidden = [Shown(None, Hidden.SMALL) if place in small else Shown(None, Hidden.WITHHELD)
                  for place in range(len(counts))]  # fmt: skip
        return ShownRow(tuple(hidden), Shown(None, Hidden.SMALL))
    withheld = _withhold(counts, small, threshold)
    if withheld is None:
        return ShownRow(tuple(_show(counts, small, set())), Shown(None, Hidden.WITHHELD))
    return ShownRow(tuple(_show(counts, small, withheld)), Shown(total.results))


def compute_step(largest: int, *, threshold: int) -> int:
    """Give the step in which the counts of a result are rounded down.

    Args:
        largest: The most units that one line brings: 1 for a result that is there or not, more for days.
        threshold: People.

    Returns:
        The threshold times the next of 1, 2, 5, 10, 20, ... that is no less than the largest line: one line alone never
        moves a count by more than a tenth of a step, except over its edge, and the step seldom changes.

    Source: this rule; rounding to a base is usual disclosure control for counts (UK LLC, as above).
    """
    scale = 1
    while scale * 5 < largest:
        scale *= 10
    return threshold * next(unit * scale for unit in (1, 2, 5) if unit * scale >= largest)


def round_down(row: ShownRow, *, step: int) -> ShownRow:
    """Round the counts of a row down to whole steps; what is less than one step is not shown.

    Args:
        row: As `protect` gives it.
        step: 1 leaves the counts as they are.
    """
    return ShownRow(tuple(_lower(each, step) for each in row.counts), _lower(row.total, step))


def tell(count: Count, *, threshold: int, step: int) -> Shown:
    """Give one count as it may be told by itself: hidden where it is small, otherwise rounded down.

    Args:
        count: Of results, with their people.
        threshold: People.
        step: As `compute_step` gives it.
    """
    return round_down(protect((), count, threshold=threshold), step=step).total


def tell_sum(parts: Iterable[Count], *, threshold: int, step: int) -> Shown:
    """Give a sum that is told beside its parts, now and in later reports, which nobody can change any more.

    Args:
        parts: What it was told in, each part by itself, now and before.
        threshold: People.
        step: As `compute_step` gives it.

    Returns:
        The sum of the parts that are not small, rounded down. A small part is not in it, so that no row of sums says
        anything about it, not even that it is not nothing.

    Source: complementary suppression, for sums that are told one after the other; leaving small parts out is ours.
    """
    told = [part for part in parts if part.people >= threshold]
    together = Count(sum(part.results for part in told), sum(part.people for part in told))
    return tell(together, threshold=threshold, step=step)


def _lower(shown: Shown, step: int) -> Shown:
    if shown.results is None:
        return shown
    lowered = shown.results // step * step
    return Shown(lowered) if lowered else Shown(None, Hidden.WITHHELD)


def _withhold(counts: Sequence[Count], small: set[int], threshold: int) -> set[int] | None:
    """Choose what is withheld beside the small counts; None where the total has to be.

    Whoever reads the row knows what the hidden ones come to together, that a small one is below the threshold, and
    that a withheld one is not. A small one can be anything from nought only if the rest of the hidden ones can take up
    the difference: their sum has to reach what the withheld ones are at least and the small one at most.
    """
    if not small:
        return set()
    withheld: set[int] = set()
    rest = sorted((place for place in range(len(counts)) if place not in small), key=lambda at: counts[at].results)
    for place in rest:
        withheld.add(place)
        together = sum(counts[at].results for at in small | withheld)
        if together >= (threshold - 1) + threshold * len(withheld):
            return withheld
    return None


def _show(counts: Sequence[Count], small: set[int], withheld: set[int]) -> list[Shown]:
    shown = []
    for place, count in enumerate(counts):
        if place in small:
            shown.append(Shown(None, Hidden.SMALL))
        elif place in withheld:
            shown.append(Shown(None, Hidden.WITHHELD))
        else:
            shown.append(Shown(count.results))
    return shown
