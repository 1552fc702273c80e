"""Invoices: what was accepted is asked of each payer, and settled by what they pay.

Source: treasury specification A8: V8 (invoice issued), V9 (commissioner pays), V11 (an advance is earned).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.deadlines import compute_payment_deadline
from bonds.arithmetic.terms import ClaimRules
from bonds.arithmetic.vat import compute_tax, find_rate
from bonds.models import ClaimLine, ClaimRound, Invoice, InvoiceLine, LineShare, OutcomesContract, Party, PurchaseOrder
from bonds.operations.advancing import earn_advances, plan_uses
from bonds.operations.assessing import check_running
from bonds.operations.errors import NothingToInvoice, OrderUnsound, TooMuchPaid, WrongMoney
from bonds.operations.invoice_papers import publish
from bonds.operations.lines import change_lines
from bonds.operations.locks import lock_contract
from bonds.operations.noting import issue_note
from bonds.operations.overpaying import credit_owed, plan_credits, use_credits
from bonds.operations.postings import DEBTORS, EARNED, VAT
from bonds.queries import overpayments
from bonds.queries.advances import sum_used
from bonds.queries.invoices import (
    PartAsked,
    find_purchase_order,
    find_vat_treatment,
    get_invoice,
    next_number,
    number_of,
    paid_lines,
    shares_to_invoice,
    write_facts,
)
from bonds.queries.terms import terms_by_version
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor, system_actor
from foundation.jobs import Tell, tell_nobody
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line
from payments.models import RecordedMoney
from people.models import OrganisationKind

RECEIPT_PURPOSE: Final = "bonds.invoice"
Kind = states.InvoiceKind


@transaction.atomic
def record_purchase_order(
    *,
    payer: Party,
    number: str,
    from_on: date,
    until_on: date,
    cost_centre: str = "",
    amount_pence: int | None = None,
    actor: Actor,
    at: datetime,
) -> PurchaseOrder:
    """Write down a payer's own order for invoices of a period; a later one for the same days goes before it.

    Args:
        payer: Who ordered.
        number: As the payer writes it; it stands on every invoice.
        from_on: First day of invoices under it.
        until_on: The day after the last.
        cost_centre: As the payer writes it.
        amount_pence: What it is good for, above zero; None where it does not say.
        actor: Who acts.
        at: Now.

    Raises:
        OrderUnsound: number or period is missing, or the amount is not above zero.
    """
    if not number.strip() or until_on <= from_on or (amount_pence is not None and amount_pence <= 0):
        raise OrderUnsound(_("An order has a number, ends after it begins, and is good for more than nothing."))
    order = PurchaseOrder.objects.create(
        contract=payer.contract,
        payer=payer,
        number=number.strip(),
        cost_centre=cost_centre.strip(),
        amount_pence=amount_pence,
        from_on=from_on,
        until_on=until_on,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.purchase_order_recorded",
        at=at,
        organisation=payer.organisation.public_id,
        subject=order.public_id,
        after={"number": order.number},
    )
    return order


@transaction.atomic
def issue_invoices(
    *, contract: OutcomesContract, actor: Actor, at: datetime, tell: Tell = tell_nobody
) -> list[Invoice]:
    """Invoice each payer for all that was accepted and not yet invoiced: one invoice for each payer and round (V8).

    What a payer paid in advance, and then what it is owed, is set against its invoices, the oldest first (V11, V10).
    What comes to nothing or less for a payer in a round, as by a downside share, is owed to it: a credit note says so.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        tell: Is told how far it is.

    Returns:
        Invoices and credit notes, in the order of their numbers.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingToInvoice: there is nothing.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    notes, invoices = _issue_all(contract, actor=actor, at=at, tell=tell)
    made = [*notes, *invoices]
    if not made:
        raise NothingToInvoice(_("Nothing was accepted since the last invoices."))
    _note_invoiced(made, actor=actor, at=at)
    _settle_by_what_was_paid(invoices, actor=actor, at=at)
    for note in notes:
        _note_lines_paid(note, actor=actor.ref, at=at, words=number_of(note))
    publish(made, actor=actor.ref, at=at)
    return made


def receipt_lines(record: RecordedMoney) -> Sequence[Line]:
    """V9: the payer's debt goes down by what came to the bank."""
    invoice = get_invoice(public_id=record.subject)
    return [Line(record.account, DEBTORS, record.amount_pence, credit_owner=invoice.payer.public_id)]


def check_receipt(record: RecordedMoney) -> None:
    """Refuse money that is not for this invoice, or more than is still to be paid.

    Raises:
        InvoiceMissing: there is no such invoice.
        WrongMoney: it is in another book, another currency or a credit note.
        TooMuchPaid: more than is open.
    """
    invoice = get_invoice(public_id=record.subject)
    if invoice.kind != Kind.INVOICE.value or record.book.slug != invoice.contract.book_slug:
        raise WrongMoney(_("This money is not for an invoice of this book."))
    if record.batch != invoice.round.public_id:
        raise WrongMoney(_("Money for an invoice carries the batch of its round."), batch=invoice.round.public_id)
    if record.reverses is None and record.amount_pence > invoice.open_pence:
        raise TooMuchPaid(
            _("Only part of this is still to be paid on the invoice. Record the rest for what it is for."),
            open_pence=invoice.open_pence,
        )


def lock_for_receipt(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_invoice(public_id=subject).contract_id)


def note_received(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let a receipt into the books: the invoice is settled by it, and its lines when all have paid."""
    invoice = get_invoice(public_id=record.subject)
    settle_invoice(invoice, record.amount_pence, actor=system_actor("receipts").ref, at=at)


def note_receipt_reversed(*, record: RecordedMoney, at: datetime) -> None:
    """A receipt was undone: the invoice is open again by so much."""
    invoice = get_invoice(public_id=record.subject)
    settle_invoice(invoice, -record.amount_pence, actor=system_actor("receipts").ref, at=at)


def _issue_all(
    contract: OutcomesContract, *, actor: Actor, at: datetime, tell: Tell
) -> tuple[list[Invoice], list[Invoice]]:
    """Issue credit notes for what payers are owed, then invoices, which these may settle."""
    waiting, done = shares_to_invoice(contract), 0
    whole = sum(map(len, waiting.values()))
    notes, invoices = [], []
    for (claim_round, payer), parts in waiting.items():
        if owed := [part for part in parts if part.pence < 0 and _is_owed(parts)]:
            notes.append(_owe(contract, claim_round, payer, owed, actor=actor, at=at))
    for (claim_round, payer), parts in waiting.items():
        if asked := [part for part in parts if part.pence > 0 or not _is_owed(parts)]:
            invoices.append(_issue(contract, claim_round, payer, asked, actor=actor, at=at))
        done += len(parts)
        tell(done, whole)
    return notes, invoices


def _is_owed(parts: Sequence[PartAsked]) -> bool:
    """Whether what waits for a payer in a round comes to nothing or less: then its parts are not netted."""
    return sum(part.pence for part in parts) <= 0


def _owe(
    contract: OutcomesContract,
    claim_round: ClaimRound,
    payer: Party,
    parts: Sequence[PartAsked],
    *,
    actor: Actor,
    at: datetime,
) -> Invoice:
    """Give a payer what the investors' side owes it: a credit note that credits no invoice."""
    owed = [PartAsked(part.share, -part.pence) for part in parts]
    like, facts = _write(contract, claim_round, payer, sum(part.pence for part in owed), actor=actor, at=at)
    like.facts = write_facts(like, [], **facts)
    note = issue_note(
        payer=payer, claim_round=claim_round, parts=owed, tax_pence=like.tax_pence, like=like, actor=actor.ref, at=at
    )
    credit_owed(note, actor=actor.ref, at=at)
    return note


def _write(
    contract: OutcomesContract, claim_round: ClaimRound, payer: Party, net: int, *, actor: Actor, at: datetime
) -> tuple[Invoice, dict[str, Any]]:
    """Write an invoice as far as the day and the payer say it, with what VAT adds to its fields; nothing is saved."""
    on = legal_day(at)
    treatment = find_vat_treatment(contract=contract, on=on)
    category = states.VatCategory(treatment.category) if treatment else states.VatCategory.OUTSIDE
    rate = find_rate(category, on)
    invoice = Invoice(
        contract=contract,
        round=claim_round,
        payer=payer,
        number=next_number(contract),
        issued_on=on,
        due_on=due_on_for(contract, payer, on),
        net_pence=net,
        tax_pence=compute_tax(net, rate=rate),
        tax_category=category.value,
        tax_rate=rate,
        purchase_order=find_purchase_order(payer=payer, on=on),
        issued_by=actor.ref,
        issued_at=at,
    )
    said = {"registration": treatment.registration, "tax_reason": treatment.reason} if treatment else {}
    return invoice, said


def _issue(
    contract: OutcomesContract,
    claim_round: ClaimRound,
    payer: Party,
    parts: Sequence[PartAsked],
    *,
    actor: Actor,
    at: datetime,
) -> Invoice:
    invoice, said = _write(contract, claim_round, payer, sum(part.pence for part in parts), actor=actor, at=at)
    uses = plan_uses(payer, asked=invoice.gross_pence)
    advance = sum(pence for _advance, pence in uses)
    owed = plan_credits(payer, asked=invoice.gross_pence - advance)
    before = advance + sum(pence for _credit, pence in owed)
    invoice.facts = write_facts(invoice, parts, advance_pence=before, **said)
    invoice.save()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            place=place,
            kind=invoice.kind,
            share=part.share,
            pence=part.pence,
            is_again=part.is_again,
        )
        for place, part in enumerate(parts, start=1)
    )
    _post_issued(invoice, actor=actor, at=at)
    earn_advances(invoice, uses, actor=actor, at=at)
    use_credits(invoice, owed, actor=actor.ref, at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.invoice_issued",
        at=at,
        organisation=contract.organisation.public_id,
        subject=invoice.public_id,
        after={"number": number_of(invoice), "net_pence": invoice.net_pence, "due_on": invoice.due_on.isoformat()},
    )
    return invoice


def due_on_for(contract: OutcomesContract, payer: Party, on: date) -> date:
    """The last of the days to pay in time.

    Source: Procurement Act 2023 s.68 (30 days for contracting authorities); the contract's days for others.
    """
    versions = terms_by_version(contract)
    rules: ClaimRules = versions[max(versions)].claims
    is_public = payer.organisation.kind == OrganisationKind.PUBLIC_BODY
    return compute_payment_deadline(on, rules=rules, is_contracting_authority=is_public).last_on


def _post_issued(invoice: Invoice, *, actor: Actor, at: datetime) -> None:
    """V8: what was earned is owed by the payer, and with it the tax."""
    owed = [Line(DEBTORS, EARNED, invoice.net_pence, debit_owner=invoice.payer.public_id)]
    if invoice.tax_pence:
        owed.append(Line(DEBTORS, VAT, invoice.tax_pence, debit_owner=invoice.payer.public_id))
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=invoice.contract.book_slug),
        key=f"bonds:invoiced:{invoice.public_id}",
        kind="bonds.invoiced",
        effective_on=invoice.issued_on,
        lines=owed,
        actor=actor.ref,
        source=invoice.public_id,
        batch=invoice.round.public_id,
        recorded_at=at,
    )


def _note_invoiced(invoices: Sequence[Invoice], *, actor: Actor, at: datetime) -> None:
    """Lines are invoiced when every payer has been asked for its part; one that was taken back stays so."""
    mine = set(InvoiceLine.objects.filter(invoice__in=invoices).values_list("share__result_id", flat=True))
    waiting = LineShare.objects.filter(result__in=mine, invoice_lines=None).exclude(net_pence=0)
    ready = sorted(mine - set(waiting.values_list("result_id", flat=True)))
    lines = _read_as(states.LineState.VALIDATED, ready)
    change_lines(lines, to=states.LineState.INVOICED, actor=actor.ref, at=at)


def _settle_by_what_was_paid(invoices: Sequence[Invoice], *, actor: Actor, at: datetime) -> None:
    """What was paid in advance or too much settles so much of an invoice; its lines are paid if nothing is left."""
    advanced, credited = sum_used(invoices), overpayments.sum_used(invoices)
    for invoice in invoices:
        if used := advanced.get(invoice.pk, 0) + credited.get(invoice.pk, 0):
            settle_invoice(invoice, used, actor=actor.ref, at=at)


def settle_invoice(invoice: Invoice, pence: int, *, actor: str, at: datetime, reason: str = "") -> None:
    """Settle so much more of an invoice (less, below zero); its lines are paid when every payer has settled its part.

    Args:
        invoice: Of a contract that the caller has locked.
        pence: What came or was credited, with tax.
        actor: Reference of who.
        at: Now.
        reason: What the record of the lines says; the invoice's number unless given.
    """
    was_paid = invoice.state == states.InvoiceState.PAID.value
    before = paid_lines(invoice) if was_paid else []
    invoice.settled_pence += pence
    is_paid = invoice.open_pence == 0
    invoice.state = (states.InvoiceState.PAID if is_paid else states.InvoiceState.ISSUED).value
    invoice.save()
    words = reason or number_of(invoice)
    if is_paid:
        _note_lines_paid(invoice, actor=actor, at=at, words=words)
    elif was_paid:
        back = _read_as(states.LineState.PAID, before)
        change_lines(back, to=states.LineState.INVOICED, actor=actor, at=at, reason=words)


def _note_lines_paid(invoice: Invoice, *, actor: str, at: datetime, words: str) -> None:
    """Lines of which every payer has settled its part are paid."""
    wanted = _read_as(states.LineState.INVOICED, paid_lines(invoice))
    change_lines(wanted, to=states.LineState.PAID, actor=actor, at=at, reason=words)


def _read_as(state: states.LineState, ids: Sequence[int]) -> list[ClaimLine]:
    """Read those lines that stand so, with what a change of state writes down: an invoice may have thousands."""
    found = ClaimLine.objects.filter(pk__in=ids, state=state.value).select_related("claim__provider")
    return list(found.order_by("pk"))
