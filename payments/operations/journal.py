"""Entries in the books for what happened at the provider: the rows of the treasury's posting table, and no others.

Each entry is announced by a `ProviderPosting`, whose unique constraint lets the database refuse to post an object
of the provider twice. The day of an entry is the legal day of the provider's own statement line; where the books are
closed through that day, the first open one, with the true day in the narration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from core.periods import legal_day
from foundation.registries import PAYMENT_PURPOSES, PaymentPurpose
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book
from ledger.operations import Line
from payments.models import Dispute, Payment, ProviderPosting, Receipt, Refund
from payments.operations.changes import SYSTEM
from payments.operations.provider_facts import StatementLine
from people.models import Organisation

BANK: Final = "1200"
CLEARING: Final = "1250"
IN_TRANSIT: Final = "1255"
DISPUTED: Final = "1270"
CARD_FEES: Final = "7420"
DISPUTE_FEES: Final = "7425"


@dataclass(frozen=True, kw_only=True)
class _Act:
    """What is posted: for which object of the provider, and what it does to the clearing account."""

    kind: str
    object_id: str
    net: int
    source: str


def purpose_of(*, payment: Payment) -> PaymentPurpose:
    """Return what the payment is for, as its room registered it."""
    return PAYMENT_PURPOSES.get(payment.purpose)


def is_posted(*, kind: str, object_id: str) -> bool:
    """Tell whether an object of the provider is in the books already."""
    return ProviderPosting.objects.filter(kind=kind, object_id=object_id).exists()


def post_receipt(*, receipt: Receipt, line: StatementLine, at: datetime) -> None:
    """Row 2: the money comes in whole, the fee goes out as a line of its own; never net."""
    payment = receipt.payment
    lines = [
        Line(
            debit=CLEARING,
            credit=purpose_of(payment=payment).credit_account,
            amount=receipt.gross_pence,
            credit_owner=payment.subject,
        )
    ]
    if receipt.fee_pence:
        lines.append(Line(debit=CARD_FEES, credit=CLEARING, amount=receipt.fee_pence))
    act = _Act(kind="receipt", object_id=receipt.charge_id, net=line.net, source=payment.public_id)
    _post(payment.organisation, act, lines, line=line, at=at)


def post_duplicate_due_back(*, receipt: Receipt, line: StatementLine, at: datetime) -> None:
    """Row 10 for a second charge of a settled payment: it is owed back at once."""
    payment, purpose = receipt.payment, purpose_of(payment=receipt.payment)
    lines = [
        Line(
            debit=purpose.credit_account,
            credit=purpose.refund_account,
            amount=receipt.gross_pence,
            debit_owner=payment.subject,
            credit_owner=payment.subject,
        )
    ]
    act = _Act(kind="duplicate_due_back", object_id=receipt.charge_id, net=0, source=payment.public_id)
    _post(payment.organisation, act, lines, line=line, at=at, claims_line=False)


def post_refund(*, refund: Refund, refund_id: str, line: StatementLine, at: datetime) -> None:
    """Row 11: the refund has left the provider's balance."""
    payment = refund.payment
    lines = [
        Line(
            debit=purpose_of(payment=payment).refund_account,
            credit=CLEARING,
            amount=refund.amount_pence,
            debit_owner=payment.subject,
        )
    ]
    act = _Act(kind="refund", object_id=refund_id, net=line.net, source=refund.public_id)
    _post(payment.organisation, act, lines, line=line, at=at)


def post_refund_failed(*, refund: Refund, refund_id: str, line: StatementLine, at: datetime) -> None:
    """Row 12: the card issuer sent the refund back; it is owed again."""
    payment = refund.payment
    lines = [
        Line(
            debit=CLEARING,
            credit=purpose_of(payment=payment).refund_account,
            amount=refund.amount_pence,
            credit_owner=payment.subject,
        )
    ]
    act = _Act(kind="refund_failed", object_id=refund_id, net=line.net, source=refund.public_id)
    _post(payment.organisation, act, lines, line=line, at=at)


def choose_disputed_account(*, payment: Payment, amount: int) -> str:
    """Tell which account bears a disputed amount: what the books still hold for the payer, else 1270.

    The purpose decides this by its own postings: before allotment the money stands under its credit account (row
    14), after it no longer does (row 15); money that was on its way back stands under the refund account.
    """
    book = ledger_queries.get_book(organisation=payment.organisation.public_id)
    purpose = purpose_of(payment=payment)
    for code in (purpose.credit_account, purpose.refund_account):
        if ledger_queries.account_balance(book=book, code=code, owner=payment.subject) >= amount:
            return code
    return DISPUTED


def is_owed_back(*, payment: Payment, amount: int) -> bool:
    """Tell whether the books say that the payer is owed at least this much."""
    book = ledger_queries.get_book(organisation=payment.organisation.public_id)
    code = purpose_of(payment=payment).refund_account
    return ledger_queries.account_balance(book=book, code=code, owner=payment.subject) >= amount


def post_dispute(*, dispute: Dispute, line: StatementLine, at: datetime) -> None:
    """Rows 14 and 15: the disputed amount and the provider's fee leave the balance, as two lines."""
    lines = [
        Line(
            debit=dispute.held_account,
            credit=CLEARING,
            amount=-line.amount,
            debit_owner=_owner_under(dispute),
        )
    ]
    if line.fee:
        lines.append(Line(debit=DISPUTE_FEES, credit=CLEARING, amount=line.fee))
    act = _Act(kind="dispute", object_id=dispute.dispute_id, net=line.net, source=dispute.public_id)
    _post(dispute.organisation, act, lines, line=line, at=at)


def post_dispute_won(*, dispute: Dispute, line: StatementLine, at: datetime) -> None:
    """Row 16: the money comes back, and with it whatever part of the fee the provider gives back."""
    lines = [
        Line(
            debit=CLEARING,
            credit=dispute.held_account,
            amount=line.amount,
            credit_owner=_owner_under(dispute),
        )
    ]
    if line.fee < 0:
        lines.append(Line(debit=CLEARING, credit=DISPUTE_FEES, amount=-line.fee))
    act = _Act(kind="dispute_won", object_id=dispute.dispute_id, net=line.net, source=dispute.public_id)
    _post(dispute.organisation, act, lines, line=line, at=at)


def post_bank_movement(*, organisation: Organisation, line: StatementLine, at: datetime) -> bool:
    """Rows 4, 6 and 19: money between the provider's balance and the bank. Tell whether the line is one of these."""
    sides = {
        "payout": (IN_TRANSIT, CLEARING),
        "payout_failure": (CLEARING, IN_TRANSIT),
        "payout_cancel": (CLEARING, IN_TRANSIT),
        "topup": (CLEARING, BANK),
    }.get(line.type)
    is_expected = sides is not None and (line.amount < 0) == (line.type == "payout") and line.fee == 0
    if sides is None or not is_expected:
        return False
    lines = [Line(debit=sides[0], credit=sides[1], amount=abs(line.amount))]
    act = _Act(kind=line.type, object_id=line.source_id, net=line.net, source=line.source_id)
    _post(organisation, act, lines, line=line, at=at)
    return True


def _owner_under(dispute: Dispute) -> str:
    return "" if dispute.held_account == DISPUTED else dispute.receipt.payment.subject


def _post(
    organisation: Organisation,
    act: _Act,
    lines: Sequence[Line],
    *,
    line: StatementLine,
    at: datetime,
    claims_line: bool = True,
) -> None:
    book = ledger_queries.get_book(organisation=organisation.public_id)
    key = f"stripe:{act.kind}:{act.object_id}"
    happened_on = legal_day(line.created_at)
    effective_on = _first_open_day(book, happened_on)
    ProviderPosting.objects.create(
        organisation=organisation,
        kind=act.kind,
        object_id=act.object_id,
        balance_transaction_id=line.transaction_id if claims_line else "",
        entry_key=key,
        net_minor=act.net,
        posted_at=at,
    )
    ledger_operations.post(
        book=book,
        key=key,
        kind=f"payments.{act.kind}",
        effective_on=effective_on,
        lines=lines,
        narration="" if effective_on == happened_on else f"Belongs to {happened_on.isoformat()}, which was closed",
        actor=SYSTEM,
        source=act.source,
        recorded_at=at,
    )


def _first_open_day(book: Book, on: date) -> date:
    """The day itself, or the first after what is closed: softly closed days too, for they are the treasurer's."""
    closed = [day for day in (book.locked_through, book.soft_through) if day is not None]
    return max([on, *(day + timedelta(days=1) for day in closed)])
