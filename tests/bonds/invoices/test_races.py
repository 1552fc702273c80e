"""Two at once: invoices are issued once, a reminder goes out once, and no penny is both received and credited."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import ClaimLine, Invoice, InvoiceLine, InvoiceReminder, Overpayment
from bonds.operations import invoicing
from bonds.operations.errors import NothingToInvoice, TooMuchPaid
from payments.models import RecordedMoney
from tests.bonds.claims.test_taking_back import LATER, take_back
from tests.bonds.invoices.test_invoicing import ISSUED_AT, accepted, approve, issue, receive
from tests.factories.bonds import HOLDER
from tests.support.races import at_once, meet_at, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows what waits to be invoiced waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (invoicing, "shares_to_invoice"))


def issuing(world):
    return lambda: operations.issue_invoices(contract=world.contract, actor=HOLDER, at=ISSUED_AT)


def test_two_who_issue_at_once_issue_once(meeting):
    world = accepted(people=2)

    results = at_once(issuing(world), issuing(world))

    assert sorted(type(one).__name__ for one in results) == ["NothingToInvoice", "list"]
    assert any(isinstance(one, NothingToInvoice) for one in results)
    assert meeting == [False, False], "the second one came past the lock before the first was done"
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (3, 6)


def test_without_the_lock_both_see_the_same_and_the_number_lets_one_through(meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stand the unique number and part."""
    world = accepted(people=2)
    take_lock_away(monkeypatch, invoicing)

    results = at_once(issuing(world), issuing(world))

    assert meeting == [True, True]
    assert sorted(type(one).__name__ for one in results) == ["IntegrityError", "list"]
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (3, 6)


def test_a_receipt_and_a_credit_at_once_settle_an_invoice_once():
    world = accepted()
    invoice = issue(world)["northmoor"]
    record = receive(invoice, invoice.net_pence)
    line = ClaimLine.objects.get()

    came, _taken = at_once(lambda: approve(record), lambda: take_back(world, line))

    invoice.refresh_from_db()
    assert (invoice.state, invoice.open_pence) == ("paid", 0)
    assert ClaimLine.objects.get().state == "clawed_back"
    credited = Invoice.objects.filter(credits=invoice).exists()
    assert credited is isinstance(came, TooMuchPaid)
    assert credited is not Overpayment.objects.filter(payer=invoice.payer).exists()
    assert RecordedMoney.objects.filter(state="approved").exists() is not credited


def test_two_timetables_at_once_remind_once():
    invoice = issue(accepted())["northmoor"]
    assert invoice.due_on < date(2025, 9, 1)

    results = at_once(*[lambda: operations.remind_overdue(invoice=invoice, at=LATER)] * 2)

    assert sorted(type(one).__name__ for one in results) == ["InvoiceReminder", "NoneType"]
    assert InvoiceReminder.objects.count() == 1
