"""The trial balance for machines."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from documents.exports.text import plain_amount
from ledger.models import Book
from ledger.queries import TrialBalanceRow


def trial_balance_facts(rows: Sequence[TrialBalanceRow], *, book: Book, on: date | None) -> dict[str, Any]:
    """Give the trial balance as JSON takes it: amounts as plain decimal text, accounts that were never used left out.

    The two sums are of accounts in the book's own currency; `balanced` says that every currency balances by itself.

    Args:
        rows: From `ledger.queries.trial_balance`.
        book: Whose it is.
        on: The day it is of; None for everything posted.
    """
    used = [row for row in rows if row.debits or row.credits]
    main = [row for row in used if row.account.currency == book.currency]
    debit = sum(row.debit for row in main)
    credit = sum(row.credit for row in main)
    off: Counter[str] = Counter()
    for row in used:
        off[row.account.currency] += row.net
    return {
        "book": book.slug,
        "currency": book.currency,
        "on": on.isoformat() if on else None,
        "balanced": not any(off.values()),
        "debit": plain_amount(debit),
        "credit": plain_amount(credit),
        "accounts": [
            {
                "code": row.account.code,
                "name": row.account.name,
                "journal_name": row.account.journal_name,
                "type": row.account.type,
                "currency": row.account.currency,
                "debit": plain_amount(row.debit),
                "credit": plain_amount(row.credit),
                "balance": plain_amount(row.balance),
            }
            for row in used
        ],
    }
