"""Invoices over REST: what waits, issuing, lists, one with its fields, lines, PDF, receipts, orders and VAT."""

from __future__ import annotations

import pytest

from bonds.models import Invoice, PurchaseOrder, VatTreatment
from payments.models import RecordedMoney

pytestmark = pytest.mark.django_db


def test_from_what_waits_to_a_receipt(till):
    till.accept(2)
    holder, payer = till.api("holder"), till.api("topup")

    waiting = holder.get("invoices-waiting").json()
    made = holder.post("invoice-list")
    again = holder.post("invoice-list")
    own = payer.get("invoice-list").json()["results"]
    full = payer.get("invoice", own[0]["number"]).json()
    lines = payer.get("invoice-lines", 3).json()["results"]
    receipt = holder.post("invoice-receipts", 3, moved_on="2025-07-15", amount_pence=5_000)
    too_much = holder.post("invoice-receipts", 3, moved_on="2025-07-15", amount_pence=20_001)

    assert [(row["round"], row["payer"], row["line_count"], row["pence"]) for row in waiting] == [
        (1, "northmoor", 2, 50_000),
        (1, "southfell", 2, 30_000),
        (1, "topup", 2, 20_000),
    ]
    assert made.status_code == 201
    assert [one["full_number"] for one in made.json()["invoices"]] == [
        "BRIGHTWATER-INV-0001",
        "BRIGHTWATER-INV-0002",
        "BRIGHTWATER-INV-0003",
    ]
    assert (again.status_code, again.json()["code"]) == (409, "bonds.nothing_to_invoice")
    assert [(one["number"], one["open_pence"], one["state"]) for one in own] == [(3, 20_000, "issued")]
    assert full["en16931"]["BT-115"] == "200.00"
    assert full["entries"] == []
    assert len(holder.get("invoice", 3).json()["entries"]) == 1
    assert [one["pence"] for one in lines] == [10_000, 10_000]
    assert payer.get("claim-line", lines[0]["line"]).status_code == 200
    assert (receipt.status_code, receipt.json()["state"]) == (201, "requested")
    assert (too_much.status_code, too_much.json()["code"]) == (409, "bonds.too_much_paid")
    assert RecordedMoney.objects.get().amount_pence == 5_000
    assert [one["amount_pence"] for one in payer.get("invoice-receipts", 3).json()] == [5_000]
    assert payer.get("invoice-pdf", 3)["Content-Type"] == "application/pdf"


def test_a_list_is_narrowed_and_what_is_unknown_refused(till):
    till.accept()
    till.issue()
    holder = till.api("holder")

    assert [one["number"] for one in holder.get("invoice-list", payer="southfell").json()["results"]] == [2]
    assert holder.get("invoice-list", state="overdue").json()["results"] == []
    assert len(holder.get("invoice-list", state="open").json()["results"]) == 3
    assert holder.get("invoice-list", state="lost").status_code == 400
    assert holder.get("invoice-list", payer="\0").status_code == 400


@pytest.mark.parametrize("code", ["hearthside", "plumbline"])
def test_providers_and_verifiers_get_nothing(till, code):
    till.accept()
    till.issue()
    api = till.api(code)

    gets = ("invoice-list", "invoices-waiting", "order-list", "vat-list")
    statuses = {api.get(name).status_code for name in gets} | {
        api.get(name, 1).status_code for name in ("invoice", "invoice-lines", "invoice-pdf", "invoice-receipts")
    }
    posts = {api.post(name).status_code for name in ("invoice-list", "order-list", "vat-list")}

    assert statuses | posts == {403}


def test_a_payer_gets_its_own_only_and_issues_nothing(till):
    till.accept()
    till.issue()
    api = till.api("southfell")
    order = {"payer": "northmoor", "number": "PO 9", "from_on": "2025-07-01", "last_on": "2025-12-31"}

    assert api.get("invoice", 1).status_code == 404
    assert api.get("invoice-pdf", 1).status_code == 404
    assert api.post("invoice-list").status_code == 403
    assert api.post("invoice-receipts", 2, moved_on="2025-07-15", amount_pence=1).status_code == 403
    assert api.post("order-list", **order).status_code == 404
    assert api.post("order-list", **order | {"payer": "southfell", "last_on": "2025-06-01"}).status_code == 422
    assert not PurchaseOrder.objects.exists()
    assert Invoice.objects.count() == 3
    done = api.post("order-list", **order | {"payer": "southfell", "amount_pence": 10_000})
    assert (done.status_code, done.json()["until_on"]) == (201, "2026-01-01")
    assert api.get("order-list").json()[0]["left_pence"] == 10_000


def test_vat_is_recorded_once_it_is_whole(till):
    api = till.api("holder")
    bare = api.post("vat-list", category="S", from_on="2025-07-15", reason="A ruling")
    done = api.post("vat-list", category="E", from_on="2025-07-15", reason="Welfare services")

    assert (bare.status_code, bare.json()["code"]) == (422, "bonds.vat_unsound")
    assert done.status_code == 201
    assert [one["category"] for one in api.get("vat-list").json()] == ["E"]
    assert VatTreatment.objects.count() == 1
