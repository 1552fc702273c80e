"""Posting: exact figures, replays and conflicts, refusals that leave everything as it was."""

from datetime import date

import pytest
from django.db import transaction

from ledger import operations, queries
from ledger.models import Account, Entry, Narration, Transfer
from ledger.operations import Line, NewEntry
from ledger.states import AccountType
from tests.ledger.support import AT, JAN_5, contents, nets, pay, post


def test_open_book_makes_the_whole_chart(book):
    assert Account.objects.filter(book=book).count() == 51
    assert {one.code for one in Account.objects.filter(book=book, is_control=True)} == {
        *("1100", "1110", "2100", "2150", "2155", "2160", "2165", "2170", "2175", "2400", "3000")
    }
    assert queries.get_account(book=book, code="1205").journal_name == "Assets:1205-Bank-Offer-Account"
    assert nets(book) == {}


def test_open_book_refuses_a_second_book_of_a_kind(book):
    before = contents()

    with pytest.raises(operations.BookExists) as refused:
        operations.open_book(slug="other", organisation="org_pub", name="Again", at=AT)

    assert refused.value.code == "ledger.book_exists"
    assert contents() == before


def test_open_book_refuses_an_unknown_chart(db):
    with pytest.raises(operations.UnknownChart):
        operations.open_book(slug="x", organisation="org_x", name="X", template="castle", at=AT)


def test_an_organisation_may_keep_several_books(book):
    memo = operations.open_book(slug="pub-memo", organisation="org_pub", name="Memo", kind="memo", at=AT)

    assert queries.get_book(organisation="org_pub") == book
    assert queries.get_book(organisation="org_pub", kind="memo") == memo
    with pytest.raises(queries.BookMissing):
        queries.get_book(organisation="org_pub", kind="vehicle")


def test_post_writes_entry_transfers_and_words(book):
    posted = post(
        book,
        "paid:app_1",
        Line("1250", "2150", 50_000, credit_owner="app_1"),
        Line("7420", "1250", 770),
        narration="  Card payment\nfor shares ",
        source="pay_1",
    )

    assert posted.replayed is False
    entry = Entry.objects.get()
    assert (entry, entry.public_id[:4], entry.line_count, entry.source) == (posted.entry, "ent_", 2, "pay_1")
    assert Narration.objects.get().text == "Card payment for shares"
    first, second = Transfer.objects.order_by("line_no")
    assert (first.debit_account.code, first.credit_account.code, first.credit_owner) == ("1250", "2150", "app_1")
    assert (first.amount, second.amount, second.effective_on) == (50_000, 770, JAN_5)
    assert nets(book) == {"1250": 49_230, "2150": 50_000, "7420": 770}


def test_post_is_one_round_trip(book, django_assert_num_queries):
    with django_assert_num_queries(1):
        pay(book, "app_1", 50_000, 770)


def test_a_replay_needs_one_more_read(book, django_assert_num_queries):
    pay(book, "app_1", 50_000, 770)

    with django_assert_num_queries(2):
        assert pay(book, "app_1", 50_000, 770).replayed is True


def test_post_many_is_one_round_trip_whatever_the_number(book, django_assert_num_queries):
    wanted = [
        NewEntry(f"k{n}", "application_paid", JAN_5, [Line("1250", "2150", 100 + n, credit_owner=f"app_{n}")])
        for n in range(400)
    ]

    with django_assert_num_queries(1):
        done = operations.post_many(book=book, entries=wanted, actor="system:test", recorded_at=AT)

    assert [one.entry.key for one in done] == [f"k{n}" for n in range(400)]
    assert nets(book) == {"1250": 119_800, "2150": 119_800}


def test_limits_are_for_the_entry_as_a_whole_not_for_each_fund(book):
    pay(book, "app_1", 100)
    lines = [
        Line("2150", "1250", 100, debit_owner="app_1", fund="roof"),
        Line("2150", "1250", 50, debit_owner="app_1"),
        Line("1250", "2150", 60, credit_owner="app_1", fund="yard"),
    ]

    post(book, "mixed", *lines)

    assert queries.account_balance(book=book, code="2150", owner="app_1") == 10


def test_post_many_writes_all_or_nothing(book):
    pay(book, "app_1", 100)
    before = contents()
    good = NewEntry("good", "x", JAN_5, [Line("1200", "4000", 5)])
    bad = NewEntry("bad", "x", JAN_5, [Line("2150", "2155", 101, debit_owner="app_1", credit_owner="app_1")])

    with pytest.raises(operations.LimitExceeded):
        operations.post_many(book=book, entries=[good, bad], actor="system:test", recorded_at=AT)

    assert contents() == before


def test_post_many_treats_a_repeated_key_as_a_replay(book):
    once = NewEntry("same", "x", JAN_5, [Line("1200", "4000", 5)])

    first, second = operations.post_many(book=book, entries=[once, once], actor="system:test", recorded_at=AT)

    assert sorted((first.replayed, second.replayed)) == [False, True]
    assert first.entry == second.entry
    assert nets(book) == {"1200": 5, "4000": 5}


def test_the_same_key_and_request_has_one_effect(book):
    first = pay(book, "app_1", 50_000, 770)
    before = contents()

    again = operations.post(
        book=book,
        key="paid:app_1",
        kind="application_paid",
        effective_on=JAN_5,
        lines=[Line("1250", "2150", 50_000, credit_owner="app_1"), Line("7420", "1250", 770)],
        actor="system:sweep",  # somebody else asks for the same thing later
        recorded_at=AT.replace(year=2027),
    )

    assert again == operations.Posted(first.entry, replayed=True)
    assert contents() == before


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": "other"}, ["kind"]),
        ({"effective_on": date(2026, 1, 6)}, ["effective_on"]),
        ({"source": "pay_2"}, ["source"]),
        ({"reason": "late"}, ["reason"]),
        ({"batch": "bat_1"}, ["batch"]),
        ({"lines": [Line("1200", "4000", 6)]}, ["lines"]),
        ({"lines": [Line("1200", "4000", 5, fund="roof")]}, ["lines"]),
        ({"lines": [Line("1200", "4000", 5), Line("1200", "4000", 5)]}, ["lines"]),
        ({"narration": "other words"}, ["narration"]),
        ({"narration": ""}, ["narration"]),
        ({"kind": "other", "narration": "x"}, ["kind", "narration"]),
    ],
)
def test_the_same_key_for_something_else_names_what_differs(book, change, fields):
    asked = {
        "book": book,
        "key": "k",
        "kind": "sale",
        "effective_on": JAN_5,
        "lines": [Line("1200", "4000", 5)],
        "narration": "words",
        "source": "pay_1",
        "actor": "system:test",
        "recorded_at": AT,
    }
    operations.post(**asked)
    before = contents()

    with pytest.raises(operations.IdempotencyConflict) as refused:
        operations.post(**asked | change)

    assert refused.value.facts["fields"] == fields
    assert contents() == before


def test_a_key_belongs_to_its_book(book, shop):
    post(book, "k", Line("1200", "4000", 5))

    assert post(shop, "k", Line("1200", "4000", 7)).replayed is False
    assert (nets(book), nets(shop)) == ({"1200": 5, "4000": 5}, {"1200": 7, "4000": 7})


def test_a_refused_posting_burns_no_key(book):
    release = Line("2150", "2155", 100, debit_owner="app_1", credit_owner="app_1")
    with pytest.raises(operations.LimitExceeded):
        post(book, "release", release)
    pay(book, "app_1", 100)

    assert post(book, "release", release).replayed is False


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], operations.NothingToPost),
        ([Line("1200", "4000", 0)], operations.AmountOutOfRange),
        ([Line("1200", "4000", -5)], operations.AmountOutOfRange),
        ([Line("1200", "4000", 10**15 + 1)], operations.AmountOutOfRange),
        ([Line("1200", "4000", 5.0)], operations.AmountOutOfRange),
        ([Line("1200", "4000", True)], operations.AmountOutOfRange),
        ([Line("1200", "1200", 5)], operations.SidesEqual),
        ([Line("3000", "3000", 5, debit_owner="mem_1", credit_owner="mem_1")], operations.SidesEqual),
        ([Line("1200", "4444", 5)], operations.UnknownAccount),
        ([Line("1200", "2150", 5)], operations.OwnerMismatch),
        ([Line("1200", "4000", 5, debit_owner="mem_1")], operations.OwnerMismatch),
        ([Line("1200", "2150", 5, credit_owner="m" * 65)], operations.UnusableText),
        ([Line("1200", "2150", 5, credit_owner="a\x00b")], operations.UnusableText),
        ([Line("1200", "4000", 5, fund="roof\n")], operations.UnusableText),
        ([Line("2150", "2155", 1, debit_owner="app_1", credit_owner="app_1")], operations.LimitExceeded),
    ],
)
def test_a_request_that_cannot_be_right_changes_nothing(book, lines, error):
    before = contents()

    with pytest.raises(error):
        post(book, "k", *lines)

    assert contents() == before


@pytest.mark.parametrize("change", [{"key": ""}, {"key": "k" * 201}, {"kind": ""}, {"actor": ""}, {"source": "s\n"}])
def test_references_must_be_usable(book, change):
    asked = {"key": "k", "kind": "sale", "actor": "system:test"} | change

    with pytest.raises(operations.UnusableText):
        operations.post(
            book=book,
            effective_on=JAN_5,
            lines=[Line("1200", "4000", 5)],
            recorded_at=AT,
            source=asked.pop("source", ""),
            **asked,
        )

    assert Entry.objects.count() == 0


def test_a_refusal_leaves_the_callers_transaction_usable(book):
    with transaction.atomic():
        pay(book, "app_1", 100)
        with pytest.raises(operations.LimitExceeded):
            post(book, "too much", Line("2150", "2155", 101, debit_owner="app_1", credit_owner="app_1"))
        pay(book, "app_2", 300)

    assert nets(book) == {"1250": 400, "2150": 400}


def test_the_floor_of_an_owner_names_account_owner_and_figures(book):
    pay(book, "app_1", 100)
    pay(book, "app_2", 900)

    with pytest.raises(operations.LimitExceeded) as refused:
        post(book, "k", Line("2150", "3000", 101, debit_owner="app_1", credit_owner="mem_1"))

    assert refused.value.facts == {
        "account": "2150",
        "owner": "app_1",
        "balance": 100,
        "after": -1,
        "held": 0,
        "floor": 0,
        "ceiling": None,
    }
    assert refused.value.message == (
        "2150 Share-Applications holds £1.00 for this owner; this would make it -£0.01, which is not allowed."
    )


def test_the_ceiling_of_an_account_holds(book):
    operations.open_account(book=book, code="1290", name="Petty-Cash", type=AccountType.ASSET, floor=0, ceiling=5_000)
    post(book, "fill", Line("1290", "1200", 5_000))

    with pytest.raises(operations.LimitExceeded) as refused:
        post(book, "overfill", Line("1290", "1200", 1))

    assert (refused.value.facts["account"], refused.value.facts["after"]) == ("1290", 5_001)
    with pytest.raises(operations.LimitExceeded):
        post(book, "overdraw", Line("1200", "1290", 5_001))
    assert nets(book) == {"1290": 5_000, "1200": -5_000}


def test_a_closed_book_takes_nothing_dated_in_it(book):
    operations.close_period(book=book, through=JAN_5, actor="a", at=AT)
    before = contents()

    with pytest.raises(operations.PeriodClosed) as refused:
        pay(book, "app_1", 100, on=JAN_5)

    assert refused.value.facts == {"locked_through": "2026-01-05", "book": "pub"}
    assert contents() == before
    assert pay(book, "app_1", 100, on=date(2026, 1, 6)).replayed is False


def test_a_replay_still_answers_after_its_day_was_closed(book):
    first = pay(book, "app_1", 100)
    operations.close_period(book=book, through=JAN_5, actor="a", at=AT)

    assert pay(book, "app_1", 100).entry == first.entry


def test_a_closed_period_is_not_opened_again(book):
    assert operations.close_period(book=book, through=JAN_5, actor="a", at=AT).end_on == JAN_5

    with pytest.raises(operations.LockMovesForward):
        operations.close_period(book=book, through=date(2026, 1, 4), actor="a", at=AT)

    book.refresh_from_db()
    assert book.locked_through == JAN_5
