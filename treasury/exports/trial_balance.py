"""The trial balance for machines."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger.models import Book
from ledger.queries import TrialBalanceRow
from treasury.exports.text import plain_amount


def trial_balance_facts(rows: Sequence[TrialBalanceRow], *, book: Book, on: date | None) -> dict[str, Any]:
    """Give the trial balance as JSON takes it: amounts as plain decimal text, accounts that were never used left out.

    Args:
        rows: From `ledger.queries.trial_balance`.
        book: Whose it is.
        on: The day it is of; None for everything posted.
    """
    used = [row for row in rows if row.debits or row.credits]
    debit = sum(row.debit for row in used)
    credit = sum(row.credit for row in used)
    return {
        "book": book.slug,
        "currency": book.currency,
        "on": on.isoformat() if on else None,
        "balanced": debit == credit,
        "debit": plain_amount(debit),
        "credit": plain_amount(credit),
        "accounts": [
            {
                "code": row.account.code,
                "name": row.account.name,
                "journal_name": row.account.journal_name,
                "type": row.account.type,
                "debit": plain_amount(row.debit),
                "credit": plain_amount(row.credit),
                "balance": plain_amount(row.balance),
            }
            for row in used
        ],
    }
