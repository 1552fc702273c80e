"""Two at once: what a payer is owed settles an invoice or is paid back, never both; the control run has no lock."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from bonds import operations
from bonds.models import CreditUse, OutcomesContract, OverpaymentRefund
from bonds.operations import invoicing, overpaying, refunding
from bonds.operations.errors import TooMuchRefunded
from tests.bonds.claims.test_races import at_once
from tests.bonds.claims.test_taking_back import LATER
from tests.bonds.paying_back.support import approve, make_world, measure, owe, refund
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = make_world()
    owe(made)
    measure(made, 140, "summer", at=LATER)
    return made, refund(made.parties["northmoor"], 20_000)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows what is left of the credit waits a moment for a second one; says whether each met one."""
    barrier, met, once = threading.Barrier(2), [], threading.local()
    original = overpaying.credits_of

    def left(payer):
        found = original(payer)
        if payer.code == "northmoor" and not getattr(once, "done", False):
            once.done = True
            try:
                barrier.wait(1)
                met.append(True)
            except threading.BrokenBarrierError:
                met.append(False)
        return found

    for module in (overpaying, refunding):
        monkeypatch.setattr(module, "credits_of", left)
    return met


def trying(act):
    """Without the lock two acts can stop each other dead in the ledger, which the database ends."""
    try:
        return act()
    except OperationalError as ended:
        return ended


def both(world, record):
    return at_once(
        lambda: trying(lambda: operations.issue_invoices(contract=world.contract, actor=HOLDER, at=LATER)),
        lambda: trying(lambda: approve(record)),
    )


def test_a_refund_and_an_invoice_at_once_use_a_credit_once(world, meeting):
    made, record = world

    issued, refunded = both(made, record)

    assert meeting == [False, False], "the second one came past the lock before the first was done"
    went_back = OverpaymentRefund.objects.exists()
    assert isinstance(issued, list)
    assert isinstance(refunded, TooMuchRefunded) is not went_back
    assert CreditUse.objects.filter(invoice__payer__code="northmoor").exists() is not went_back


def test_without_the_lock_both_see_it_and_the_database_lets_one_through(world, meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stands the trigger."""
    made, record = world
    for module in (invoicing, refunding):
        monkeypatch.setattr(
            module, "lock_contract", lambda pk: OutcomesContract.objects.select_related("organisation").get(pk=pk)
        )

    results = both(made, record)

    assert meeting == [True, True]
    assert {type(one).__name__ for one in results} & {"IntegrityError", "OperationalError"}
    went_back = OverpaymentRefund.objects.exists()
    assert CreditUse.objects.filter(invoice__payer__code="northmoor").exists() is not went_back
