"""What was earned and paid in each month or quarter: by the day on which it came into the books.

A line counts in the period in which it was accepted; if it was taken back, less in the period in which that happened.
So the figures of a period that has ended never change, and are those of the books.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, Sum

from bonds.arithmetic.spans import Spans
from bonds.models import AdvanceUse, LineResult, LineShare
from bonds.queries.overview_sums import Scope, receipts, signed, span_of

PayerResultPeriod = tuple[str, str, int]


def sum_earned(scope: Scope, periods: Spans) -> Mapping[PayerResultPeriod, int]:
    """Sum what counts as paid, by payer, result and number of the period, in pence. Two queries."""
    found: dict[PayerResultPeriod, int] = {}
    keys = ("payer__code", "result__metric")
    for sign, rows in _in_and_out(scope, LineShare.objects.order_by(), "result__", periods):
        for payer, metric, span, pence in rows.values_list(*keys, "span").annotate(sum=Sum("settled_pence")):
            found[payer, metric, span] = found.get((payer, metric, span), 0) + sign * int(pence)
    return found


def sum_units(scope: Scope, periods: Spans) -> Mapping[tuple[str, int], int]:
    """Sum the units that count, by result and number of the period. Two queries."""
    found: dict[tuple[str, int], int] = {}
    for sign, rows in _in_and_out(scope, LineResult.objects.order_by(), "", periods):
        for metric, span, units in rows.values_list("metric", "span").annotate(sum=Sum("units")):
            found[metric, span] = found.get((metric, span), 0) + sign * int(units)
    return found


def sum_received(scope: Scope, periods: Spans) -> Mapping[tuple[str, int], int]:
    """Sum what payers paid, by payer and number of the period, in pence. Three queries; of all providers together.

    What was paid in advance counts when it is set against an invoice.
    """
    payers = dict(scope.contract.invoices.values_list("public_id", "payer__code"))
    found: dict[tuple[str, int], int] = {}
    rows = receipts(scope.contract, until=scope.on).annotate(span=span_of("entry__effective_on", periods))
    for subject, span, pence in rows.values_list("subject", "span").annotate(sum=signed()):
        key = (payers[subject], span)
        found[key] = found.get(key, 0) + int(pence)
    used = AdvanceUse.objects.filter(invoice__contract=scope.contract, invoice__issued_on__lte=scope.on).order_by()
    spans = used.annotate(span=span_of("invoice__issued_on", periods))
    for payer, span, pence in spans.values_list("invoice__payer__code", "span").annotate(sum=Sum("pence")):
        found[payer, span] = found.get((payer, span), 0) + int(pence)
    return found


def _in_and_out(scope: Scope, rows: Any, path: str, periods: Spans) -> list[tuple[int, Any]]:
    """Rows by the period of acceptance, to be added, and by that in which they were taken back, to be taken off."""
    accepted = rows.filter(
        scope.of_provider(f"{path}line__"),
        Q(**{f"{path}contract": scope.contract, f"{path}run__assessed_on__lte": scope.on}),
    )
    gone = accepted.filter(**{f"{path}clawback__at__lt": scope.end})
    return [
        (1, accepted.annotate(span=span_of(f"{path}run__assessed_on", periods))),
        (-1, gone.annotate(span=span_of(f"{path}clawback__at", periods, is_instant=True))),
    ]
