"""Papers and mails of invoices: the PDF of the day of issue, who may have it, and reminders, each step once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from bonds import operations, tasks
from bonds.arithmetic.reminders import find_step
from bonds.models import Invoice, InvoiceReminder
from core.errors import DomainError
from documents.models import Document
from documents.operations import render_document
from foundation.models import AuditEvent, MailMessage, OutboxMessage
from foundation.owners import find_owner_labels, find_source
from tests.bonds.invoice_pages.conftest import ISSUED_AT, LATE_AT
from tests.bonds.invoices.test_invoicing import approve, receive
from tests.factories.bonds import VERIFIER

pytestmark = pytest.mark.django_db


def mails() -> list[tuple[str, str]]:
    rows = MailMessage.objects.filter(template__startswith="bonds/mail/invoice").order_by("pk")
    return [(mail.to.partition("@")[0], mail.subject) for mail in rows]


def read(response) -> str:
    content = b"".join(response.streaming_content)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_each_payer_is_told_of_its_invoice_and_nobody_else(till):
    for code in ("northmoor", "topup", "hearthside", "plumbline"):
        till.as_(code)
    till.accept(2)
    MailMessage.objects.all().delete()
    till.issue()

    assert mails() == [
        ("northmoor", "Invoice BRIGHTWATER-INV-0001: £500.00"),
        ("topup", "Invoice BRIGHTWATER-INV-0003: £200.00"),
    ]
    text = MailMessage.objects.get(to="northmoor@example.org").text
    assert "It comes to £500.00 and is due on 13 August 2025." in text
    assert till.at("northmoor", "invoice", 1) in text
    assert "P-0" not in text


def test_each_invoice_has_its_paper_and_a_worker_is_asked_for_it(till):
    till.accept()
    invoices = till.issue()

    documents = Document.objects.order_by("number")
    asked = OutboxMessage.objects.filter(topic="documents.render")
    assert [(one.kind, one.series, one.subject) for one in documents] == [
        ("outcome_invoice", "OINV", one.public_id) for one in invoices.values()
    ]
    assert {one.payload["document"] for one in asked} == {one.public_id for one in documents}


def test_the_pdf_says_what_was_asked_for_on_the_day_of_issue(till):
    till.accept(2)
    invoice = till.issue()["northmoor"]

    made = till.post("northmoor", "invoice-pdf", invoice.number)
    text = read(made)
    approve(receive(invoice, invoice.net_pence))
    again = till.get("holder", "invoice", invoice.number).context["document"]

    assert made["Content-Type"] == "application/pdf"
    assert "BRIGHTWATER-INV-0001.pdf" in made["Content-Disposition"]
    assert "Invoice BRIGHTWATER-INV-0001" in text
    assert "Please pay £500.00 by 13 August 2025." in text
    assert text.count("£250.00") == 2
    assert Document.objects.get(subject=invoice.public_id).public_id == again.public_id


def test_holder_and_that_payer_download_it_and_nobody_else(till):
    till.accept()
    invoice = till.issue()["northmoor"]
    document = Document.objects.get(subject=invoice.public_id)
    render_document(document_id=document.pk, at=ISSUED_AT)
    address = reverse("documents:download", args=[document.public_id])

    statuses = {
        code: till.as_(code).get(address).status_code
        for code in ("holder", "northmoor", "southfell", "topup", "hearthside", "plumbline")
    }
    check = till.as_("hearthside").get(reverse("documents:verify", args=[document.token])).content.decode()

    assert statuses == {
        "holder": 200, "northmoor": 200, "southfell": 404, "topup": 404, "hearthside": 404, "plumbline": 404,
    }  # fmt: skip
    assert "BRIGHTWATER-INV-0001" in check
    assert "£" not in check.partition("<main")[2].partition("</main>")[0]


def test_a_credit_note_is_a_paper_of_its_own(till):
    claim = till.accept()
    till.issue()
    operations.take_back_lines(
        claim=claim, lines=[claim.lines.get().public_id], reason="Her landlord says so.",
        told="Never signed.", verifier=till.world.verifier, actor=VERIFIER, at=ISSUED_AT,
    )  # fmt: skip
    note = Invoice.objects.get(kind="credit_note", payer__code="southfell")

    text = read(till.post("southfell", "invoice-pdf", note.number))

    document = Document.objects.get(subject=note.public_id)
    assert (document.kind, document.series, document.issued_on) == ("outcome_credit_note", "OCRN", date(2025, 7, 15))
    assert "Credit note BRIGHTWATER-CN-0005" in text
    assert "£150.00 need not be paid. Why: Never signed." in text
    assert "landlord" not in text
    assert "BRIGHTWATER-INV-0002" in text
    assert "Credited BT-115 £150.00" in text
    assert "Due on" not in text


@pytest.mark.parametrize(
    ("days", "step"), [(-3, None), (0, None), (1, 1), (7, 1), (8, 8), (15, 15), (29, 15), (30, 30), (90, 90), (400, 90)]
)
def test_steps_of_reminders(days, step):
    assert find_step(days) == step


def test_a_reminder_goes_out_once_for_each_step(till, time_machine):
    till.as_("northmoor")
    till.as_("topup")
    till.accept()
    invoices = till.issue()
    approve(receive(invoices["topup"], invoices["topup"].net_pence))
    approve(receive(invoices["northmoor"], 5_000))
    MailMessage.objects.all().delete()

    for day in ("2025-08-13", "2025-08-14", "2025-08-14", "2025-08-20", "2025-08-21", "2025-08-29"):
        time_machine.move_to(datetime.fromisoformat(f"{day}T08:00:00+00:00"), tick=False)
        tasks.remind_overdue()

    assert mails() == [
        ("northmoor", "Invoice BRIGHTWATER-INV-0001 is one day overdue"),
        ("northmoor", "Invoice BRIGHTWATER-INV-0001 is 8 days overdue"),
        ("northmoor", "Invoice BRIGHTWATER-INV-0001 is 16 days overdue"),
    ]
    assert "£200.00 of it is still to be paid" in MailMessage.objects.filter(to="northmoor@example.org").first().text
    rows = InvoiceReminder.objects.filter(invoice=invoices["northmoor"]).values_list("step", "open_pence")
    assert list(rows) == [(1, 20_000), (8, 20_000), (15, 20_000)]
    # The second council has nobody who could read a mail; it is on record all the same.
    assert InvoiceReminder.objects.filter(invoice=invoices["southfell"]).count() == 3
    assert AuditEvent.objects.filter(action="bonds.invoice_reminded").count() == 6
    till.clients.clear()
    assert "The payer was reminded on" in till.get("holder", "invoice", 1).content.decode()


def test_an_invoice_that_is_refused_keeps_no_other_waiting(till, time_machine, monkeypatch):
    till.accept()
    till.issue()
    remind = operations.remind_overdue

    def refuse_the_first(*, invoice, at):
        if invoice.number == 1:
            raise DomainError("Not today.")
        return remind(invoice=invoice, at=at)

    monkeypatch.setattr(operations, "remind_overdue", refuse_the_first)
    time_machine.move_to(LATE_AT, tick=False)
    tasks.remind_overdue()

    assert sorted(InvoiceReminder.objects.values_list("invoice__number", flat=True)) == [2, 3]


def test_the_timetable_knows_the_task():
    from config.celery import app

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} >= {"bonds.remind_overdue"}


def test_the_books_name_invoice_and_payer(till):
    till.accept()
    invoice = till.issue()["northmoor"]

    source, payer = find_source(invoice.public_id), invoice.payer.public_id

    assert (source.label, source.url) == ("BRIGHTWATER-INV-0001", till.at("holder", "invoice", 1))
    assert find_owner_labels([payer])[payer].label == "Brightwater Northmoor"
    assert datetime(2025, 7, 15, 9, tzinfo=UTC) == invoice.issued_at
