"""What the contract holder owes a provider: a fee, an amount for each result, a share of what results earn.

Each amount comes with its steps. A provider's pay is another matter than the holder's income: a price for a result is
due for each unit that was accepted, whatever a cap or an earlier overpayment makes payers pay for it; only a share of
what is earned follows what is earned.

Source: domain notes 1.1 (fee-for-service contracts under a rate card) and 1.2 (referral guarantees with compensation).
How a month is divided, and each rounding, is this module's own rule, stated where it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import count, pairwise
from typing import Final, NamedTuple

from bonds.arithmetic.deadlines import QUARTER_MONTHS
from bonds.arithmetic.figures import round_half_up
from bonds.arithmetic.lines import Step
from bonds.arithmetic.months import add_months
from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.terms import Period, ProviderTerms, ReferralGuarantee, Terms


class PayKind(StrEnum):
    """For what a provider is due something."""

    FEE = "fee"  # for a month of service
    OUTCOME = "outcome"  # a price for an accepted result
    SUCCESS = "success"  # a share of what a result earned
    COMPENSATION = "compensation"  # for people who were not referred


# What comes of an accepted result, and goes when it is taken back.
RESULT_KINDS: Final = (PayKind.OUTCOME, PayKind.SUCCESS)


class PayDue(NamedTuple):
    """What is due, in pence, and how it came to that.

    Attributes:
        kind: For what.
        pence: Above zero; below where something is taken back.
        steps: In order; the last one's amount is `pence`.
    """

    kind: PayKind
    pence: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedResult:
    """An accepted line as a provider's pay needs it.

    Attributes:
        metric: Code.
        achieved_on: Chooses the row of the terms.
        units: Units that no limit by number cut off.
        earned: Pence that the payers pay for it, or have paid already; below zero for a downside.
        version: Number of the terms that priced it.
    """

    metric: str
    achieved_on: date
    units: int
    earned: int
    version: int


@dataclass(frozen=True, slots=True)
class PayTerms:
    """Every signed version of a contract.

    Attributes:
        versions: Terms by number.
        starts: From which day which number holds; of those that have begun the highest counts, so that a variation
            that reaches back replaces all that was said before it.
    """

    versions: Mapping[int, Terms]
    starts: Sequence[tuple[date, int]]

    def number_on(self, on: date) -> int:
        """The number of the version that holds on a day; 0 before the first."""
        return max((number for start, number in self.starts if start <= on), default=0)

    def rows_on(self, provider: str, on: date) -> list[ProviderTerms]:
        """What is agreed with a provider for a day of service or after."""
        terms = self.versions.get(self.number_on(on))
        return _rows_of(terms, provider, on) if terms else []


@dataclass(frozen=True, slots=True)
class FeeMonth:
    """A month of service.

    Attributes:
        from_on: First day.
        until_on: The day after the last.
        quarter_until_on: The day after the last of the quarter that it belongs to.
    """

    from_on: date
    until_on: date
    quarter_until_on: date


def list_months(service_from_on: date, until_on: date) -> Iterator[FeeMonth]:
    """Give the months of service that have begun before a day, in order, counted from the first day of service.

    Args:
        service_from_on: First day of service.
        until_on: The day; none that begins on it or later.
    """
    for number in count():
        begins = add_months(service_from_on, number)
        if begins >= until_on:
            return
        last = (number // QUARTER_MONTHS + 1) * QUARTER_MONTHS
        yield FeeMonth(begins, add_months(service_from_on, number + 1), add_months(service_from_on, last))


def compute_fee(provider: str, month: FeeMonth, agreed: PayTerms) -> PayDue:
    """Work out the fee of a month: whole, or the part of the days on which it was agreed.

    A month that is divided, by the end of service, of the row's own period or by a variation, is divided by days. Each
    part is what the fee comes to by its last day, less what it comes to by the day before its first, each rounded half
    up: parts of one fee always sum to it.

    Args:
        provider: Code of the party.
        month: Of service.
        agreed: All signed versions.

    Returns:
        Zero pence where no fee was agreed for any of its days.

    Source: this rule; that periodical payments accrue from day to day, Apportionment Act 1870 s.2.
    """
    pence = 0
    steps: list[Step] = []
    whole = (month.until_on - month.from_on).days
    for begins, ends in pairwise(_edges(provider, month, agreed)):
        number = agreed.number_on(begins)
        is_service = number > 0 and agreed.versions[number].service.holds(begins)
        fee = sum(row.fee for row in agreed.rows_on(provider, begins)) if is_service else 0
        if not fee:
            continue
        upto, before = (round_half_up(Fraction(fee * (day - month.from_on).days, whole)) for day in (ends, begins))
        pence += upto - before
        facts = {"fee": fee, "from": begins.isoformat(), "until": ends.isoformat(), "version": number}
        steps.append(Step("monthly_fee", pence, {**facts, "days": (ends - begins).days, "of_days": whole}))
    return PayDue(PayKind.FEE, pence, tuple(steps))


def is_fee_due(provider: str, month: FeeMonth, agreed: PayTerms, *, on: date) -> bool:
    """Whether the fee of a month has fallen due: the month has ended, or its quarter where the terms say so.

    The terms of its first day say which. Where several rows hold on that day, one by the quarter is enough.

    Args:
        provider: Code of the party.
        month: Of service.
        agreed: All signed versions.
        on: Today.
    """
    is_quarterly = any(row.is_quarterly for row in agreed.rows_on(provider, month.from_on))
    return on >= (month.quarter_until_on if is_quarterly else month.until_on)


def compute_result_pay(provider: str, result: AcceptedResult, terms: Terms) -> tuple[PayDue, ...]:
    """Work out what a provider is due for an accepted result: the price of its units, and the share of what it earned.

    A share is rounded half up, once for each result. What a result costs the investors' side (a downside) earns
    nothing, and no part of it is the provider's.

    Args:
        provider: Code of the party that claimed it.
        result: Accepted, and not taken back.
        terms: Of its version.

    Returns:
        At most one due of each kind, each above zero.
    """
    rows = _rows_of(terms, provider, result.achieved_on)
    price = sum(row.per_outcome.get(result.metric, 0) for row in rows)
    percent = sum(row.success_percent for row in rows)
    found = []
    if pence := price * result.units:
        facts = {"metric": result.metric, "units": result.units, "price": price, "version": result.version}
        found.append(PayDue(PayKind.OUTCOME, pence, (Step("per_outcome", pence, facts),)))
    if pence := round_half_up(Fraction(max(0, result.earned) * percent, WHOLE_PERCENT)):
        facts = {"metric": result.metric, "earned": result.earned, "percent": percent, "version": result.version}
        found.append(PayDue(PayKind.SUCCESS, pence, (Step("success_share", pence, facts),)))
    return tuple(found)


def take_back(due: PayDue) -> PayDue:
    """Turn what was due for a result that was taken back into its opposite, to the penny."""
    return PayDue(due.kind, -due.pence, (*due.steps, Step("taken_back", -due.pence, {"was": due.pence})))


def less_booked(due: PayDue, booked: int) -> PayDue:
    """Give what is still to be booked of a month's fee, below zero where a variation that reaches back made it less."""
    if not booked:
        return due
    left = due.pence - booked
    return PayDue(due.kind, left, (*due.steps, Step("booked_before", left, {"booked": booked})))


def compute_compensation(guarantee: ReferralGuarantee, came: int) -> PayDue:
    """Work out what a commissioner owes for people it did not refer, and the holder passes on to the provider.

    Args:
        guarantee: With the least, and pence for each one too few.
        came: How many were referred in its period, zero or more.

    Source: domain notes 1.2: referral floor with compensation.
    """
    too_few = max(0, guarantee.least - came)
    pence = too_few * guarantee.compensation
    facts = {"least": guarantee.least, "came": came, "too_few": too_few, "each": guarantee.compensation}
    return PayDue(PayKind.COMPENSATION, pence, (Step("referrals_too_few", pence, facts),))


class Movement(NamedTuple):
    """Something that changed what a provider is due, in pence: above zero by a due, below by a payment."""

    on: date
    pence: int


class Balance(NamedTuple):
    """What a provider was due at the beginning and the end of a period. Below zero, it owes so much.

    Always: before + due - paid = after.
    """

    before: int
    due: int
    paid: int
    after: int


def compute_balance(movements: Sequence[Movement], *, payments: Sequence[Movement], period: Period) -> Balance:
    """Add up a period from all that happened until its end.

    Args:
        movements: Dues, by the day on which they were booked.
        payments: Above zero by the day on which they were paid, below where one was undone.
        period: Half-open, both ends given.
    """
    assert period.from_on is not None, "a statement begins"
    assert period.until_on is not None, "a statement ends"
    before = sum(one.pence for one in movements if one.on < period.from_on)
    before -= sum(one.pence for one in payments if one.on < period.from_on)
    due = sum(one.pence for one in movements if period.holds(one.on))
    paid = sum(one.pence for one in payments if period.holds(one.on))
    return Balance(before, due, paid, before + due - paid)


def _rows_of(terms: Terms, provider: str, on: date) -> list[ProviderTerms]:
    return [row for row in terms.providers if row.provider == provider and row.period.holds(on)]


def _edges(provider: str, month: FeeMonth, agreed: PayTerms) -> list[date]:
    """Each day of the month on which something else may begin to hold, its first, and the day after its last."""
    periods = [terms.service for terms in agreed.versions.values()]
    periods += [row.period for terms in agreed.versions.values() for row in terms.providers if row.provider == provider]
    days = {day for period in periods for day in (period.from_on, period.until_on) if day}
    days |= {start for start, _number in agreed.starts}
    return sorted({month.from_on, month.until_on, *(day for day in days if month.from_on < day < month.until_on)})
