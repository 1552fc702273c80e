"""Paying what parties are due by a run: through recorded payments that a second person lets into the books.

Of an investor's interest tax may have to be withheld: then less leaves the bank than the investor is due less by it.

Source: treasury specification A8: V13 (interest, tax withheld), V14 (principal), V15 (outcome-linked return).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import StageKind
from bonds.arithmetic.withholding import compute_withheld, find_gross
from bonds.models import Distribution, DistributionPayment
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_written_off, is_wound_up, require_investor_terms
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_errors import TaxPaidOver, TooMuchPaidOut
from bonds.operations.investor_mails import tell_paid, tell_payment_undone
from bonds.operations.investor_postings import TAX, post_undrawn
from bonds.operations.investor_postings import payment_lines as lines_of_payment
from bonds.operations.locks import lock_contract
from bonds.queries.investors import get_distribution, open_of_distribution
from bonds.queries.withholding import open_tax, rate_for
from ledger.operations import Line
from payments.models import RecordedMoney


def payment_lines(record: RecordedMoney) -> Sequence[Line]:
    """What the party is due goes down by what left the bank, and by the tax that is withheld from it."""
    due = get_distribution(public_id=record.subject)
    rate = rate_for(due, on=record.moved_on)
    gross = find_gross(record.amount_pence, rate=rate, at_most=open_of_distribution(due))
    tax = gross - record.amount_pence
    return lines_of_payment(due, bank=record.account, pence=record.amount_pence, tax=tax)


def check_payment(record: RecordedMoney) -> None:
    """Refuse money that nobody is due, or not so much of.

    Raises:
        DistributionMissing: nobody is due this.
        WrongMoney: it is in another book, was paid before its run, or does not carry the batch of its round.
        WrittenOff: what investors lost was written off.
        NotRunning: the contract is closed.
        TooMuchPaidOut: more than is still due, after tax; nothing is once the run was withdrawn.
        TaxPaidOver: a reversal would take back tax that was paid over.
    """
    due = get_distribution(public_id=record.subject)
    if record.book.slug != due.run.contract.book_slug or record.moved_on < due.run.run_on:
        raise WrongMoney(_("This money is not for a distribution of this book, or was paid before it."))
    if record.batch != due.run.round.public_id:
        raise WrongMoney(_("Money for a distribution carries the batch of its round."), batch=due.run.round.public_id)
    check_not_written_off(due.run.contract)
    if record.reverses is not None:
        _check_tax_is_here(due, record.reverses)
        return
    check_running(due.run.contract)
    still_open, rate = open_of_distribution(due), rate_for(due, on=record.moved_on)
    left = still_open - compute_withheld(still_open, rate=rate)
    if record.amount_pence > left or record.amount_pence + _tax_of(record) > still_open:
        raise TooMuchPaidOut(_("Less than this is still due."), open_pence=left)


def lock_for_payment(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_distribution(public_id=subject).run.contract_id)


def note_paid(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let the payment into the books, and the party is told; recycled money can be called again."""
    due = get_distribution(public_id=record.subject)
    tax = _tax_of(record)
    made = DistributionPayment.objects.create(
        distribution=due,
        record=record.public_id,
        paid_on=record.moved_on,
        pence=record.amount_pence + tax,
        tax_pence=tax,
        at=at,
    )
    _recycle(due, made, made.pence, record=record, at=at)
    tell_paid(made, at=at)


def note_payment_undone(*, record: RecordedMoney, at: datetime) -> None:
    """A payment was undone: the party is due the money again."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = DistributionPayment.objects.get(record=record.reverses.public_id)
    due = get_distribution(public_id=record.subject)
    made = DistributionPayment.objects.create(
        distribution=due,
        record=record.public_id,
        paid_on=record.moved_on,
        pence=before.pence,
        tax_pence=before.tax_pence,
        undoes=before,
        at=at,
    )
    _recycle(due, made, -made.pence, record=record, at=at)
    tell_payment_undone(made, reason=record.note, at=at)


def _tax_of(record: RecordedMoney) -> int:
    """Tax that the lines of a record withhold, as two people saw them; nothing of one that is not kept yet."""
    if record.pk is None:
        return 0
    return record.lines.filter(credit=TAX).aggregate(sum=Sum("amount_pence"))["sum"] or 0


def _check_tax_is_here(due: Distribution, original: RecordedMoney) -> None:
    tax = DistributionPayment.objects.get(record=original.public_id).tax_pence
    if tax and tax > open_tax(due.run.contract):
        raise TaxPaidOver(
            _("Tax withheld from this payment was paid over. Undo that payment of tax first."), tax_pence=tax
        )


def _recycle(due: Distribution, made: DistributionPayment, pence: int, *, record: RecordedMoney, at: datetime) -> None:
    contract, commitment = due.run.contract, due.commitment
    # Once the deal is wound up, nothing is called again: its last run released that with all that was undrawn.
    if commitment is None or due.stage != StageKind.PRINCIPAL.value or is_wound_up(contract):
        return
    if require_investor_terms(contract).tranche(commitment.tranche).is_recycled:
        post_undrawn(
            contract,
            {commitment: pence},
            key=f"bonds:recycled:{made.public_id}",
            kind="bonds.recycled",
            on=record.moved_on,
            batch=record.batch,
            source=made.public_id,
            actor=record.decided_by,
            at=at,
        )
