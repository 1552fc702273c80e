"""Paying back what a payer has paid too much or is owed: recorded money, let into the books by a second person.

It is taken from the payer's credits first, the oldest first, and then from what its next lines would settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from django.utils.translation import gettext as _

from bonds.arithmetic.advancing import use_advances
from bonds.models import OverpaymentRefund, Party
from bonds.operations.assessing import check_running
from bonds.operations.errors import TooMuchRefunded, WrongMoney
from bonds.operations.locks import lock_contract
from bonds.operations.money_moved import Moved, write_down_money
from bonds.operations.overpaying import last_run
from bonds.operations.postings import CLAWBACK
from bonds.operations.telling import tell_officers
from bonds.queries.overpayments import PURPOSE, credits_of, find_set_offs
from bonds.queries.parties import get_party_by_id
from core.money import format_pounds
from ledger.operations import Line
from payments.models import RecordedMoney


def record_overpayment_refund(*, payer: Party, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that what a payer had paid too much, or was owed, was paid back, and ask a second person.

    Args:
        payer: To whom, with contract and organisation.
        **moved: What the statement says: at most what it is owed.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_payment`.
        TooMuchRefunded, WrongMoney, NotRunning: as `check_refund`.
    """
    return write_down_money(
        contract=payer.contract,
        is_receipt=False,
        purpose=PURPOSE,
        subject=payer.public_id,
        batch=payer.public_id,
        party_name=payer.organisation.name,
        party_owner=payer.public_id,
        **moved,
    )


def refund_lines(record: RecordedMoney) -> Sequence[Line]:
    """What was set aside for the payer leaves the bank."""
    return [Line(CLAWBACK, record.account, record.amount_pence)]


def check_refund(record: RecordedMoney) -> None:
    """Refuse to pay back more than the payer is owed.

    Raises:
        PartyMissing: there is no such payer.
        WrongMoney: it is in another book, or does not carry the payer's batch.
        NotRunning: the contract is a draft or closed.
        TooMuchRefunded: the payer is owed less than this.
    """
    payer = get_party_by_id(public_id=record.subject)
    if record.book.slug != payer.contract.book_slug:
        raise WrongMoney(_("This money is not for a payer of this book."))
    if record.batch != payer.public_id:
        raise WrongMoney(_("Money paid back to a payer carries its batch."), batch=payer.public_id)
    check_running(payer.contract)
    owed = _owed(payer)
    if record.reverses is None and record.amount_pence > owed:
        raise TooMuchRefunded(
            _("The payer is owed less than this; the rest was settled by results or invoices, or paid back."),
            open_pence=owed,
        )


def lock_for_refund(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_party_by_id(public_id=subject).contract_id)


def note_refunded(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let it into the books: credits are used up first, then what lines would settle."""
    payer = get_party_by_id(public_id=record.subject)
    standing = credits_of(payer)
    used = use_advances(record.amount_pence, [one.left for one in standing])
    rows = [(one.credit, pence) for one, pence in zip(standing, used, strict=True) if pence]
    rest = record.amount_pence - sum(used)
    for credit, pence in [*rows, *([(None, rest)] if rest else [])]:
        OverpaymentRefund.objects.create(
            payer=payer,
            credit=credit,
            record=record.public_id,
            moved_on=record.moved_on,
            pence=pence,
            after_run=last_run(payer.contract),
            at=at,
        )
    _tell(payer, "overpayment_refunded", record, at=at)


def note_refund_undone(*, record: RecordedMoney, at: datetime) -> None:
    """It was undone: the payer is owed it again, as before."""
    assert record.reverses is not None, "only a reversal undoes something"
    payer = get_party_by_id(public_id=record.subject)
    for before in OverpaymentRefund.objects.filter(record=record.reverses.public_id).order_by("pk"):
        OverpaymentRefund.objects.create(
            payer=payer,
            credit=before.credit,
            record=record.public_id,
            moved_on=record.moved_on,
            pence=before.pence,
            after_run=last_run(payer.contract),
            undoes=before,
            at=at,
        )
    _tell(payer, "overpayment_refund_undone", record, at=at)


def _owed(payer: Party) -> int:
    return sum(one.left for one in credits_of(payer)) + find_set_offs(payer.contract).get(payer.code, 0)


def _tell(payer: Party, template: str, record: RecordedMoney, *, at: datetime) -> None:
    tell_officers(
        payer.organisation,
        template,
        contract=payer.contract,
        page="overpayments",
        key=record.public_id,
        facts={"amount": format_pounds(record.amount_pence, payer.contract.currency), "moved_on": record.moved_on},
        at=at,
    )
