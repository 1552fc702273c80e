"""Statements: what was due before, what came, what was paid, what is due after; page, CSV and PDF from one value."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from bonds import operations
from bonds.documents import providers as kept
from bonds.models import Party, ProviderStatement
from bonds.operations.provider_errors import StatementUnsound
from bonds.operations.provider_statements import STATEMENT
from bonds.queries.provider_statements import build_statement, compute_statement
from core.reports import RowKind
from documents import operations as documents
from documents.exports.report_csv import csv_report
from documents.exports.text import Audience
from documents.models import Document
from foundation.files import read_file
from foundation.models import AuditEvent, Job, MailMessage
from payments.operations import reverse_recorded
from tests.bonds.provider_pay.support import (
    BOOKED_AT,
    FIRST,
    PAID_ON,
    approve,
    book,
    claim_two,
    make_world,
    noon,
    pay,
    take_back,
)
from tests.factories.bonds import HOLDER
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db
JULY, AUGUST, SEPTEMBER = date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)
LATER = datetime(2025, 8, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def world():
    """July: £3,480 is booked, £3,000 paid. August: £1,000 more, and £350 goes back."""
    made = make_world()
    claim = claim_two(made)
    made.accept(claim)
    book(made)
    pay(made.provider, 300_000)
    take_back(made, claim, "moved_in", at=LATER)
    book(made, at=LATER)
    return made


def whole(world) -> Party:
    return Party.objects.select_related("contract__organisation", "organisation").get(pk=world.provider.pk)


def issue(world, from_on=JULY, until_on=AUGUST, *, at=LATER) -> ProviderStatement:
    return operations.issue_provider_statement(
        provider=whole(world), from_on=from_on, until_on=until_on, actor=HOLDER, at=at
    )


def test_periods_add_up_one_after_another(world):
    july, _ = compute_statement(whole(world), from_on=JULY, until_on=AUGUST)
    august, entries = compute_statement(whole(world), from_on=AUGUST, until_on=SEPTEMBER)
    both, _ = compute_statement(whole(world), from_on=JULY, until_on=SEPTEMBER)

    assert july == (0, 348_000, 300_000, 48_000)
    assert august == (48_000, 65_000, 0, 113_000)
    assert both == (0, 413_000, 300_000, 113_000)
    assert [(one.what, one.due) for one in entries] == [("fee", 100_000), ("outcome", -30_000), ("success", -5_000)]


def test_the_report_runs_its_balance_down_to_what_is_due(world):
    report = build_statement(whole(world), from_on=JULY, until_on=SEPTEMBER)

    rows = list(report.sections[0].rows)
    assert [row.kind for row in (rows[0], rows[-1])] == [RowKind.TOTAL, RowKind.TOTAL]
    assert [cell.value for cell in rows[-1].cells[-3:]] == [413_000, 300_000, 113_000]
    assert [row.cells[-1].value for row in rows] == [
        0, 100_000, 200_000, 300_000, 330_000, 335_000, 348_000, 48_000, 148_000, 118_000, 113_000, 113_000,
    ]  # fmt: skip
    assert rows[1].cells[2].value == "1 April 2025 to 30 April 2025"
    assert rows[4].cells[2].value.startswith("Moved in: P-")
    assert rows[4].cells[2].value.endswith("achieved on 10 April 2025, claim 1")
    assert rows[9].cells[0].value == "Price of a result, taken back"
    assert report.passed
    assert report.sections[0].chart.points == (("Jul 2025", (348_000, 300_000)), ("Aug 2025", (65_000, 0)))


def test_the_csv_has_every_row_once(world):
    lines = "".join(csv_report(build_statement(whole(world), from_on=JULY, until_on=AUGUST), audience=Audience.MACHINE))

    table = [line.split(",") for line in lines.splitlines()]
    assert table[0] == ["currency", "row", "what", "on", "about", "reference", "due", "paid", "balance"]
    assert len(table) == 10
    assert table[-1][-3:] == ["3480.00", "3000.00", "480.00"]


def test_an_issued_statement_is_numbered_made_and_told_by_mail(world):
    make_officer(world.provider.organisation, email="pat@hearthside.example.org")
    made = issue(world)

    document = Document.objects.get(kind=STATEMENT, subject=made.public_id)
    assert (made.number, made.before_pence, made.due_pence, made.paid_pence, made.after_pence) == (
        1,
        0,
        348_000,
        300_000,
        48_000,
    )
    assert MailMessage.objects.filter(template__contains="provider_statement").count() == 0
    documents.render_of_batch(document=document.public_id, at=LATER)
    document.refresh_from_db()
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(read_file(document.file.stored_file))).pages)
    assert "£480.00" in text
    assert "Price of a result" in text
    (mail,) = MailMessage.objects.filter(template__contains="provider_statement")
    assert mail.to == "pat@hearthside.example.org"
    assert Job.objects.get().done == 1
    assert AuditEvent.objects.get(action="bonds.provider_statement_issued").after["after_pence"] == 48_000


def test_what_is_written_later_changes_no_statement(world):
    made = issue(world)
    before = kept.statement_context(made.public_id)["report"]
    # A payment of July turns out to have come back; it is written down in August, for July.
    record = world.contract.provider_payments.get().record
    from payments.models import RecordedMoney

    back = reverse_recorded(
        record=RecordedMoney.objects.get(public_id=record), moved_on=PAID_ON, reason="It came back.", actor=FIRST,
        at=noon(PAID_ON), today=PAID_ON,
    )  # fmt: skip
    approve(back)

    assert compute_statement(whole(world), from_on=JULY, until_on=AUGUST)[0].paid == 0
    assert kept.statement_context(made.public_id)["report"] == before
    assert issue(world).paid_pence == 0


@pytest.mark.parametrize(
    ("from_on", "until_on"), [(JULY, JULY), (AUGUST, JULY), (JULY, date(2025, 8, 6)), (JULY, date(2026, 1, 1))]
)
def test_days_that_cannot_be_are_refused(world, from_on, until_on):
    with pytest.raises(StatementUnsound):
        issue(world, from_on, until_on)

    assert (ProviderStatement.objects.count(), Document.objects.count()) == (0, 0)


def test_a_statement_of_more_lines_takes_no_more_queries(world, django_assert_num_queries):
    with django_assert_num_queries(10):
        build_statement(whole(world), from_on=JULY, until_on=AUGUST)
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(5)]
    world.accept(world.submit(*events, at=BOOKED_AT), at=BOOKED_AT)
    book(world, at=LATER)

    with django_assert_num_queries(10):
        report = build_statement(whole(world), from_on=JULY, until_on=SEPTEMBER)

    assert len(list(report.sections[0].rows)) == 22
