"""Writing one contract's metrics, prices and payments as the INDIGO data standard has them: what `read_indigo` reads.

Source: INDIGO data standard of GO Lab (data dictionary "Project"); the columns are those that `bonds.arithmetic.indigo`
reads, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
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
    IndigoPrice,
)

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
        PLANS: ("id",),
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
            "notes/value",
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
    plans = sorted({payment.plan for payment in contract.payments if payment.plan})
    return {
        METRICS: [_metric(metric) for metric in contract.metrics],
        PRICES: [_price(price) for price in contract.prices],
        PLANS: [(plan,) for plan in plans],
        PAYMENTS: [_payment(payment) for payment in contract.payments],
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


def _amount(minor: int | None, currency: str) -> str:
    """Write minor units as the standard has amounts: "1500.00"."""
    if minor is None:
        return ""
    units = CURRENCIES[currency].sub_unit
    places = len(str(units)) - 1
    return f"{Decimal(minor) / units:.{places}f}"
