"""Reading one contract's metrics, prices, payments and investments as INDIGO data has them; a bad row is refused.

All of it is read or nothing: every row that cannot be is named by tab, row and field, and none is bent into shape. An
amount is a number and not "$11.712M"; a payment has one payer; a currency is a code of ISO 4217; a metric that is
referred to is there, once.

Rows come as the standard's JSON (`{"outcome_metric_id": {"value": "…"}}`) or flat, as spreadsheets have them
(`{"outcome_metric_id/value": "…"}`, or without "/value"). Columns that are not asked for here are left alone.

Source: INDIGO data standard of GO Lab (data dictionary "Project", "Formatting data"); the faults that are refused are
those of the published data of 20 May 2025.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from bonds.arithmetic.indigo_cells import Cells, RowProblem, Status, flatten, read_status
from bonds.arithmetic.indigo_investments import INVESTMENTS, IndigoInvestment, read_investment
from core.errors import InvalidInput

METRICS: Final = "outcome_metrics"
PRICES: Final = "outcome_pricings"
PLANS: Final = "outcome_payment_plans"
PAYMENTS: Final = "outcome_payments"
MOST_ROWS: Final = 20_000
_CURRENCY_FIELDS: Final = {
    PRICES: "currency",
    PAYMENTS: "money/currency",
    INVESTMENTS: "investment_commitment/currency",
}


class RowsRefused(InvalidInput):
    """Rows cannot be taken over, and none was; `facts["problems"]` names every one by tab, row and field."""

    code = "bonds.indigo_rows_refused"


class PaymentType(StrEnum):
    """Whether money was paid or is planned to be."""

    PLANNED = "Planned"
    ACTUAL = "Actual"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndigoMetric:
    """An outcome that is paid for, in the words of the contract."""

    id: str
    definition: str
    target_population: str
    target: str
    validation: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class IndigoPrice:
    """A price of a metric, in minor units; `unit` is for one, `most` if all targets are achieved, None if not said."""

    metric: str
    currency: str
    unit: int | None
    most: int | None
    description: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class IndigoPlan:
    """A plan of payments; its rows are payments that name it.

    Attributes:
        id: Lasting: "plan1".
        from_on: First day that it plans for; None where that is not said.
        until_on: The day after the last.
        notes: As written.
        status: What may be shown.
    """

    id: str
    from_on: date | None
    until_on: date | None
    notes: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class IndigoPayment:
    """A payment, made or planned.

    Attributes:
        metric: Its id; empty where the contract's payments are not told by metric.
        from_on: First day of the period; the first of the month or year where no day is given.
        until_on: The day after its last.
        payer: One organisation's id.
        recipient: Id, or empty.
        type: Planned or actual.
        plan: The plan that it stands in; an actual payment stands once in none, and again in plans made later.
        currency: ISO 4217.
        amount: Minor units, zero or more.
        notes: As written.
        status: What may be shown.
    """

    metric: str
    from_on: date
    until_on: date
    payer: str
    recipient: str
    type: PaymentType
    plan: str
    currency: str
    amount: int
    notes: str
    status: Status


class IndigoContract(NamedTuple):
    """What was read of a contract. All amounts are in one currency."""

    currency: str
    metrics: tuple[IndigoMetric, ...]
    prices: tuple[IndigoPrice, ...]
    payments: tuple[IndigoPayment, ...]
    plans: tuple[IndigoPlan, ...] = ()
    investments: tuple[IndigoInvestment, ...] = ()

    def total(self, kind: PaymentType, *, plan: str = "") -> int:
        """Add up the payments of a type in a plan; without one, those that stand for themselves."""
        return sum(each.amount for each in self.payments if each.type is kind and each.plan == plan)

    def describe(self) -> dict[str, str | int]:
        """Tell what was read: the currency, how many rows of each kind, and sums in minor units.

        What is planned is what the last plan says, with what had happened when it was made.
        """
        last = self.plans[-1].id if self.plans else ""
        planned = sum(self.total(kind, plan=last) for kind in PaymentType) if last else 0
        return {
            "currency": self.currency,
            "metrics": len(self.metrics),
            "prices": len(self.prices),
            "payments": len(self.payments),
            "plans": len(self.plans),
            "investments": len(self.investments),
            "actual_minor": self.total(PaymentType.ACTUAL),
            "planned_minor": planned,
        }


def read_indigo(tabs: Mapping[str, object], *, on: date) -> IndigoContract:
    """Read the tabs of one contract.

    Args:
        tabs: Lists of rows by tab: "outcome_metrics", "outcome_pricings", "outcome_payments", where payments are
            planned "outcome_payment_plans", and "investments"; other tabs are left alone. A number with a fraction is
            a `Decimal` or a text: JSON is read with `parse_float=Decimal`.
        on: Today; an actual payment cannot lie after it.

    Raises:
        RowsRefused: `facts["problems"]` has every problem as {"tab", "row" (from 1, below the headings), "field",
            "code", "problem"}.

    Source: INDIGO data standard, "Project".
    """
    problems: list[RowProblem] = []
    rows = {tab: _rows_of(tabs, tab, problems) for tab in (METRICS, PRICES, PLANS, PAYMENTS, INVESTMENTS)}
    metrics = [_read_metric(row) for row in rows[METRICS]]
    _refuse_twice(rows[METRICS], "metric_twice", problems)
    _refuse_twice(rows[PLANS], "plan_twice", problems)
    _refuse_twice(rows[INVESTMENTS], "investment_twice", problems)
    known = {row.text("id") for row in rows[METRICS]}
    prices = [_read_price(row, known) for row in rows[PRICES]]
    plans = [_read_plan(row) for row in rows[PLANS]]
    declared = {plan.id for plan in plans}
    payments = [_read_payment(row, known, declared, on) for row in rows[PAYMENTS]]
    investments = [read_investment(row) for row in rows[INVESTMENTS]]
    _refuse_repeated(rows[PAYMENTS], problems)
    currency = _find_currency([*rows[PRICES], *rows[PAYMENTS], *rows[INVESTMENTS]])
    problems += [problem for tab in rows.values() for row in tab for problem in row.problems]
    if problems:
        listed = [problem._asdict() for problem in sorted(problems, key=lambda each: (each.tab, each.row, each.field))]
        raise RowsRefused("Rows cannot be taken over; nothing was.", problems=listed)
    return IndigoContract(
        currency,
        tuple(metrics),
        tuple(price for price in prices if price),
        tuple(payment for payment in payments if payment),
        tuple(plans),
        tuple(investment for investment in investments if investment),
    )


def _rows_of(tabs: Mapping[str, object], tab: str, problems: list[RowProblem]) -> list[Cells]:
    rows = tabs.get(tab, [])
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
        problems.append(RowProblem(tab, 0, "", "not_rows", "This has to be a list of rows."))
        return []
    if len(rows) > MOST_ROWS:
        problems.append(RowProblem(tab, 0, "", "too_many_rows", f"There can be {MOST_ROWS:,} rows at most."))
        return []
    return [Cells(tab, number, flatten(row)) for number, row in enumerate(rows, start=1)]


def _read_metric(row: Cells) -> IndigoMetric:
    return IndigoMetric(
        id=row.text("id", needed=True),
        definition=row.text("definition", needed=True),
        target_population=row.text("target_population"),
        target=row.text("outcome_metric_target"),
        validation=row.text("outcome_validation_method"),
        status=read_status(row),
    )


def _read_price(row: Cells, metrics: set[str]) -> IndigoPrice | None:
    metric = _read_metric_id(row, metrics, needed=True)
    currency = row.currency("currency")
    unit = row.amount("price_per_unit/amount", currency)
    most = row.amount("maximum_price_if_all_targets_achieved/amount", currency)
    description = row.text("price_description")
    if unit is None and most is None and not description and not row.problems:
        row.refuse("price_per_unit/amount", "price_missing", "This row has no price, and no words about one.")
    status = read_status(row)
    if row.problems:
        return None
    return IndigoPrice(metric=metric, currency=currency, unit=unit, most=most, description=description, status=status)


def _read_plan(row: Cells) -> IndigoPlan:
    start, end = row.days("period/start_date", needed=False), row.days("period/end_date", needed=False)
    if start and end and end.until_on <= start.from_on:
        row.refuse("period/end_date", "period_empty", "The period ends before it begins.")
    return IndigoPlan(
        id=row.text("id", needed=True),
        from_on=start.from_on if start else None,
        until_on=end.until_on if end else None,
        notes=row.text("notes"),
        status=read_status(row),
    )


def _read_payment(row: Cells, metrics: set[str], plans: set[str], on: date) -> IndigoPayment | None:
    metric = _read_metric_id(row, metrics, needed=False)
    kind = row.word("type", PaymentType, "type_unknown")
    plan = row.text("outcome_payment_plan_id")
    if plan and plan not in plans:
        row.refuse("outcome_payment_plan_id", "plan_unknown", f"There is no plan “{plan}”.")
    start, end = row.days("period/start_date"), row.days("period/end_date")
    if start and end and end.until_on <= start.from_on:
        row.refuse("period/end_date", "period_empty", "The period ends before it begins.")
    if kind is PaymentType.ACTUAL and end and end.from_on > on:
        row.refuse("period/end_date", "in_future", "An actual payment cannot be for a time that has not come.")
    payer = row.organisation("payer_organisation_id", needed=True)
    recipient = row.organisation("recipient_organisation_id", needed=False)
    currency = row.currency("money/currency")
    amount = row.amount("money/amount", currency, needed=True)
    status = read_status(row)
    if row.problems or start is None or end is None or amount is None or kind is None:
        return None
    return IndigoPayment(
        metric=metric, from_on=start.from_on, until_on=end.until_on, payer=payer, recipient=recipient, type=kind,
        plan=plan, currency=currency, amount=amount, notes=row.text("notes"), status=status,
    )  # fmt: skip


def _read_metric_id(row: Cells, metrics: set[str], *, needed: bool) -> str:
    found = row.text("outcome_metric_id", needed=needed)
    if found and found not in metrics:
        row.refuse("outcome_metric_id", "metric_unknown", f"There is no metric “{found}”.")
    return found


def _refuse_twice(rows: Sequence[Cells], code: str, problems: list[RowProblem]) -> None:
    count = Counter(row.text("id") for row in rows)
    problems += [
        RowProblem(row.tab, row.number, "id", code, f"“{row.text('id')}” is there {count[row.text('id')]} times.")
        for row in rows
        if row.text("id") and count[row.text("id")] > 1
    ]


def _refuse_repeated(rows: Sequence[Cells], problems: list[RowProblem]) -> None:
    """Refuse a row that is the same as an earlier one in every cell: it was copied."""
    first: dict[tuple[tuple[str, str], ...], int] = {}
    for row in rows:
        content = row.content()
        if content in first:
            words = f"This row is the same as row {first[content]} in every cell."
            problems.append(RowProblem(row.tab, row.number, "", "row_twice", words))
        first.setdefault(content, row.number)


def _find_currency(rows: Sequence[Cells]) -> str:
    """Find the one currency; a row in another one is refused."""
    found = [(row, currency) for row in rows if (currency := row.currency_read)]
    if not found:
        return ""
    usual = Counter(currency for _, currency in found).most_common(1)[0][0]
    for row, currency in found:
        if currency != usual:
            row.refuse(
                _CURRENCY_FIELDS[row.tab],
                "other_currency",
                f"The other rows are in {usual}: a contract is in one currency.",
            )
    return usual
