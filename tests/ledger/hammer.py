"""One process of the hammer: it posts, holds, reverses, closes, seals or reads, and says what it was told was done.

Usage: python -m tests.ledger.hammer ROLE BOOK SEED TIMES. Its connection may be cut at any moment; then it asks
again with the same key. It writes one line of JSON: the keys that were answered, refusals, cuts, and what it saw.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import InterfaceError, OperationalError, connection  # noqa: E402

from core.errors import DomainError  # noqa: E402
from ledger import operations, queries  # noqa: E402
from ledger.models import Book, Entry, Hold  # noqa: E402
from ledger.operations import Line, NewEntry  # noqa: E402

AT = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = date(2026, 1, 1)
DAYS = 60
OWNERS = [f"app_{number}" for number in range(8)]


class Hammer:
    """Does one thing many times."""

    def __init__(self, role: str, book: str, seed: int) -> None:
        self.role = role
        self.dice = random.Random(f"{role}:{seed}")
        self.name = f"{role}:{seed}"
        self.book = read_book(book)
        self.answered: list[str] = []
        self.refused: Counter[str] = Counter()
        self.cuts = 0
        self.saw: list[Any] = []

    def run(self, times: int) -> None:
        """Act so many times; an act whose connection was cut is asked for again."""
        act: Callable[[str], None] = getattr(self, self.role)
        for number in range(times):
            key, state = f"{self.name}:{number}", self.dice.getstate()
            while True:
                try:
                    act(key)
                except DomainError as refused:
                    self.refused[refused.code] += 1
                except (OperationalError, InterfaceError):
                    # Cut, or chosen to give way: the very same request again, under the same key.
                    connection.close()
                    self.cuts += 1
                    self.dice.setstate(state)
                    continue
                break

    def post(self, key: str) -> None:
        """Money comes in, moves between owners, or goes out; some of it for a fund."""
        one, other = self.dice.sample(OWNERS, 2)
        amount, fund = self.dice.randint(1, 90), self.dice.choice(("", "", "roof"))
        line = self.dice.choice(
            (
                Line("1250", "2150", amount, credit_owner=one, fund=fund),
                Line("2150", "2150", amount, debit_owner=one, credit_owner=other, fund=fund),
                Line("2150", "2155", amount, debit_owner=one, credit_owner=one, fund=fund),
            )
        )
        operations.post(book=self.book, key=key, effective_on=self._day(), lines=[line], **self._facts())
        self.answered.append(key)

    def post_several(self, key: str) -> None:
        """Several entries of several owners in one statement, in any order."""
        wanted = []
        for number in range(3):
            one, other = self.dice.sample(OWNERS, 2)
            lines = [
                Line("1250", "2150", self.dice.randint(1, 9), credit_owner=one),
                Line("1250", "2150", self.dice.randint(1, 9), credit_owner=other),
            ]
            wanted.append(NewEntry(f"{key}:{number}", "k", self._day(), lines))
        operations.post_many(book=self.book, entries=wanted, actor=self.name, recorded_at=AT)
        self.answered += [one.key for one in wanted]

    def reverse(self, key: str) -> None:
        """Undo some entry of somebody; most have been undone before."""
        entries = Entry.objects.filter(book=self.book, kind="k").order_by("-id")[:40]
        if not entries:
            return
        entry = self.dice.choice(list(entries))
        operations.reverse(
            entry=entry, key=key, effective_on=self._day(), actor=self.name, reason="hammer", recorded_at=AT
        )
        self.answered.append(key)

    def hold(self, key: str) -> None:
        """Hold something; end some hold by posting part of it, or let it go."""
        owner, amount = self.dice.choice(OWNERS), self.dice.randint(1, 60)
        line = Line("2150", "2155", amount, debit_owner=owner, credit_owner=owner)
        made = operations.hold(book=self.book, key=key, kind="h", line=line, actor=self.name, held_at=AT)
        ending = self.dice.choice(("post", "post", "void", "leave"))
        if ending == "post":
            part = self.dice.randint(1, amount)
            operations.post_hold(
                hold=made, key=f"{key}:take", effective_on=self._day(), amount=part, actor=self.name, recorded_at=AT
            )
            self.answered.append(f"{key}:take")
        elif ending == "void":
            operations.void_hold(hold=made, actor=self.name, at=AT)

    def close(self, key: str) -> None:
        """Close the next few days for good, and write down what the books said for them at that moment."""
        self.book.refresh_from_db()
        through = (self.book.locked_through or FIRST) + timedelta(days=self.dice.randint(1, 2))
        if through >= FIRST + timedelta(days=DAYS // 2):
            return
        operations.close_period(book=self.book, through=through, actor=key, at=AT)
        self.saw.append([through.isoformat(), figures_of(self.book, through)])

    def seal(self, _key: str) -> None:
        """Seal a few entries."""
        operations.seal_entries(book=self.book, at=AT, limit=self.dice.randint(1, 30))

    def read(self, _key: str) -> None:
        """Look: debits equal credits at every moment, on every day."""
        for on in (None, self._day()):
            off = sum(row.net for row in queries.trial_balance(book=self.book, on=on))
            if off:
                self.saw.append(off)
        held = Hold.objects.filter(book=self.book, end=None).count()
        if held < 0:
            self.saw.append(held)

    def _day(self) -> date:
        return FIRST + timedelta(days=self.dice.randrange(DAYS))

    def _facts(self) -> dict[str, Any]:
        return {"kind": "k", "actor": self.name, "recorded_at": AT}


def read_book(slug: str) -> Book:
    """Read the book; a connection may be cut in its first moment too."""
    while True:
        try:
            return Book.objects.get(slug=slug)
        except (OperationalError, InterfaceError):
            connection.close()


def figures_of(book: Book, on: date) -> dict[str, int]:
    """What every account, and every owner of two of them, had at the end of a day."""
    figures = {row.account.code: row.net for row in queries.trial_balance(book=book, on=on) if row.net}
    for code in ("2150", "2155"):
        owners = queries.owner_balances(book=book, code=code, on=on)
        figures |= {f"{code}/{owner}": held for owner, held in owners.items()}
    return figures


def main(role: str, book: str, seed: str, times: str) -> None:
    """Be one hammer and report."""
    hammer = Hammer(role, book, int(seed))
    hammer.run(int(times))
    facts = {"role": role, "answered": hammer.answered, "refused": hammer.refused, "cuts": hammer.cuts}
    sys.stdout.write(json.dumps(facts | {"saw": hammer.saw}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
