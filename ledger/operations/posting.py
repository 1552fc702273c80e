"""Posting: one call of a database function, whatever the number of entries and lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from foundation.collector import collector_paused
from foundation.prepared import call_prepared
from ledger.models import Book, Entry, Transfer
from ledger.operations.drafts import Draft, Line, NewEntry, draft, entry_row, line_rows, make_entry
from ledger.operations.refusals import refusal_of
from ledger.operations.replays import check_same_request

_POST_ENTRY: Final = "SELECT ledger_post_entry(%s, %s, %s, %s)"
_POST: Final = "SELECT ledger_post(%s, %s, %s, %s)"


class Written(NamedTuple):
    """A draft that became an entry, and the key that the database gave it."""

    draft: Draft
    pk: int


class Posted:
    """The entry under the key, and whether it was there before this call."""

    __slots__ = ("_entry", "replayed")

    def __init__(self, entry: Entry | Written, *, replayed: bool) -> None:
        """Keep the entry, or what it is made of."""
        self._entry, self.replayed = entry, replayed

    @property
    def entry(self) -> Entry:
        """The entry; of many that were posted together, each is made when somebody asks for it."""
        if isinstance(self._entry, Written):
            self._entry = make_entry(self._entry.draft, pk=self._entry.pk)
        return self._entry

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Posted) and (self.entry, self.replayed) == (other.entry, other.replayed)

    def __hash__(self) -> int:
        return hash((self.entry, self.replayed))

    def __repr__(self) -> str:
        return f"Posted({self.entry!r}, replayed={self.replayed})"


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
    return send(book, [draft(book, request, actor=actor, recorded_at=recorded_at)])[0]


def post_many(*, book: Book, entries: Sequence[NewEntry], actor: str, recorded_at: datetime) -> list[Posted]:
    """Write several entries of one book in one statement: all or none, locks taken once and in order.

    Several calls of `post` in one transaction can deadlock with another such transaction; one call of this cannot.

    Returns:
        One result for each entry, in the order given.

    Raises:
        DomainError: as `post`; then nothing is written.
    """
    with collector_paused():
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
    if len(drafts) == 1:
        return [_send_one(book, drafts[0], ends)]
    entries = [entry_row(one) for one in drafts]
    lines = [row for one in drafts for row in line_rows(one)]
    answer = _call(_POST, [book.pk, json.dumps(entries), json.dumps(lines), in_order])
    _refuse(answer, book, drafts)
    made, replayed = {one[0]: one[1] for one in answer["posted"]}, dict(answer["replayed"])
    stored = _stored(replayed.values())
    return [
        Posted(Written(one, made[one.content.public_id]), replayed=False)
        if one.content.public_id in made
        else _replayed(one, stored[replayed[one.content.public_id]])
        for one in drafts
    ]


def _send_one(book: Book, one: Draft, ends: EndedHold | None) -> Posted:
    asked = [book.pk, json.dumps(entry_row(one)), json.dumps(line_rows(one)), _hold_row(ends)]
    answer = _call(_POST_ENTRY, asked)
    _refuse(answer, book, [one])
    if "posted" in answer:
        return Posted(Written(one, answer["posted"]), replayed=False)
    return _replayed(one, _stored([answer["replayed"]])[answer["replayed"]])


def _call(statement: str, facts: Sequence[Any]) -> Any:
    return json.loads(call_prepared(statement, facts))


def _refuse(answer: Mapping[str, Any], book: Book, drafts: Sequence[Draft]) -> None:
    if "refused" in answer:
        lines = [line for one in drafts for line in one.request.lines]
        raise refusal_of(answer["refused"], book=book, lines=lines)


def _replayed(one: Draft, earlier: Entry) -> Posted:
    asked = make_entry(one, pk=None)
    check_same_request(earlier, asked=asked, narration=one.narration, transfers=one.content.transfers)
    return Posted(earlier, replayed=True)


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
