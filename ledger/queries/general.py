"""The general ledger: the movements of all accounts, one account after the other, as a page or piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from ledger.models import Account, Book

_CHUNK: Final = 5_000

# Each side of each account is cut to the page before they are merged, so a page costs the same however long the
# history is.
_SIDE: Final = """
    (SELECT t.id, {side} AS side, t.entry_id, t.effective_on, t.amount, t.fund, t.{mine}_owner AS owner,
        t.{other}_account_id AS other_id
     FROM ledger_transfer t
     WHERE t.{mine}_account_id = a.id AND t.effective_on <= %(through)s AND t.id <= %(newest)s
       AND t.effective_on >= CASE WHEN a.code = %(after_code)s THEN greatest(%(after_on)s::date, %(from_on)s::date)
                                  ELSE %(from_on)s::date END
       AND (a.code > %(after_code)s
            OR (t.effective_on, t.id, {side}) > (%(after_on)s::date, %(after_id)s::bigint, %(after_side)s::int))
       AND (%(fund)s::text IS NULL OR t.fund = %(fund)s)
       AND (%(known_at)s::timestamptz IS NULL
            OR (SELECT e.recorded_at FROM ledger_entry e WHERE e.id = t.entry_id) <= %(known_at)s::timestamptz)
     ORDER BY t.effective_on, t.id LIMIT %(limit)s)
"""
# The page stands before anything is joined to it: joined at once, a planner without statistics may take the sides of
# every account anew for every entry.
_MOVEMENTS: Final = f"""
    WITH page AS MATERIALIZED (
        SELECT a.code, a.name, a.type, a.currency, m.*
        FROM ledger_account a
        CROSS JOIN LATERAL (
            {_SIDE.format(side=0, mine="debit", other="credit")}
            UNION ALL
            {_SIDE.format(side=1, mine="credit", other="debit")}
            ORDER BY effective_on, id, side LIMIT %(limit)s
        ) m
        WHERE a.book_id = %(book)s AND a.code >= %(after_code)s AND (%(code)s = '' OR a.code = %(code)s)
        ORDER BY a.code, m.effective_on, m.id, m.side LIMIT %(limit)s
    )
    SELECT p.code, p.name, p.type, p.currency, p.id, p.side, p.effective_on, e.public_id, e.kind,
        coalesce(n.text, ''), o.code, p.owner, p.fund, p.amount
    FROM page p
    JOIN ledger_entry e ON e.id = p.entry_id
    JOIN ledger_account o ON o.id = p.other_id
    LEFT JOIN ledger_narration n ON n.entry_id = e.id
    ORDER BY p.code, p.effective_on, p.id, p.side
"""  # noqa: S608 - made of the two constants above

# What the day of a place had seen up to and including the place.
_SAME_DAY: Final = """
    SELECT coalesce(sum(CASE WHEN s.side = 0 THEN t.amount ELSE -t.amount END), 0)::bigint
    FROM ledger_account a
    JOIN ledger_transfer t ON t.effective_on = %(after_on)s::date
        AND (t.debit_account_id = a.id OR t.credit_account_id = a.id)
    CROSS JOIN (VALUES (0), (1)) AS s (side)
    WHERE a.book_id = %(book)s AND a.code = %(after_code)s
      AND (s.side = 0 AND t.debit_account_id = a.id OR s.side = 1 AND t.credit_account_id = a.id)
      AND (t.id, s.side) <= (%(after_id)s::bigint, %(after_side)s::int)
      AND (%(fund)s::text IS NULL OR t.fund = %(fund)s)
      AND (%(known_at)s::timestamptz IS NULL
           OR (SELECT e.recorded_at FROM ledger_entry e WHERE e.id = t.entry_id) <= %(known_at)s::timestamptz)
"""


class LedgerPlace(NamedTuple):
    """A place in the general ledger: the row after which a page begins."""

    code: str
    on: date
    transfer: int
    side: int


class LedgerLine(NamedTuple):
    """One side of a transfer in its account; side 0 is the debit. `amount` is in minor units."""

    code: str
    name: str
    type: str
    currency: str
    transfer: int
    side: int
    effective_on: date
    entry: str
    kind: str
    narration: str
    other: str
    owner: str
    fund: str
    amount: int

    @property
    def place(self) -> LedgerPlace:
        """Where it stands."""
        return LedgerPlace(self.code, self.effective_on, self.transfer, self.side)


def ledger_lines(
    *,
    book: Book,
    from_on: date,
    through: date,
    code: str = "",
    fund: str | None = None,
    known_at: datetime | None = None,
    after: LedgerPlace | None = None,
    limit: int | None = None,
) -> Iterator[LedgerLine]:
    """Go through the movements of every account in order of account, date and number, without holding them all.

    Args:
        book: Which.
        from_on: First day.
        through: Last day.
        code: Only this account; "" for all.
        fund: Only money of this fund; None for all.
        known_at: Only what had been recorded by this moment; None for all.
        after: Continue after this place.
        limit: Most lines; None for all.
    """
    facts = _facts(book, fund, known_at, after) | {"from_on": from_on, "through": through, "newest": _newest()}
    if limit is not None:
        yield from _fetch(facts | {"code": code, "limit": limit})
        return
    codes = (
        Account.objects.filter(book=book, code__gte=facts["after_code"]).order_by("code").values_list("code", flat=True)
    )
    for one in [code] if code else codes:
        yield from _whole_account(facts | {"code": one, "limit": _CHUNK})


def _whole_account(facts: dict[str, Any]) -> Iterator[LedgerLine]:
    """Fetch an account piece by piece: no statement is long, and none is held open while somebody reads slowly."""
    while True:
        lines = _fetch(facts)
        yield from lines
        if len(lines) < facts["limit"]:
            return
        facts |= _after(lines[-1].place)


def _fetch(facts: dict[str, Any]) -> list[LedgerLine]:
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS, facts)
        return [LedgerLine(*row) for row in cursor.fetchall()]


def _newest() -> int:
    """What is posted after the first piece was read belongs to no later piece: it would be on one side only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_transfer")
        return int(cursor.fetchone()[0])


def same_day_net(*, book: Book, place: LedgerPlace, fund: str | None = None, known_at: datetime | None = None) -> int:
    """Tell what the account of a place debited less credited on its day, up to and including the place.

    Args:
        book: Which.
        place: The place.
        fund: Only money of this fund; None for all.
        known_at: Only what had been recorded by this moment; None for all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SAME_DAY, _facts(book, fund, known_at, place))
        return int(cursor.fetchone()[0])


def _facts(book: Book, fund: str | None, known_at: datetime | None, after: LedgerPlace | None) -> dict[str, Any]:
    place = after or LedgerPlace("", date.min, 0, 0)
    return {"book": book.pk, "fund": fund, "known_at": known_at} | _after(place)


def _after(place: LedgerPlace) -> dict[str, Any]:
    return {
        "after_code": place.code,
        "after_on": place.on,
        "after_id": place.transfer,
        "after_side": place.side,
    }
