"""Two at once: what is left of an advance is earned or paid back, never both; the control run has no lock."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from bonds import operations
from bonds.models import AdvanceMoney, AdvanceUse, OutcomesContract
from bonds.operations import advancing, invoicing
from bonds.operations.advance_errors import TooMuchAdvanced
from tests.bonds.advances.support import approve, make_world, move, pay
from tests.bonds.advances.test_advancing import accept
from tests.bonds.claims.test_races import at_once
from tests.bonds.invoices.test_invoicing import ISSUED_AT
from tests.factories.bonds import HOLDER

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
    barrier, met = threading.Barrier(2), []

    def wait(found):
        try:
            barrier.wait(1)
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        return found

    unearned_of, standing_of = advancing.unearned_of, advancing.standing_of
    once = threading.local()

    def left(payer):
        found = unearned_of(payer)
        if payer.code == "northmoor" and not getattr(once, "done", False):
            once.done = True
            wait(found)
        return found

    monkeypatch.setattr(advancing, "unearned_of", left)
    monkeypatch.setattr(advancing, "standing_of", lambda advance: wait(standing_of(advance)))
    return met


def trying(act):
    """Without the lock two acts can stop each other dead in the ledger, which the database ends."""
    try:
        return act()
    except OperationalError as ended:
        return ended


def both(world, record):
    return at_once(
        lambda: trying(lambda: operations.issue_invoices(contract=world.contract, actor=HOLDER, at=ISSUED_AT)),
        lambda: trying(lambda: approve(record)),
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
    for module in (invoicing, advancing):
        monkeypatch.setattr(
            module, "lock_contract", lambda pk: OutcomesContract.objects.select_related("organisation").get(pk=pk)
        )

    results = both(made, record)

    assert meeting == [True, True]
    assert {type(one).__name__ for one in results} & {"IntegrityError", "OperationalError"}
    assert AdvanceUse.objects.exists() is not AdvanceMoney.objects.filter(is_receipt=False).exists()
