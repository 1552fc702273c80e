"""What earlier accepted lines add up to: running numbers, who has had what, and how far each cap is filled.

Only sums are kept, never lines. A cap that a later version brings in counts from the first day, because what adds up
towards it is gauged for the caps of all versions from the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.lines import Line
from bonds.arithmetic.months import add_months, count_months
from bonds.arithmetic.terms import Cap, CapScope, Every, Period, PeriodBasis, Terms
from core.errors import InvalidInput

MONTHS_IN = {Every.YEAR: 12, Every.QUARTER: 3, Every.MONTH: 1}
_ANYWHERE = Period()


class NothingToSetOff(InvalidInput):
    """An overpayment that is to be set off has to be above zero."""

    code = "bonds.nothing_to_set_off"


class GaugeKey(NamedTuple):
    """What makes two caps count the same things, whatever they are called and however much they let through."""

    scope: CapScope
    metrics: frozenset[str]
    payer: str
    period: Period
    every: Every
    starts_on: date | None
    basis: PeriodBasis
    is_by_number: bool


def key_of(cap: Cap, terms: Terms) -> GaugeKey:
    """Tell what a cap counts. Its periods are counted from the first day of service of its terms."""
    has_periods = cap.scope is CapScope.PERIOD and cap.every is not Every.ONCE
    return GaugeKey(
        cap.scope,
        frozenset(cap.metrics),
        cap.payer,
        cap.period,
        cap.every if has_periods else Every.ONCE,
        terms.service.from_on if has_periods else None,
        cap.basis,
        cap.count is not None,
    )


class Gauge:
    """How much has added up towards caps that count the same: by person, metric, cohort or period where they do."""

    __slots__ = ("_days", "_has_days", "_is_achieved", "_is_whole", "is_by_number", "key", "payer", "sums")

    def __init__(self, key: GaugeKey) -> None:
        self.key = key
        self.payer = key.payer
        self.is_by_number = key.is_by_number
        self.sums: dict[str, int] = {}
        self._is_whole = key.scope in {CapScope.CONTRACT, CapScope.PERIOD, CapScope.PAYER}
        self._has_days = key.period != _ANYWHERE or key.starts_on is not None
        self._is_achieved = key.basis is PeriodBasis.ACHIEVED
        self._days: dict[date, str | None] = {}

    def member_of(self, candidate: Candidate) -> str | None:
        """Tell under which name something adds up here; None where it does not."""
        within: str | None = ""
        if self._has_days:
            day = candidate.achieved_on if self._is_achieved else candidate.claimed_on
            within = self._days[day] if day in self._days else self._find_period(day)
        if within is None or self._is_whole:
            return within
        scope = self.key.scope
        if scope is CapScope.METRIC:
            return candidate.metric
        # Whoever is nobody in particular, or in no cohort, has no sum of their own.
        return (candidate.person if scope is CapScope.PERSON else candidate.cohort) or None

    def _find_period(self, day: date) -> str | None:
        within: str | None = None
        if self.key.period.holds(day):
            within = ""
            if self.key.starts_on is not None:
                months = MONTHS_IN[self.key.every]
                number = count_months(self.key.starts_on, day) // months
                within = add_months(self.key.starts_on, number * months).isoformat()
        # No more entries than there are days in a contract.
        self._days[day] = within
        return within


class Standing:
    """What counts before the next line: sums only, of the lines that were accepted earlier.

    Args:
        terms_by_version: All versions of the contract's terms, by number: their caps are what is summed towards.
    """

    def __init__(self, terms_by_version: Mapping[int, Terms]) -> None:
        self.counts: dict[str, int] = {}
        self.group_counts: dict[tuple[str, str], int] = {}
        self.taken: dict[tuple[str, str], int] = {}
        self.to_set_off: dict[str, int] = {}
        self._gauges: dict[GaugeKey, Gauge] = {}
        self._by_metric: dict[str, tuple[Gauge, ...]] = {}
        self.watched: frozenset[str] = frozenset()
        for terms in terms_by_version.values():
            self.watched |= {uplift.subgroup for uplift in terms.uplifts if uplift.subgroup and uplift.above_count}
            for cap in terms.caps:
                key = key_of(cap, terms)
                self._gauges.setdefault(key, Gauge(key))

    def gauge_of(self, cap: Cap, terms: Terms) -> Gauge:
        """Give the gauge of a cap of a version that this standing was made for."""
        return self._gauges[key_of(cap, terms)]

    def gauges_of(self, metric: str) -> tuple[Gauge, ...]:
        """Give the gauges towards which a metric can add up, always in the same order."""
        if metric not in self._by_metric:
            self._by_metric[metric] = tuple(
                gauge for key, gauge in self._gauges.items() if not key.metrics or metric in key.metrics
            )
        return self._by_metric[metric]

    def members_of(self, candidate: Candidate) -> list[str | None]:
        """Tell under which name a candidate adds up in each of `gauges_of` its metric."""
        return [gauge.member_of(candidate) for gauge in self.gauges_of(candidate.metric)]

    def add(self, line: Line, members: Sequence[str | None] | None = None) -> None:
        """Count a line that was accepted, and what of earlier overpayments it settled.

        Args:
            line: Any line; one that takes no place changes nothing.
            members: `members_of` its candidate, if they are known already.
        """
        if not line.units:
            return
        paid: dict[str, int] = {}
        for part in line.shares:
            paid[part.payer] = part.net
            if part.reductions and (settled := part.settled) != part.net:
                paid[part.payer] = settled
                self._settle(part.payer, settled - part.net)
        self.record(candidate=line.candidate, units=line.units, counted=line.counted, paid=paid, members=members)

    def _settle(self, payer: str, pence: int) -> None:
        """Take what a line settled from what the payer had paid too much."""
        self.to_set_off[payer] -= pence
        if not self.to_set_off[payer]:
            del self.to_set_off[payer]

    def record(
        self,
        *,
        candidate: Candidate,
        units: int,
        paid: Mapping[str, int],
        counted: int | None = None,
        members: Sequence[str | None] | None = None,
    ) -> None:
        """Count what was accepted earlier, from wherever it is kept.

        Args:
            candidate: What it was accepted for; metric, person, cohort, groups and days are read.
            units: Units that count, zero or more; with none it takes no place and fills no cap.
            paid: What counts as paid, by payer, in pence: `Line.paid`. What investors owe fills no cap.
            counted: Units that no cap by number cut off; all where not given.
            members: `members_of` the candidate, if they are known already.
        """
        if not units:
            return
        metric, owner = candidate.metric, candidate.owner
        self.counts[metric] = self.counts.get(metric, 0) + units
        if owner:
            self.taken[owner, metric] = self.taken.get((owner, metric), 0) + units
        for group in candidate.subgroups:
            if group in self.watched:
                self.group_counts[metric, group] = self.group_counts.get((metric, group), 0) + units
        self._fill(
            candidate,
            units if counted is None else counted,
            paid,
            self.members_of(candidate) if members is None else members,
        )

    def _fill(self, candidate: Candidate, counted: int, paid: Mapping[str, int], members: Sequence[str | None]) -> None:
        whole = sum(paid.values())
        for gauge, member in zip(self.gauges_of(candidate.metric), members, strict=True):
            if member is None:
                continue
            amount = paid.get(gauge.payer, 0) if gauge.payer else whole
            if gauge.is_by_number:
                amount = counted if amount or not gauge.payer else 0
            if amount > 0:
                gauge.sums[member] = gauge.sums.get(member, 0) + amount

    def owe(self, *, payer: str, pence: int) -> None:
        """Note that a payer has paid too much, which its next parts settle.

        Args:
            payer: Code of the party.
            pence: What it paid too much, above zero.

        Raises:
            NothingToSetOff: the amount is not above zero.
        """
        if pence <= 0:
            raise NothingToSetOff("An overpayment has to be above zero.", payer=payer, pence=pence)
        self.to_set_off[payer] = self.to_set_off.get(payer, 0) + pence

    def repay(self, *, payer: str, pence: int) -> None:
        """Note that something of what a payer had paid too much went back to it, so that its parts do not settle it.

        Args:
            payer: Code of the party.
            pence: What went back, above zero.

        Raises:
            NothingToSetOff: less than this is still to be settled.
        """
        left = self.to_set_off.pop(payer, 0) - pence
        if left < 0:
            raise NothingToSetOff("Less than this is still to be settled.", payer=payer, pence=pence)
        if left:
            self.to_set_off[payer] = left
