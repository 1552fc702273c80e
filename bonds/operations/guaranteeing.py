"""Guarantors pay what they owe, and it goes on to the investors: recorded money that a second person lets in.

Source: outcome contracts specification, section 3: a guarantee is a payer of a shortfall, not a tranche. The treasury
specification has no row for it: what came from a guarantor is owed to the investor (2110) until it is paid on, and the
loan that it settles is a release (4950, as V16), because a guarantor claims nothing back (unverified).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Unpack

from django.utils.translation import gettext as _

from bonds.models import GuaranteeCall, GuaranteeMoney, RunWithdrawal
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_written_off
from bonds.operations.ending_mails import tell_guarantee_moved
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_errors import GuaranteeInUse, TooMuchGuaranteed
from bonds.operations.investor_postings import RELEASE_GAIN, loan_of
from bonds.operations.locks import lock_contract
from bonds.operations.money_moved import Moved, write_down_money
from bonds.queries.guarantees import get_guarantee, standing_of
from ledger.operations import Line
from payments.models import RecordedMoney

RECEIPT_PURPOSE: Final = "bonds.guarantee"
PAYOUT_PURPOSE: Final = "bonds.guarantee_passed_on"
HELD: Final = "2110"


def receipt_lines(record: RecordedMoney) -> Sequence[Line]:
    """What came from the guarantor is owed to the investor."""
    return [Line(record.account, HELD, record.amount_pence)]


def payout_lines(record: RecordedMoney) -> Sequence[Line]:
    """What is paid on settles so much of the loan."""
    code, owner = loan_of(get_guarantee(public_id=record.subject).commitment)
    return [
        Line(HELD, record.account, record.amount_pence),
        Line(code, RELEASE_GAIN, record.amount_pence, debit_owner=owner),
    ]


def check_receipt(record: RecordedMoney) -> None:
    """Refuse money that no guarantor owes, and to undo what has gone on to the investor.

    Raises:
        GuaranteeMissing: nobody guarantees this.
        WrongMoney: it is in another book, does not carry the batch of its run, or came before it.
        WrittenOff, NotRunning: the investors' side, or the contract, is over.
        TooMuchGuaranteed: more than is still owed; nothing is once the run was taken back.
        GuaranteeInUse: a reversal would leave more paid on than came.
    """
    standing = standing_of(get_guarantee(public_id=record.subject))
    _check_common(record)
    if record.reverses is not None:
        if record.amount_pence > standing.held:
            raise GuaranteeInUse(_("This money has gone on to the investor; undo that first."))
    elif record.amount_pence > standing.open:
        raise TooMuchGuaranteed(_("The guarantor owes less than this."), open_pence=standing.open)


def check_payout(record: RecordedMoney) -> None:
    """Refuse to pay on what the guarantor has not paid.

    Raises:
        GuaranteeMissing, WrongMoney, WrittenOff, NotRunning: as `check_receipt`.
        TooMuchGuaranteed: less than this came from the guarantor and was not paid on.
    """
    _check_common(record)
    held = standing_of(get_guarantee(public_id=record.subject)).held
    if record.reverses is None and record.amount_pence > held:
        raise TooMuchGuaranteed(_("Less than this came from the guarantor and was not paid on."), open_pence=held)


def lock_for_guarantee(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_guarantee(public_id=subject).run.contract_id)


def note_moved(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let it into the books, and whoever it concerns is told."""
    made = GuaranteeMoney.objects.create(
        call=get_guarantee(public_id=record.subject),
        is_receipt=record.is_receipt,
        record=record.public_id,
        moved_on=record.moved_on,
        pence=record.amount_pence,
        at=at,
    )
    tell_guarantee_moved(made, at=at)


def note_undone(*, record: RecordedMoney, at: datetime) -> None:
    """It was undone, and whoever was told of it is told of that."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = GuaranteeMoney.objects.get(record=record.reverses.public_id)
    made = GuaranteeMoney.objects.create(
        call=before.call,
        is_receipt=before.is_receipt,
        record=record.public_id,
        moved_on=record.moved_on,
        pence=before.pence,
        undoes=before,
        at=at,
    )
    tell_guarantee_moved(made, reason=record.note, at=at)


def _check_common(record: RecordedMoney) -> None:
    call = get_guarantee(public_id=record.subject)
    contract = call.run.contract
    if record.book.slug != contract.book_slug or record.moved_on < call.run.run_on:
        raise WrongMoney(_("This money is not for a guarantee of this book, or came before it."))
    if record.batch != call.run.round.public_id:
        raise WrongMoney(_("Money for a guarantee carries the batch of its run."), batch=call.run.round.public_id)
    check_not_written_off(contract)
    if record.reverses is None:
        check_running(contract)
        if RunWithdrawal.objects.filter(run=call.run).exists():
            raise TooMuchGuaranteed(_("The run was taken back: nobody owes anything by it."), open_pence=0)


def record_guarantee(*, call: GuaranteeCall, is_receipt: bool, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that a guarantor paid, or that it went on to the investor, and ask a second person.

    Args:
        call: What is owed, with its run and contract.
        is_receipt: From the guarantor; otherwise to the investor.
        **moved: What the statement says: at most what is owed, or what came and was not paid on.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
        TooMuchGuaranteed, WrongMoney, NotRunning, WrittenOff: as `check_receipt` and `check_payout`.
    """
    party = call.guarantor if is_receipt else call.commitment.party
    return write_down_money(
        contract=call.run.contract,
        is_receipt=is_receipt,
        purpose=RECEIPT_PURPOSE if is_receipt else PAYOUT_PURPOSE,
        subject=call.public_id,
        batch=call.run.round.public_id,
        party_name=party.organisation.name,
        key_prefix="bonds:",
        **moved,
    )
