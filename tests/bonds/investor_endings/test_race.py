"""Two at once over the end of a deal: it is wound up once, and a guarantor pays once."""

from __future__ import annotations

import pytest

from bonds.models import GuaranteeMoney, WaterfallRun
from bonds.operations import winding_up
from bonds.queries.guarantees import list_guarantees
from tests.bonds.investor_books.support import approve
from tests.bonds.investor_endings.support import ask_guarantee, deal, end
from tests.support.races import meet_at, names_at_once, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Everybody who is past the lock waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (winding_up, "require_investor_terms"))


def test_two_at_once_wind_it_up_once(meeting):
    world = deal(80_000)

    assert names_at_once(lambda: end(world), lambda: end(world)) == ["WaterfallRun", "WoundUp"]

    assert meeting[0] is False, "the second one came past the lock before the first was done"
    assert WaterfallRun.objects.count() == 1


def test_without_the_lock_they_meet_and_the_database_lets_one_through(meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stands the guard of the table."""
    world = deal(80_000)
    take_lock_away(monkeypatch, winding_up)

    assert names_at_once(lambda: end(world), lambda: end(world)) == ["IntegrityError", "WaterfallRun"]

    assert meeting == [True, True]
    assert WaterfallRun.objects.count() == 1


def test_two_receipts_for_one_guarantee_at_once():
    world = deal(80_000)
    end(world)
    [owed] = list_guarantees(world.contract)
    first = ask_guarantee(owed.call, 9_000, is_receipt=True)
    second = ask_guarantee(owed.call, 9_001, is_receipt=True)

    results = names_at_once(lambda: approve(first), lambda: approve(second))

    assert results == ["RecordedMoney", "TooMuchGuaranteed"]
    assert GuaranteeMoney.objects.count() == 1
