"""Balances as of a day, owners, statements: exact, whatever the order of posting."""

from datetime import date, timedelta

import pytest

from ledger import queries
from ledger.models import DayTotal
from ledger.operations import Line
from ledger.queries import Place
from tests.ledger.support import JAN_5, nets, pay, post

MAR_1 = date(2026, 3, 1)


def test_as_of_takes_back_dated_entries_into_account(book):
    post(book, "march", Line("1200", "4000", 500), on=MAR_1)
    post(book, "january", Line("1200", "4000", 30), on=JAN_5)

    assert nets(book, on=date(2026, 1, 4)) == {}
    assert nets(book, on=JAN_5) == {"1200": 30, "4000": 30}
    assert nets(book, on=date(2026, 2, 28)) == {"1200": 30, "4000": 30}
    assert nets(book, on=MAR_1) == nets(book) == {"1200": 530, "4000": 530}


def test_account_balance_by_owner_and_day(book):
    pay(book, "app_1", 100)
    pay(book, "app_2", 40, on=MAR_1)
    post(book, "x", Line("2150", "2155", 25, debit_owner="app_1", credit_owner="app_1"), on=MAR_1)

    def balance(**which):
        return queries.account_balance(book=book, code="2150", **which)

    assert (balance(), balance(on=JAN_5)) == (115, 100)
    assert (balance(owner="app_1"), balance(owner="app_1", on=JAN_5)) == (75, 100)
    assert (balance(owner="app_2"), balance(owner="app_2", on=JAN_5)) == (40, 0)
    assert balance(owner="app_9") == 0
    assert queries.owner_balances(book=book, code="2150") == {"app_1": 75, "app_2": 40}
    assert queries.owner_balances(book=book, code="2150", on=JAN_5) == {"app_1": 100}


def test_unknown_account_is_said(book):
    for ask in (queries.account_balance, queries.owner_balances, queries.movements):
        with pytest.raises(queries.UnknownAccountCode):
            ask(book=book, code="4444")


def test_as_of_reads_days_and_not_transfers(book):
    for n in range(40):
        post(book, f"k{n}", Line("1200", "4000", 1), on=JAN_5 + timedelta(days=n % 2))

    assert DayTotal.objects.filter(account__code="1200").count() == 2
    assert nets(book, on=JAN_5) == {"1200": 20, "4000": 20}


def test_trial_balance_is_two_queries(book, django_assert_num_queries):
    pay(book, "app_1", 100)

    for on in (None, JAN_5):
        with django_assert_num_queries(2):
            queries.trial_balance(book=book, on=on)


def test_a_balance_is_two_queries(book, django_assert_num_queries):
    pay(book, "app_1", 100)

    for on in (None, JAN_5):
        with django_assert_num_queries(2):
            queries.account_balance(book=book, code="2150", owner="app_1", on=on)


def test_a_statement_page_is_five_queries_however_long(book, django_assert_num_queries):
    for number in range(12):
        post(book, f"k{number}", Line("1200", "4000", 1))

    for limit in (2, 50):
        with django_assert_num_queries(5):
            queries.movements(book=book, code="1200", from_on=JAN_5, limit=limit)


def test_statement_runs_from_opening_to_closing(book):
    post(book, "a", Line("1200", "4000", 1_000), on=JAN_5, narration="Bar")
    post(book, "b", Line("7200", "1200", 250), on=MAR_1)
    post(book, "c", Line("1200", "4000", 40), on=MAR_1 + timedelta(days=1))

    statement = queries.movements(book=book, code="1200", from_on=MAR_1, until_on=MAR_1 + timedelta(days=1))

    assert (statement.opening, statement.closing, statement.next) == (1_000, 750, None)
    only = statement.movements[0]
    assert (only.debit, only.credit, only.change, only.balance) == (0, 250, -250, 750)
    assert (only.other_code, only.other_name) == ("7200", "Admin")
    whole = queries.movements(book=book, code="1200")
    assert [one.balance for one in whole.movements] == [1_000, 750, 790]
    assert whole.movements[0].narration == "Bar"


def test_statement_of_an_income_account_grows_with_credits(book):
    post(book, "a", Line("1200", "4000", 1_000))

    only = queries.movements(book=book, code="4000").movements[0]

    assert (only.debit, only.credit, only.change, only.balance) == (0, 1_000, 1_000, 1_000)


def test_statement_shows_both_sides_within_one_account(book):
    pay(book, "app_1", 500)
    post(book, "allot", Line("2150", "3000", 500, debit_owner="app_1", credit_owner="mem_1"))
    post(book, "pass", Line("3000", "3000", 500, debit_owner="mem_1", credit_owner="mem_2"))

    whole = queries.movements(book=book, code="3000")
    assert [(one.owner, one.change, one.balance) for one in whole.movements] == [
        ("mem_1", 500, 500),
        ("mem_1", -500, 0),
        ("mem_2", 500, 500),
    ]
    one = queries.movements(book=book, code="3000", owner="mem_1")
    assert [(row.change, row.balance, row.other_owner) for row in one.movements] == [
        (500, 500, "app_1"),
        (-500, 0, "mem_2"),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_a_statement_join_without_a_gap(book, limit):
    pay(book, "app_1", 500)
    post(book, "allot", Line("2150", "3000", 500, debit_owner="app_1", credit_owner="mem_1"))
    for n in range(5):
        sides = ("mem_1", "mem_2") if n % 2 == 0 else ("mem_2", "mem_1")
        move = Line("3000", "3000", 10, debit_owner=sides[0], credit_owner=sides[1])
        post(book, f"m{n}", move, on=JAN_5 + timedelta(days=n // 2))
    whole = queries.movements(book=book, code="3000").movements

    joined, place = [], None
    while True:
        page = queries.movements(book=book, code="3000", after=place, limit=limit)
        assert page.opening == (joined[-1].balance if joined else 0)
        joined += page.movements
        place = page.next
        if place is None:
            break

    assert joined == whole
    assert len(whole) == 11
    assert isinstance(whole[0].place, Place)


def test_journal_is_in_order_of_date_and_number(book):
    post(book, "late", Line("1200", "4000", 1), on=MAR_1)
    post(book, "early", Line("1200", "4000", 2), on=JAN_5)
    post(book, "early too", Line("1200", "4000", 3), on=JAN_5)

    assert [one.key for one in queries.journal(book=book)] == ["early", "early too", "late"]
    assert [one.key for one in queries.journal(book=book, from_on=JAN_5, until_on=MAR_1)] == ["early", "early too"]
