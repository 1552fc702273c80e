"""What some accounts received from all others and paid to them, by month, from the transfers of the days asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from ledger.models import Account, Book

_FLOWS: Final = """
    SELECT date_trunc('month', flow.effective_on)::date, a.code, a.name, flow.currency,
        sum(flow.received)::bigint, sum(flow.paid)::bigint
    FROM (
        SELECT t.entry_id, t.effective_on, t.credit_account_id AS other_id, t.currency, t.fund,
            t.amount AS received, 0::bigint AS paid
        FROM ledger_transfer t
        WHERE t.debit_account_id = ANY (%(accounts)s) AND t.credit_account_id <> ALL (%(accounts)s)
          AND t.effective_on BETWEEN %(from_on)s AND %(through)s
        UNION ALL
        SELECT t.entry_id, t.effective_on, t.debit_account_id, t.currency, t.fund, 0::bigint, t.amount
        FROM ledger_transfer t
        WHERE t.credit_account_id = ANY (%(accounts)s) AND t.debit_account_id <> ALL (%(accounts)s)
          AND t.effective_on BETWEEN %(from_on)s AND %(through)s
    ) flow
    JOIN ledger_account a ON a.id = flow.other_id
    WHERE (%(fund)s::text IS NULL OR flow.fund = %(fund)s)
      AND (%(known_at)s::timestamptz IS NULL
           OR (SELECT e.recorded_at FROM ledger_entry e WHERE e.id = flow.entry_id) <= %(known_at)s::timestamptz)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4
"""


class Flow(NamedTuple):
    """What the accounts received from another account, and paid to it, in one month, in minor units."""

    month: date
    code: str
    name: str
    currency: str
    received: int
    paid: int


def flows_by_month(
    *,
    book: Book,
    codes: Collection[str],
    from_on: date,
    through: date,
    fund: str | None = None,
    known_at: datetime | None = None,
) -> list[Flow]:
    """List what flowed between some accounts and all others; what moves among the accounts themselves is no flow.

    Args:
        book: Which.
        codes: The accounts, such as those of the bank.
        from_on: First day.
        through: Last day.
        fund: Only money of this fund; None for all.
        known_at: Only what had been recorded by this moment; None for all.
    """
    accounts = list(Account.objects.filter(book=book, code__in=codes).values_list("pk", flat=True))
    facts: dict[str, Any] = {
        "accounts": accounts,
        "from_on": from_on,
        "through": through,
        "fund": fund,
        "known_at": known_at,
    }
    if not accounts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, facts)
        return [Flow(*row) for row in cursor.fetchall()]
