"""Two at once: a booking stands in one order under the contract's lock, and a control run without it sees the loss."""

from __future__ import annotations

from datetime import date

import pytest

from bonds.models import ProviderAccrual, ProviderDue, ProviderPayment
from bonds.operations import provider_dues, undoing_compensation
from bonds.operations.provider_errors import NothingToBook, TooMuchPaidToProvider
from payments.models import RecordedMoney
from tests.bonds.provider_pay.support import approve, ask, book, claim_two, make_world
from tests.bonds.provider_pay.test_compensation import accept, undo
from tests.support.races import at_once, meet_at, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows what is not booked waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (provider_dues, "find_unbooked"))


@pytest.fixture
def world():
    made = make_world()
    made.accept(claim_two(made))
    return made


def test_two_bookings_at_once_book_once(world, meeting):
    results = at_once(lambda: book(world), lambda: book(world))

    assert sorted(type(one).__name__ for one in results) == ["NothingToBook", "ProviderAccrual"]
    assert any(isinstance(one, NothingToBook) for one in results)
    assert meeting == [False, False], "the second one came past the lock before the first was done"
    assert (ProviderAccrual.objects.count(), ProviderDue.objects.count()) == (1, 9)


def test_without_the_lock_both_see_the_same_and_the_number_lets_one_through(world, meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stand the numbers of the booking and its rows."""
    take_lock_away(monkeypatch, provider_dues)

    results = at_once(lambda: book(world), lambda: book(world))

    assert meeting == [True, True]
    assert sorted(type(one).__name__ for one in results) == ["IntegrityError", "ProviderAccrual"]
    assert ProviderDue.objects.count() == 9


@pytest.fixture
def undoers(monkeypatch):
    """Whoever knows what would become of a compensation waits a moment for a second one."""
    return meet_at(monkeypatch, (undoing_compensation, "plan_compensation_undoing"))


def test_two_who_undo_a_compensation_at_once_undo_it_once(world, undoers):
    made = accept(world)

    results = at_once(lambda: undo(made), lambda: undo(made))

    assert sorted(type(one).__name__ for one in results) == ["CompensationUndoing", "CompensationUndone"]
    assert undoers == [False], "the second one came past the lock before the first was done"
    assert ProviderDue.objects.filter(undoing__isnull=False).count() == 1


def test_without_the_lock_both_would_undo_it_and_the_number_lets_one_through(world, undoers, monkeypatch):
    """The control: the test above would see a lost lock."""
    made = accept(world)
    take_lock_away(monkeypatch, undoing_compensation)

    results = at_once(lambda: undo(made), lambda: undo(made))

    assert undoers == [True, True]
    assert sorted(type(one).__name__ for one in results) == ["CompensationUndoing", "IntegrityError"]


def test_two_payments_of_the_whole_at_once_let_one_in(world):
    book(world)
    records = [ask(world.provider, 348_000, on=date(2025, 7, 25), key=f"both-{number}") for number in range(2)]

    results = at_once(*[lambda record=record: approve(record) for record in records])

    assert sorted(type(one).__name__ for one in results) == ["RecordedMoney", "TooMuchPaidToProvider"]
    assert any(isinstance(one, TooMuchPaidToProvider) for one in results)
    assert (ProviderPayment.objects.count(), RecordedMoney.objects.waiting().count()) == (1, 1)
