"""What would come of taking lines back: the same plan is shown before it is confirmed and carried out afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bonds import states
from bonds.arithmetic.undoing import Undone, undo_part
from bonds.arithmetic.vat import compute_tax_after
from bonds.models import ClaimLine, Invoice, InvoiceLine, LineResult, LineShare, Party
from bonds.queries.invoices import charges_vat


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One payer's part of a line, and how it is made good.

    `invoice` is where it stands, or None; `tax` the VAT, in pence, that goes back with what is credited.
    """

    share: LineShare
    invoice: Invoice | None
    undone: Undone
    tax: int = 0


@dataclass(frozen=True, slots=True)
class LinePlan:
    """An accepted line with its payers' parts."""

    line: ClaimLine
    result: LineResult
    parts: tuple[PartPlan, ...]


@dataclass
class PayerPlan:
    """What taking back means to one payer, in pence; `credits` by invoice, in the order of their numbers."""

    payer: Party
    unasked: int = 0
    set_off: int = 0
    credits: dict[Invoice, int] = field(default_factory=dict)

    @property
    def credited(self) -> int:
        """The sum of the credit notes, with tax."""
        return sum(self.credits.values())


def plan_undoing(lines: Sequence[ClaimLine]) -> list[LinePlan]:
    """Plan how lines are taken back, one after the other; what one credits is not there for the next.

    Args:
        lines: Accepted, with their claims; a line that was worked out never is left out.

    Returns:
        A plan for each line, in their order.
    """
    results = {one.line_id: one for one in LineResult.objects.filter(line__in=lines).select_related("run")}
    shares: dict[int, list[LineShare]] = defaultdict(list)
    # With what a credit note says of a line.
    related = ("payer", "payer__organisation", "result__participant", "result__line__event")
    for share in LineShare.objects.filter(result__line__in=lines).select_related(*related).order_by("pk"):
        shares[share.result_id].append(share)
    asked = _invoices_of(lines)
    standing = _look_at_invoices(set(asked.values()))
    plans = []
    for line in lines:
        result = results.get(line.pk)
        if result is not None:
            parts = [_plan_part(share, asked.get(share.pk), standing) for share in shares[result.pk]]
            plans.append(LinePlan(line, result, tuple(parts)))
    return plans


def sum_by_payer(plans: Sequence[LinePlan]) -> list[PayerPlan]:
    """Add up plans payer by payer, in the order of their short names."""
    found: dict[int, PayerPlan] = {}
    for plan in plans:
        for part in plan.parts:
            mine = found.setdefault(part.share.payer_id, PayerPlan(part.share.payer))
            mine.unasked += part.undone.unasked
            mine.set_off += part.undone.set_off
            if part.undone.credited:
                assert part.invoice is not None, "what is credited stands on an invoice"
                mine.credits[part.invoice] = mine.credits.get(part.invoice, 0) + part.undone.credited + part.tax
    return sorted(found.values(), key=lambda one: one.payer.code)


def digest_of(plans: Sequence[LinePlan]) -> str:
    """Name a plan by what it does, so that nobody confirms another one than they saw."""
    said = [
        f"{plan.line.public_id} {part.share.payer.code} {part.invoice.number if part.invoice else 0} "
        f"{part.undone.unasked} {part.undone.credited} {part.tax} {part.undone.set_off}"
        for plan in plans
        for part in plan.parts
    ]
    return sha256("\n".join(said).encode()).hexdigest()


def _invoices_of(lines: Sequence[ClaimLine]) -> dict[int, Invoice]:
    """The invoices on which parts of lines stand, by row number of the part; one invoice is one object."""
    rows = InvoiceLine.objects.filter(
        share__result__line__in=lines, kind=states.InvoiceKind.INVOICE.value, is_again=False
    )
    placed = dict(rows.values_list("share_id", "invoice_id"))
    related = ("contract", "contract__organisation", "payer", "payer__organisation", "round", "purchase_order")
    invoices = Invoice.objects.select_related(*related).in_bulk(set(placed.values()))
    return {share: invoices[invoice] for share, invoice in placed.items()}


@dataclass
class _Standing:
    """Where an invoice stands while a plan is made: what is still to be paid with tax, what was credited without.

    `is_taxed`: VAT is charged under its contract.
    """

    open: int
    credited: int
    is_taxed: bool


def _look_at_invoices(invoices: Iterable[Invoice]) -> dict[int, _Standing]:
    is_taxed = {contract.pk: charges_vat(contract) for contract in {invoice.contract for invoice in invoices}}
    found = {invoice.pk: _Standing(invoice.open_pence, 0, is_taxed[invoice.contract_id]) for invoice in invoices}
    for note in Invoice.objects.filter(credits__in=found).order_by("pk"):
        assert note.credits_id is not None, "a credit note names its invoice"
        found[note.credits_id].credited += note.net_pence
    return found


def _plan_part(share: LineShare, invoice: Invoice | None, standing: dict[int, _Standing]) -> PartPlan:
    net, settled = share.net_pence, share.settled_pence
    if invoice is None:
        return PartPlan(share, None, undo_part(net=net, settled=settled, open_pence=None))
    now = standing[invoice.pk]
    tax = compute_tax_after(now.credited, net, rate=invoice.tax_rate) if net > 0 else 0
    undone = undo_part(net=net, settled=settled, open_pence=now.open, tax=tax, is_taxed=now.is_taxed)
    if not undone.credited:
        return PartPlan(share, invoice, undone)
    now.open = max(now.open - undone.credited - tax, 0)
    now.credited += undone.credited
    return PartPlan(share, invoice, undone, tax)
