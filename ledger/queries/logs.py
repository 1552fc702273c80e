"""A book as a log: one line of JSON for each fact, from which the very same book can be made again.

The lines come in an order in which the guards of an empty book let them pass: accounts and their closures first, then
entries as the chain has them with each period after the last entry it closed, then holds, and what all of it makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final, TextIO

from django.db import connection, transaction

from ledger.arithmetic.logs import FORMAT, VERSION, Facts, write_instant, write_line
from ledger.models import Account, AccountClosure, Anchor, Book, Hold, Period, Seal
from ledger.queries.records import CHUNK, Record, records

BALANCES: Final = """
    SELECT a.code, b.owner, b.debits, b.credits, b.held_debits, b.held_credits
    FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
    WHERE a.book_id = %s ORDER BY a.id, b.owner COLLATE "C"
"""
BALANCE_FIELDS: Final = ("account", "owner", "debits", "credits", "held_debits", "held_credits")

PERIOD_BALANCES: Final = """
    SELECT a.code, b.owner, b.fund, b.debits, b.credits
    FROM ledger_periodbalance b JOIN ledger_account a ON a.id = b.account_id
    WHERE b.period_id = %s ORDER BY a.id, b.owner COLLATE "C", b.fund COLLATE "C"
"""
PERIOD_BALANCE_FIELDS: Final = ("account", "owner", "fund", "debits", "credits")


def save_log(*, book: Book, out: TextIO) -> dict[str, Any]:
    """Write a book as a log, all of it as it stood at one moment, however long that takes.

    Args:
        book: Which.
        out: Open for writing text as UTF-8, line ends left alone.

    Returns:
        What the last line says: counts, and the head of the chain.
    """
    facts: Facts = {}
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for facts in _counted(book):
            out.write(write_line(facts))
    return {name: value for name, value in facts.items() if name != "type"}


def rows_of(query: str, key: int, fields: tuple[str, ...]) -> Iterator[Facts]:
    """Go through the rows of a query with one parameter, as the fields of a line, without holding them all."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, [key])
        for row in chain.from_iterable(iter(lambda: cursor.fetchmany(CHUNK), [])):
            yield dict(zip(fields, row, strict=True))


def _counted(book: Book) -> Iterator[Facts]:
    counts: Counter[str] = Counter()
    for facts in _lines(Book.objects.get(pk=book.pk)):
        counts[facts["type"]] += 1
        counts["transfer"] += len(facts.get("lines", ()))
        yield facts
    head = Seal.objects.filter(book=book).order_by("-seq").first()
    yield {
        "type": "end",
        "accounts": counts["account"],
        "entries": counts["entry"],
        "transfers": counts["transfer"],
        "periods": counts["period"],
        "holds": counts["hold"],
        "balances": counts["balance"],
        "anchors": counts["anchor"],
        "head_seq": head.seq if head else 0,
        "head_hash": head.hash if head else "",
    }


def _lines(book: Book) -> Iterator[Facts]:
    yield {"type": "header", "format": FORMAT, "version": VERSION}
    yield _book(book)
    codes: dict[int, str] = {}
    for account in Account.objects.filter(book=book).order_by("id"):
        codes[account.pk] = account.code
        yield _account(account)
    for closure in AccountClosure.objects.filter(account__book=book).select_related("account").order_by("account_id"):
        yield _closure(closure)
    yield from _entries_and_periods(book)
    for hold in Hold.objects.filter(book=book).select_related("end__entry").order_by("id").iterator(CHUNK):
        yield _hold(hold, codes)
    if book.soft_through:
        yield {"type": "soft_close", "through": book.soft_through.isoformat()}
    for row in rows_of(BALANCES, book.pk, BALANCE_FIELDS):
        yield {"type": "balance", **row}
    for anchor in Anchor.objects.filter(book=book).order_by("id"):
        yield _anchor(anchor)


def _entries_and_periods(book: Book) -> Iterator[Facts]:
    """Give entries in the order of the chain, each period where the chain stood when it was closed."""
    closed = list(Period.objects.filter(book=book).order_by("head_seq", "end_on"))

    def due(until: Callable[[Period], bool]) -> Iterator[Facts]:
        while closed and until(closed[0]):
            yield from _period(closed.pop(0))

    for record in records(book=book.slug, order="chain"):
        seq = record.seq
        yield from due(lambda period, seq=seq: seq is None or period.head_seq < seq)  # type: ignore[misc]
        yield _entry(record)
    yield from due(lambda _period: True)


def _book(book: Book) -> Facts:
    return {
        "type": "book",
        "slug": book.slug,
        "organisation": book.organisation,
        "kind": book.kind,
        "name": book.name,
        "currency": book.currency,
        "template": book.template,
        "opened_at": write_instant(book.opened_at),
    }


def _account(account: Account) -> Facts:
    return {
        "type": "account",
        "code": account.code,
        "name": account.name,
        "account_type": account.type,
        "currency": account.currency,
        "is_control": account.is_control,
        "floor": account.floor,
        "ceiling": account.ceiling,
        "owner_floor": account.owner_floor,
        "owner_ceiling": account.owner_ceiling,
    }


def _closure(closure: AccountClosure) -> Facts:
    return {
        "type": "account_closure",
        "account": closure.account.code,
        "closed_on": closure.closed_on.isoformat(),
        "recorded_at": write_instant(closure.recorded_at),
        "actor": closure.actor,
    }


def _entry(record: Record) -> Facts:
    return {
        "type": "entry",
        "public_id": record.public_id,
        "key": record.key,
        "kind": record.kind,
        "effective_on": record.effective_on.isoformat(),
        "recorded_at": write_instant(record.recorded_at),
        "actor": record.actor,
        "source": record.source,
        "reason": record.reason,
        "batch": record.batch,
        "authority": record.authority,
        "reverses": record.reverses,
        "fingerprint": record.fingerprint,
        "narration": _narration(record),
        "narration_digest": record.narration_digest,
        "hash_version": record.hash_version,
        "content_hash": record.content_hash,
        "seal": _seal(record),
        "lines": [
            {
                "debit": line.content.debit,
                "debit_owner": line.content.debit_owner,
                "credit": line.content.credit,
                "credit_owner": line.content.credit_owner,
                "amount": line.content.amount,
                "currency": line.content.currency,
                "fund": line.content.fund,
            }
            for line in record.lines
        ],
    }


def _narration(record: Record) -> Facts | None:
    if record.narration is None:
        return None
    erased_at = write_instant(record.erased_at) if record.erased_at else None
    return {"text": record.narration, "salt": record.salt, "erased_at": erased_at}


def _seal(record: Record) -> Facts | None:
    if record.sealed_at is None:
        return None
    return {
        "seq": record.seq,
        "previous_hash": record.previous_hash,
        "hash": record.seal_hash,
        "sealed_at": write_instant(record.sealed_at),
    }


def _period(period: Period) -> Iterator[Facts]:
    yield {
        "type": "period",
        "end_on": period.end_on.isoformat(),
        "closed_at": write_instant(period.closed_at),
        "actor": period.actor,
        "head_seq": period.head_seq,
        "head_hash": period.head_hash,
    }
    for row in rows_of(PERIOD_BALANCES, period.pk, PERIOD_BALANCE_FIELDS):
        yield {"type": "period_balance", **row}


def _hold(hold: Hold, codes: dict[int, str]) -> Facts:
    return {
        "type": "hold",
        "public_id": hold.public_id,
        "key": hold.key,
        "kind": hold.kind,
        "debit": codes[hold.debit_account_id],
        "debit_owner": hold.debit_owner,
        "credit": codes[hold.credit_account_id],
        "credit_owner": hold.credit_owner,
        "amount": hold.amount,
        "currency": hold.currency,
        "fund": hold.fund,
        "held_at": write_instant(hold.held_at),
        "expires_at": write_instant(hold.expires_at) if hold.expires_at else None,
        "actor": hold.actor,
        "source": hold.source,
        "end": _end_of(hold),
    }


def _end_of(hold: Hold) -> Facts | None:
    end = getattr(hold, "end", None)
    if end is None:
        return None
    return {
        "how": end.how,
        "amount": end.amount,
        "entry": end.entry.public_id if end.entry else "",
        "ended_at": write_instant(end.ended_at),
        "actor": end.actor,
    }


def _anchor(anchor: Anchor) -> Facts:
    return {
        "type": "anchor",
        "seq": anchor.seq,
        "hash": anchor.hash,
        "place": anchor.place,
        "published_at": write_instant(anchor.published_at),
    }
