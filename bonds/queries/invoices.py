"""What is to be invoiced, what was, and when it is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from bonds.models import (
    ClaimRound,
    Invoice,
    InvoiceLine,
    LineShare,
    OutcomesContract,
    Party,
    PurchaseOrder,
    VatTreatment,
)
from bonds.states import InvoiceKind, LineState, VatCategory
from core.amounts import read_pence
from core.errors import NotFound
from core.money import from_minor

# Source: EN 16931, BT-3 (UNTDID 1001): commercial invoice, credit note.
TYPE_CODES: Final = {InvoiceKind.INVOICE.value: "380", InvoiceKind.CREDIT_NOTE.value: "381"}
OUTSIDE_SCOPE: Final = "Outside the scope of VAT"
# Kinds of documents, by what they are papers of.
PAPERS: Final = {InvoiceKind.INVOICE.value: "outcome_invoice", InvoiceKind.CREDIT_NOTE.value: "outcome_credit_note"}


class InvoiceMissing(NotFound):
    """There is no such invoice."""

    code = "bonds.no_invoice"


def get_invoice(*, public_id: str) -> Invoice:
    """Return an invoice with contract, payer and round.

    Raises:
        InvoiceMissing: there is none.
    """
    related = ("contract", "contract__organisation", "payer", "payer__organisation", "round", "credits")
    found = Invoice.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise InvoiceMissing(_("There is no such invoice."), invoice=public_id)
    return found


class PartAsked(NamedTuple):
    """A payer's part of a line as a document shows it.

    Attributes:
        share: Which part.
        pence: What it comes to there, without tax.
        is_again: Whether it had been given back for a line that was taken back since.
    """

    share: LineShare
    pence: int
    is_again: bool = False


def uninvoiced(contract: OutcomesContract) -> QuerySet[LineShare]:
    """The parts that are still to be invoiced; `asked` is what each comes to, below zero for a downside share.

    Parts of accepted lines that stand on no document, but for those of nothing; and those below nothing that were
    given to the payer before their line was taken back.
    """
    lines = InvoiceLine.objects.filter(share=OuterRef("pk")).order_by()
    waiting = Q(~Exists(lines), result__line__state=LineState.VALIDATED.value)
    again = Q(Exists(lines), ~Exists(lines.filter(is_again=True)), net_pence__lt=0, result__clawback__isnull=False)
    shares = LineShare.objects.filter(result__contract=contract).exclude(net_pence=0)
    return shares.filter(waiting | again).annotate(
        asked=Case(
            When(result__clawback__isnull=False, then=-F("net_pence")),
            default=F("net_pence"),
            output_field=BigIntegerField(),
        )
    )


def count_to_invoice(contract: OutcomesContract) -> int:
    """Count the parts that `shares_to_invoice` gives."""
    return uninvoiced(contract).count()


def shares_to_invoice(contract: OutcomesContract) -> dict[tuple[ClaimRound, Party], list[PartAsked]]:
    """The parts that are still to be invoiced, by round and payer."""
    related = (
        "payer",
        "payer__organisation",
        "result__line__claim__round",
        "result__line__event",
        "result__participant",
    )
    found: dict[tuple[ClaimRound, Party], list[PartAsked]] = defaultdict(list)
    # The explanation of a line is long, and no invoice shows it.
    read = uninvoiced(contract).select_related(*related).defer("result__steps", "result__candidate")
    for share in read.order_by("result__run__number", "result__place", "pk"):
        claim_round = share.result.line.claim.round
        assert claim_round is not None, "an accepted line belongs to a round"
        pence = int(vars(share)["asked"])
        found[claim_round, share.payer].append(PartAsked(share, pence, is_again=pence != share.net_pence))
    return found


def find_purchase_order(*, payer: Party, on: date) -> PurchaseOrder | None:
    """The payer's order that holds on a day: the one that was recorded last; None without one."""
    orders = PurchaseOrder.objects.filter(payer=payer, from_on__lte=on, until_on__gt=on)
    return orders.order_by("-pk").first()


def find_vat_treatment(*, contract: OutcomesContract, on: date) -> VatTreatment | None:
    """How VAT looks at a contract on a day: what was recorded last for it; None: outside the scope."""
    return VatTreatment.objects.filter(contract=contract, from_on__lte=on).order_by("-from_on", "-pk").first()


def charges_vat(contract: OutcomesContract) -> bool:
    """Whether VAT is charged under a contract, or was, or will be: then what was paid is credited with its tax."""
    return VatTreatment.objects.filter(contract=contract, category=VatCategory.STANDARD.value).exists()


def write_facts(
    invoice: Invoice,
    parts: Sequence[PartAsked],
    *,
    registration: str = "",
    tax_reason: str = "",
    advance_pence: int = 0,
) -> dict[str, Any]:
    """The fields of an invoice or credit note by their EN 16931 names, amounts as texts with two decimals.

    Args:
        invoice: About to be issued, with contract, payer and order.
        parts: What stands on it, in order.
        registration: The seller's VAT number, where there is one.
        tax_reason: Why no tax is due; not said where it is.
        advance_pence: What the buyer paid before, in advance or too much, which is set against it; said only where
            there is any.

    Source: EN 16931-1, core invoice; Procurement Act 2023 s.67 (authorities have to take such invoices).
    """
    order = invoice.purchase_order
    seller, buyer = invoice.contract.organisation, invoice.payer.organisation
    return {
        "BT-1": number_of(invoice),
        "BT-2": invoice.issued_on.isoformat(),
        "BT-3": TYPE_CODES[invoice.kind],
        "BT-5": invoice.contract.currency,
        "BT-9": invoice.due_on.isoformat(),
        "BT-10": order.cost_centre if order else "",
        "BT-12": invoice.contract.reference,
        "BT-13": order.number if order else "",
        "BT-25": number_of(invoice.credits) if invoice.credits else "",
        "BT-27": seller.name,
        "BT-31": registration,
        "BT-44": buyer.name,
        "BT-106": _amount(invoice.net_pence, invoice),
        "BT-109": _amount(invoice.net_pence, invoice),
        "BT-110": _amount(invoice.tax_pence, invoice),
        "BT-112": _amount(invoice.gross_pence, invoice),
        **({"BT-113": _amount(advance_pence, invoice)} if advance_pence else {}),
        "BT-115": _amount(invoice.gross_pence - advance_pence, invoice),
        "BT-116": _amount(invoice.net_pence, invoice),
        "BT-117": _amount(invoice.tax_pence, invoice),
        "BT-118": invoice.tax_category,
        "BT-119": _rate(invoice),
        "BT-120": "" if invoice.tax_category == VatCategory.STANDARD.value else tax_reason or OUTSIDE_SCOPE,
        "BG-25": [_write_line(place, part, invoice) for place, part in enumerate(parts, start=1)],
    }


def next_number(contract: OutcomesContract) -> int:
    """The number of the next invoice or credit note of a contract that the caller has locked."""
    last = Invoice.objects.filter(contract=contract).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def number_of(invoice: Invoice) -> str:
    """The number as it stands on the document: contract, kind and number."""
    letters = "INV" if invoice.kind == InvoiceKind.INVOICE.value else "CN"
    return f"{invoice.contract.reference}-{letters}-{invoice.number:04}".upper()


def asked_pence(invoice: Invoice) -> int:
    """What the document asks for: the amount with tax, less what was paid in advance, as fixed on the day of issue."""
    return read_pence(invoice.facts["BT-115"]) or 0


def paid_lines(invoice: Invoice) -> list[int]:
    """Lines on an invoice, or a note for a downside share, of which every payer has paid its part, by row number."""
    mine = set(InvoiceLine.objects.filter(invoice=invoice).values_list("share__result_id", flat=True))
    parts = LineShare.objects.filter(result__in=mine).exclude(net_pence=0)
    invoiced = Q(kind=InvoiceKind.INVOICE.value, is_again=False, invoice__state="paid")
    # What the investors' side owed a payer is settled by the note that gives it to the payer.
    given = Q(kind=InvoiceKind.CREDIT_NOTE.value, invoice__credits=None)
    rows = InvoiceLine.objects.filter(invoiced | given, share__result__in=mine)
    settled = rows.values_list("share_id", flat=True)
    still_open = set(parts.exclude(pk__in=list(settled)).values_list("result_id", flat=True))
    return sorted(mine - still_open)


def _write_line(place: int, part: PartAsked, invoice: Invoice) -> dict[str, str]:
    result = part.share.result
    whose = result.participant.pseudonym if result.participant else result.line.event.cohort
    return {
        "BT-126": str(place),
        "BT-128": result.line.public_id,
        "BT-129": "1",
        "BT-131": _amount(part.pence, invoice),
        "BT-134": result.line.event.achieved_on.isoformat(),
        "BT-146": _amount(part.pence, invoice),
        "BT-151": invoice.tax_category,
        "BT-152": _rate(invoice),
        "BT-153": f"{result.metric} {whose}",
    }


def _rate(invoice: Invoice) -> str:
    """The rate in percent; nothing is said outside the scope. Source: EN 16931, BR-O-05."""
    if invoice.tax_category == VatCategory.OUTSIDE.value:
        return ""
    return f"{invoice.tax_rate // 100}.{invoice.tax_rate % 100:02}"


def _amount(pence: int, invoice: Invoice) -> str:
    return f"{from_minor(pence, invoice.contract.currency).amount:.2f}"
