"""Paying what parties are due by a run: through recorded payments that a second person lets into the books.

Source: treasury specification A8: V13 (interest), V14 (principal), V15 (outcome-linked return).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import StageKind
from bonds.models import Distribution, DistributionPayment
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_written_off, require_investor_terms
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_errors import TooMuchPaidOut
from bonds.operations.investor_mails import tell_paid
from bonds.operations.investor_postings import payment_line, post_undrawn
from bonds.operations.locks import lock_contract
from bonds.queries.investors import get_distribution, open_of_distribution
from ledger.operations import Line
from payments.models import RecordedMoney


def payment_lines(record: RecordedMoney) -> Sequence[Line]:
    """What the party is due goes down by what left the bank."""
    due = get_distribution(public_id=record.subject)
    return [payment_line(due, bank=record.account, pence=record.amount_pence)]


def check_payment(record: RecordedMoney) -> None:
    """Refuse money that nobody is due, or not so much of.

    Raises:
        DistributionMissing: nobody is due this.
        WrongMoney: it is in another book, was paid before its run, or does not carry the batch of its round.
        WrittenOff: what investors lost was written off.
        NotRunning: the contract is closed.
        TooMuchPaidOut: more than is still due; nothing is once the run was withdrawn.
    """
    due = get_distribution(public_id=record.subject)
    if record.book.slug != due.run.contract.book_slug or record.moved_on < due.run.run_on:
        raise WrongMoney(_("This money is not for a distribution of this book, or was paid before it."))
    if record.batch != due.run.round.public_id:
        raise WrongMoney(_("Money for a distribution carries the batch of its round."), batch=due.run.round.public_id)
    check_not_written_off(due.run.contract)
    if record.reverses is not None:
        return
    check_running(due.run.contract)
    still_open = open_of_distribution(due)
    if record.amount_pence > still_open:
        raise TooMuchPaidOut(_("Less than this is still due."), open_pence=still_open)


def lock_for_payment(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_distribution(public_id=subject).run.contract_id)


def note_paid(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let the payment into the books, and the party is told; recycled money can be called again."""
    due = get_distribution(public_id=record.subject)
    made = DistributionPayment.objects.create(
        distribution=due, record=record.public_id, paid_on=record.moved_on, pence=record.amount_pence, at=at
    )
    _recycle(due, made, made.pence, record=record, at=at)
    tell_paid(made, at=at)


def note_payment_undone(*, record: RecordedMoney, at: datetime) -> None:
    """A payment was undone: the party is due the money again."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = DistributionPayment.objects.get(record=record.reverses.public_id)
    due = get_distribution(public_id=record.subject)
    made = DistributionPayment.objects.create(
        distribution=due, record=record.public_id, paid_on=record.moved_on, pence=before.pence, undoes=before, at=at
    )
    _recycle(due, made, -made.pence, record=record, at=at)


def _recycle(due: Distribution, made: DistributionPayment, pence: int, *, record: RecordedMoney, at: datetime) -> None:
    contract, commitment = due.run.contract, due.commitment
    if commitment is None or due.stage != StageKind.PRINCIPAL.value:
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
