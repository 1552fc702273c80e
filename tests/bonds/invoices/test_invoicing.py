"""Invoices ask each payer for its part, receipts settle them by two people, and one batch id ties all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds import operations
from bonds.models import ClaimLine, Invoice, InvoiceLine
from bonds.operations.errors import NothingToInvoice, OrderUnsound, TooMuchPaid, WrongMoney
from bonds.operations.invoicing import RECEIPT_PURPOSE
from foundation.access import Actor
from ledger import queries as ledger_queries
from ledger.models import Entry
from payments.operations import MoneyFacts, approve_recorded, record_receipt, reverse_recorded
from payments.operations.recording import RecordUnsound
from tests.factories.bonds import HOLDER, make_contract

pytestmark = pytest.mark.django_db

ISSUED_AT = datetime(2025, 7, 15, 9, 0, tzinfo=UTC)
PAID_AT = datetime(2025, 8, 1, 9, 0, tzinfo=UTC)
SECOND = Actor(ref="user:usr_second", user_id=2, second_factor=True)
FIRST = Actor(ref="user:usr_first", user_id=1, second_factor=True)


def balances(slug="brightwater"):
    book = ledger_queries.get_book_by_slug(slug=slug)
    return {row.account.code: row.net for row in ledger_queries.trial_balance(book=book) if row.net}


def accepted(*, people=1):
    """A world where so many people moved in, and all of it was accepted."""
    world = make_contract()
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(people)]
    world.accept(world.submit(*events))
    return world


def issue(world, at=ISSUED_AT):
    return {one.payer.code: one for one in operations.issue_invoices(contract=world.contract, actor=HOLDER, at=at)}


def receive(invoice, pence, **more):
    """A receipt that waits for the second person."""
    facts = MoneyFacts(
        moved_on=date(2025, 8, 1),
        amount_pence=pence,
        party_name=invoice.payer.organisation.name,
        purpose=RECEIPT_PURPOSE,
        subject=invoice.public_id,
        batch=more.get("batch", invoice.round.public_id),
    )
    return record_receipt(
        organisation=invoice.contract.organisation,
        book=ledger_queries.get_book_by_slug(slug=invoice.contract.book_slug),
        facts=facts,
        key=f"{invoice.public_id}:{pence}",
        actor=FIRST,
        at=PAID_AT,
        today=date(2025, 8, 1),
    )


def approve(record):
    return approve_recorded(record=record, actor=SECOND, at=PAID_AT, today=date(2025, 8, 1))


def test_each_payer_is_asked_for_its_part():
    world = accepted(people=3)

    invoices = issue(world)

    assert {code: (one.number, one.net_pence, one.open_pence) for code, one in invoices.items()} == {
        "northmoor": (1, 75_000, 75_000),
        "southfell": (2, 45_000, 45_000),
        "topup": (3, 30_000, 30_000),
    }
    assert InvoiceLine.objects.count() == 9
    # 15 July is the first of thirty days.
    assert {one.due_on for one in invoices.values()} == {date(2025, 8, 13)}
    assert set(ClaimLine.objects.values_list("state", flat=True)) == {"invoiced"}
    assert balances() == {"1100": 150_000, "4000": -120_000, "4010": -30_000}
    book = ledger_queries.get_book_by_slug(slug="brightwater")
    owners = ledger_queries.owner_balances(book=book, code="1100")
    assert owners == {one.payer.public_id: one.net_pence for one in invoices.values()}


def test_an_invoice_keeps_the_fields_of_the_european_standard():
    world = accepted()
    payer = world.parties["northmoor"]
    operations.record_purchase_order(
        payer=payer,
        number="PO 4471",
        cost_centre="HSG-20",
        from_on=date(2025, 4, 1),
        until_on=date(2026, 4, 1),
        actor=HOLDER,
        at=ISSUED_AT,
    )

    facts = issue(world)["northmoor"].facts

    line = ClaimLine.objects.get()
    assert facts.pop("BG-25") == [
        {
            "BT-126": "1",
            "BT-128": line.public_id,
            "BT-129": "1",
            "BT-131": "250.00",
            "BT-134": "2025-04-10",
            "BT-146": "250.00",
            "BT-151": "O",
            "BT-152": "",
            "BT-153": f"moved_in {line.event.participant.pseudonym}",
        }
    ]
    assert facts == {
        "BT-1": "BRIGHTWATER-INV-0001",
        "BT-2": "2025-07-15",
        "BT-3": "380",
        "BT-5": "GBP",
        "BT-9": "2025-08-13",
        "BT-10": "HSG-20",
        "BT-12": "brightwater",
        "BT-13": "PO 4471",
        "BT-25": "",
        "BT-27": "Brightwater Outcomes",
        "BT-31": "",
        "BT-44": "Brightwater Northmoor",
        "BT-106": "250.00",
        "BT-109": "250.00",
        "BT-110": "0.00",
        "BT-112": "250.00",
        "BT-115": "250.00",
        "BT-116": "250.00",
        "BT-117": "0.00",
        "BT-118": "O",
        "BT-119": "",
        "BT-120": "Outside the scope of VAT",
    }


def test_nothing_is_invoiced_twice():
    world = accepted()
    issue(world)

    with pytest.raises(NothingToInvoice):
        issue(world)

    assert Invoice.objects.count() == 3
    assert balances()["1100"] == 50_000


def test_a_line_is_paid_when_every_payer_has_paid():
    world = accepted()
    invoices = issue(world)
    for code in ("northmoor", "southfell"):
        approve(receive(invoices[code], invoices[code].net_pence))
    assert ClaimLine.objects.get().state == "invoiced"

    approve(receive(invoices["topup"], 4_000))
    assert (Invoice.objects.get(number=3).state, Invoice.objects.get(number=3).open_pence) == ("issued", 6_000)
    approve(receive(invoices["topup"], 6_000))

    assert ClaimLine.objects.get().state == "paid"
    assert set(Invoice.objects.values_list("state", flat=True)) == {"paid"}
    assert balances() == {"1200": 50_000, "4000": -40_000, "4010": -10_000}


def test_one_batch_id_ties_claim_invoice_and_receipt():
    world = accepted()
    invoices = issue(world)
    approve(receive(invoices["northmoor"], 25_000))

    batch = invoices["northmoor"].round.public_id
    kinds = Entry.objects.filter(batch=batch).order_by("pk").values_list("book__slug", "kind")
    assert list(kinds) == [
        ("brightwater-memo", "bonds.claimed"),
        ("brightwater", "bonds.accepted"),
        ("brightwater-memo", "bonds.claim_decided"),
        ("brightwater", "bonds.invoiced"),
        ("brightwater", "bonds.invoiced"),
        ("brightwater", "bonds.invoiced"),
        ("brightwater", "payments.recorded_receipt"),
    ]
    assert not Entry.objects.exclude(batch=batch).exists()


def test_a_receipt_that_was_wrong_opens_the_invoice_again():
    world = accepted()
    invoices = issue(world)
    records = {code: approve(receive(one, one.net_pence)) for code, one in invoices.items()}
    assert ClaimLine.objects.get().state == "paid"

    reversal = reverse_recorded(
        record=records["topup"],
        moved_on=date(2025, 8, 1),
        reason="It was for another contract",
        actor=FIRST,
        at=PAID_AT,
        today=date(2025, 8, 1),
    )
    approve(reversal)

    assert ClaimLine.objects.get().state == "invoiced"
    assert Invoice.objects.get(payer__code="topup").open_pence == 10_000
    assert balances() == {"1100": 10_000, "1200": 40_000, "4000": -40_000, "4010": -10_000}


def test_more_than_is_open_or_another_batch_is_refused():
    world = accepted()
    invoice = issue(world)["topup"]

    with pytest.raises(TooMuchPaid) as refused:
        receive(invoice, 10_001)
    assert refused.value.facts["open_pence"] == 10_000
    with pytest.raises(WrongMoney):
        receive(invoice, 10_000, batch="rnd_other")
    with pytest.raises(RecordUnsound):
        receive(invoice, 0)

    assert balances()["1100"] == 50_000


def test_two_receipts_for_one_invoice_cannot_both_come_in():
    world = accepted()
    invoice = issue(world)["topup"]
    first, second = receive(invoice, 10_000), receive(invoice, 9_000)
    approve(first)

    with pytest.raises(TooMuchPaid):
        approve(second)

    assert Invoice.objects.get(pk=invoice.pk).settled_pence == 10_000
    assert balances()["1200"] == 10_000


def test_an_order_has_to_be_one():
    world = make_contract()
    good = {"number": "PO 1", "from_on": date(2025, 4, 1), "until_on": date(2026, 4, 1), "actor": HOLDER}
    for changed in ({"number": " "}, {"until_on": date(2025, 4, 1)}, {"amount_pence": 0}):
        with pytest.raises(OrderUnsound):
            operations.record_purchase_order(payer=world.parties["topup"], at=ISSUED_AT, **good | changed)
    assert world.contract.purchase_orders.count() == 0


@pytest.mark.parametrize("change", ["net_pence = 1", "due_on = due_on + 1", "facts = '{}'", "payer_id = payer_id + 1"])
def test_an_invoice_that_was_issued_is_fixed(change):
    issue(accepted())

    with pytest.raises(IntegrityError, match="was issued"), transaction.atomic():
        connection.cursor().execute(f"UPDATE bonds_invoice SET {change} WHERE number = 1")


def test_nobody_pays_more_than_was_asked_for():
    issue(accepted())

    with pytest.raises(DatabaseError, match="bonds_invoice_not_overpaid"), transaction.atomic():
        connection.cursor().execute("UPDATE bonds_invoice SET settled_pence = 25001 WHERE number = 1")
