"""Advances on pages and over REST: the holder asks and writes down, a payer sees its own, others see nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bonds.documents.invoices import invoice_context
from bonds.models import Advance, AdvanceMoney
from foundation.models import MailMessage
from payments.models import RecordedMoney
from tests.bonds.advances.support import approve, ask, move, pay
from tests.bonds.advances.test_advancing import accept
from tests.bonds.invoices.test_invoicing import issue

pytestmark = pytest.mark.django_db
TYPED = {"key": "k" * 20, "moved_on": "2025-04-20", "amount_pence": "400", "reference": "BACS 1", "account": "1200"}


def test_from_what_the_terms_foresee_to_what_came(till):
    before = till.get("holder", "advances").content.decode()
    asked = till.post("holder", "advance-ask", advance="start").content.decode()
    again = till.post("holder", "advance-ask", advance="start").content.decode()
    form = till.get("holder", "advance-receipt", 1)
    done = till.post("holder", "advance-receipt", 1, **TYPED).content.decode()

    assert "Ask for start" in before
    assert "Brightwater Northmoor was asked by mail." in asked
    assert "Record that start was paid" in asked
    assert "The payer was asked for this advance before." in again
    assert form.context["form"].initial["amount_pence"] == 40_000
    assert "A second person has been asked by mail; nothing is posted yet." in done
    record = RecordedMoney.objects.get()
    assert (record.purpose, record.amount_pence, record.party_name) == (
        "bonds.advance",
        40_000,
        "Brightwater Northmoor",
    )

    approve(record)
    shown = till.get("holder", "advances").content.decode()
    assert "Record that start was paid back" in shown
    assert "£400.00" in shown


def test_a_payer_sees_its_own_and_does_nothing(till):
    pay(till.world)
    ask(till.world, "fund")

    page = till.get("northmoor", "advances")

    assert [one.advance.code for one in page.context["advances"]] == ["start"]
    assert [one.term.code for one in page.context["foreseen"]] == ["autumn"]
    assert "What you can do" not in page.content.decode()
    assert till.post("northmoor", "advance-ask", advance="autumn").status_code == 403
    assert till.get("northmoor", "advance-receipt", 1).status_code == 403
    for code in ("hearthside", "plumbline"):
        assert till.get(code, "advances").status_code == 403
    assert Advance.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount_pence": "400.01"}, "Less than this is still to be paid of the advance."),
        ({"amount_pence": ""}, "Give the amount."),
        ({"moved_on": "2025-05-01"}, "As typed"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(till, typed, words):
    ask(till.world)

    page = till.post("holder", "advance-receipt", 1, **TYPED | {"reference": "As typed"} | typed)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert "As typed" in page.content.decode()
    assert not RecordedMoney.objects.exists()


def test_what_is_left_goes_back(till):
    pay(till.world)

    form = till.get("holder", "advance-refund", 1)
    till.post("holder", "advance-refund", 1, **TYPED | {"amount_pence": "150"})

    assert form.context["form"].initial["amount_pence"] == 40_000
    record = RecordedMoney.objects.get(purpose="bonds.advance_refund")
    assert (record.direction, record.amount_pence) == ("out", 15_000)
    approve(record)
    assert AdvanceMoney.objects.filter(is_receipt=False).count() == 1
    assert till.get("holder", "advance-refund", 2).status_code == 404


def test_the_invoice_and_its_mail_say_what_was_paid_in_advance(till):
    pay(till.world)
    accept(till.world, people=2)
    till.as_("northmoor")
    invoice = issue(till.world)["northmoor"]

    page = till.get("northmoor", "invoice", invoice.number).content.decode()
    mail = MailMessage.objects.get(template="bonds/mail/invoice_issued")

    assert "Less what was paid in advance" in page
    assert "£400.00" in page
    assert "It comes to £500.00, of which you have paid £400.00 before. The rest, £100.00, is due on" in mail.text
    context = invoice_context(invoice.public_id)
    assert (context["advance_pence"], context["left_pence"]) == (40_000, 10_000)


def test_over_rest(till):
    holder, payer = till.api("holder"), till.api("northmoor")

    made = holder.post("advance-list", code="start")
    again = holder.post("advance-list", code="start")
    missing = holder.post("advance-list", code="winter")
    receipt = holder.post("advance-receipts", 1, moved_on="2025-04-20", amount_pence=40_000)
    too_much = holder.post("advance-receipts", 1, moved_on="2025-04-20", amount_pence=40_001)
    nothing = holder.post("advance-refunds", 1, moved_on="2025-04-20", amount_pence=1)
    listed = payer.get("advance-list").json()

    assert (made.status_code, made.json()["pence"], made.json()["open_pence"]) == (201, 40_000, 40_000)
    assert (again.status_code, again.json()["code"]) == (409, "bonds.advance_asked")
    assert (missing.status_code, missing.json()["code"]) == (404, "bonds.no_advance")
    assert (receipt.status_code, receipt.json()["state"]) == (201, "requested")
    assert (too_much.status_code, too_much.json()["code"]) == (409, "bonds.too_much_advanced")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "bonds.too_much_advanced")
    assert [one["code"] for one in listed["advances"]] == ["start"]
    assert [one["code"] for one in listed["foreseen"]] == ["autumn"]
    assert payer.post("advance-list", code="autumn").status_code == 403
    assert till.api("hearthside").get("advance-list").status_code == 403

    approve(RecordedMoney.objects.get())
    accept(till.world)
    number = issue(till.world)["northmoor"].number
    full = holder.get("invoice", number).json()
    assert full["advances"] == [{"advance": "start", "pence": 25_000}]
    assert len(full["entries"]) == 2
    assert payer.get("advance-list").json()["advances"][0]["unearned_pence"] == 15_000


def test_the_page_does_not_ask_by_advance(till):
    pay(till.world)
    till.get("holder", "advances")

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert till.get("holder", "advances").status_code == 200
        return len(asked)

    one = count()
    pay(till.world, "autumn")
    approve(move(ask(till.world, "fund"), 1_000))
    assert count() == one
