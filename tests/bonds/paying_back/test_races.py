"""Two at once: what a payer is owed settles an invoice or is paid back, never both; the control run has no lock."""

from __future__ import annotations

import pytest

from bonds import operations
from bonds.models import CreditUse, OverpaymentRefund
from bonds.operations import invoicing, overpaying, refunding
from bonds.operations.errors import TooMuchRefunded
from tests.bonds.claims.test_taking_back import LATER
from tests.bonds.paying_back.support import approve, make_world, measure, owe, refund
from tests.factories.bonds import HOLDER
from tests.support.races import at_once, meet_at, take_lock_away

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
    return meet_at(
        monkeypatch,
        (overpaying, "credits_of"),
        (refunding, "credits_of"),
        of=lambda payer: payer.code == "northmoor",
    )


def both(world, record):
    return at_once(
        lambda: operations.issue_invoices(contract=world.contract, actor=HOLDER, at=LATER),
        lambda: approve(record),
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
    take_lock_away(monkeypatch, invoicing, refunding)

    results = both(made, record)

    assert meeting == [True, True]
    assert {type(one).__name__ for one in results} & {"IntegrityError", "OperationalError"}
    went_back = OverpaymentRefund.objects.exists()
    assert CreditUse.objects.filter(invoice__payer__code="northmoor").exists() is not went_back
