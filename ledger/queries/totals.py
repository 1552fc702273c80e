"""What accounts had seen by the end of a day: the last closed period, and the day totals since.

The cost grows with the days since the period, not with history, and a back-dated entry in the open period changes
one row a side. What was known at an earlier moment is the same less what was recorded later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from ledger.models import Account, Book

_TOTALS: Final = """
    WITH closed AS (
        SELECT max(end_on) AS on FROM ledger_period WHERE book_id = %(book)s AND end_on <= %(on)s
    ), part (account_id, fund, debits, credits) AS (
        SELECT b.account_id, b.fund, b.debits, b.credits
        FROM ledger_account a JOIN ledger_periodbalance b ON b.account_id = a.id
        WHERE a.book_id = %(book)s AND b.owner = '' AND b.end_on = (SELECT "on" FROM closed)
        UNION ALL
        SELECT d.account_id, d.fund, d.debits, d.credits
        FROM ledger_account a JOIN ledger_daytotal d ON d.account_id = a.id
        WHERE a.book_id = %(book)s AND d.owner = '' AND d.effective_on <= %(on)s
          AND d.effective_on > coalesce((SELECT "on" FROM closed), '-infinity')
        UNION ALL
        SELECT side.account_id, t.fund, -side.debit, -side.credit
        FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id
        CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount, 0::bigint),
            (t.credit_account_id, 0::bigint, t.amount)) AS side (account_id, debit, credit)
        WHERE e.book_id = %(book)s AND e.effective_on <= %(on)s AND e.recorded_at > %(known_at)s::timestamptz
    )
    SELECT account_id, fund, sum(debits)::bigint, sum(credits)::bigint FROM part GROUP BY 1, 2
"""

# One account by owner. An owner has a row only for periods in which something moved, so the last one counts.
_OWNERS: Final = """
    WITH closed AS (
        SELECT max(end_on) AS on FROM ledger_period WHERE book_id = %(book)s AND end_on <= %(on)s
    ), part (owner, debits, credits) AS (
        (SELECT DISTINCT ON (b.owner, b.fund) b.owner, b.debits, b.credits FROM ledger_periodbalance b
         WHERE b.account_id = %(account)s AND b.end_on <= %(on)s
           AND (%(owner)s::text IS NULL AND b.owner <> '' OR b.owner = %(owner)s)
         ORDER BY b.owner, b.fund, b.end_on DESC)
        UNION ALL
        SELECT d.owner, d.debits, d.credits FROM ledger_daytotal d
        WHERE d.account_id = %(account)s AND d.effective_on <= %(on)s
          AND (%(owner)s::text IS NULL AND d.owner <> '' OR d.owner = %(owner)s)
          AND d.effective_on > coalesce((SELECT "on" FROM closed), '-infinity')
        UNION ALL
        SELECT side.owner, -side.debit, -side.credit
        FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id
        CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.debit_owner, t.amount, 0::bigint),
            (t.credit_account_id, t.credit_owner, 0::bigint, t.amount)) AS side (account_id, owner, debit, credit)
        WHERE e.book_id = %(book)s AND e.effective_on <= %(on)s AND e.recorded_at > %(known_at)s::timestamptz
          AND side.account_id = %(account)s AND (%(owner)s::text IS NULL OR side.owner = %(owner)s OR %(owner)s = '')
    )
    SELECT CASE WHEN %(owner)s::text IS NULL THEN owner ELSE '' END, sum(debits)::bigint, sum(credits)::bigint
    FROM part GROUP BY 1 ORDER BY 1
"""

# Few entries are of such a kind (one a year), so they are summed afresh.
_OF_KINDS: Final = """
    SELECT side.account_id, t.fund, sum(side.debit)::bigint, sum(side.credit)::bigint
    FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id
    CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount, 0::bigint), (t.credit_account_id, 0::bigint, t.amount))
        AS side (account_id, debit, credit)
    WHERE e.book_id = %(book)s AND e.kind = ANY (%(kinds)s) AND e.effective_on BETWEEN %(from_on)s AND %(through)s
      AND e.recorded_at <= %(known_at)s::timestamptz
    GROUP BY 1, 2
"""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FundTotal:
    """What one account debited and credited with money of one fund, in minor units; "" is unrestricted money."""

    account: Account
    fund: str
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """Debits less credits; the nets of a fund sum to zero."""
        return self.debits - self.credits

    @property
    def balance(self) -> int:
        """The balance on the account's normal side."""
        return self.account.sign * self.net


def totals_by_fund(*, book: Book, on: date | None = None, known_at: datetime | None = None) -> list[FundTotal]:
    """List what each account had seen by the end of a day, by code and fund; unused accounts are left out.

    Args:
        book: Which.
        on: The day; None for everything posted, whatever its date.
        known_at: Only what had been recorded by this moment; None for all.
    """
    return _with_accounts(book, _sums(book, on, known_at))


def changes_by_fund(
    *,
    book: Book,
    from_on: date,
    through: date,
    known_at: datetime | None = None,
    without_kinds: Collection[str] = (),
) -> list[FundTotal]:
    """List what each account debited and credited within a stretch of days, both ends included, by code and fund.

    Args:
        book: Which.
        from_on: First day.
        through: Last day.
        known_at: Only what had been recorded by this moment; None for all.
        without_kinds: Kinds of entries that do not count, such as `ledger.states.YEAR_END`.
    """
    sums = _sums(book, through, known_at)
    _subtract(sums, _sums(book, _day_before(from_on), known_at) if from_on > date.min else {})
    if without_kinds:
        _subtract(sums, _sums_of_kinds(book, from_on, through, known_at, without_kinds))
    return [row for row in _with_accounts(book, sums) if row.debits or row.credits]


def totals_by_account(*, book: Book, on: date | None = None, known_at: datetime | None = None) -> dict[int, Pair]:
    """Give debits and credits of each used account by its row number, as `totals_by_fund`."""
    sums: dict[int, Pair] = defaultdict(lambda: (0, 0))
    for (account, _fund), (debited, credited) in _sums(book, on, known_at).items():
        sums[account] = (sums[account][0] + debited, sums[account][1] + credited)
    return sums


def totals_by_owner(
    *, account: Account, owner: str | None = None, on: date | None = None, known_at: datetime | None = None
) -> dict[str, Pair]:
    """Give debits and credits of one account by owner; of one owner, or "" for the whole account, under the key "".

    Args:
        account: Which.
        owner: None for each owner.
        on: The day; None for everything posted.
        known_at: Only what had been recorded by this moment; None for all.
    """
    facts = {
        "book": account.book_id,
        "account": account.pk,
        "owner": owner,
        "on": on or date.max,
        "known_at": known_at or "infinity",
    }
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, facts)
        return {name: (debited, credited) for name, debited, credited in cursor.fetchall()}


def _sums(book: Book, on: date | None, known_at: datetime | None) -> dict[tuple[int, str], Pair]:
    return _by_fund(_TOTALS, {"book": book.pk, "on": on or date.max, "known_at": known_at or "infinity"})


def _sums_of_kinds(
    book: Book, from_on: date, through: date, known_at: datetime | None, kinds: Collection[str]
) -> dict[tuple[int, str], Pair]:
    facts = {"book": book.pk, "kinds": list(kinds), "from_on": from_on, "through": through}
    return _by_fund(_OF_KINDS, facts | {"known_at": known_at or "infinity"})


def _by_fund(query: str, facts: dict[str, Any]) -> dict[tuple[int, str], Pair]:
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        return {(account, fund): (debited, credited) for account, fund, debited, credited in cursor.fetchall()}


def _subtract(sums: dict[tuple[int, str], Pair], less: dict[tuple[int, str], Pair]) -> None:
    for key, (debited, credited) in less.items():
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] - debited, before[1] - credited)


def _with_accounts(book: Book, sums: dict[tuple[int, str], Pair]) -> list[FundTotal]:
    accounts = {one.pk: one for one in Account.objects.filter(book=book)}
    rows = [FundTotal(accounts[account], fund, *pair) for (account, fund), pair in sums.items()]
    return sorted(rows, key=lambda row: (row.account.code, row.fund))


def _day_before(on: date) -> date:
    return on - timedelta(days=1)
