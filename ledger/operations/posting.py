"""Posting: one call of a database function, whatever the number of entries and lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from ledger.models import Book, Entry, Transfer
from ledger.operations.drafts import Draft, Line, NewEntry, draft, entry_row, line_rows
from ledger.operations.refusals import refusal_of
from ledger.operations.replays import check_same_request


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry under the key, and whether it was there before this call."""

    entry: Entry
    replayed: bool


def post(
    *,
    book: Book,
    key: str,
    kind: str,
    effective_on: date,
    lines: Sequence[Line],
    narration: str = "",
    actor: str,
    source: str = "",
    reason: str = "",
    batch: str = "",
    authority: str = "",
    recorded_at: datetime,
) -> Posted:
    """Write one entry, once. Make it the last thing in the caller's transaction: it takes the balances' locks.

    Args:
        book: Whose accounts the codes are.
        key: Made by the caller from the event, before the first try: "stripe:charge:ch_1", "allotment:alt_1:app_1".
        kind: What happened: "application_paid", "allotment".
        effective_on: The day the entry counts for.
        lines: At least one; each debits one account and credits another, in minor units.
        narration: Words for people; kept apart and erasable, so still no place for personal data.
        actor: Who: "user:usr_1", "system:sweep".
        source: Opaque reference of what it comes from: "pay_1".
        reason: A code or a few words, for corrections.
        batch: Ties entries of one event in several books.
        authority: What allows a date in a softly closed period, such as "finance"; the caller has checked it.
        recorded_at: Now.

    Returns:
        The entry; `replayed` when the key had been posted with the same content.

    Raises:
        IdempotencyConflict: the key was used for something else; names the fields.
        LimitExceeded: an account's or owner's floor or ceiling is in the way.
        PeriodClosed: the book is closed through that day or a later one.
        PeriodSoftlyClosed: the same, and an authority would allow it.
        AccountClosed: an account was closed before that day.
        UnknownAccount, OwnerMismatch, SidesEqual, AmountOutOfRange, NothingToPost, UnusableText, CurrencyMismatch:
            the request cannot be right.
    """
    request = NewEntry(key, kind, effective_on, lines, narration, source, reason, batch, authority)
    return post_many(book=book, entries=[request], actor=actor, recorded_at=recorded_at)[0]


def post_many(*, book: Book, entries: Sequence[NewEntry], actor: str, recorded_at: datetime) -> list[Posted]:
    """Write several entries of one book in one statement: all or none, locks taken once and in order.

    Several calls of `post` in one transaction can deadlock with another such transaction; one call of this cannot.

    Returns:
        One result for each entry, in the order given.

    Raises:
        DomainError: as `post`; then nothing is written.
    """
    drafts = [draft(book, request, actor=actor, recorded_at=recorded_at) for request in entries]
    return send(book, drafts) if drafts else []


def reverse(
    *,
    entry: Entry,
    key: str,
    effective_on: date,
    actor: str,
    reason: str,
    batch: str = "",
    authority: str = "",
    recorded_at: datetime,
) -> Posted:
    """Undo an entry by its exact mirror: every debit becomes a credit. The original stays.

    Args:
        entry: What to reverse.
        key: As in `post`.
        effective_on: The day the reversal counts for; the caller chooses, because the original day may be closed.
        actor: Who.
        reason: Why; a reversal is never without.
        batch: As in `post`.
        authority: As in `post`.
        recorded_at: Now.

    Raises:
        AlreadyReversed: the entry was reversed under another key.
        ReversalNotReversible: the entry is itself a reversal.
        LimitExceeded, PeriodClosed, IdempotencyConflict: as `post`.
    """
    book = entry.book
    transfers = Transfer.objects.filter(entry=entry).select_related("debit_account", "credit_account")
    mirror = [
        Line(
            debit=transfer.credit_account.code,
            debit_owner=transfer.credit_owner,
            credit=transfer.debit_account.code,
            credit_owner=transfer.debit_owner,
            amount=transfer.amount,
            fund=transfer.fund,
            currency=transfer.currency,
        )
        for transfer in transfers.order_by("line_no")
    ]
    request = NewEntry(key, f"{entry.kind}_reversal", effective_on, mirror, "", entry.source, reason, batch, authority)
    return send(book, [draft(book, request, actor=actor, recorded_at=recorded_at, reverses=entry)])[0]


@dataclass(frozen=True, slots=True)
class EndedHold:
    """The hold that a posting ends, and how much of it the posting takes, in minor units."""

    hold: int
    amount: int
    ended_at: datetime
    actor: str


def send(book: Book, drafts: Sequence[Draft], *, ends: EndedHold | None = None, in_order: bool = False) -> list[Posted]:
    """Send drafts to the database in one call, and make results of what it answers.

    Args:
        book: Of all of them.
        drafts: At least one.
        ends: A hold that this posting ends; then there is one draft.
        in_order: Number the entries as they are given; only for an empty book that nobody else posts to.

    Raises:
        DomainError: as `post`.
    """
    entries = [entry_row(one) for one in drafts]
    lines = [row for one in drafts for row in line_rows(one)]
    facts: list[Any] = [book.pk, json.dumps(entries), json.dumps(lines)]
    if ends or in_order:
        facts += [_hold_row(ends), in_order]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ledger_post({', '.join(['%s'] * len(facts))})", facts)
        answer = json.loads(cursor.fetchone()[0])
    if "refused" in answer:
        all_lines = [line for one in drafts for line in one.request.lines]
        raise refusal_of(answer["refused"], book=book, lines=all_lines)
    return _results(drafts, posted=dict(answer["posted"]), replayed=dict(answer["replayed"]))


def _results(drafts: Sequence[Draft], *, posted: dict[str, int], replayed: dict[str, int]) -> list[Posted]:
    stored = _stored(replayed.values())
    results = []
    for one in drafts:
        if one.entry.public_id in posted:
            one.entry.pk = posted[one.entry.public_id]
            one.entry._state.adding = False  # noqa: SLF001 - documented API
            results.append(Posted(one.entry, replayed=False))
        else:
            earlier = stored[replayed[one.entry.public_id]]
            check_same_request(earlier, asked=one.entry, narration=one.narration, transfers=one.transfers)
            results.append(Posted(earlier, replayed=True))
    return results


def _hold_row(ends: EndedHold | None) -> str | None:
    if ends is None:
        return None
    return json.dumps(
        {"hold": ends.hold, "amount": ends.amount, "ended_at": ends.ended_at.isoformat(), "actor": ends.actor}
    )


def _stored(ids: Iterable[int]) -> dict[int, Entry]:
    # Read only on replay, so that a first posting is a single round trip.
    wanted = list(ids)
    if not wanted:
        return {}
    return {one.pk: one for one in Entry.objects.filter(pk__in=wanted).select_related("narration", "book")}
