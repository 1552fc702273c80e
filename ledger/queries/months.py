"""Income and expenditure by month, from the day totals of the days asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from ledger.models import Book

# Both reasons to leave an entry out stand in one condition, so that none is left out twice.
_MONTHS: Final = """
    WITH part (account_id, day, fund, debits, credits) AS (
        SELECT d.account_id, d.effective_on, d.fund, d.debits, d.credits
        FROM ledger_account a JOIN ledger_daytotal d ON d.account_id = a.id
        WHERE a.book_id = %(book)s AND a.type IN ('I', 'X') AND d.owner = ''
          AND d.effective_on BETWEEN %(from_on)s AND %(through)s
        UNION ALL
        SELECT side.account_id, e.effective_on, t.fund, -side.debit, -side.credit
        FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id
        CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount, 0::bigint),
            (t.credit_account_id, 0::bigint, t.amount)) AS side (account_id, debit, credit)
        WHERE e.book_id = %(book)s AND e.effective_on BETWEEN %(from_on)s AND %(through)s
          AND (e.kind = ANY (%(kinds)s) OR e.recorded_at > %(known_at)s::timestamptz)
    )
    SELECT date_trunc('month', p.day)::date, a.currency, a.type, sum(p.debits)::bigint, sum(p.credits)::bigint
    FROM part p JOIN ledger_account a ON a.id = p.account_id
    WHERE a.type IN ('I', 'X') AND (%(fund)s::text IS NULL OR p.fund = %(fund)s)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


class MonthTotal(NamedTuple):
    """What all income accounts, or all expense accounts, debited and credited in a month, in minor units."""

    month: date
    currency: str
    type: str
    debits: int
    credits: int


def results_by_month(
    *,
    book: Book,
    from_on: date,
    through: date,
    fund: str | None = None,
    known_at: datetime | None = None,
    without_kinds: Collection[str] = (),
) -> list[MonthTotal]:
    """List income and expenditure by month, currency and type (I or X).

    Args:
        book: Which.
        from_on: First day.
        through: Last day.
        fund: Only money of this fund; None for all.
        known_at: Only what had been recorded by this moment; None for all.
        without_kinds: Kinds of entries that do not count, such as `ledger.states.YEAR_END`.
    """
    facts: dict[str, Any] = {
        "book": book.pk,
        "from_on": from_on,
        "through": through,
        "fund": fund,
        "known_at": known_at or "infinity",
        "kinds": list(without_kinds),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, facts)
        return [MonthTotal(*row) for row in cursor.fetchall()]
