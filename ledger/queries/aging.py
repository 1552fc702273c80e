"""What the owners who still owe, or are still owed, saw day by day: what an age can be worked out from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from ledger.models import Book

# Owners whose part stands at nothing are dropped before anything is sent.
_DAYS: Final = """
    WITH part (account_id, owner, fund, day, debits, credits) AS (
        SELECT d.account_id, d.owner, d.fund, d.effective_on, d.debits, d.credits
        FROM ledger_account a JOIN ledger_daytotal d ON d.account_id = a.id
        WHERE a.book_id = %(book)s AND a.type = %(type)s AND a.is_control AND d.owner <> ''
          AND (%(code)s = '' OR a.code = %(code)s) AND d.effective_on <= %(on)s
        UNION ALL
        SELECT side.account_id, side.owner, t.fund, e.effective_on, -side.debit, -side.credit
        FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id
        CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.debit_owner, t.amount, 0::bigint),
            (t.credit_account_id, t.credit_owner, 0::bigint, t.amount)) AS side (account_id, owner, debit, credit)
        JOIN ledger_account a ON a.id = side.account_id
        WHERE e.book_id = %(book)s AND e.effective_on <= %(on)s AND e.recorded_at > %(known_at)s::timestamptz
          AND a.type = %(type)s AND a.is_control AND (%(code)s = '' OR a.code = %(code)s)
    ), days AS (
        SELECT account_id, owner, day, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits
        FROM part WHERE %(fund)s::text IS NULL OR fund = %(fund)s
        GROUP BY 1, 2, 3
    ), standing AS (
        SELECT account_id, owner FROM days GROUP BY 1, 2 HAVING sum(debits) <> sum(credits)
    )
    SELECT a.code, a.name, a.type, a.currency, d.owner, d.day, d.debits, d.credits
    FROM days d JOIN standing USING (account_id, owner) JOIN ledger_account a ON a.id = d.account_id
    ORDER BY a.code, d.owner, d.day
"""


class OwnerDay(NamedTuple):
    """What one owner's part of an account debited and credited on a day, in minor units."""

    code: str
    name: str
    type: str
    currency: str
    owner: str
    on: date
    debits: int
    credits: int


def open_owner_days(
    *,
    book: Book,
    type: str,  # noqa: A002 - the word accountants use
    on: date,
    code: str = "",
    fund: str | None = None,
    known_at: datetime | None = None,
) -> list[OwnerDay]:
    """List the days of every owner whose part of a control account does not stand at nothing.

    Args:
        book: Which.
        type: Control accounts of this type: A for what is owed to us, L for what we owe.
        on: Nothing later counts.
        code: Only this account; "" for all.
        fund: Only money of this fund; None for all.
        known_at: Only what had been recorded by this moment; None for all.
    """
    facts: dict[str, Any] = {
        "book": book.pk,
        "type": type,
        "on": on,
        "code": code,
        "fund": fund,
        "known_at": known_at or "infinity",
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, facts)
        return [OwnerDay(*row) for row in cursor.fetchall()]
