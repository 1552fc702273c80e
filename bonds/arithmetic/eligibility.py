"""Whether something may be paid for at all: days, ages, groups, once-only, exclusive variants, ladders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.months import add_months
from bonds.arithmetic.terms import Eligibility, Ladder, Measure, Metric, Terms

Taken = Mapping[tuple[str, str], int]


class Obstacle(NamedTuple):
    """Why nothing is paid, as a lasting word, and the figures behind it."""

    reason: str
    facts: dict[str, object]


class Gate:
    """What a version asks of a metric before it counts.

    Args:
        metric: The metric.
        terms: The version that it belongs to.

    Source: once-only results, exclusive variants and sustainment ladders as in the Fair Chance Fund and Entrenched
    Rough Sleeping rate cards (GO Lab INDIGO).
    """

    def __init__(self, metric: Metric, terms: Terms) -> None:
        self.metric = metric
        self.service = terms.service
        self.run_off_until = terms.run_off_until
        self.rivals = tuple(
            other.code
            for other in terms.metrics
            if metric.variant_of and other.variant_of == metric.variant_of and other.code != metric.code
        )
        self.must_name_person = metric.measure is Measure.EVENT and metric.most is not None
        self.asks_who = metric.eligibility != Eligibility()

    def find_obstacle(self, candidate: Candidate, taken: Taken) -> Obstacle | None:
        """Find the first thing that stands in the way; None where nothing does.

        Args:
            candidate: What is to be paid for.
            taken: Units that count already, by person and metric.

        Returns:
            The obstacle. Evidence comes first, then days, who it is, once-only, variants and the ladder.
        """
        if candidate.evidence and (missing := candidate.evidence.get("")):
            return Obstacle("evidence", {"missing": list(missing)})
        obstacle = self._find_wrong_day(candidate)
        if obstacle is None and self.asks_who:
            obstacle = find_ineligible(self.metric.eligibility, candidate)
        if obstacle is None and (candidate.owner or self.must_name_person):
            obstacle = self._find_taken(candidate, taken)
        if obstacle is None and self.metric.ladder is not None:
            obstacle = find_rung_not_reached(self.metric.ladder, candidate, taken)
        return obstacle

    def _find_wrong_day(self, candidate: Candidate) -> Obstacle | None:
        achieved_on = candidate.achieved_on
        if achieved_on >= self.run_off_until:
            return Obstacle("after_run_off", {"until_on": self.run_off_until.isoformat()})
        if self.service.from_on is not None and achieved_on < self.service.from_on:
            return Obstacle("before_service", {"from_on": self.service.from_on.isoformat()})
        if candidate.claimed_on < achieved_on:
            return Obstacle("claimed_too_soon", {"claimed_on": candidate.claimed_on.isoformat()})
        return self._find_wrong_start(candidate.started_on, achieved_on)

    def _find_wrong_start(self, started_on: date | None, achieved_on: date) -> Obstacle | None:
        if started_on is None:
            return None
        if achieved_on < started_on:
            return Obstacle("achieved_before_start", {"started_on": started_on.isoformat()})
        if not self.service.holds(started_on):
            return Obstacle("started_outside_service", {"started_on": started_on.isoformat()})
        return None

    def _find_taken(self, candidate: Candidate, taken: Taken) -> Obstacle | None:
        owner, metric = candidate.owner, self.metric
        if not owner:
            return Obstacle("person_unknown", {})
        had = taken.get((owner, metric.code), 0)
        if metric.most is not None and had >= metric.most:
            return Obstacle(word_of_most(metric.most), {"most": metric.most, "had": had})
        for rival in self.rivals:
            if (owner, rival) in taken:
                return Obstacle("exclusive_variant", {"had": rival})
        return None

    def room_for(self, candidate: Candidate, taken: Taken) -> int:
        """Tell how many of its units the person may still be paid for, where nothing stands in the way."""
        if self.metric.most is None or not candidate.owner:
            return candidate.quantity
        return min(candidate.quantity, self.metric.most - taken.get((candidate.owner, self.metric.code), 0))


def word_of_most(most: int) -> str:
    """Name the reduction for a result that a person has had as often as it is paid."""
    return "once_only" if most == 1 else "most_reached"


def find_ineligible(eligibility: Eligibility, candidate: Candidate) -> Obstacle | None:
    """Find why somebody's results do not count, by age at the start and by group.

    Args:
        eligibility: Age from (included) and until (not included), in whole years, and groups.
        candidate: Whose result it is.

    Source: Youth Engagement Fund: a result counts only for who was 14 or 15, or 16 and above, at the start (INDIGO).
    """
    age = candidate.age_at_start
    low, high = eligibility.age_from, eligibility.age_until
    if low is not None or high is not None:
        if age is None:
            return Obstacle("age_unknown", {})
        if (low is not None and age < low) or (high is not None and age >= high):
            return Obstacle("age", {"age": age, "from": low, "until": high})
    if eligibility.subgroups and candidate.subgroups.isdisjoint(eligibility.subgroups):
        return Obstacle("subgroup", {"one_of": list(eligibility.subgroups)})
    return None


def find_rung_not_reached(ladder: Ladder, candidate: Candidate, taken: Taken) -> Obstacle | None:
    """Find why a rung of a ladder is not reached: no clock, too early on it, or the rung below is missing.

    The clock is that of the last valid start: whoever had to start again waits the whole time again.

    Args:
        ladder: Months or weeks after the clock's start, and the metric below.
        candidate: With `clock_started_on` and what the person achieved before.
        taken: Units that count already: a rung below that was accepted is reached.
    """
    started_on = candidate.clock_started_on
    if started_on is None:
        return Obstacle("no_clock", {"ladder": ladder.name})
    due_on = add_months(started_on, ladder.months) if ladder.months else started_on + timedelta(weeks=ladder.weeks)
    if candidate.achieved_on < due_on:
        return Obstacle("too_early", {"clock_from": started_on.isoformat(), "due_on": due_on.isoformat()})
    below = ladder.after
    if below and below not in candidate.rungs and (candidate.owner, below) not in taken:
        return Obstacle("rung_missing", {"after": below})
    return None
