"""Holds: what is reserved is out of reach, is posted once and in part, and never counts twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from ledger import operations, queries
from ledger.models import Hold, HoldEnd
from ledger.operations import Line
from ledger.states import AccountType
from tests.ledger.support import AT, JAN_5, close_through, contents, nets, pay, post

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)


def hold(book, amount=60, key="h1", **more):
    facts = {"kind": "refund", "actor": "a", "held_at": AT, "expires_at": LATER} | more
    line = facts.pop("line", Line("2150", "2155", amount, debit_owner="app_1", credit_owner="app_1"))
    return operations.hold(book=book, key=key, line=line, **facts)


def take(one, amount=None, key="take", at=AT):
    return operations.post_hold(hold=one, key=key, effective_on=JAN_5, amount=amount, actor="a", recorded_at=at)


@pytest.fixture
def funded(book):
    pay(book, "app_1", 100)
    return book


def test_a_hold_posts_nothing_and_takes_what_is_available(funded):
    hold(funded, 60)

    assert nets(funded) == {"1250": 100, "2150": 100}
    assert queries.account_balance(book=funded, code="2150", owner="app_1") == 100
    assert queries.available(book=funded, code="2150", owner="app_1") == 40


def test_what_is_held_cannot_be_posted_or_held_again(funded):
    hold(funded, 60)
    before = contents()

    with pytest.raises(operations.LimitExceeded) as refused:
        post(funded, "k", Line("2150", "3000", 41, debit_owner="app_1", credit_owner="mem_1"))
    assert refused.value.facts["held"] == 60
    with pytest.raises(operations.LimitExceeded):
        hold(funded, 41, key="h2")

    assert contents() == before
    assert hold(funded, 40, key="h2").amount == 40
    assert queries.available(book=funded, code="2150", owner="app_1") == 0


def test_a_hold_may_be_for_all_and_all_of_it_is_posted(funded):
    posted = take(hold(funded, 100))

    assert (posted.entry.kind, posted.replayed) == ("refund", False)
    assert nets(funded) == {"1250": 100, "2155": 100}
    assert queries.available(book=funded, code="2150", owner="app_1") == 0
    assert HoldEnd.objects.get().amount == 100


def test_part_of_a_hold_is_posted_and_the_rest_let_go(funded):
    take(hold(funded, 60), 25)

    assert nets(funded) == {"1250": 100, "2150": 75, "2155": 25}
    assert queries.available(book=funded, code="2150", owner="app_1") == 75


@pytest.mark.parametrize(
    ("amount", "at", "error"),
    [(61, AT, operations.HoldTooSmall), (60, LATER, operations.HoldExpired), (0, AT, operations.AmountOutOfRange)],
)
def test_not_more_than_was_held_and_not_too_late(funded, amount, at, error):
    one = hold(funded, 60)
    before = contents()

    with pytest.raises(error):
        take(one, amount, at=at)

    assert contents() == before


def test_a_hold_ends_once(funded):
    one = hold(funded, 60)
    first = take(one, 10)
    before = contents()

    assert take(one, 10) == operations.Posted(first.entry, replayed=True)
    with pytest.raises(operations.HoldEnded):
        take(one, 10, key="again")
    with pytest.raises(operations.HoldEnded):
        operations.void_hold(hold=one, actor="a", at=AT)
    assert contents() == before


def test_a_hold_that_ended_is_said_to_have_ended_before_that_its_day_is_closed(funded):
    one = hold(funded, 60)
    take(one, 10)
    close_through(funded, "2026-01-05")

    with pytest.raises(operations.HoldEnded):
        take(one, 10, key="again")


def test_voiding_lets_go_and_may_be_repeated(funded):
    one = hold(funded, 60)

    first = operations.void_hold(hold=one, actor="a", at=AT)

    assert operations.void_hold(hold=one, actor="b", at=LATER) == first
    assert queries.available(book=funded, code="2150", owner="app_1") == 100
    assert nets(funded) == {"1250": 100, "2150": 100}
    with pytest.raises(operations.HoldEnded):
        take(one)


def test_what_ran_out_is_let_go_by_the_sweep_and_not_before(funded):
    hold(funded, 60)
    hold(funded, 10, key="h2", expires_at=None)

    assert operations.expire_holds(at=LATER - timedelta(seconds=1)) == 0
    assert operations.expire_holds(at=LATER) == 1
    assert operations.expire_holds(at=LATER) == 0
    assert queries.available(book=funded, code="2150", owner="app_1") == 90


def test_the_same_key_gives_the_first_hold_and_another_request_is_told_what_differs(funded):
    first = hold(funded, 60)

    assert hold(funded, 60) == first
    with pytest.raises(operations.IdempotencyConflict) as refused:
        hold(funded, 61, source="pay_1")
    assert refused.value.facts["fields"] == ["amount", "source"]
    with pytest.raises(operations.IdempotencyConflict) as refused:
        hold(funded, line=Line("2150", "3000", 60, debit_owner="app_1", credit_owner="app_1"))
    assert refused.value.facts["fields"] == ["credit"]
    assert Hold.objects.count() == 1


def test_a_ceiling_counts_what_is_held_to_come(funded):
    operations.open_account(book=funded, code="1290", name="Till", type=AccountType.ASSET, ceiling=50)
    one = hold(funded, line=Line("1290", "1200", 40))

    with pytest.raises(operations.LimitExceeded):
        post(funded, "k", Line("1290", "1200", 11))
    post(funded, "k", Line("1290", "1200", 10))
    take(one)
    assert nets(funded)["1290"] == 50


def test_a_hold_between_two_owners_of_one_account(funded):
    one = hold(funded, line=Line("2150", "2150", 30, debit_owner="app_1", credit_owner="app_2"))

    assert queries.available(book=funded, code="2150", owner="app_1") == 70
    assert queries.available(book=funded, code="2150", owner="app_2") == 0
    take(one)
    assert queries.owner_balances(book=funded, code="2150") == {"app_1": 70, "app_2": 30}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (Line("2150", "9000", 1, debit_owner="app_1"), operations.UnknownAccount),
        (Line("2150", "1200", 1), operations.OwnerMismatch),
        (Line("1200", "1250", 0), operations.AmountOutOfRange),
        (Line("1200", "1200", 1), operations.SidesEqual),
        (Line("1200", "1250", 1, currency="EUR"), operations.CurrencyMismatch),
    ],
)
def test_a_hold_that_cannot_be_right_is_refused(funded, line, error):
    before = contents()

    with pytest.raises(error):
        hold(funded, line=line)

    assert contents() == before


def test_the_database_refuses_an_entry_that_is_not_what_was_held(funded):
    one = hold(funded, 60)
    other = post(funded, "other", Line("1200", "4000", 60)).entry

    with pytest.raises(IntegrityError, match="does not move what was held"):
        end_at_once(one, other)


@transaction.atomic
def end_at_once(one, entry):
    """End a hold by an entry in plain SQL, and have what is checked at the end of a transaction checked now."""
    HoldEnd.objects.create(hold=one, how="posted", amount=60, entry=entry, ended_at=AT, actor="a")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("statement", ["UPDATE ledger_hold SET amount = 1", "DELETE FROM ledger_holdend"])
def test_the_application_cannot_change_holds(funded, statement):
    take(hold(funded, 60), 10)

    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
