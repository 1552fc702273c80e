"""Random histories against a small model: after each step the books are what a dict says they are."""

from collections import defaultdict
from datetime import date, timedelta

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
LINES = st.lists(
    st.tuples(SIDES, SIDES, st.integers(1, 500)).filter(lambda one: one[0] != one[1]), min_size=1, max_size=4
)
DEBIT_NORMAL = {"1200", "1250", "7420"}

Side = tuple[str, str]


class Books(RuleBasedStateMachine):
    """What the ledger should be: a list of postings, and what follows from it."""

    @initialize()
    def open(self):
        name = new_public_id("b").lower()
        self.book = operations.open_book(slug=name, organisation=f"org_{name}", name="Model", at=AT)
        self.posted: dict[str, tuple[date, list[tuple[Side, Side, int]]]] = {}
        self.entries = {}
        self.reversed: set[str] = set()
        self.is_reversal: set[str] = set()
        self.locked = None
        self.closed: set[date] = set()
        self.count = 0

    # What the model works out

    def net(self, side: Side, on: date | None = None) -> int:
        total = 0
        for day, lines in self.posted.values():
            if on is None or day <= on:
                for debit, credit, amount in lines:
                    total += amount * (debit == side) - amount * (credit == side)
        return total

    def would_be_refused(self, day, lines) -> str | None:
        if self.locked is not None and day <= self.locked:
            return "ledger.period_closed"
        change: dict[Side, int] = defaultdict(int)
        for debit, credit, amount in lines:
            change[debit] += amount
            change[credit] -= amount
        for side, delta in change.items():
            if side[1] and -(self.net(side) + delta) < 0:
                return "ledger.limit_exceeded"
        return None

    # What is done to both

    def ask(self, act, expected):
        if expected is None:
            return act()
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == expected
        return None

    def attempt(self, key, day, lines):
        wanted = [Line(d[0], c[0], amount, debit_owner=d[1], credit_owner=c[1]) for d, c, amount in lines]
        expected = self.would_be_refused(day, lines)
        posted = self.ask(lambda: self.post(key, day, wanted), expected)
        assert (posted is None) is (expected is not None)
        if posted is not None:
            assert posted.replayed is False
            self.posted[key] = (day, lines)
            self.entries[key] = posted.entry

    def post(self, key, day, wanted):
        return operations.post(
            book=self.book, key=key, kind="k", effective_on=day, lines=wanted, actor="a", recorded_at=AT
        )

    def new_key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    @rule(day=DAYS, lines=LINES)
    def post_one(self, day, lines):
        self.attempt(self.new_key(), day, lines)

    @rule(day=DAYS, owner=st.sampled_from(OWNERS), amount=st.integers(1, 2_000))
    def pay_in(self, day, owner, amount):
        self.attempt(self.new_key(), day, [(("1250", ""), ("2150", owner), amount)])

    @rule(day=DAYS, several=st.lists(LINES, min_size=2, max_size=3))
    def post_several(self, day, several):
        keys = [self.new_key() for _ in several]
        together = [line for lines in several for line in lines]
        expected = self.would_be_refused(day, together)
        wanted = [
            NewEntry(key, "k", day, [Line(d[0], c[0], n, debit_owner=d[1], credit_owner=c[1]) for d, c, n in lines])
            for key, lines in zip(keys, several, strict=True)
        ]
        done = self.ask(
            lambda: operations.post_many(book=self.book, entries=wanted, actor="a", recorded_at=AT), expected
        )
        assert (done is None) is (expected is not None)
        if done is not None:
            for key, lines, one in zip(keys, several, done, strict=True):
                self.posted[key], self.entries[key] = (day, lines), one.entry

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), day=DAYS)
    def undo(self, data, day):
        key = data.draw(st.sampled_from(sorted(self.posted)))
        lines = [(credit, debit, amount) for debit, credit, amount in self.posted[key][1]]
        expected = self.would_be_refused(day, lines)
        if key in self.reversed and expected != "ledger.period_closed":
            expected = "ledger.already_reversed"
        if key in self.reversed:
            expected = "ledger.already_reversed"
        elif key in self.is_reversal and expected != "ledger.period_closed":
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
            self.posted[new], self.entries[new] = (day, lines), done.entry
            self.reversed.add(key)
            self.is_reversal.add(new)

    @precondition(lambda self: set(self.posted) - self.is_reversal)
    @rule(data=st.data(), more=st.integers(0, 1))
    def ask_again(self, data, more):
        key = data.draw(st.sampled_from(sorted(set(self.posted) - self.is_reversal)))
        day, lines = self.posted[key]
        wanted = [Line(d[0], c[0], n + more, debit_owner=d[1], credit_owner=c[1]) for d, c, n in lines]
        expected = "ledger.idempotency_conflict" if more else None
        done = self.ask(lambda: self.post(key, day, wanted), expected)
        assert (done is None) is bool(more)
        assert done is None or done == operations.Posted(self.entries[key], replayed=True)

    @rule(day=st.integers(0, 4).map(lambda n: FIRST + timedelta(days=n)))
    def close(self, day):
        moves_back = self.locked is not None and day < self.locked and day not in self.closed
        self.ask(
            lambda: operations.close_period(book=self.book, through=day, actor="a", at=AT),
            "ledger.lock_moves_forward" if moves_back else None,
        )
        if not moves_back:
            self.closed.add(day)
        self.locked = max(day, self.locked) if self.locked else day

    # What must be equal after every step

    @invariant()
    def trial_balance_is_the_models(self):
        for on in (None, FIRST + timedelta(days=3), FIRST + timedelta(days=9)):
            rows = queries.trial_balance(book=self.book, on=on)
            assert sum(row.net for row in rows) == 0
            expected: dict[str, int] = defaultdict(int)
            for day, lines in self.posted.values():
                if on is None or day <= on:
                    for debit, credit, amount in lines:
                        expected[debit[0]] += amount
                        expected[credit[0]] -= amount
            assert {row.account.code: row.net for row in rows if row.net} == {k: v for k, v in expected.items() if v}

    @invariant()
    def owners_are_the_models(self):
        for code in CONTROL:
            for on in (None, FIRST + timedelta(days=4)):
                expected = {owner: -self.net((code, owner), on) for owner in OWNERS}
                found = queries.owner_balances(book=self.book, code=code, on=on)
                assert found == {owner: held for owner, held in expected.items() if held}

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
