"""Two at once: what is left of an advance is earned or paid back, never both; the control run has no lock."""

from __future__ import annotations

import pytest

from bonds import operations
from bonds.models import Advance, AdvanceMoney, AdvanceUse
from bonds.operations import advancing, invoicing
from bonds.operations.advance_errors import TooMuchAdvanced
from tests.bonds.advances.support import approve, make_world, move, pay
from tests.bonds.advances.test_advancing import accept
from tests.bonds.invoices.test_invoicing import ISSUED_AT
from tests.factories.bonds import HOLDER
from tests.support.races import at_once, meet_at, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = make_world()
    advance = pay(made)
    accept(made, people=2)
    return made, move(advance, 40_000, is_receipt=False)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows what is left of an advance waits a moment for a second one; says whether each met one."""
    return meet_at(
        monkeypatch,
        (advancing, "unearned_of"),
        (advancing, "standing_of"),
        of=lambda one: (one.payer if isinstance(one, Advance) else one).code == "northmoor",
    )


def both(world, record):
    return at_once(
        lambda: operations.issue_invoices(contract=world.contract, actor=HOLDER, at=ISSUED_AT),
        lambda: approve(record),
    )


def test_a_refund_and_an_invoice_at_once_use_an_advance_once(world, meeting):
    made, record = world

    issued, refunded = both(made, record)

    assert meeting == [False, False], "the second one came past the lock before the first was done"
    went_back = AdvanceMoney.objects.filter(is_receipt=False).exists()
    assert isinstance(issued, list)
    assert isinstance(refunded, TooMuchAdvanced) is not went_back
    assert AdvanceUse.objects.exists() is not went_back


def test_without_the_lock_both_see_it_and_the_database_lets_one_through(world, meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stands the trigger."""
    made, record = world
    take_lock_away(monkeypatch, invoicing, advancing)

    results = both(made, record)

    assert meeting == [True, True]
    assert {type(one).__name__ for one in results} & {"IntegrityError", "OperationalError"}
    assert AdvanceUse.objects.exists() is not AdvanceMoney.objects.filter(is_receipt=False).exists()
