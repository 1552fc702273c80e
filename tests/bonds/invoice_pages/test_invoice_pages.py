"""Invoices on pages: what waits, issuing, lists with overdue first, one invoice, receipts, orders and VAT."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bonds import operations
from bonds.models import Invoice, PurchaseOrder, VatTreatment
from foundation.models import AuditEvent
from ledger.models import Entry
from payments.models import RecordedMoney
from tests.bonds.invoice_pages.conftest import LATE_AT
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db


def test_what_waits_is_shown_and_issued_at_once(till):
    till.accept(3)

    shown = till.get("holder", "invoices-issue").content.decode()
    done = till.post("holder", "invoices-issue").content.decode()
    again = till.post("holder", "invoices-issue").content.decode()

    assert "£750.00" in shown
    assert "Issuing makes invoices for" in shown
    assert "3 invoices are issued and come to £1,500.00. The payers are told by mail." in done
    assert "BRIGHTWATER-INV-0001" in done
    assert "Nothing was accepted since the last invoices." in again
    assert Invoice.objects.count() == 3


def test_overdue_invoices_stand_first_with_their_days(till, time_machine):
    till.accept()
    till.issue()
    time_machine.move_to(LATE_AT, tick=False)
    till.accept()
    operations.issue_invoices(contract=till.world.contract, actor=HOLDER, at=LATE_AT)

    page = till.get("holder", "invoices")
    late = till.get("holder", "invoices", state="overdue")
    one = till.get("holder", "invoices", payer="southfell")

    assert [(number, days) for _one, number, days in page.context["rows"]] == [
        ("BRIGHTWATER-INV-0001", 7),
        ("BRIGHTWATER-INV-0002", 7),
        ("BRIGHTWATER-INV-0003", 7),
        ("BRIGHTWATER-INV-0004", 0),
        ("BRIGHTWATER-INV-0005", 0),
        ("BRIGHTWATER-INV-0006", 0),
    ]
    assert page.context["sums"] == (100_000, 50_000)
    assert "7 days overdue" in page.content.decode()
    assert [one.number for one in late.context["page"]] == [1, 2, 3]
    assert [one.number for one in one.context["page"]] == [2, 5]


def test_a_payer_sees_its_own_and_each_line_leads_to_why(till):
    till.accept()
    invoices = till.issue()

    listed = till.get("southfell", "invoices")
    page = till.get("southfell", "invoice", invoices["southfell"].number).content.decode()
    other = till.get("southfell", "invoice", invoices["northmoor"].number)

    assert [one.payer.code for one in listed.context["page"]] == ["southfell"]
    assert listed.context["sums"] == (15_000, 0)
    line = invoices["southfell"].lines.get().share.result.line
    assert till.at("southfell", "line", line.public_id) in page
    assert till.get("southfell", "line", line.public_id).status_code == 200
    assert "Moved in" in page
    assert "£150.00" in page
    assert "13 August 2025" in page
    assert "BT-115" in page
    assert "this entry" not in page
    assert other.status_code == 404


@pytest.mark.parametrize("code", ["hearthside", "lanternhouse", "plumbline"])
def test_providers_and_verifiers_see_no_invoice(till, code):
    till.accept()
    till.issue()

    statuses = {
        till.get(code, name, *more).status_code
        for name, more in (("invoices", ()), ("invoice", (1,)), ("orders", ()), ("invoices-issue", ()), ("vat", ()))
    }

    assert statuses == {403}
    assert till.as_(code).post(till.at(code, "invoice-pdf", 1)).status_code == 403
    assert till.at(code, "invoices") not in till.get(code, "contract").content.decode()


@pytest.mark.parametrize("code", ["northmoor", "topup"])
def test_payers_issue_nothing_and_write_down_no_receipt(till, code):
    till.accept()
    number = till.issue()[code].number

    statuses = {
        till.as_(code).post(till.at(code, name, *more)).status_code
        for name, more in (("invoices-issue", ()), ("vat", ()), ("invoice-receipt", (number,)))
    }

    assert statuses == {403}
    assert not RecordedMoney.objects.exists()
    assert not VatTreatment.objects.exists()


def test_the_holder_finds_the_entry_in_the_books(till):
    till.accept()
    invoice = till.issue()["northmoor"]

    page = till.get("holder", "invoice", invoice.number)

    entry = Entry.objects.get(source=invoice.public_id)
    assert [one.public_id for one in page.context["entries"]] == [entry.public_id]
    assert entry.public_id in page.content.decode()


def test_a_part_of_an_invoice_comes_in_by_two_people(till):
    till.accept()
    invoice = till.issue()["northmoor"]
    form = till.get("holder", "invoice-receipt", invoice.number).context["form"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}

    assert (typed["amount_pence"], typed["reference"]) == (25_000, "BRIGHTWATER-INV-0001")
    typed |= {"amount_pence": "100.00", "account": "1200", "moved_on": "2025-07-15"}
    waits = till.post("holder", "invoice-receipt", invoice.number, **typed).content.decode()
    till.post("holder", "invoice-receipt", invoice.number, **typed)
    record = RecordedMoney.objects.get()
    shown = till.get("holder", "invoice-receipt", invoice.number)
    till.as_("holder").post(reverse("payments:recorded_approve", args=[till.slug("holder"), record.public_id]))

    assert "Written down. A second person has been asked by mail" in waits
    assert (record.purpose, record.subject, record.batch, record.amount_pence) == (
        "bonds.invoice", invoice.public_id, invoice.round.public_id, 10_000,
    )  # fmt: skip
    assert record.party_owner == invoice.payer.public_id
    assert shown.context["form"]["amount_pence"].initial == 15_000
    assert shown.context["waits_pence"] == 10_000
    assert "was recorded already and waits for a second person" in shown.content.decode()
    record.refresh_from_db()
    assert record.state == "requested"


def test_the_second_person_settles_the_invoice_from_the_payment_room(till):
    till.accept()
    invoice = till.issue()["northmoor"]
    typed = {"key": "k" * 20, "moved_on": "2025-07-15", "amount_pence": "250", "reference": "x", "account": "1200"}
    till.post("holder", "invoice-receipt", invoice.number, **typed)
    record = RecordedMoney.objects.get()

    address = reverse("payments:recorded_approve", args=[till.slug("holder"), record.public_id])
    till.as_("director").post(address)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.open_pence) == ("paid", 0)
    page = till.get("northmoor", "invoice", invoice.number).content.decode()
    assert "Settled" in page
    assert till.get("holder", "invoice", invoice.number).context["may_receive"] is False


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount_pence": "250.01"}, "Only part of this is still to be paid on the invoice."),
        ({"amount_pence": "-1"}, "without a minus"),
        ({"moved_on": "2025-07-16"}, "Error:"),
        ({"account": "9999"}, "not one of the available choices"),
        ({"key": ""}, "Error:"),
    ],
)
def test_what_makes_no_sense_records_nothing_and_keeps_what_was_typed(till, typed, words):
    till.accept()
    invoice = till.issue()["northmoor"]
    good = {
        "key": "k" * 20,
        "moved_on": "2025-07-15",
        "amount_pence": "250",
        "reference": "As typed",
        "account": "1200",
    }

    page = till.post("holder", "invoice-receipt", invoice.number, **good | typed)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert "As typed" in page.content.decode()
    assert not RecordedMoney.objects.exists()


ORDER = {"payer": "northmoor", "number": "PO 7", "cost_centre": "HSG", "from_on": "2025-07-01", "last_on": "2026-03-31"}


def test_orders_stand_on_invoices_and_say_what_is_left(till, time_machine):
    till.post("northmoor", "order-new", **ORDER | {"amount_pence": "200.00"})
    till.accept()
    shown = till.get("holder", "invoices-issue").content.decode()
    invoice = till.issue()["northmoor"]

    orders = till.get("northmoor", "orders").content.decode()
    page = till.get("northmoor", "invoice", invoice.number).content.decode()
    time_machine.move_to("2026-04-01T09:00:00Z", tick=False)
    till.clients.clear()
    over = till.get("holder", "orders").content.decode()

    assert "not enough for this" in shown
    assert invoice.facts["BT-13"] == "PO 7"
    assert PurchaseOrder.objects.get().until_on == date(2026, 4, 1)
    assert "passed by £50.00" in orders
    assert "31 March 2026" in orders
    assert "PO 7, HSG" in page
    assert "Expired" in over
    assert AuditEvent.objects.filter(action="bonds.purchase_order_recorded").count() == 1


@pytest.mark.parametrize(
    ("code", "typed", "status"),
    [
        ("northmoor", {"payer": "southfell"}, 200),
        ("northmoor", {"last_on": "2025-06-30"}, 200),
        ("northmoor", {"number": " "}, 200),
        ("holder", {"payer": "hearthside"}, 200),
        ("hearthside", {}, 403),
        ("plumbline", {}, 403),
    ],
)
def test_an_order_is_recorded_by_the_payer_or_the_holder_only(till, code, typed, status):
    page = till.post(code, "order-new", **ORDER | typed)

    assert page.status_code == status
    assert not PurchaseOrder.objects.exists()


def test_the_holder_records_an_order_for_a_payer(till):
    till.post("holder", "order-new", **ORDER | {"payer": "southfell"})

    assert PurchaseOrder.objects.get().payer.code == "southfell"
    assert "PO 7" not in till.get("northmoor", "orders").content.decode()
    assert "no amount is named" in till.get("southfell", "orders").content.decode()


def test_vat_is_recorded_and_what_is_missing_is_said_where_it_is_missing(till):
    bare = till.post("holder", "vat", category="S", from_on="2025-07-15", reason="A ruling", registration="")
    done = till.post(
        "holder", "vat", category="S", from_on="2025-07-15", reason="A ruling", registration="GB 999 0001 73"
    )

    assert "the invoice names the VAT number" in bare.content.decode()
    assert "VAT at the standard rate, since 15 July 2025" in done.content.decode()
    assert VatTreatment.objects.get().registration == "GB999000173"


def count_queries(ask) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    return len(asked)


def test_pages_do_not_ask_by_invoice_or_line(till):
    till.get("holder", "invoices")

    def issue(count: int) -> tuple[int, int, int]:
        till.accept(count)
        waits = count_queries(lambda: till.get("holder", "invoices-issue"))
        number = till.issue()["northmoor"].number
        return (
            waits,
            count_queries(lambda: till.get("holder", "invoices")),
            count_queries(lambda: till.get("holder", "invoice", number)),
        )

    issue(1)
    assert issue(2) == issue(9)
