"""The statement of one account, or of one owner's part of it, with a running balance."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection

from ledger.models import Account, Book
from ledger.queries.balances import account_balance, get_account

# Each side is cut to the page before the two are merged, so a page costs the same however long the history is.
_PAGE: Final = """
    SELECT merged.*, e.public_id, e.kind, e.source, n.text, a.code, a.name
    FROM (
        (SELECT t.id, 0 AS side, t.entry_id, t.effective_on, t.amount, t.fund, t.debit_owner AS owner,
                t.credit_account_id AS other_id, t.credit_owner AS other_owner
         FROM ledger_transfer t
         WHERE t.debit_account_id = %(account)s AND (%(owner)s::text IS NULL OR t.debit_owner = %(owner)s)
           AND (t.effective_on, t.id) >= (%(on)s::date, %(id)s::bigint)
           AND (t.effective_on, t.id, 0) > (%(on)s::date, %(id)s::bigint, %(side)s::int)
           AND t.effective_on < %(until)s::date
         ORDER BY t.effective_on, t.id LIMIT %(limit)s)
        UNION ALL
        (SELECT t.id, 1, t.entry_id, t.effective_on, t.amount, t.fund, t.credit_owner,
                t.debit_account_id, t.debit_owner
         FROM ledger_transfer t
         WHERE t.credit_account_id = %(account)s AND (%(owner)s::text IS NULL OR t.credit_owner = %(owner)s)
           AND (t.effective_on, t.id) >= (%(on)s::date, %(id)s::bigint)
           AND (t.effective_on, t.id, 1) > (%(on)s::date, %(id)s::bigint, %(side)s::int)
           AND t.effective_on < %(until)s::date
         ORDER BY t.effective_on, t.id LIMIT %(limit)s)
        ORDER BY effective_on, id, side LIMIT %(limit)s
    ) merged
    JOIN ledger_entry e ON e.id = merged.entry_id
    JOIN ledger_account a ON a.id = merged.other_id
    LEFT JOIN ledger_narration n ON n.entry_id = e.id
    ORDER BY merged.effective_on, merged.id, merged.side
"""

# What the day of the page's first row had seen up to and including the place before it.
_SAME_DAY: Final = """
    SELECT coalesce(sum(CASE WHEN s.side = 0 THEN t.amount ELSE -t.amount END), 0)
    FROM ledger_transfer t CROSS JOIN (VALUES (0), (1)) AS s (side)
    WHERE ((s.side = 0 AND t.debit_account_id = %(account)s AND (%(owner)s::text IS NULL OR t.debit_owner = %(owner)s))
        OR (s.side = 1 AND t.credit_account_id = %(account)s
            AND (%(owner)s::text IS NULL OR t.credit_owner = %(owner)s)))
      AND t.effective_on = %(on)s::date
      AND (t.id, s.side) <= (%(id)s::bigint, %(side)s::int)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a statement: the row after which a page begins."""

    on: date
    transfer: int
    side: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement. `change` and `balance` are on the account's normal side, in minor units."""

    effective_on: date
    entry: str
    kind: str
    source: str
    narration: str
    debit: int
    credit: int
    owner: str
    fund: str
    other_code: str
    other_name: str
    other_owner: str
    change: int
    balance: int
    place: Place


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of movements between two balances; `next` is where the following page begins, if there is one."""

    account: Account
    opening: int
    movements: list[Movement]
    closing: int
    next: Place | None


def movements(
    *,
    book: Book,
    code: str,
    owner: str | None = None,
    from_on: date = date.min,
    until_on: date = date.max,
    after: Place | None = None,
    limit: int = 100,
) -> Statement:
    """List movements in order of date, with the running balance.

    Args:
        book: Whose account.
        code: The account.
        owner: One owner's part; None for the whole account.
        from_on: First day that counts.
        until_on: First day that no longer counts.
        after: Continue after this place.
        limit: Most rows on the page.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    account = get_account(book=book, code=code)
    start = after if after and after.on >= from_on else Place(from_on, 0, 0)
    facts = {
        "account": account.pk,
        "owner": owner,
        "on": start.on,
        "id": start.transfer,
        "side": start.side,
        "until": until_on,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAME_DAY, facts)
        same_day = account.sign * int(cursor.fetchone()[0])
        cursor.execute(_PAGE, facts)
        rows = cursor.fetchall()
    opening = _balance_before(book, code, owner, start.on) + same_day
    found = _with_running_balance(rows[:limit], sign=account.sign, opening=opening)
    closing = found[-1].balance if found else opening
    return Statement(account, opening, found, closing, next=found[-1].place if len(rows) > limit else None)


def _balance_before(book: Book, code: str, owner: str | None, on: date) -> int:
    if on == date.min:
        return 0
    return account_balance(book=book, code=code, owner=owner, on=on - timedelta(days=1))


def _with_running_balance(rows: list[tuple], *, sign: int, opening: int) -> list[Movement]:  # type: ignore[type-arg]
    found = []
    balance = opening
    for row in rows:
        transfer, side, _entry, effective_on, amount, fund, owner, _other, other_owner, *rest = row
        entry, kind, source, narration, other_code, other_name = rest
        change = sign * (amount if side == 0 else -amount)
        balance += change
        found.append(
            Movement(
                effective_on=effective_on,
                entry=entry,
                kind=kind,
                source=source,
                narration=narration or "",
                debit=amount if side == 0 else 0,
                credit=amount if side == 1 else 0,
                owner=owner,
                fund=fund,
                other_code=other_code,
                other_name=other_name,
                other_owner=other_owner,
                change=change,
                balance=balance,
                place=Place(effective_on, transfer, side),
            )
        )
    return found
