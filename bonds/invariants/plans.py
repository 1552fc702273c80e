"""What must always hold of payment plans and of what invoices are settled by; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from bonds.models import AdvanceUse, CreditUse, Invoice, OutcomesContract, PaymentPlan, PlanPart, PlanRow
from bonds.operations.invoicing import RECEIPT_PURPOSE
from bonds.states import InvoiceKind
from core.invariants import Invariant
from payments.models import RecordedMoney
from payments.states import RecordedState

SPECIFICATION = "outcome contracts specification, section 4.1 and section 6"


class _Row(NamedTuple):
    """What a plan says of a result in a period."""

    units: int
    pence: int
    parts: frozenset[tuple[int, int]]


def find_plan_gaps() -> Iterator[str]:
    """Contracts whose plans are not numbered from 0 without a gap, or of which a later one locks less."""
    for contract in OutcomesContract.objects.filter(plans__isnull=False).distinct().order_by("pk"):
        plans = list(PaymentPlan.objects.filter(contract=contract).order_by("number"))
        if [plan.number for plan in plans] != list(range(len(plans))):
            yield f"{contract.reference}: plans are numbered {[plan.number for plan in plans]}"
        for before, after in pairwise(plans):
            if after.locked_until_on < before.locked_until_on or after.made_at < before.made_at:
                yield f"{contract.reference}: plan {after.number} locks or was made before plan {before.number}"


def find_plan_rows_on_the_wrong_side() -> Iterator[str]:
    """Rows that say what happened in a period that had not ended, or expect something of one that had."""
    wrong = Q(is_actual=True, period_on__gte=F("plan__locked_until_on")) | Q(
        is_actual=False, period_on__lt=F("plan__locked_until_on")
    )
    for row in PlanRow.objects.filter(wrong).select_related("plan__contract").order_by("pk"):
        kind = "happened" if row.is_actual else "is expected"
        yield f"{row.plan.contract.reference}: plan {row.plan.number}, {row} {kind}, on the wrong side of its lock"
    parts = dict(PlanPart.objects.values_list("row").annotate(sum=Sum("pence")).order_by())
    for pk, pence in PlanRow.objects.order_by("pk").values_list("pk", "pence"):
        if parts.get(pk, 0) != pence:
            yield f"plan row {pk}: of {pence}, its parts come to {parts.get(pk, 0)}"


def find_changed_actuals() -> Iterator[str]:
    """Plans that say of a locked period something else than the plan before them."""
    for contract in OutcomesContract.objects.filter(plans__isnull=False).distinct().order_by("pk"):
        plans = list(PaymentPlan.objects.filter(contract=contract).order_by("number"))
        for before, after in pairwise(plans):
            said, says = _actuals(before), _actuals(after, until_on=before.locked_until_on)
            for period_on, metric in sorted(place for place in said.keys() | says.keys() if _differ(said, says, place)):
                yield f"{contract.reference}: plan {after.number} changes {metric} {period_on} of plan {before.number}"


def _actuals(plan: PaymentPlan, *, until_on: date | None = None) -> dict[tuple[date, str], _Row]:
    until_on = until_on or plan.locked_until_on
    rows = PlanRow.objects.filter(plan=plan, is_actual=True, period_on__lt=until_on).prefetch_related("parts")
    return {
        (row.period_on, row.metric): _Row(
            row.count, row.pence, frozenset((part.payer_id, part.pence) for part in row.parts.all())
        )
        for row in rows
    }


def _differ(
    one: Mapping[tuple[date, str], _Row], other: Mapping[tuple[date, str], _Row], place: tuple[date, str]
) -> bool:
    return one.get(place) != other.get(place)


def find_wrongly_settled_invoices() -> Iterator[str]:
    """Invoices settled by another sum than receipts, notes, and what was paid in advance or too much come to."""
    mine = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose=RECEIPT_PURPOSE)
    came = dict(mine.filter(reverses=None).values_list("subject").annotate(sum=Sum("amount_pence")).order_by())
    undone = mine.filter(reverses__isnull=False).values_list("subject").annotate(sum=Sum("amount_pence")).order_by()
    back = dict(undone)
    notes = Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE.value).values_list("credits")
    # What a note leaves to the payer's credit is not taken off its invoice.
    taken_off = F("net_pence") + F("tax_pence") - Coalesce(F("overpayment__pence"), 0)
    credited = dict(notes.annotate(sum=Sum(taken_off)).order_by())
    advanced = dict(AdvanceUse.objects.values_list("invoice").annotate(sum=Sum("pence")).order_by())
    used = dict(CreditUse.objects.values_list("invoice").annotate(sum=Sum("pence")).order_by())
    for invoice in Invoice.objects.filter(kind=InvoiceKind.INVOICE.value).order_by("pk"):
        received = came.pop(invoice.public_id, 0) - back.get(invoice.public_id, 0)
        made = received + credited.get(invoice.pk, 0) + advanced.get(invoice.pk, 0) + used.get(invoice.pk, 0)
        if invoice.settled_pence != made:
            yield f"{invoice.public_id}: settled by {invoice.settled_pence}, {made} came and was credited"
    yield from (f"{subject}: {pence} came for an invoice that is not there" for subject, pence in came.items())


PLAN_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-71",
        "The plans of a contract are numbered from 0 without a gap, and each locks at least what the one before did.",
        SPECIFICATION,
        ("bonds_plan_number_once", "lock: operations.locks.lock_contract"),
        find_plan_gaps,
    ),
    Invariant(
        "BND-72",
        "A plan tells what happened of periods that had ended, expects the others, and its payers' parts sum to it.",
        SPECIFICATION,
        ("bonds_planrow_adds_up", "lock: operations.planning.make_plan"),
        find_plan_rows_on_the_wrong_side,
    ),
    Invariant(
        "BND-73",
        "What a plan told of a period that had ended, every later plan repeats to the penny and payer.",
        SPECIFICATION,
        ("bonds_planrow_rows_are_facts", "bonds_planpart_rows_are_facts", "lock: operations.planning.make_plan"),
        find_changed_actuals,
    ),
    Invariant(
        "BND-74",
        "An invoice is settled by what was received for it, and not undone, by its credit notes, and by what was "
        "paid in advance or is owed to the payer.",
        "treasury specification A8, V9 to V11",
        ("bonds_invoice_not_overpaid", "bonds_invoice_paid_is_settled", "lock: operations.invoicing.settle_invoice"),
        find_wrongly_settled_invoices,
    ),
)
