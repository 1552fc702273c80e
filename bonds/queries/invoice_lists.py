"""Invoices for those who may see them: what waits, lists, one invoice with all that belongs to it, and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from bonds.models import (
    AdvanceUse,
    ClaimRound,
    Clawback,
    CompensationUndoing,
    Invoice,
    InvoiceLine,
    OutcomesContract,
    Party,
    PurchaseOrder,
    ReferralCompensation,
)
from bonds.queries.invoices import PAPERS, InvoiceMissing, uninvoiced
from bonds.states import InvoiceKind, InvoiceState
from documents.models import Document
from ledger.models import Entry
from payments.models import RecordedMoney
from people.models import Organisation

PURPOSE: Final = "bonds.invoice"
OPEN, OVERDUE, PAID, CREDIT_NOTES = "open", "overdue", "paid", "credit_notes"
CHOICES: Final = (OPEN, OVERDUE, PAID, CREDIT_NOTES)
_RELATED = ("contract", "contract__organisation", "payer", "payer__organisation", "round", "credits", "purchase_order")
_UNPAID = Q(kind=InvoiceKind.INVOICE.value, state=InvoiceState.ISSUED.value)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a payer would be asked for in a round; what comes to less than nothing is owed to it."""

    round: ClaimRound
    payer: Party
    line_count: int
    pence: int

    @property
    def is_owed(self) -> bool:
        """Whether the payer is owed it: a credit note says so, which its next invoices settle."""
        return self.pence < 0


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase order with what was invoiced under it, in pence, credit notes taken off."""

    order: PurchaseOrder
    used_pence: int
    today: date

    @property
    def left_pence(self) -> int | None:
        """What may still be invoiced under it, below zero when too much was; None where it names no amount."""
        return None if self.order.amount_pence is None else self.order.amount_pence - self.used_pence

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.order.until_on <= self.today

    @property
    def is_ahead(self) -> bool:
        """Whether its first day is still to come."""
        return self.order.from_on > self.today


def waiting_by_payer(contract: OutcomesContract) -> list[Waiting]:
    """What was accepted and not invoiced, by round and payer, as sums."""
    rows = (
        uninvoiced(contract)
        .values("result__line__claim__round", "payer")
        .annotate(count=Count("pk"), pence=Sum("asked"))
        .order_by("result__line__claim__round__from_on", "payer__code")
    )
    sums = list(rows)
    rounds = ClaimRound.objects.in_bulk({row["result__line__claim__round"] for row in sums})
    payers = Party.objects.select_related("organisation").in_bulk({row["payer"] for row in sums})
    return [
        Waiting(rounds[row["result__line__claim__round"]], payers[row["payer"]], row["count"], row["pence"])
        for row in sums
    ]


def invoices_seen(
    *, contract: OutcomesContract, organisation: Organisation, sees_all: bool, today: date
) -> QuerySet[Invoice]:
    """List the invoices and credit notes that an organisation sees: overdue first, then what is due, then the rest.

    Args:
        contract: Under which.
        organisation: Who looks.
        sees_all: Whether it sees those to every payer.
        today: The legal day.
    """
    rows = Invoice.objects.filter(contract=contract).select_related(*_RELATED).defer("facts")
    if not sees_all:
        rows = rows.filter(payer__organisation=organisation)
    late = When(_UNPAID & Q(due_on__lt=today), then=Value(0))
    place = Case(late, When(_UNPAID, then=Value(1)), default=Value(2), output_field=IntegerField())
    due = Case(When(_UNPAID, then=F("due_on")), default=None)
    turn = Case(When(_UNPAID, then=F("number")), default=-F("number"), output_field=IntegerField())
    return rows.annotate(place=place, still_due_on=due, turn=turn).order_by("place", "still_due_on", "turn")


def narrow_invoices(rows: QuerySet[Invoice], *, today: date, state: str = "", payer: str = "") -> QuerySet[Invoice]:
    """Keep those in one of `CHOICES`, and those to one payer."""
    kept = {
        "": Q(),
        OPEN: _UNPAID,
        OVERDUE: _UNPAID & Q(due_on__lt=today),
        PAID: Q(kind=InvoiceKind.INVOICE.value, state=InvoiceState.PAID.value),
        CREDIT_NOTES: Q(kind=InvoiceKind.CREDIT_NOTE.value),
    }
    rows = rows.filter(kept[state])
    return rows.filter(payer__code=payer) if payer else rows


def sum_open(rows: QuerySet[Invoice], *, today: date) -> tuple[int, int]:
    """What is still to be paid of some invoices, and what of this is overdue, in pence."""
    left = F("net_pence") + F("tax_pence") - F("settled_pence")
    sums = rows.order_by().aggregate(
        open=Sum(left, filter=_UNPAID), overdue=Sum(left, filter=_UNPAID & Q(due_on__lt=today))
    )
    return sums["open"] or 0, sums["overdue"] or 0


def overdue_invoices(today: date) -> QuerySet[Invoice]:
    """All invoices whose last day to pay has passed, of every contract, in the order of their row numbers."""
    return Invoice.objects.filter(_UNPAID, due_on__lt=today).order_by("pk")


def days_over(invoice: Invoice, today: date) -> int:
    """Days since the last day to pay, of an invoice that is still to be paid; 0 for every other."""
    is_unpaid = invoice.kind == InvoiceKind.INVOICE.value and invoice.state == InvoiceState.ISSUED.value
    return max((today - invoice.due_on).days, 0) if is_unpaid else 0


def get_invoice_seen(*, contract: OutcomesContract, number: int, organisation: Organisation, sees_all: bool) -> Invoice:
    """Return an invoice or credit note that an organisation sees.

    Raises:
        InvoiceMissing: there is none, or it is to another payer.
    """
    rows = Invoice.objects.filter(contract=contract, number=number).select_related(*_RELATED)
    found = (rows if sees_all else rows.filter(payer__organisation=organisation)).first()
    if found is None:
        raise InvoiceMissing(_("There is no such invoice."), number=number)
    return found


def lines_of(invoice: Invoice) -> QuerySet[InvoiceLine]:
    """The lines of an invoice in their order, each with the line of the claim that it comes from."""
    related = (
        "share__result__participant",
        "share__result__line__event",
        "share__result__line__claim__provider__organisation",
    )
    return InvoiceLine.objects.filter(invoice=invoice).select_related(*related).order_by("place")


def receipts_of(invoice: Invoice) -> list[RecordedMoney]:
    """What was recorded for an invoice, and the reversals of it, in the order in which it was written down."""
    rows = RecordedMoney.objects.for_subject(purpose=PURPOSE, subject=invoice.public_id)
    return list(rows.with_everything().order_by("pk"))


def waiting_receipts_pence(invoice: Invoice) -> int:
    """What waits for a second person as received for an invoice, in pence."""
    rows = RecordedMoney.objects.for_subject(purpose=PURPOSE, subject=invoice.public_id).waiting()
    return rows.filter(reverses=None).aggregate(sum=Sum("amount_pence"))["sum"] or 0


def notes_of(invoice: Invoice) -> QuerySet[Invoice]:
    """The credit notes for an invoice."""
    return Invoice.objects.filter(credits=invoice).select_related(*_RELATED).order_by("number")


def find_paper(invoice: Invoice) -> Document | None:
    """The PDF of an invoice or credit note; None as long as no worker has made it."""
    rows = Document.objects.about(kind=PAPERS[invoice.kind], subject=invoice.public_id)
    return rows.filter(file__isnull=False).first()


def entries_of(invoice: Invoice) -> list[Entry]:
    """The entries in the contract's book that came of issuing an invoice or a credit note."""
    if invoice.kind == InvoiceKind.INVOICE.value:
        keys = [f"bonds:invoiced:{invoice.public_id}"]
        made = ReferralCompensation.objects.filter(invoice=invoice).values_list("public_id", flat=True)
        keys += [f"bonds:compensation:{one}" for one in made]
        used = AdvanceUse.objects.filter(invoice=invoice).values_list("public_id", flat=True)
        keys += [f"bonds:advance_earned:{one}" for one in used]
    else:
        undone = Clawback.objects.filter(result__shares__invoice_lines__invoice=invoice).distinct()
        keys = [f"bonds:taken_back:{one}" for one in undone.values_list("public_id", flat=True)]
        back = CompensationUndoing.objects.filter(note=invoice).values_list("public_id", flat=True)
        keys += [f"bonds:compensation_undone:{one}" for one in back]
    rows = Entry.objects.filter(book__slug=invoice.contract.book_slug, key__in=keys)
    return list(rows.select_related("book").order_by("pk"))


def orders_seen(*, contract: OutcomesContract, organisation: Organisation, sees_all: bool, today: date) -> list[Order]:
    """The purchase orders that an organisation sees, the newest of each payer first, with what was used of them."""
    rows = PurchaseOrder.objects.filter(contract=contract).select_related("payer", "payer__organisation")
    if not sees_all:
        rows = rows.filter(payer__organisation=organisation)
    orders = list(rows.order_by("payer__code", "-pk"))
    used = _used(orders)
    return [Order(one, used.get(one.pk, 0), today) for one in orders]


def look_at_order(order: PurchaseOrder, *, today: date) -> Order:
    """One purchase order with what was used of it."""
    return Order(order, _used([order]).get(order.pk, 0), today)


def _used(orders: list[PurchaseOrder]) -> dict[int, int]:
    amount = F("net_pence") + F("tax_pence")
    signed = Case(When(kind=InvoiceKind.CREDIT_NOTE.value, then=-amount), default=amount)
    rows = Invoice.objects.filter(purchase_order__in=orders).values("purchase_order").annotate(sum=Sum(signed))
    return {row["purchase_order"]: row["sum"] for row in rows.order_by()}
