"""Plans of a contract: the newest, its sums by period, what has happened since, and where the next one begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.dealing import EVERYONE, Assumed, caps_persons, groups_that_pay
from bonds.arithmetic.plans import Expected
from bonds.arithmetic.spans import Every, Spans, YearKind, list_periods
from bonds.arithmetic.terms import Measure, Terms
from bonds.models import OutcomesContract, PaymentPlan, PlanPart, PlanRow
from bonds.queries.overview import get_terms_on, periods_of, years_of
from bonds.queries.overview_flows import sum_earned, sum_units
from bonds.queries.overview_sums import Scope
from core.errors import NotFound

FIRST: Final = 0
"""The plan that is made with or right after the signatures."""


class PlanMissing(NotFound):
    """There is no such plan."""

    code = "bonds.no_plan"


@dataclass(frozen=True, slots=True)
class Draft:
    """Where the next plan begins: its number and periods, what is locked, and what the last plan expects of the rest.

    Attributes:
        number: Of the plan that would be made.
        every: How long its periods are.
        periods: All of them.
        locked: So many have ended.
        terms: In force today.
        expected: What the last plan expects of the periods that have not ended.
        assumed: Of which people, as the last plan says, as far as the terms still ask about it.
    """

    number: int
    every: Every
    periods: Spans
    locked: int
    terms: Terms
    expected: Sequence[Expected]
    assumed: Assumed = EVERYONE

    @property
    def locked_until_on(self) -> date:
        """The first day of the first period that has not ended."""
        return self.periods.edges[self.locked]


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened in the periods of a plan: units by result, and pence by payer and result."""

    units: Mapping[tuple[str, int], int]
    pence: Mapping[tuple[str, str, int], int]

    def row(self, metric: str, number: int) -> tuple[int, dict[str, int]]:
        """Units of a result in a period, and what each payer's part of it came to."""
        here = (metric, number)
        parts = {payer: pence for (payer, *place), pence in self.pence.items() if tuple(place) == here and pence}
        return self.units.get((metric, number), 0), parts

    @property
    def places(self) -> list[tuple[int, str]]:
        """Periods and results in which something happened."""
        found = {(span, metric) for (metric, span), units in self.units.items() if units}
        return sorted(found | {(span, metric) for (_payer, metric, span), pence in self.pence.items() if pence})


def find_plan(contract: OutcomesContract, number: int | None = None) -> PaymentPlan | None:
    """Return a plan by its number, the newest where none is given; or None."""
    plans = PaymentPlan.objects.filter(contract=contract).order_by("-number")
    return (plans if number is None else plans.filter(number=number)).first()


def get_plan(*, contract: OutcomesContract, number: int) -> PaymentPlan:
    """Return a plan by its number.

    Raises:
        PlanMissing: there is none.
    """
    found = find_plan(contract, number)
    if found is None:
        raise PlanMissing(_("There is no such plan."), number=number)
    return found


def draft_next_plan(*, contract: OutcomesContract, on: date, every: Every = Every.QUARTER) -> Draft:
    """Tell where the next plan begins.

    Args:
        contract: Signed.
        on: Today: periods that ended before are locked.
        every: How long the periods of the first plan are; later plans keep to it.

    Raises:
        NoTermsYet: nothing has been signed.
    """
    terms, last = get_terms_on(contract, on), find_plan(contract)
    every = Every(last.every) if last else every
    periods = periods_of(terms, every)
    locked = max(0, min(periods.number_of(on), len(periods.labels) + 1) - 1)
    expected = _expected_by(last, periods, locked, terms) if last else []
    assumed = _assumed_by(last, terms) if last else EVERYONE
    return Draft(last.number + 1 if last else 0, every, periods, locked, terms, expected, assumed)


def _assumed_by(plan: PaymentPlan, terms: Terms) -> Assumed:
    known = groups_that_pay(terms)
    groups = {code: part for code, part in plan.groups.items() if code in known}
    return Assumed(plan.people if caps_persons(terms) else 0, groups)


def name_groups(plan: PaymentPlan, terms: Terms) -> list[tuple[str, int]]:
    """Name the groups of which a plan expects a part, each with that part in hundredths of a percent."""
    return [(terms.subgroups.get(code, code), part) for code, part in plan.groups.items()]


def _expected_by(plan: PaymentPlan, periods: Spans, locked: int, terms: Terms) -> list[Expected]:
    """What a plan expects of the periods that have not ended, of results that are paid for still."""
    measures = {metric.code: metric.measure for metric in terms.metrics}
    first = periods.edges[min(locked, len(periods.labels))]
    rows = PlanRow.objects.filter(plan=plan, is_actual=False, period_on__gte=first, metric__in=measures)
    return [
        Expected(
            periods.number_of(row.period_on),
            row.metric,
            row.count,
            row.gross_pence if measures[row.metric] is Measure.FORMULA else 0,
        )
        for row in rows.order_by("period_on", "metric")
        if row.period_on in periods.edges[:-1]
    ]


def scope_of_plan(contract: OutcomesContract, terms: Terms, on: date) -> Scope:
    """Say what is summed for a plan: everything until the end of a day."""
    return Scope(contract, on, years_of(terms, YearKind.FINANCIAL))


def sum_happened(scope: Scope, periods: Spans) -> Happened:
    """Sum what happened in each period. Four queries."""
    return Happened(sum_units(scope, periods), sum_earned(scope, periods))


def periods_of_plan(plan: PaymentPlan) -> Spans:
    """Give the periods that a plan was made for."""
    return list_periods(Every(plan.every), from_on=plan.from_on, until_on=plan.until_on)


def sum_by_period(plan: PaymentPlan, *, payer: str = "") -> dict[date, int]:
    """Sum what a plan says, by the first day of the period, in pence; of one payer where one is named. One query."""
    parts = PlanPart.objects.filter(_of(payer), row__plan=plan).values_list("row__period_on")
    return {on: int(pence) for on, pence in parts.annotate(sum=Sum("pence")).order_by()}


def sum_by_payer(plan: PaymentPlan) -> dict[str, tuple[int, int]]:
    """Sum what a plan says by payer, in pence: what happened, and what is expected. One query."""
    actual = Sum("pence", filter=Q(row__is_actual=True), default=0)
    expected = Sum("pence", filter=Q(row__is_actual=False), default=0)
    parts = (
        PlanPart.objects.filter(row__plan=plan).values_list("payer__code").annotate(actual=actual, expected=expected)
    )
    return {code: (int(one), int(two)) for code, one, two in parts.order_by()}


def rows_of(plan: PaymentPlan, *, payer: str = "") -> list[tuple[PlanRow, int]]:
    """List the rows of a plan, each with what it comes to for one payer or for all. Two queries."""
    parts: dict[int, int] = defaultdict(int)
    for row, pence in PlanPart.objects.filter(_of(payer), row__plan=plan).values_list("row_id", "pence"):
        parts[row] += pence
    return [(row, parts[row.pk]) for row in PlanRow.objects.filter(plan=plan).order_by("period_on", "metric")]


def day_before(on: date) -> date:
    """The day before."""
    return on - timedelta(days=1)


def _of(payer: str) -> Q:
    return Q(payer__code=payer) if payer else Q()
