"""Many at once: limits, keys, reversals and closing hold when threads race, and a control shows what they prevent."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from django.db import connection, connections, transaction

from core.errors import DomainError
from ledger import operations, queries
from ledger.models import Entry
from ledger.operations import Line, NewEntry
from ledger.states import AccountType
from tests.ledger.support import AT, JAN_5, as_owner_url, nets, pay, post

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


def race(act: Callable[[int], object], times: int) -> Counter[str]:
    """Run an act many times on a dozen threads and count how each ended."""

    def run(number: int) -> str:
        try:
            act(number)
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, range(times)))


@pytest.mark.parametrize("units", [1, 17])
def test_racers_spend_an_owners_balance_exactly(book, units):
    pay(book, "app_1", units * 10)

    ended = race(
        lambda n: post(book, f"spend:{n}", Line("2150", "2155", 10, debit_owner="app_1", credit_owner=f"app_{n}")), 60
    )

    assert ended == {"done": units, "ledger.limit_exceeded": 60 - units}
    assert queries.account_balance(book=book, code="2150", owner="app_1") == 0
    assert nets(book) == {"1250": units * 10, "2155": units * 10}


def test_racers_fill_a_ceiling_exactly(book):
    operations.open_account(book=book, code="1290", name="Till", type=AccountType.ASSET, ceiling=230)

    ended = race(lambda n: post(book, f"fill:{n}", Line("1290", "1200", 10)), 60)

    assert ended == {"done": 23, "ledger.limit_exceeded": 37}
    assert nets(book) == {"1290": 230, "1200": -230}


def test_control_a_check_before_the_act_overspends_without_the_guard(book):
    """The same race on an account without a floor, guarded by reading first: it goes below zero."""
    operations.open_account(book=book, code="2190", name="Unguarded", type=AccountType.LIABILITY, is_control=True)
    post(book, "fund", Line("1200", "2190", 10, credit_owner="app_1"))
    everybody_looked = threading.Barrier(THREADS)

    def look_then_spend(number: int) -> None:
        left = queries.account_balance(book=book, code="2190", owner="app_1")
        everybody_looked.wait(timeout=20)
        if left >= 10:
            post(book, f"spend:{number}", Line("2190", "1200", 10, debit_owner="app_1"))

    assert race(look_then_spend, THREADS) == {"done": THREADS}
    assert queries.account_balance(book=book, code="2190", owner="app_1") == 10 - 10 * THREADS


def test_one_key_raced_has_one_effect(book):
    results = []

    def ask(_number: int) -> None:
        results.append(pay(book, "app_1", 100).replayed)

    assert race(ask, 40) == {"done": 40}
    assert Counter(results) == {False: 1, True: 39}
    assert nets(book) == {"1250": 100, "2150": 100}


def test_one_key_raced_for_two_requests_keeps_one(book):
    ended = race(lambda n: post(book, "k", Line("1200", "4000", 1 + n % 2)), 40)

    assert Entry.objects.count() == 1
    amount = nets(book)["1200"]
    assert ended == {"done": 20, "ledger.idempotency_conflict": 20}
    assert amount in {1, 2}


def test_one_entry_raced_is_reversed_once(book):
    original = pay(book, "app_1", 100).entry

    def undo(number: int) -> None:
        operations.reverse(
            entry=original, key=f"undo:{number}", effective_on=JAN_5, actor="a", reason="r", recorded_at=AT
        )

    assert race(undo, 30) == {"done": 1, "ledger.already_reversed": 29}
    assert nets(book) == {}


def test_figures_are_the_sum_of_transfers_after_a_storm(book):
    owners = [f"mem_{n}" for n in range(6)]
    for owner in owners:
        post(book, f"begin:{owner}", Line("1200", "3000", 50, credit_owner=owner))

    def move(number: int) -> None:
        giver, taker = owners[number % 6], owners[(number * 5 + 1) % 6]
        if giver == taker:
            taker = owners[(number + 1) % 6]
        lines = [
            Line("3000", "3000", 1 + number % 9, debit_owner=giver, credit_owner=taker),
            Line("7420", "1250", 1),
        ]
        # Half of them name the accounts in the other order, which deadlocks where locks are not sorted.
        ordered = lines if number % 2 else lines[::-1]
        post(book, f"move:{number}", *ordered, on=date(2026, 1, 1 + number % 28))

    ended = race(move, 240)

    assert set(ended) <= {"done", "ledger.limit_exceeded"}
    assert sum(queries.owner_balances(book=book, code="3000").values()) == 300
    assert min(queries.owner_balances(book=book, code="3000").values()) > 0
    assert nets(book)["7420"] == ended["done"]
    # What is derived equals what it is derived from: the invariants run after this test as after every other.


def test_new_owners_raced_get_one_balance_each(book):
    def pay_two(number: int) -> None:
        wanted = [
            NewEntry(f"{number}:{side}", "x", JAN_5, [Line("1250", "2150", 1, credit_owner=f"app_{side}")])
            for side in (["a", "b"] if number % 2 else ["b", "a"])
        ]
        operations.post_many(book=book, entries=wanted, actor="a", recorded_at=AT)

    assert race(pay_two, 40) == {"done": 40}
    assert queries.owner_balances(book=book, code="2150") == {"app_a": 40, "app_b": 40}


class TestClosing:
    """Closing waits for postings under way, and postings wait for a close under way."""

    def test_a_posting_that_waited_for_a_close_is_refused(self, book):
        with psycopg.connect(**as_owner_url()) as closer:
            closer.execute("SELECT ledger_close_period(%s, %s, now(), %s)", [book.pk, JAN_5, "a"])
            ended: list[Counter[str]] = []
            poster = threading.Thread(target=lambda: ended.append(race(lambda n: pay(book, f"app_{n}", 1), 1)))
            poster.start()
            poster.join(timeout=0.5)
            assert poster.is_alive(), "the posting has to wait for the close"
            closer.commit()
            poster.join(timeout=20)

        assert ended == [Counter({"ledger.period_closed": 1})]
        assert nets(book) == {}

    def test_a_close_waits_for_a_posting_under_way(self, book):
        with psycopg.connect(**as_owner_url()) as closer:
            closer.execute("SET lock_timeout = '300ms'")
            with transaction.atomic():
                pay(book, "app_1", 1)
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    closer.execute("SELECT ledger_close_period(%s, %s, now(), %s)", [book.pk, JAN_5, "a"])

        assert nets(book) == {"1250": 1, "2150": 1}

    @pytest.mark.breaks_invariants
    def test_control_a_plain_update_of_the_date_would_not_wait(self, book):
        """FOR KEY SHARE lets an ordinary update pass, which is why closing takes FOR UPDATE first."""
        with psycopg.connect(**as_owner_url()) as closer:
            closer.execute("SET lock_timeout = '300ms'")
            with transaction.atomic():
                pay(book, "app_1", 1)
                closer.execute("UPDATE ledger_book SET locked_through = %s WHERE id = %s", [JAN_5, book.pk])
                closer.commit()

        # The posting landed in a period that was closed before it was committed.
        book.refresh_from_db()
        assert (book.locked_through, nets(book)) == (JAN_5, {"1250": 1, "2150": 1})

    def test_posters_do_not_wait_for_one_another(self, book):
        with psycopg.connect(**as_owner_url()) as other:
            other.execute("SELECT 1 FROM ledger_book WHERE id = %s FOR KEY SHARE", [book.pk])
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '300ms'")

            assert pay(book, "app_1", 1).replayed is False
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
