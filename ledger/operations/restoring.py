"""The second reading of a log: what was found right in itself is posted into an empty book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from ledger.arithmetic.logchecks import content_of
from ledger.arithmetic.logs import Facts
from ledger.models import Account, AccountClosure, Anchor, Book, Entry, Hold, HoldEnd, Seal
from ledger.operations.drafts import Draft, Line, NewEntry
from ledger.operations.errors import BookExists, IdempotencyConflict, LimitExceeded, UnusableLog
from ledger.operations.periods import close_period, close_softly
from ledger.operations.posting import send
from ledger.operations.sealing import seal_entries
from ledger.queries.logs import BALANCE_FIELDS, BALANCES, PERIOD_BALANCE_FIELDS, PERIOD_BALANCES, rows_of

BATCH: Final = 500
_MOST_WAITING: Final = 20 * BATCH


def unusable(problems: list[tuple[int, str]]) -> UnusableLog:
    """Make the error that lists lines, from 1, and what is wrong with each; 0 stands for the log as a whole."""
    line, problem = problems[0]
    return UnusableLog(
        _("The log cannot be used, and nothing was changed. Line %(line)s: %(problem)s")
        % {"line": line, "problem": problem},
        line=line,
        problems=[{"line": number, "problem": words} for number, words in problems],
    )


@contextmanager
def at_line(number: int) -> Iterator[None]:
    """Say at which line the books refused something."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise unusable([(number, str(error).strip().partition("\n")[0])]) from error
    except DomainError as error:
        raise unusable([(number, error.message)]) from error


class Restoring:
    """A book on its way back, line by line, inside one transaction of the caller."""

    def __init__(self, organisation: str) -> None:
        """Begin with nothing; the book is made by its line."""
        self.organisation = organisation
        self.book = Book()
        self.accounts: dict[str, Account] = {}
        self.waiting: list[tuple[int, Facts]] = []
        self.holds: list[tuple[int, Facts]] = []
        self.expected: Iterator[Facts] | None = None
        self.balances_begun = False

    def take(self, number: int, facts: Facts) -> None:
        """Take the next line.

        Raises:
            UnusableLog, BookExists: as `import_log`.
        """
        kind = facts.pop("type")
        if kind != "entry":
            self._flush(has_to_go=True)
        if kind != "hold":
            self._flush_holds()
        if kind not in {"period_balance", "balance"}:
            self._end_comparison(number, begin=kind in {"anchor", "end"})
        act = getattr(self, f"_take_{kind}", None)
        if act is not None:
            act(number, facts)

    def _take_book(self, number: int, facts: Facts) -> None:
        facts["organisation"] = self.organisation
        try:
            with transaction.atomic():
                self.book = Book.objects.create(**facts)
        except IntegrityError as error:
            raise BookExists(
                _("This organisation already keeps such a book, or the name is taken."),
                slug=facts["slug"],
                kind=facts["kind"],
                line=number,
            ) from error

    def _take_account(self, number: int, facts: Facts) -> None:
        account = Account(book=self.book, type=facts.pop("account_type"), **facts)
        with at_line(number):
            account.save(force_insert=True)
        self.accounts[account.code] = account

    def _take_account_closure(self, number: int, facts: Facts) -> None:
        # In an empty book every account is empty, and whatever the closure forbids is refused when it comes.
        with at_line(number):
            AccountClosure.objects.create(account=self.accounts[facts.pop("account")], **facts)

    def _take_entry(self, number: int, facts: Facts) -> None:
        if facts["reverses"] in {one["public_id"] for _number, one in self.waiting} - {""}:
            self._flush(has_to_go=True)
        self.waiting.append((number, facts))
        if len(self.waiting) % BATCH == 0:
            self._flush(has_to_go=len(self.waiting) >= _MOST_WAITING)

    def _flush(self, *, has_to_go: bool) -> None:
        """Post what waits.

        The chain may have two entries the other way round than they passed the limits, when they came at the same
        moment; so a batch that passes a limit waits for the next, unless it has to go now.
        """
        if not self.waiting:
            return
        drafts = _drafts(self.book, self.waiting)
        try:
            posted = send(self.book, drafts, in_order=True)
        except LimitExceeded:
            if has_to_go:
                raise self._refusal(drafts) from None
            return
        except DomainError as error:
            raise self._refusal(drafts) from error
        for (number, _facts), result in zip(self.waiting, posted, strict=True):
            if result.replayed:
                raise unusable([(number, _("the key is there twice"))])
        self._seal()
        self.waiting = []

    def _refusal(self, drafts: list[Draft]) -> UnusableLog:
        """Find the line that the books refuse, by posting one after the other what they refused together."""
        for (number, _facts), one in zip(self.waiting, drafts, strict=True):
            try:
                send(self.book, [one], in_order=True)
            except IdempotencyConflict:
                return unusable([(number, _("the key is there twice"))])
            except DomainError as error:
                return unusable([(number, error.message)])
        return unusable([(self.waiting[0][0], _("the books refuse the entries from here on"))])

    def _seal(self) -> None:
        """Seal the batch as it was sealed, and compare every link."""
        sealed = [(number, facts["public_id"], facts["seal"]) for number, facts in self.waiting if facts["seal"]]
        for at, count in _runs([seal["sealed_at"] for _number, _public_id, seal in sealed]):
            seal_entries(book=self.book, at=at, limit=count)
        if not sealed:
            return
        first, last = sealed[0][2]["seq"], sealed[-1][2]["seq"]
        kept = Seal.objects.filter(book=self.book, seq__range=(first, last)).order_by("seq")
        found = list(kept.values_list("entry__public_id", "seq", "previous_hash", "hash"))
        for (number, public_id, seal), link in zip(sealed, found, strict=True):
            if link != (public_id, seal["seq"], seal["previous_hash"], seal["hash"]):
                raise unusable([(number, _("sealed again, it gets another link"))])

    def _take_period(self, number: int, facts: Facts) -> None:
        with at_line(number):
            period = close_period(book=self.book, through=facts["end_on"], actor=facts["actor"], at=facts["closed_at"])
        if (period.head_seq, period.head_hash) != (facts["head_seq"], facts["head_hash"]):
            raise unusable([(number, _("the period was not closed at this place of the chain"))])
        self.expected = rows_of(PERIOD_BALANCES, period.pk, PERIOD_BALANCE_FIELDS)

    def _take_balance(self, number: int, facts: Facts) -> None:
        self._begin_balances()
        self._take_period_balance(number, facts)

    def _take_period_balance(self, number: int, facts: Facts) -> None:
        row = next(self.expected, None) if self.expected is not None else None
        if row != facts:
            raise unusable([(number, _("what was posted makes %(row)s here") % {"row": row})])

    def _begin_balances(self) -> None:
        if not self.balances_begun:
            self.balances_begun = True
            self.expected = rows_of(BALANCES, self.book.pk, BALANCE_FIELDS)

    def _end_comparison(self, number: int, *, begin: bool) -> None:
        if begin:
            self._begin_balances()
        missing = next(self.expected, None) if self.expected is not None else None
        if missing is not None:
            raise unusable([(number, _("before this line, %(row)s is missing") % {"row": missing})])
        self.expected = None

    def _take_hold(self, number: int, facts: Facts) -> None:
        self.holds.append((number, facts))
        if len(self.holds) == BATCH:
            self._flush_holds()

    def _flush_holds(self) -> None:
        """Write holds: what ended after its end, so that it reserves nothing; what is open reserves its amount now."""
        if not self.holds:
            return
        ids = _next_hold_ids(len(self.holds))
        named = {facts["end"]["entry"] for _number, facts in self.holds if facts["end"]} - {""}
        entries = _ids_of(self.book, named)
        rows, ends = [], []
        for pk, (number, facts) in zip(ids, self.holds, strict=True):
            end = facts.pop("end")
            rows.append(self._hold(pk, facts))
            if end is not None:
                entry = end.pop("entry")
                if entry and entry not in entries:
                    raise unusable([(number, _("the entry that posted the hold is not in the log"))])
                ends.append(HoldEnd(hold_id=pk, entry_id=entries.get(entry), **end))
        with at_line(self.holds[0][0]):
            HoldEnd.objects.bulk_create(ends)
            Hold.objects.bulk_create(rows)
        self.holds = []

    def _hold(self, pk: int, facts: Facts) -> Hold:
        debit, credit = self.accounts[facts.pop("debit")], self.accounts[facts.pop("credit")]
        return Hold(pk=pk, book=self.book, debit_account=debit, credit_account=credit, **facts)

    def _take_soft_close(self, _number: int, facts: Facts) -> None:
        close_softly(book=self.book, through=facts["through"])

    def _take_anchor(self, number: int, facts: Facts) -> None:
        with at_line(number):
            Anchor.objects.create(book=self.book, **facts)

    def _take_end(self, number: int, facts: Facts) -> None:
        head = Seal.objects.filter(book=self.book).order_by("-seq").first()
        found = (head.seq, head.hash) if head else (0, "")
        if found != (facts["head_seq"], facts["head_hash"]):
            raise unusable([(number, _("the chain does not end where it should"))])


def _drafts(book: Book, waiting: list[tuple[int, Facts]]) -> list[Draft]:
    """Make drafts with the ids, times and hashes that the entries had."""
    reverses = {facts["reverses"] for _number, facts in waiting} - {""}
    originals = {one.public_id: one for one in Entry.objects.filter(book=book, public_id__in=reverses)}
    _check_ids(book, waiting)
    drafts = []
    for number, facts in waiting:
        if facts["reverses"] and facts["reverses"] not in originals:
            raise unusable([(number, _("the entry that it reverses does not come before it"))])
        drafts.append(_draft(book, facts, reverses=originals.get(facts["reverses"])))
    return drafts


def _check_ids(book: Book, waiting: list[tuple[int, Facts]]) -> None:
    wanted = [facts["public_id"] for _number, facts in waiting]
    taken = dict(Entry.objects.filter(public_id__in=wanted).values_list("public_id", "book_id"))
    for number, facts in waiting:
        public_id = facts["public_id"]
        if taken.get(public_id, book.pk) != book.pk:
            raise BookExists(_("Entry %(entry)s is in the books already.") % {"entry": public_id}, line=number)
        if public_id in taken:
            raise unusable([(number, _("the entry is there twice"))])
        taken[public_id] = book.pk


def _draft(book: Book, facts: Facts, *, reverses: Entry | None) -> Draft:
    content = content_of(book.slug, facts)
    words = facts["narration"] or {"text": "", "salt": "", "erased_at": None}
    lines = [
        Line(one.debit, one.credit, one.amount, one.debit_owner, one.credit_owner, one.fund, one.currency)
        for one in content.transfers
    ]
    return Draft(
        book,
        NewEntry(content.key, content.kind, content.effective_on, lines),
        content,
        facts["fingerprint"],
        facts["content_hash"],
        words["text"],
        words["salt"],
        reverses,
        facts["hash_version"],
        words["erased_at"],
    )


def _ids_of(book: Book, public_ids: set[str]) -> dict[str, int]:
    return dict(Entry.objects.filter(book=book, public_id__in=public_ids).values_list("public_id", "pk"))


def _next_hold_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('ledger_hold', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _runs(instants: Sequence[datetime]) -> Iterator[tuple[datetime, int]]:
    """Give each instant with how often it comes in a row."""
    for at, same in groupby(instants):
        yield at, len(list(same))
