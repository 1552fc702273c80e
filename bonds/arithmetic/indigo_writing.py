"""Writing one contract as INDIGO data: metrics, prices, plans, payments and investments, as `read_indigo` reads them.

Source: INDIGO data standard of GO Lab (data dictionary "Project"); the columns are those that `bonds.arithmetic.indigo`
reads, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from moneyed import CURRENCIES

from bonds.arithmetic.indigo import (
    METRICS,
    PAYMENTS,
    PLANS,
    PRICES,
    IndigoContract,
    IndigoMetric,
    IndigoPayment,
    IndigoPlan,
    IndigoPrice,
)
from bonds.arithmetic.indigo_investments import INVESTMENTS, IndigoInvestment

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        METRICS: (
            "id",
            "definition/value",
            "target_population/value",
            "outcome_metric_target/value",
            "outcome_validation_method/value",
            "status",
        ),
        PRICES: (
            "outcome_metric_id/value",
            "currency/value",
            "price_per_unit/amount/value",
            "maximum_price_if_all_targets_achieved/amount/value",
            "price_description/value",
            "status",
        ),
        PLANS: ("id/value", "period/start_date/value", "period/end_date/value", "notes", "status"),
        PAYMENTS: (
            "outcome_metric_id/value",
            "period/start_date/value",
            "period/end_date/value",
            "type/value",
            "outcome_payment_plan_id/value",
            "payer_organisation_id/value",
            "recipient_organisation_id/value",
            "money/currency/value",
            "money/amount/value",
            "notes",
            "status",
        ),
        INVESTMENTS: (
            "id",
            "organisation_id/value",
            "investment_commitment/currency/value",
            "investment_commitment/amount/min/value",
            "investment_commitment/amount/exact/value",
            "investment_commitment/amount/max/value",
            "maximum_potential_return_type/value",
            "maximum_potential_return/value",
            "investment_type/value",
            "notes",
            "status",
        ),
    }
)
"""The tabs in their order, each with its columns."""
Row = tuple[str, ...]
_ONE_DAY: Final = timedelta(days=1)


def write_indigo(contract: IndigoContract) -> dict[str, list[Row]]:
    """Write the rows of each tab, in the order of its columns; `read_indigo` gives the same contract again.

    Args:
        contract: One currency, one payer a payment.

    Source: INDIGO data standard, "Project"; amounts as digits and a point, days as 2026-01-31.
    """
    return {
        METRICS: [_metric(metric) for metric in contract.metrics],
        PRICES: [_price(price) for price in contract.prices],
        PLANS: [_plan(plan) for plan in contract.plans],
        PAYMENTS: [_payment(payment) for payment in contract.payments],
        INVESTMENTS: [_investment(investment) for investment in contract.investments],
    }


def name_cells(tabs: Mapping[str, list[Row]]) -> dict[str, list[dict[str, str]]]:
    """Give each row as a record of its cells by column, as files are read."""
    return {tab: [dict(zip(HEADINGS[tab], row, strict=True)) for row in rows] for tab, rows in tabs.items()}


def _metric(metric: IndigoMetric) -> Row:
    return (
        metric.id,
        metric.definition,
        metric.target_population,
        metric.target,
        metric.validation,
        metric.status.value,
    )


def _price(price: IndigoPrice) -> Row:
    return (
        price.metric,
        price.currency,
        _amount(price.unit, price.currency),
        _amount(price.most, price.currency),
        price.description,
        price.status.value,
    )


def _plan(plan: IndigoPlan) -> Row:
    last = plan.until_on - _ONE_DAY if plan.until_on else None
    return (plan.id, _day(plan.from_on), _day(last), plan.notes, plan.status.value)


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _payment(payment: IndigoPayment) -> Row:
    return (
        payment.metric,
        payment.from_on.isoformat(),
        (payment.until_on - _ONE_DAY).isoformat(),
        payment.type.value,
        payment.plan,
        payment.payer,
        payment.recipient,
        payment.currency,
        _amount(payment.amount, payment.currency),
        payment.notes,
        payment.status.value,
    )


def _investment(one: IndigoInvestment) -> Row:
    return (
        one.id,
        one.investor,
        one.currency,
        _amount(one.least, one.currency),
        _amount(one.exact, one.currency),
        _amount(one.most, one.currency),
        one.return_type.value if one.return_type else "",
        "" if one.most_return is None else f"{one.most_return:f}",
        one.type.value if one.type else "",
        one.notes,
        one.status.value,
    )


def _amount(minor: int | None, currency: str) -> str:
    """Write minor units as the standard has amounts: "1500.00"."""
    if minor is None:
        return ""
    units = CURRENCIES[currency].sub_unit
    places = len(str(units)) - 1
    return f"{Decimal(minor) / units:.{places}f}"
