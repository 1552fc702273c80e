"""Two at once over the same money: one wins, and every penny is promised, called and paid in once."""

from __future__ import annotations

import pytest

from bonds.models import CapitalCall, Drawdown, WaterfallRun
from bonds.operations import calling, distributing
from tests.bonds.investor_books.support import approve, ask_receipt, call, draw, earn, make_deal, run, spend
from tests.support.races import meet_at, names_at_once, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Everybody who is past the lock waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (distributing, "require_investor_terms"))


@pytest.fixture
def world():
    """Results brought 50,000 to a deal of which a fifth was drawn and spent."""
    world = make_deal()
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 50_000)
    return world


def test_two_runs_at_once_promise_the_cash_once(world, meeting):
    assert names_at_once(lambda: run(world), lambda: run(world)) == ["NothingToDistribute", "WaterfallRun"]

    assert meeting[0] is False, "the second one came past the lock before the first was done"
    assert list(WaterfallRun.objects.values_list("number", "distributed_pence")) == [(1, 50_000)]


def test_without_the_lock_they_do_meet_and_the_number_lets_one_through(world, meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stands the number, which a run has alone."""
    take_lock_away(monkeypatch, distributing)

    assert names_at_once(lambda: run(world), lambda: run(world)) == ["IntegrityError", "WaterfallRun"]

    assert meeting == [True, True]
    assert WaterfallRun.objects.count() == 1


def test_two_calls_at_once_ask_for_no_more_than_is_left(world):
    results = names_at_once(lambda: call(world, 300_000), lambda: call(world, 300_000))

    assert results == ["CallAboveUndrawn", "dict"]
    assert CapitalCall.objects.filter(pence=300_000).count() == 1


def test_two_receipts_for_one_part_at_once(world):
    part = call(world, 110_000)["bigfund", "senior"]
    first, second = ask_receipt(world, part, 60_000), ask_receipt(world, part, 59_999)

    results = names_at_once(lambda: approve(first), lambda: approve(second))

    assert results == ["RecordedMoney", "TooMuchDrawn"]
    assert Drawdown.objects.filter(part=part).count() == 1
    assert calling.open_of_part(part) in {0, 1}
