"""Mails about claims, silence that accepts, the statement as a PDF, and claims in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from bonds import operations, tasks
from bonds.documents.claims import claim_context, claim_subject
from bonds.models import Claim, ClaimLine
from bonds.operations.errors import NotRunning
from documents.models import Document
from foundation.models import MailMessage
from foundation.owners import find_owner_labels, find_source
from tests.factories.bonds import CLAIMED_AT, VERIFIER, make_contract, small_terms

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)
LATE = datetime(2025, 7, 29, 2, 0, tzinfo=UTC)


def mails() -> list[tuple[str, str]]:
    return [
        (mail.to, mail.subject) for mail in MailMessage.objects.filter(template__startswith="bonds/").order_by("pk")
    ]


def submit(room, count: int = 1) -> Claim:
    return room.world.submit(*[room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(count)])


def test_each_side_is_told_what_waits_for_it_and_no_mail_names_a_person(room):
    for code in ("plumbline", "hearthside", "northmoor"):
        room.as_(code)
    claim = submit(room, 2)
    first, second = claim.lines.select_related("claim")
    operations.query_line(line=first, text="Which flat?", verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT)
    operations.answer_query(line=first, text="4", party=room.world.provider, actor=VERIFIER, at=CLAIMED_AT)
    for line in (first, second):
        operations.accept_lines(
            claim=claim, lines=[line.public_id], verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT
        )

    assert mails() == [
        ("plumbline@example.org", "Claim 1 under Brightwater Homes waits for your answer"),
        ("hearthside@example.org", "A question about claim 1 under Brightwater Homes"),
        ("hearthside@example.org", "Claim 1 under Brightwater Homes is decided"),
    ]
    bodies = " ".join(mail.text for mail in MailMessage.objects.filter(template__startswith="bonds/"))
    assert "with 2 lines. Your answer is due on 28 July 2025." in bodies
    assert "Accepted: 2. Rejected: 0. To be paid: £1,000.00." in bodies
    assert "Which flat" not in bodies
    assert "P-0" not in bodies
    assert room.at("hearthside", "line", first.public_id) in bodies


def test_silence_accepts_by_the_timetable(room, time_machine):
    claim = submit(room)
    tasks.accept_unanswered()
    assert ClaimLine.objects.get().state == "submitted"

    time_machine.move_to(LATE, tick=False)
    tasks.accept_unanswered()
    tasks.accept_unanswered()

    assert ClaimLine.objects.get().state == "validated"
    claim.refresh_from_db()
    assert claim.state == "decided"


def test_a_claim_that_is_refused_keeps_no_other_waiting(room, time_machine, monkeypatch):
    first, second = submit(room), submit(room)
    accept = operations.accept_unanswered

    def refuse_the_first(*, claim, at):
        if claim.pk == first.pk:
            raise NotRunning("The contract is closed.")
        return accept(claim=claim, at=at)

    monkeypatch.setattr(operations, "accept_unanswered", refuse_the_first)
    time_machine.move_to(LATE, tick=False)
    tasks.accept_unanswered()

    assert [claim.lines.get().state for claim in (first, second)] == ["submitted", "validated"]


def test_where_silence_is_no_acceptance_nothing_happens(time_machine):
    world = make_contract(small_terms(claims=replace(small_terms().claims, is_deemed_accepted=False)))
    claim = world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    time_machine.move_to(LATE, tick=False)
    tasks.accept_unanswered()

    assert claim.lines.get().state == "submitted"


def test_the_timetable_knows_the_task():
    from config.celery import app

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} >= {"bonds.accept_unanswered"}


@pytest.mark.parametrize("code", ["hearthside", "plumbline", "northmoor", "holder"])
def test_the_claim_as_a_pdf_for_everybody_who_sees_it(room, code):
    claim = submit(room)
    room.world.accept(claim, at=CLAIMED_AT)

    file = room.post(code, "claim-statement", claim.number)
    again = room.post(code, "claim-statement", claim.number)

    assert file.status_code == again.status_code == 200
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    document = Document.objects.get()
    assert document.series == "CLAIM"
    other = room.as_("lanternhouse").get(reverse("documents:download", args=[document.public_id]))
    assert other.status_code in {403, 404}


def test_what_happens_later_makes_another_statement(room):
    claim = submit(room, 2)
    before = claim_subject(claim)
    room.world.accept(claim, at=CLAIMED_AT)

    facts = claim_context(claim_subject(claim))

    assert claim_subject(claim) != before
    assert facts["sums"].net == 100_000
    assert [one["why"]["net"] for one in facts["lines"]] == [50_000, 50_000]
    assert {one["state"] for one in facts["lines"]} == {"accepted"}


def test_the_books_name_the_claim_and_lead_to_it(room):
    claim = submit(room)
    page = room.at("holder", "claim", claim.number)

    label, source = find_owner_labels([claim.public_id])[claim.public_id], find_source(claim.public_id)

    assert (label.label, label.url) == ("Claim 1 of Brightwater Hearthside", page)
    assert (source.label, source.url) == ("Claim 1 of Brightwater Hearthside", page)
