"""The one purpose that needs no other room: the treasurer names the account."""

from __future__ import annotations

from datetime import datetime

from ledger.operations import Line
from ledger.queries import get_account
from payments.models import RecordedMoney


def lines_of_other(record: RecordedMoney) -> list[Line]:
    """Book money between the bank account and the account that the treasurer named.

    Args:
        record: Checked: the accounts are there, and an owner is given where the other account is kept by owners.

    Source: treasury.md A7 rows 3 to 6 and 19, A8 rows V3, V4 and V9: what is on the bank statement stands on the bank
    account, in by debit and out by credit.
    """
    account = get_account(book=record.book, code=record.against)
    owner = record.party_owner if account.is_control else ""
    if record.is_receipt:
        return [Line(debit=record.account, credit=record.against, credit_owner=owner, amount=record.amount_pence)]
    return [Line(debit=record.against, debit_owner=owner, credit=record.account, amount=record.amount_pence)]


def check_nothing(record: RecordedMoney) -> None:
    """Let everything pass that is sound in itself."""


def tell_nobody(*, record: RecordedMoney, at: datetime) -> None:
    """No other room waits for this money."""
