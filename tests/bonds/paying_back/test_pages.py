"""What payers are owed, on pages and over REST: the holder's treasurer records a refund, a payer sees its own."""

from __future__ import annotations

import pytest

from bonds.documents.invoices import invoice_context
from bonds.models import OverpaymentRefund
from foundation.models import MailMessage
from payments.models import RecordedMoney
from tests.bonds.claims.test_taking_back import LATER
from tests.bonds.invoice_pages.conftest import Till
from tests.bonds.invoices.test_invoicing import issue
from tests.bonds.paying_back.support import BACK_AT, approve, make_world, measure, notes, owe
from tests.people.support import make_officer

TYPED = {"key": "k" * 32, "moved_on": "2025-09-02", "amount_pence": "200", "reference": "As typed", "account": "1200"}


@pytest.fixture
def till(db: None, time_machine) -> Till:
    time_machine.move_to(BACK_AT, tick=False)
    till = Till(make_world())
    holder = till.world.contract.organisation
    till.users["holder"] = make_officer(holder, role="treasurer", email="holder@example.org")
    return till


def test_what_waits_says_that_a_payer_is_owed_and_issuing_writes_the_note(till):
    measure(till.world, 60)

    before = till.get("holder", "invoices-issue").content.decode()
    after = till.post("holder", "invoices-issue").content.decode()

    assert 'Credit notes say that payers are owed <span class="money">£400.00</span>, without VAT.' in before
    assert "Issuing makes invoices" not in before
    assert "owed to the payer, by a credit note" in before
    assert "3 credit notes are issued: payers are owed £400.00, and are told by mail." in after


def test_from_what_is_owed_to_what_was_paid_back(till):
    owe(till.world)
    (note,) = notes()

    page = till.get("holder", "overpayments").content.decode()
    form = till.get("holder", "overpayment-refund", "northmoor")
    done = till.post("holder", "overpayment-refund", "northmoor", **TYPED).content.decode()

    assert "£400.00" in page
    assert "Record that Brightwater Northmoor was paid back" in page
    assert note.facts["BT-1"] in page
    assert form.context["form"].initial["amount_pence"] == 20_000
    assert "A second person has been asked by mail; nothing is posted yet." in done
    record = RecordedMoney.objects.get(purpose="bonds.overpayment_refund")
    assert (record.direction, record.amount_pence, record.party_name) == ("out", 20_000, "Brightwater Northmoor")
    assert "waits for a second person" in till.get("holder", "overpayments").content.decode()

    till.as_("northmoor")
    approve(record)
    mail = MailMessage.objects.get(template="bonds/mail/overpayment_refunded")
    assert "paid back £200.00 on 2 September 2025" in mail.text
    shown = till.get("holder", "overpayments")
    assert [(one.payer.code, one.owed, one.refunded) for one in shown.context["owed"]] == [
        ("northmoor", 0, 20_000),
        ("southfell", 12_000, 0),
        ("topup", 8_000, 0),
    ]
    assert "nothing is owed" in shown.content.decode()


def test_a_payer_sees_its_own_and_does_nothing(till):
    owe(till.world)

    page = till.get("southfell", "overpayments")

    assert [one.payer.code for one in page.context["owed"]] == ["southfell"]
    assert [one.credit.pence for one, _number in page.context["credits"]] == [12_000]
    assert "What you can do" not in page.content.decode()
    assert till.get("southfell", "overpayment-refund", "southfell").status_code == 403
    for code in ("hearthside", "plumbline"):
        assert till.get(code, "overpayments").status_code == 403


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount_pence": "200.01"}, "The payer is owed less than this"),
        ({"amount_pence": ""}, "Give the amount."),
        ({"moved_on": "2025-02-31"}, "As typed"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(till, typed, words):
    owe(till.world)

    page = till.post("holder", "overpayment-refund", "northmoor", **TYPED | typed)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert "As typed" in page.content.decode()
    assert not RecordedMoney.objects.exists()


def test_note_and_invoice_say_what_is_settled_by_what(till):
    till.as_("northmoor")
    owe(till.world)
    measure(till.world, 130, "summer", at=LATER)
    invoice = issue(till.world, at=LATER)["northmoor"]
    (note,) = notes()

    shown = till.get("northmoor", "invoice", note.number).content.decode()
    asked = till.get("northmoor", "invoice", invoice.number).content.decode()
    told = MailMessage.objects.get(template="bonds/mail/credit_note_issued").text

    assert "This much is owed to the payer." in shown
    assert "Still to be settled or paid back" in shown
    assert "£50.00" in shown
    assert "Less what was owed to the payer" in asked
    assert note.facts["BT-1"] in asked
    assert "your organisation is owed £200.00." in told
    assert "Your next invoices are less by £200.00" in told
    assert invoice_context(note.public_id)["credit_pence"] == 20_000


def test_over_rest(till):
    owe(till.world)
    holder, payer = till.api("holder"), till.api("northmoor")

    listed = holder.get("overpayment-list").json()
    mine = payer.get("overpayment-list").json()
    too_much = holder.post("overpayment-refunds", "northmoor", moved_on="2025-09-02", amount_pence=20_001)
    made = holder.post("overpayment-refunds", "northmoor", moved_on="2025-09-02", amount_pence=20_000)
    nobody = holder.post("overpayment-refunds", "nobody", moved_on="2025-09-02", amount_pence=1)
    refused = payer.post("overpayment-refunds", "northmoor", moved_on="2025-09-02", amount_pence=1)

    assert [(one["payer"], one["credit_pence"], one["owed_pence"]) for one in listed["payers"]] == [
        ("northmoor", 20_000, 20_000),
        ("southfell", 12_000, 12_000),
        ("topup", 8_000, 8_000),
    ]
    assert [one["payer"] for one in mine["payers"]] == ["northmoor"]
    assert (mine["credits"][0]["left_pence"], mine["credits"][0]["note"]) == (20_000, notes()[0].number)
    assert (too_much.status_code, too_much.json()["code"]) == (409, "bonds.too_much_refunded")
    assert made.status_code == 201
    assert nobody.status_code == 404
    assert refused.status_code == 403
    approve(RecordedMoney.objects.get())
    assert OverpaymentRefund.objects.get().pence == 20_000
    note = holder.get("invoice", notes()[0].number).json()
    assert (note["credit_pence"], note["credit_left_pence"]) == (20_000, 0)
