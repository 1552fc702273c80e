"""Payers pay before results: asked for by the terms, received and paid back by recorded money, earned by invoices.

Source: treasury specification A8: V11 (advance payment received; earned). When it is earned, see
`docs/decisions/0006-advances-are-earned-by-invoices.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.advancing import use_advances
from bonds.models import Advance, AdvanceMoney, AdvanceUse, Invoice, OutcomesContract, Party
from bonds.operations.advance_errors import AdvanceAsked, AdvanceEarned, AdvanceTaxed, TooMuchAdvanced
from bonds.operations.advance_mails import tell_asked, tell_moved
from bonds.operations.assessing import check_running
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_postings import DEFERRED_INCOME
from bonds.operations.locks import lock_contract
from bonds.operations.money_moved import Moved, write_down_money
from bonds.operations.postings import DEBTORS
from bonds.queries.advances import AdvanceMissing, get_advance, list_foreseen, standing_of, unearned_of
from bonds.queries.invoices import find_vat_treatment, number_of
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line
from payments.models import RecordedMoney

RECEIPT_PURPOSE: Final = "bonds.advance"
REFUND_PURPOSE: Final = "bonds.advance_refund"
EARNED_KIND: Final = "bonds.advance_earned"


@transaction.atomic
def ask_for_advance(*, contract: OutcomesContract, code: str, actor: Actor, at: datetime) -> Advance:
    """Ask a payer for an advance that the terms in force foresee; nothing is posted before it comes.

    Args:
        contract: Running.
        code: Short name of the advance in the terms.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        AdvanceAsked: the payer was asked for it before.
        AdvanceMissing: the terms in force foresee no such advance.
        AdvanceTaxed: VAT is charged at the standard rate.
    """
    contract, on = lock_contract(contract.pk), legal_day(at)
    check_running(contract)
    last = Advance.objects.filter(contract=contract).order_by("-number").first()
    if Advance.objects.filter(contract=contract, code=code).exists():
        raise AdvanceAsked(_("The payer was asked for this advance before."), advance=code)
    found = next((one for one in list_foreseen(contract, on=on) if one.term.code == code), None)
    if found is None:
        raise AdvanceMissing(_("The terms in force foresee no such advance."), advance=code)
    check_untaxed(contract, on=on)
    advance = Advance.objects.create(
        contract=contract,
        number=last.number + 1 if last else 1,
        code=code,
        payer=found.payer,
        version_number=found.version_number,
        pence=found.term.amount,
        payable_on=found.term.payable_on,
        asked_on=on,
        by=actor.ref,
        at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.advance_asked",
        at=at,
        organisation=contract.organisation.public_id,
        subject=advance.public_id,
        after={"advance": code, "pence": advance.pence, "payable_on": advance.payable_on.isoformat()},
    )
    tell_asked(advance, at=at)
    return advance


def record_advance(*, advance: Advance, is_receipt: bool, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that an advance came, or that what was not earned went back, and ask a second person.

    Args:
        advance: Asked for, with contract and payer.
        is_receipt: From the payer; otherwise back to it.
        **moved: What the statement says: at most what is still to come, or what is left.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
        TooMuchAdvanced, AdvanceTaxed, WrongMoney, NotRunning: as `check_receipt` and `check_refund`.
    """
    return write_down_money(
        contract=advance.contract,
        is_receipt=is_receipt,
        purpose=RECEIPT_PURPOSE if is_receipt else REFUND_PURPOSE,
        subject=advance.public_id,
        batch=advance.public_id,
        party_name=advance.payer.organisation.name,
        party_owner=advance.payer.public_id,
        note=advance.code,
        **moved,
    )


def receipt_lines(record: RecordedMoney) -> Sequence[Line]:
    """V11: what came is income that has still to be earned."""
    return [Line(record.account, DEFERRED_INCOME, record.amount_pence)]


def refund_lines(record: RecordedMoney) -> Sequence[Line]:
    """What was not earned goes back."""
    return [Line(DEFERRED_INCOME, record.account, record.amount_pence)]


def check_receipt(record: RecordedMoney) -> None:
    """Refuse more than was asked for, and to undo what was earned or went back.

    Raises:
        AdvanceMissing: nobody was asked for this.
        WrongMoney: it is in another book, or does not carry the batch of its advance.
        NotRunning: the contract is closed.
        AdvanceTaxed: VAT is charged at the standard rate on that day.
        TooMuchAdvanced: less than this is still to be paid.
        AdvanceEarned: a reversal of what is not there any more.
    """
    advance = _check_common(record)
    standing = standing_of(advance)
    if record.reverses is not None:
        if record.amount_pence > standing.unearned:
            raise AdvanceEarned(
                _("Some of this advance was earned or paid back, so its receipt cannot be undone."),
                unearned_pence=standing.unearned,
            )
        return
    check_untaxed(advance.contract, on=record.moved_on)
    if record.amount_pence > standing.open:
        raise TooMuchAdvanced(_("Less than this is still to be paid of the advance."), open_pence=standing.open)


def check_refund(record: RecordedMoney) -> None:
    """Refuse to pay back what was earned.

    Raises:
        AdvanceMissing, WrongMoney, NotRunning: as `check_receipt`.
        TooMuchAdvanced: less than this is left.
    """
    standing = standing_of(_check_common(record))
    if record.reverses is None and record.amount_pence > standing.unearned:
        raise TooMuchAdvanced(
            _("Less than this is left of the advance; the rest was earned or paid back."),
            open_pence=standing.unearned,
        )


def lock_for_advance(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_advance(public_id=subject).contract_id)


def note_moved(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let it into the books."""
    advance = get_advance(public_id=record.subject)
    AdvanceMoney.objects.create(
        advance=advance,
        is_receipt=record.is_receipt,
        record=record.public_id,
        moved_on=record.moved_on,
        pence=record.amount_pence,
        at=at,
    )
    tell_moved(advance, record, at=at)


def note_undone(*, record: RecordedMoney, at: datetime) -> None:
    """It was undone."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = AdvanceMoney.objects.get(record=record.reverses.public_id)
    AdvanceMoney.objects.create(
        advance=before.advance,
        is_receipt=before.is_receipt,
        record=record.public_id,
        moved_on=record.moved_on,
        pence=before.pence,
        undoes=before,
        at=at,
    )


def plan_uses(payer: Party, *, asked: int) -> list[tuple[Advance, int]]:
    """Say what of a payer's advances an invoice uses. The caller has locked the contract.

    Args:
        payer: Whose.
        asked: What the invoice comes to with tax, in pence.
    """
    left = unearned_of(payer)
    used = use_advances(asked, [one.unearned for one in left])
    return [(one.advance, pence) for one, pence in zip(left, used, strict=True) if pence]


def earn_advances(invoice: Invoice, uses: Sequence[tuple[Advance, int]], *, actor: Actor, at: datetime) -> None:
    """Set advances against an invoice: so much of them is earned (V11), and the payer owes so much less.

    Args:
        invoice: Just issued, of a contract that the caller has locked.
        uses: As `plan_uses` gave them.
        actor: Who.
        at: Now.
    """
    for advance, pence in uses:
        use = AdvanceUse.objects.create(advance=advance, invoice=invoice, pence=pence, at=at)
        ledger_operations.post(
            book=ledger_queries.get_book_by_slug(slug=invoice.contract.book_slug),
            key=f"bonds:advance_earned:{use.public_id}",
            kind=EARNED_KIND,
            effective_on=invoice.issued_on,
            lines=[Line(DEFERRED_INCOME, DEBTORS, pence, credit_owner=invoice.payer.public_id)],
            actor=actor.ref,
            source=invoice.public_id,
            batch=invoice.round.public_id,
            recorded_at=at,
        )
        audit.record(
            actor=actor.ref,
            action="bonds.advance_earned",
            at=at,
            organisation=invoice.contract.organisation.public_id,
            subject=advance.public_id,
            after={"invoice": number_of(invoice), "pence": pence},
        )


def check_untaxed(contract: OutcomesContract, *, on: date) -> None:
    """Let no advance pass on which VAT would be due.

    Raises:
        AdvanceTaxed: it is charged at the standard rate on that day.

    Source: VATA 1994 s.6(4): a payment before the supply is a tax point, and needs an invoice of its own.
    """
    treatment = find_vat_treatment(contract=contract, on=on)
    if treatment is not None and treatment.category == states.VatCategory.STANDARD.value:
        raise AdvanceTaxed(
            _("VAT would fall due on an advance when it comes, with an invoice of its own; these books do not keep it.")
        )


def _check_common(record: RecordedMoney) -> Advance:
    advance = get_advance(public_id=record.subject)
    if record.book.slug != advance.contract.book_slug:
        raise WrongMoney(_("This money is not for an advance of this book."))
    if record.batch != advance.public_id:
        raise WrongMoney(_("Money for an advance carries its batch."), batch=advance.public_id)
    if record.reverses is None:
        check_running(advance.contract)
    return advance
