"""Tax that was withheld from interest is paid over: a recorded payment that a second person lets into the books.

Source: treasury specification A8 with row 23 (CT61 paid); ITA 2007 s.946 to s.951.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from django.utils.translation import gettext as _

from bonds.models import OutcomesContract, TaxPayment
from bonds.operations.assessing import check_running
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_errors import TooMuchTaxPaid
from bonds.operations.investor_postings import TAX
from bonds.operations.locks import lock_contract
from bonds.operations.money_moved import Moved, write_down_money
from bonds.queries.withholding import TAX_PURPOSE, open_tax
from ledger.operations import Line
from payments.models import RecordedMoney


def record_tax_paid(*, contract: OutcomesContract, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that tax was paid over to HMRC, and ask a second person to let it into the books.

    Args:
        contract: Whose investors it was withheld from.
        **moved: What the statement says: at most what was withheld and not paid over.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_payment`.
        TooMuchTaxPaid, WrongMoney, NotRunning: as `check_payment`.
    """
    return write_down_money(
        contract=contract,
        is_receipt=False,
        purpose=TAX_PURPOSE,
        subject=contract.public_id,
        batch=contract.public_id,
        party_name=_("HM Revenue and Customs"),
        key_prefix="bonds:",
        **moved,
    )


def payment_lines(record: RecordedMoney) -> Sequence[Line]:
    """What is owed to HMRC goes down by what left the bank."""
    return [Line(TAX, record.account, record.amount_pence)]


def check_payment(record: RecordedMoney) -> None:
    """Refuse to pay over what was not withheld.

    Raises:
        WrongMoney: it is in another book, or does not carry the contract's batch.
        NotRunning: the contract is closed.
        TooMuchTaxPaid: less was withheld and not paid over.
    """
    contract = _get_contract(record.subject)
    if record.book.slug != contract.book_slug or record.batch != contract.public_id:
        raise WrongMoney(_("This money is not for tax of this book."))
    if record.reverses is not None:
        return
    check_running(contract)
    still_open = open_tax(contract)
    if record.amount_pence > still_open:
        raise TooMuchTaxPaid(_("Less tax than this was withheld and not paid over."), open_pence=still_open)


def lock_for_tax(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(_get_contract(subject).pk)


def note_paid(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let the payment into the books."""
    TaxPayment.objects.create(
        contract=_get_contract(record.subject),
        record=record.public_id,
        paid_on=record.moved_on,
        pence=record.amount_pence,
        at=at,
    )


def note_undone(*, record: RecordedMoney, at: datetime) -> None:
    """A payment was undone: the tax is owed again."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = TaxPayment.objects.get(record=record.reverses.public_id)
    TaxPayment.objects.create(
        contract=before.contract,
        record=record.public_id,
        paid_on=record.moved_on,
        pence=before.pence,
        undoes=before,
        at=at,
    )


def _get_contract(public_id: str) -> OutcomesContract:
    found = OutcomesContract.objects.select_related("organisation").filter(public_id=public_id).first()
    if found is None:
        raise WrongMoney(_("There is no such contract."), contract=public_id)
    return found
