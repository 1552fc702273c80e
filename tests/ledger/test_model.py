"""Random histories against a small model: after each step the books are what a dict says they are."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import DomainError
from foundation.ids import new_public_id
from ledger import operations, queries
from ledger.invariants import INVARIANTS
from ledger.operations import Line, NewEntry
from tests.ledger.support import AT

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n))
PLAIN = ("1200", "1250", "4000", "7420")
CONTROL = ("2150", "2155", "3000")
OWNERS = ("app_1", "app_2", "mem_1")
SIDES = st.one_of(
    st.tuples(st.sampled_from(PLAIN), st.just("")), st.tuples(st.sampled_from(CONTROL), st.sampled_from(OWNERS))
)
FUNDS = st.sampled_from(("", "", "roof"))
LINES = st.lists(
    st.tuples(SIDES, SIDES, st.integers(1, 500), FUNDS).filter(lambda one: one[0] != one[1]), min_size=1, max_size=4
)
MOMENTS = st.integers(0, 4).map(lambda n: AT + timedelta(hours=n))
HOLD_ENDS = AT + timedelta(days=2)
CLOSED = {"ledger.period_closed", "ledger.period_softly_closed"}

Side = tuple[str, str]
ModelLine = tuple[Side, Side, int, str]


class Posting(NamedTuple):
    """What the model keeps of an entry."""

    day: date
    lines: list[ModelLine]
    recorded_at: datetime
    hold: str = ""


def line_of(one: ModelLine) -> Line:
    """A line of the model as the ledger takes it."""
    debit, credit, amount, fund = one
    return Line(debit[0], credit[0], amount, debit_owner=debit[1], credit_owner=credit[1], fund=fund)


class Books(RuleBasedStateMachine):
    """What the ledger should be: a list of postings, and what follows from it."""

    @initialize()
    def open(self):
        name = new_public_id("b").lower()
        self.book = operations.open_book(slug=name, organisation=f"org_{name}", name="Model", at=AT)
        self.posted: dict[str, Posting] = {}
        self.entries = {}
        self.reversed: set[str] = set()
        self.is_reversal: set[str] = set()
        self.holds: dict[str, ModelLine] = {}
        self.held = {}
        self.locked = None
        self.soft = None
        self.closed: set[date] = set()
        self.count = 0

    # What the model works out

    def net(self, side: Side, on: date | None = None, known_at: datetime | None = None) -> int:
        total = 0
        for posting in self.posted.values():
            if (on is None or posting.day <= on) and (known_at is None or posting.recorded_at <= known_at):
                for debit, credit, amount, _fund in posting.lines:
                    total += amount * (debit == side) - amount * (credit == side)
        return total

    def held_out(self, side: Side) -> int:
        """What is held to leave an owner's part: all control accounts here are on the credit side."""
        return sum(amount for debit, _credit, amount, _fund in self.holds.values() if debit == side)

    def beyond_a_floor(self, lines: list[ModelLine]) -> bool:
        change: dict[Side, int] = defaultdict(int)
        for debit, credit, amount, _fund in lines:
            change[debit] += amount
            change[credit] -= amount
        return any(side[1] and -(self.net(side) + delta) - self.held_out(side) < 0 for side, delta in change.items())

    def would_be_refused(self, day, lines, authority="") -> str | None:
        if self.locked is not None and day <= self.locked:
            return "ledger.period_closed"
        if self.soft is not None and day <= self.soft and not authority:
            return "ledger.period_softly_closed"
        return "ledger.limit_exceeded" if self.beyond_a_floor(lines) else None

    # What is done to both

    def ask(self, act, expected):
        if expected is None:
            return act()
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == expected
        return None

    def attempt(self, key, day, lines, *, authority="", at=AT):
        expected = self.would_be_refused(day, lines, authority)
        wanted = [line_of(one) for one in lines]
        posted = self.ask(lambda: self.post(key, day, wanted, authority=authority, recorded_at=at), expected)
        assert (posted is None) is (expected is not None)
        if posted is not None:
            assert posted.replayed is False
            self.posted[key] = Posting(day, lines, at)
            self.entries[key] = posted.entry

    def post(self, key, day, wanted, *, authority="", recorded_at=AT):
        return operations.post(
            book=self.book,
            key=key,
            kind="k",
            effective_on=day,
            lines=wanted,
            actor="a",
            authority=authority,
            recorded_at=recorded_at,
        )

    def post_hold(self, hold, key, day, amount):
        return operations.post_hold(hold=hold, key=key, effective_on=day, amount=amount, actor="a", recorded_at=AT)

    def new_key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    @rule(day=DAYS, lines=LINES, authority=st.sampled_from(("", "finance")), at=MOMENTS)
    def post_one(self, day, lines, authority, at):
        self.attempt(self.new_key(), day, lines, authority=authority, at=at)

    @rule(day=DAYS, owner=st.sampled_from(OWNERS), amount=st.integers(1, 2_000), at=MOMENTS)
    def pay_in(self, day, owner, amount, at):
        self.attempt(self.new_key(), day, [(("1250", ""), ("2150", owner), amount, "")], at=at)

    @rule(day=DAYS, several=st.lists(LINES, min_size=2, max_size=3))
    def post_several(self, day, several):
        keys = [self.new_key() for _ in several]
        together = [line for lines in several for line in lines]
        expected = self.would_be_refused(day, together)
        wanted = [
            NewEntry(key, "k", day, [line_of(one) for one in lines]) for key, lines in zip(keys, several, strict=True)
        ]
        done = self.ask(
            lambda: operations.post_many(book=self.book, entries=wanted, actor="a", recorded_at=AT), expected
        )
        assert (done is None) is (expected is not None)
        if done is not None:
            for key, lines, one in zip(keys, several, done, strict=True):
                self.posted[key], self.entries[key] = Posting(day, lines, AT), one.entry

    @rule(owner=st.sampled_from(OWNERS), amount=st.integers(1, 1_500), code=st.sampled_from(("2155", "3000")))
    def hold(self, owner, amount, code):
        line: ModelLine = (("2150", owner), (code, owner), amount, "")
        key = self.new_key()
        expected = "ledger.limit_exceeded" if self.beyond_a_floor([line]) else None
        made = self.ask(
            lambda: operations.hold(
                book=self.book, key=key, kind="k", line=line_of(line), actor="a", held_at=AT, expires_at=HOLD_ENDS
            ),
            expected,
        )
        assert (made is None) is (expected is not None)
        if made is not None:
            self.holds[key], self.held[key] = line, made

    @precondition(lambda self: self.held)
    @rule(data=st.data(), day=DAYS)
    def post_held(self, data, day):
        """All of a hold, or part of it; what was let go before cannot be posted."""
        key = data.draw(st.sampled_from(sorted(self.held)))
        hold = self.held[key]
        amount = data.draw(st.integers(1, hold.amount + 1))
        line = (("2150", hold.debit_owner), (hold.credit_account.code, hold.credit_owner), amount, "")
        expected = None
        if key not in self.holds:
            expected = "ledger.hold_ended"
        elif self.would_be_refused(day, []):
            expected = self.would_be_refused(day, [])
        if amount > hold.amount:
            expected = "ledger.hold_too_small" if key in self.holds else expected
        if key not in self.holds and amount > hold.amount:
            expected = "ledger.hold_ended"
        new = self.new_key()
        done = self.ask(
            lambda: self.post_hold(hold, new, day, amount),
            expected,
        )
        assert (done is None) is (expected is not None)
        if done is not None:
            del self.holds[key]
            self.posted[new], self.entries[new] = Posting(day, [line], AT, key), done.entry

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def let_go(self, data):
        key = data.draw(st.sampled_from(sorted(self.holds)))
        operations.void_hold(hold=self.held[key], actor="a", at=AT)
        del self.holds[key]

    @precondition(lambda self: self.holds)
    @rule()
    def time_runs_out(self):
        # Books of earlier histories may have holds that run out too.
        assert operations.expire_holds(at=HOLD_ENDS) >= len(self.holds)
        self.holds.clear()

    @rule(limit=st.integers(1, 5))
    def seal(self, limit):
        waiting = queries.count_waiting(book=self.book)
        assert operations.seal_entries(book=self.book, at=AT, limit=limit) == min(limit, waiting)

    @rule(day=st.none() | DAYS)
    def close_softly(self, day):
        operations.close_softly(book=self.book, through=day)
        self.soft = day

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), day=DAYS)
    def undo(self, data, day):
        key = data.draw(st.sampled_from(sorted(self.posted)))
        lines = [(credit, debit, amount, fund) for debit, credit, amount, fund in self.posted[key].lines]
        expected = self.would_be_refused(day, lines)
        if key in self.reversed:
            expected = "ledger.already_reversed"
        elif key in self.is_reversal and expected not in CLOSED:
            expected = "ledger.reversal_not_reversible"
        new = self.new_key()
        done = self.ask(
            lambda: operations.reverse(
                entry=self.entries[key], key=new, effective_on=day, actor="a", reason="r", recorded_at=AT
            ),
            expected,
        )
        assert (done is None) is (expected is not None)
        if done is not None:
            self.posted[new], self.entries[new] = Posting(day, lines, AT), done.entry
            self.reversed.add(key)
            self.is_reversal.add(new)

    @precondition(lambda self: set(self.posted) - self.is_reversal)
    @rule(data=st.data(), more=st.integers(0, 1))
    def ask_again(self, data, more):
        key = data.draw(st.sampled_from(sorted(set(self.posted) - self.is_reversal)))
        posting = self.posted[key]
        wanted = [line_of((debit, credit, amount + more, fund)) for debit, credit, amount, fund in posting.lines]
        expected = "ledger.idempotency_conflict" if more else None
        hold = self.held.get(posting.hold)
        done = self.ask(
            lambda: (
                self.post_hold(hold, key, posting.day, wanted[0].amount)
                if hold
                else self.post(key, posting.day, wanted)
            ),
            expected,
        )
        assert (done is None) is bool(more)
        assert done is None or done == operations.Posted(self.entries[key], replayed=True)

    @rule(day=st.integers(0, 4).map(lambda n: FIRST + timedelta(days=n)))
    def close(self, day):
        expected = None
        if day not in self.closed and self.locked is not None and day < self.locked:
            expected = "ledger.lock_moves_forward"
        elif day not in self.closed and self.holds and day >= AT.date():
            expected = "ledger.period_has_holds"
        self.ask(lambda: operations.close_period(book=self.book, through=day, actor="a", at=AT), expected)
        if expected is None:
            self.closed.add(day)
            self.locked = max(day, self.locked) if self.locked else day

    # What must be equal after every step

    @invariant()
    def trial_balance_is_the_models(self):
        for on, known_at in ((None, None), (FIRST + timedelta(days=3), None), (FIRST + timedelta(days=9), AT)):
            rows = queries.trial_balance(book=self.book, on=on, known_at=known_at)
            assert sum(row.net for row in rows) == 0
            expected: dict[str, int] = defaultdict(int)
            for posting in self.posted.values():
                if (on is None or posting.day <= on) and (known_at is None or posting.recorded_at <= known_at):
                    for debit, credit, amount, _fund in posting.lines:
                        expected[debit[0]] += amount
                        expected[credit[0]] -= amount
            assert {row.account.code: row.net for row in rows if row.net} == {k: v for k, v in expected.items() if v}

    @invariant()
    def funds_are_the_models(self):
        expected: dict[tuple[str, str], int] = defaultdict(int)
        for posting in self.posted.values():
            for debit, credit, amount, fund in posting.lines:
                expected[debit[0], fund] += amount
                expected[credit[0], fund] -= amount
        rows = queries.totals_by_fund(book=self.book)
        assert {(row.account.code, row.fund): row.net for row in rows if row.net} == {
            key: net for key, net in expected.items() if net
        }
        for fund in ("", "roof"):
            assert sum(row.net for row in rows if row.fund == fund) == 0

    @invariant()
    def owners_are_the_models(self):
        for code in CONTROL:
            for on, known_at in ((None, None), (FIRST + timedelta(days=4), None), (None, AT)):
                expected = {owner: -self.net((code, owner), on, known_at) for owner in OWNERS}
                found = queries.owner_balances(book=self.book, code=code, on=on, known_at=known_at)
                assert found == {owner: held for owner, held in expected.items() if held}
            for owner in OWNERS:
                side = (code, owner)
                assert queries.available(book=self.book, code=code, owner=owner) == -self.net(side) - self.held_out(
                    side
                )

    @invariant()
    def statement_ends_in_the_balance(self):
        statement = queries.movements(book=self.book, code="3000", limit=1_000)
        assert statement.closing == queries.account_balance(book=self.book, code="3000")

    def teardown(self):
        found = [line for one in INVARIANTS for line in one.find_violations()]
        assert found == []


@pytest.mark.django_db
def test_random_histories_agree_with_the_model():
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.timeout(3_600)
def test_many_long_random_histories_agree_with_the_model():
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=200,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
