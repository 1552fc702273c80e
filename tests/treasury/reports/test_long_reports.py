"""Long PDFs: asked for, watched, written by a worker as the books were, taken by the treasurer alone, deleted."""

import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.urls import reverse
from pypdf import PdfReader

from foundation import clock
from foundation.files import path_of
from foundation.models import AuditEvent, Job, JobState, OutboxMessage, StoredFile
from ledger import operations as ledger
from ledger.operations import Line
from ledger.queries import count_entries
from people.models import Organisation
from people.operations import issue_key, make_user
from people.queries import actor_for_user
from tests.ledger.support import AT, post
from tests.people.support import make_organisation, sign_in
from tests.treasury.conftest import an_officer
from tests.treasury.reports import example
from treasury.handlers import make_report
from treasury.models import ReportFile
from treasury.operations import DOWNLOADS_AN_HOUR, privacy, report_files, reports, words
from treasury.operations.report_files import KEEP, PATIENCE, TOPIC, forget_old_reports
from treasury.operations.report_records import ReportFormat
from treasury.states import ErasureReason

DAYS = {"from_on": "2026-01-01", "through_on": "2026-04-30"}
PDF = "/groups/hollow-oak/books/pub/reports/general-ledger.pdf"
API = "/api/v1/books/pub/reports/general-ledger.pdf"


@pytest.fixture
def rooms(db, monkeypatch):
    """A society with the worked example's book, its officers, a stranger; and ten rows are many."""
    monkeypatch.setattr(reports, "PDF_AT_ONCE_ROWS", 10)
    pub = make_organisation("hollow-oak", "Hollow Oak Pub Limited")
    shop = make_organisation("ash-shop", "Ash Shop Limited")
    book = ledger.open_book(slug="pub", organisation=pub.public_id, name="Main book", at=AT)
    ledger.open_book(slug="shop", organisation=shop.public_id, name="Shop", at=AT)
    example.last_year(book)
    example.this_year(book)
    people = SimpleNamespace(
        treasurer=an_officer(pub, "treasurer", "tess@example.org"),
        director=an_officer(pub, "director", "dora@example.org"),
        stranger=an_officer(shop, "treasurer", "ash@example.org"),
        resident=make_user(email="rae@example.org", password=None, at=AT),
    )
    return SimpleNamespace(pub=pub, book=book, people=people, visit=lambda name: sign_in(getattr(people, name)))


def work(times=1, at=None):
    """Be the worker for every message that waits."""
    for message in OutboxMessage.objects.filter(topic=TOPIC).exclude(payload={}):
        for _again in range(times):
            make_report(payload=message.payload, at=at or clock.now())


def kept(row):
    return reverse("treasury:kept-report", args=["hollow-oak", "pub", row.public_id])


def text_of(content):
    return " ".join(" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(content)).pages)


def content_of(response):
    return b"".join(response.streaming_content)


def test_a_long_report_is_a_job_and_then_the_same_figures_as_on_the_page(rooms):
    client = rooms.visit("treasurer")
    page = client.get(reverse("treasury:report", args=["hollow-oak", "pub", "general-ledger"]), DAYS)

    asked = client.get(PDF, DAYS)
    job = Job.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, f"/jobs/{job.public_id}/")
    watched = client.get(asked["Location"]).content.decode()
    assert "Making the report as PDF" in watched
    assert "0 of 3 done" in watched
    work(times=2)

    row = ReportFile.objects.get()
    job.refresh_from_db()
    assert (job.state, job.done, job.result_path) == ("finished", 3, kept(row))
    assert kept(row) in client.get(asked["Location"]).content.decode()
    assert (StoredFile.objects.count(), StoredFile.objects.get().name) == (1, "pub-general-ledger.pdf")
    taken = client.get(kept(row))
    content = content_of(taken)
    assert taken["Content-Type"] == "application/pdf"
    assert taken["Content-Disposition"] == 'attachment; filename="pub-general-ledger.pdf"'
    assert taken["Cache-Control"] == "private, no-store"
    text = text_of(content)
    assert f"As it was known on {row.asked_at:%-d %B %Y} at {row.asked_at:%H:%M} UTC" in text
    for amount in re.findall(r'class="money"[^>]*>([^<]+)<', page.content.decode()):
        assert amount in text
    events = AuditEvent.objects.filter(action__startswith="treasury.report_").order_by("id")
    assert [(one.action, one.after["report"], one.after["report_file"]) for one in events] == [
        ("treasury.report_asked", "general-ledger", row.public_id),
        ("treasury.report_downloaded", "general-ledger", row.public_id),
    ]
    assert {one.organisation for one in events} == {rooms.pub.public_id}


def test_a_short_report_is_answered_at_once(rooms, monkeypatch):
    monkeypatch.setattr(reports, "PDF_AT_ONCE_ROWS", 1_000)

    asked = rooms.visit("treasurer").get(PDF, DAYS)

    assert asked["Content-Type"] == "application/pdf"
    assert content_of(asked).startswith(b"%PDF")
    assert not Job.objects.exists()
    assert not ReportFile.objects.exists()


def test_the_same_question_is_the_same_job_until_something_is_posted(rooms):
    client = rooms.visit("treasurer")
    first = client.get(PDF, DAYS)["Location"]
    assert client.get(PDF, DAYS)["Location"] == first
    work()
    ledger.seal_entries(book=rooms.book, at=AT)

    assert client.get(PDF, DAYS)["Location"] == first
    assert client.get(PDF, DAYS | {"from_on": "2025-01-01"})["Location"] != first
    post(rooms.book, "late", Line("1200", "4000", 99_999), on=example.APRIL_30)
    assert client.get(PDF, DAYS)["Location"] != first
    assert (ReportFile.objects.count(), Job.objects.count(), AuditEvent.objects.filter(action=ASKED).count()) == (
        3,
        3,
        3,
    )


ASKED = "treasury.report_asked"


def test_sealing_changes_no_count_of_entries(rooms):
    before = count_entries(book=rooms.book)

    ledger.seal_entries(book=rooms.book, at=AT, limit=3)
    half = count_entries(book=rooms.book)
    post(rooms.book, "one", Line("1200", "4000", 1))

    assert (half, count_entries(book=rooms.book)) == (before, before + 1)
    assert before == rooms.book.entries.count() - 1


def test_what_is_recorded_after_the_question_is_not_in_the_file(rooms):
    client = rooms.visit("treasurer")
    client.get(PDF, DAYS)
    ledger.post(
        book=rooms.book,
        key="meanwhile",
        kind="late",
        effective_on=example.APRIL_30,
        lines=[Line("1200", "4000", 9_876_543)],
        actor="user:usr_t",
        recorded_at=clock.now(),
    )

    work()
    client.get(PDF, DAYS)
    work()

    older, newer = (text_of(content_of(client.get(kept(one)))) for one in ReportFile.objects.order_by("id"))
    assert "98,765.43" not in older
    assert "98,765.43" in newer


@pytest.mark.parametrize(("who", "status"), [("director", 403), ("stranger", 404), ("resident", 404)])
def test_nobody_but_the_treasurer_asks_or_takes(rooms, who, status):
    rooms.visit("treasurer").get(PDF, DAYS)
    work()
    row, client = ReportFile.objects.get(), rooms.visit(who)

    assert client.get(PDF, DAYS).status_code == status
    assert client.get(kept(row)).status_code == status
    assert client.get(reverse("api:kept-report", args=["pub", row.public_id])).status_code == status
    assert not AuditEvent.objects.filter(action="treasury.report_downloaded").exists()


def test_the_file_of_another_book_is_not_found_under_ours(rooms):
    rooms.visit("treasurer").get(PDF, DAYS)
    work()
    row, stranger = ReportFile.objects.get(), rooms.visit("stranger")

    assert stranger.get(reverse("treasury:kept-report", args=["ash-shop", "shop", row.public_id])).status_code == 404
    answer = stranger.get(reverse("api:kept-report", args=["shop", row.public_id]))
    assert (answer.status_code, answer.json()["code"]) == (404, "treasury.report_file_missing")
    assert stranger.get(reverse("foundation:job", args=[Job.objects.get().public_id])).status_code == 404


def test_over_rest_a_long_report_is_promised_and_then_had(rooms):
    key = issue_key(
        user=rooms.people.treasurer,
        name="Tests",
        scopes=["books:read", "jobs:read"],
        organisation=Organisation.objects.get(slug="hollow-oak"),
        actor="system:tests",
        at=clock.now(),
    )
    client, headers = rooms.visit("resident"), {"authorization": f"Api-Key {key.secret}"}

    for accept in ("application/pdf", "application/json", "*/*"):
        asked = client.get(API, DAYS, headers=headers | {"accept": accept})
        row, job = ReportFile.objects.get(), Job.objects.get()
        assert (asked.status_code, asked["Content-Type"], asked["Retry-After"]) == (202, "application/json", "2")
        assert asked.json() == {
            "job": f"/api/v1/jobs/{job.public_id}/",
            "file": f"/api/v1/books/pub/reports/kept/{row.public_id}/",
        }
        assert asked["Location"] == asked.json()["job"]
    early = client.get(asked.json()["file"], headers=headers)
    assert (early.status_code, early.json()["code"]) == (409, "treasury.report_not_made")
    work()

    watched = client.get(asked.json()["job"], headers=headers).json()
    assert (watched["state"], watched["percent"], watched["result_path"]) == ("finished", 100, kept(row))
    taken = client.get(asked.json()["file"], headers=headers)
    assert (taken.status_code, taken["Content-Type"]) == (200, "application/pdf")
    assert content_of(taken).startswith(b"%PDF")
    assert row.audience == "machine"
    assert AuditEvent.objects.get(action="treasury.report_downloaded").actor.startswith("key:")


def test_a_worker_that_cannot_ends_the_job_in_words_and_asking_again_works(rooms, monkeypatch):
    client = rooms.visit("treasurer")
    first = client.get(PDF, DAYS)["Location"]
    with monkeypatch.context() as broken:
        broken.setattr(report_files, "pdf_report", lambda *_args, **_more: 1 // 0)
        work(times=2)

    job = Job.objects.get()
    assert (job.state, job.result_path) == ("failed", "")
    assert job.failure == "The PDF could not be made, and we have been told. The CSV file holds the same report."
    assert job.failure in client.get(first).content.decode()
    assert client.get(kept(ReportFile.objects.get()))["Location"] == first
    work()
    job.refresh_from_db()
    assert job.state == "failed"

    again = client.get(PDF, DAYS)["Location"]
    assert again != first
    work()
    assert content_of(client.get(kept(ReportFile.objects.get()))).startswith(b"%PDF")
    assert [one.state for one in Job.objects.order_by("id")] == ["failed", "finished"]


def test_a_report_that_grew_too_long_says_so(rooms, monkeypatch):
    client = rooms.visit("treasurer")
    client.get(PDF, DAYS)
    monkeypatch.setattr(report_files, "PDF_ROWS", 12)

    work()

    assert "more than 12 rows" in Job.objects.get().failure
    monkeypatch.setattr(reports, "PDF_ROWS", 12)
    monkeypatch.setitem(reports._MOST_MOVEMENTS, ReportFormat.PDF, 12)
    refused = client.get(PDF, DAYS)
    assert refused.status_code == 422
    assert "Take the CSV file" in refused.content.decode()
    assert client.get(API, DAYS).json()["code"] == "documents.report_too_long"


def test_a_database_that_is_away_is_tried_again(rooms, monkeypatch):
    client = rooms.visit("treasurer")
    client.get(PDF, DAYS)

    def away(**_more):
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(report_files, "build_report", away)
        with pytest.raises(OperationalError):
            work()

    assert Job.objects.get().is_running
    work()
    assert Job.objects.get().state == JobState.FINISHED


def test_two_workers_at_once_keep_one_file(rooms, monkeypatch):
    """The second starts while the first typesets."""
    rooms.visit("treasurer").get(PDF, DAYS)
    real = report_files.pdf_report
    monkeypatch.setattr(report_files, "pdf_report", lambda *args, **more: (work_inside(), real(*args, **more))[1])

    def work_inside():
        monkeypatch.setattr(report_files, "pdf_report", real)
        work()

    work()

    assert StoredFile.objects.count() == 1
    assert Job.objects.get().state == JobState.FINISHED


def test_a_report_is_kept_for_seven_days_and_then_deleted(rooms, django_capture_on_commit_callbacks):
    client = rooms.visit("treasurer")
    first = client.get(PDF, DAYS)["Location"]
    work()
    row = ReportFile.objects.select_related("file").get()
    path = path_of(row.file.sha256)

    assert forget_old_reports(at=row.asked_at + KEEP - timedelta(seconds=1)) == 0
    assert path.exists()
    client.get(PDF, DAYS | {"from_on": "2025-01-01"})
    ReportFile.objects.exclude(pk=row.pk).update(asked_at=row.asked_at + timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_reports(at=row.asked_at + KEEP) == 1

    assert not path.exists()
    assert client.get(kept(row)).status_code == 404
    assert not ReportFile.objects.filter(pk=row.pk).exists()
    assert not StoredFile.objects.exists()
    again = client.get(PDF, DAYS)["Location"]
    assert again != first


def test_what_is_too_old_but_not_yet_deleted_is_made_anew(rooms):
    client = rooms.visit("treasurer")
    first = client.get(PDF, DAYS)["Location"]
    work()
    row = ReportFile.objects.get()
    ReportFile.objects.update(asked_at=row.asked_at - KEEP)

    assert client.get(kept(row)).status_code == 404
    assert client.get(PDF, DAYS)["Location"] != first
    assert ReportFile.objects.get().public_id != row.public_id


def test_whoever_waits_for_nothing_is_told(rooms):
    client = rooms.visit("treasurer")
    watched = client.get(PDF, DAYS)["Location"]
    row = ReportFile.objects.get()

    forget_old_reports(at=row.asked_at + PATIENCE - timedelta(seconds=1))
    assert Job.objects.get().is_running
    forget_old_reports(at=row.asked_at + PATIENCE)

    assert "could not be made in time" in client.get(watched).content.decode()
    work()
    assert not StoredFile.objects.exists()


def test_reports_that_may_name_somebody_go_when_that_person_is_erased(rooms):
    client = rooms.visit("treasurer")
    client.get(PDF, DAYS)
    work()
    client.get(PDF, DAYS | {"from_on": "2025-01-01"})

    privacy.erase_treasury(person="per_none", at=clock.now())

    assert not ReportFile.objects.exists()
    work()
    assert [one.state for one in Job.objects.order_by("id")] == ["finished", "failed"]
    assert Job.objects.get(state="failed").failure == "This report was given up. Please ask for it again."


def test_a_report_goes_when_words_of_its_book_are_erased(rooms):
    posted = post(rooms.book, "named", Line("1200", "4000", 1), narration="Bar of Amy Ash", on=example.APRIL_30)
    client = rooms.visit("treasurer")
    client.get(PDF, DAYS)
    work()
    older = ReportFile.objects.get()
    assert "Amy Ash" in text_of(content_of(client.get(kept(older))))

    actor = actor_for_user(rooms.people.treasurer, second_factor=True)
    words.erase_entry_words(entry=posted.entry, actor=actor, reason=ErasureReason.MISPLACED, at=clock.now())

    assert client.get(kept(older)).status_code == 404
    client.get(PDF, DAYS)
    work()
    assert "Amy Ash" not in text_of(content_of(client.get(kept(ReportFile.objects.get()))))


def test_each_question_counts_and_fetching_the_file_does_not(rooms):
    client = rooms.visit("treasurer")
    for _ in range(DOWNLOADS_AN_HOUR):
        assert client.get(PDF, DAYS).status_code == 302
    work()

    assert client.get(PDF, DAYS).status_code == 429
    assert client.get(kept(ReportFile.objects.get())).status_code == 200
