"""Any history comes back from its log the same; a long one in little memory."""

import io
import random
import tracemalloc
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from core.errors import DomainError
from ledger import operations
from ledger.invariants import INVARIANTS
from ledger.models import Account, Book, Entry, Hold, Seal
from ledger.operations import Line, NewEntry
from ledger.queries.logs import save_log
from tests.ledger.support import AT
from tests.ledger.test_logs import facts, log_of, remove_books
from tests.ledger.test_verification import broken, unguarded

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = ("1200", "1250", "4000", "7420", "7200")
CONTROL = ("2150", "2155", "3000")
OWNERS = ("app_1", "app_2", "mem_1")


class History:
    """A random history: whatever the books refuse is left out, as in life."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
        self.at = AT
        self.count = 0

    def go(self, steps: int) -> None:
        acts = [self.pay] * 4 + [self.post] * 4 + [self.hold] * 3 + [self.end_hold] * 3 + [self.reverse, self.seal]
        acts += [self.erase, self.close, self.close_softly, self.close_account, self.anchor, self.expire, self.several]
        for _step in range(steps):
            # Some things happen in the same microsecond.
            self.at += timedelta(microseconds=self.random.choice((0, 1, 3_600_000_000)))
            self.count += 1
            try:
                self.random.choice(acts)()
            except DomainError:
                continue

    def one_of(self, rows: QuerySet[Any]) -> Any:
        found = list(rows.order_by("id"))
        return self.random.choice(found) if found else None

    def day(self) -> date:
        return date(2026, 1, 1) + timedelta(days=self.random.randrange(20))

    def side(self) -> tuple[str, str]:
        if self.random.random() < 0.5:
            return self.random.choice(PLAIN), ""
        return self.random.choice(CONTROL), self.random.choice(OWNERS)

    def line(self) -> Line:
        debit, credit = self.side(), self.side()
        fund = self.random.choice(("", "", "roof"))
        return Line(debit[0], credit[0], self.random.randint(1, 400), debit[1], credit[1], fund)

    def entry(self, suffix: str = "") -> NewEntry:
        lines = [self.line() for _line in range(self.random.randint(1, 3))]
        words = self.random.choice(("", "words", "naïve “🍺” \\ {}"))
        authority = self.random.choice(("", "", "finance"))
        return NewEntry(f"k{self.count}{suffix}", "test", self.day(), lines, words, authority=authority)

    def send(self, *entries: NewEntry) -> None:
        operations.post_many(book=self.book, entries=entries, actor="system:test", recorded_at=self.at)

    def post(self) -> None:
        self.send(self.entry())

    def several(self) -> None:
        self.send(*(self.entry(suffix) for suffix in "cab"))

    def pay(self) -> None:
        line = Line("1250", "2150", self.random.randint(1, 2_000), credit_owner=self.random.choice(OWNERS))
        self.send(NewEntry(f"k{self.count}", "paid", self.day(), [line]))

    def hold(self) -> None:
        expires_at = self.random.choice((None, self.at + timedelta(hours=2)))
        operations.hold(
            book=self.book, key=f"h{self.count}", kind="refund", line=self.line(), expires_at=expires_at, actor="a",
            held_at=self.at,
        )  # fmt: skip

    def end_hold(self) -> None:
        held = self.one_of(Hold.objects.filter(end=None))
        if held is None:
            return
        if self.random.random() < 0.4:
            operations.void_hold(hold=held, actor="a", at=self.at)
            return
        amount = self.random.randint(1, held.amount)
        operations.post_hold(
            hold=held, key=f"p{self.count}", effective_on=self.day(), amount=amount, actor="a", recorded_at=self.at
        )

    def expire(self) -> None:
        operations.expire_holds(at=self.at)

    def reverse(self) -> None:
        entry = self.one_of(Entry.objects.all())
        if entry is not None:
            operations.reverse(
                entry=entry, key=f"r{self.count}", effective_on=self.day(), actor="a", reason="r", recorded_at=self.at
            )

    def erase(self) -> None:
        entry = self.one_of(Entry.objects.all())
        if entry is not None:
            operations.erase_narration(entry=entry, at=self.at)

    def seal(self) -> None:
        operations.seal_entries(book=self.book, at=self.at, limit=self.random.randint(1, 10))

    def close(self) -> None:
        if self.random.random() < 0.4:
            through = date(2025, 12, 30) + timedelta(days=self.random.randrange(12))
            operations.close_period(book=self.book, through=through, actor="a", at=self.at)

    def close_softly(self) -> None:
        operations.close_softly(book=self.book, through=self.random.choice((None, self.day())))

    def close_account(self) -> None:
        account = Account.objects.get(book=self.book, code=self.random.choice((*PLAIN, "7500")))
        operations.close_account(account=account, on=self.day(), actor="a", at=self.at)

    def anchor(self) -> None:
        seal = self.one_of(Seal.objects.all())
        if seal is not None:
            operations.record_anchor(seal=seal, place=f"mail {self.count}", at=self.at)


def come_back(seed: int, steps: int) -> None:
    history = History(seed)
    history.go(steps)
    text, before = log_of(history.book), facts()
    remove_books()

    operations.import_log(log=io.StringIO(text), organisation="org_pub")

    assert facts() == before, f"seed {seed}"
    assert log_of(Book.objects.get()) == text
    assert broken() == set()
    remove_books()


@pytest.mark.parametrize("seed", range(12))
def test_random_histories_come_back(seed):
    come_back(seed, steps=80)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_many_long_random_histories_come_back():
    first = random.SystemRandom().randrange(10**9)
    for seed in range(first, first + 100):
        come_back(seed, steps=300)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [2_500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_thousands_of_entries_come_back_in_little_memory(book, tmp_path, count):
    lines = [Line("1250", "2150", 100 + number, credit_owner=f"app_{number % 500}") for number in range(count)]
    for first in range(0, len(lines), 2_500):
        operations.post_many(
            book=book,
            entries=[
                NewEntry(f"paid:{number}", "paid", date(2026, 1, 1) + timedelta(days=number % 28), [lines[number]])
                for number in range(first, first + 2_500)
            ],
            actor="system:test",
            recorded_at=AT,
        )
    operations.close_period(book=book, through=date(2026, 1, 31), actor="a", at=AT)
    path, again = tmp_path / "a.log", tmp_path / "b.log"
    with path.open("w", encoding="utf-8", newline="") as out:
        save_log(book=book, out=out)
    remove_books()

    tracemalloc.start()
    with path.open(encoding="utf-8", newline="\n") as log:
        operations.import_log(log=log, organisation="org_pub")
    with again.open("w", encoding="utf-8", newline="") as out:
        save_log(book=Book.objects.get(), out=out)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert Entry.objects.count() == len(lines)
    assert again.read_bytes() == path.read_bytes()
    assert path.stat().st_size > 700 * count
    # A few batches, however long the history; all of it in memory would be several times the file.
    assert peak < 25_000_000
    with unguarded() as owner:
        # What autovacuum does in life; without it the planner takes full tables for empty ones.
        owner.execute("ANALYZE")
    assert [line for one in INVARIANTS for line in one.find_violations()] == []
