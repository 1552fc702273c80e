"""A claim of many lines: a worker submits it, nobody waits for a page, and a request names a bounded number of them."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import Claim, ClaimLine
from bonds.operations import submitting
from bonds.queries import claims as queries
from foundation.models import Job, OutboxMessage
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.invoices.test_invoicing import balances
from tests.factories.bonds import CLAIMED_AT, PROVIDER

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch):
    monkeypatch.setattr(submitting, "LONG_LINES", 1)


def draft(room, count: int = 2) -> Claim:
    events = [room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(count)]
    return operations.put_in_claim(
        contract=room.world.contract, provider=room.world.provider, events=events, actor=PROVIDER, at=CLAIMED_AT
    )


def run_job(times: int = 1) -> Job:
    payload = OutboxMessage.objects.get(topic=submitting.TOPIC).payload
    for _time in range(times):
        submitting.run_submission(payload=payload, at=CLAIMED_AT)
    return Job.objects.get()


def test_sent_on_the_page_a_worker_submits_it_once(room):
    claim = draft(room)

    answer = room.as_("hearthside").post(room.at("hearthside", "claim-submit", claim.number))
    before = Claim.objects.get().state
    job = run_job(times=2)

    assert job.public_id in answer.headers["location"]
    assert (before, Claim.objects.get().state) == ("draft", "submitted")
    assert (job.state, job.total, job.done, job.result_path) == (
        "finished", 2, 2, room.at("hearthside", "claim", claim.number),
    )  # fmt: skip
    assert set(ClaimLine.objects.values_list("state", "indicative_pence")) == {("submitted", 50_000)}


def test_few_lines_are_sent_at_once(room):
    claim = draft(room, 1)

    page = room.post("hearthside", "claim-submit", claim.number).content.decode()

    assert "Submitted. The verifier has been told by mail." in page
    assert not Job.objects.exists()


def test_over_rest_the_answer_names_the_job(room):
    claim = draft(room)

    begun = Api(room, "hearthside").post("claim-submit", claim.number)

    assert (begun.status_code, begun.json()) == (202, {"job": f"/api/v1/jobs/{Job.objects.get().public_id}/"})
    assert Claim.objects.get().state == "draft"


def test_what_stands_in_the_way_is_said_before_a_job_begins(room, time_machine):
    claim = draft(room)
    time_machine.move_to("2025-08-20T10:00:00Z", tick=False)
    room.clients.clear()

    page = room.post("hearthside", "claim-submit", claim.number).content.decode()

    assert "2 results cannot be claimed" in page
    assert "10 April 2025: The time for claiming it is over." in page
    assert not Job.objects.exists()
    assert balances() == {}


def test_submitted_meanwhile_the_job_says_so(room):
    claim = draft(room)
    room.post("hearthside", "claim-submit", claim.number)
    operations.submit_claim(claim=claim, actor=PROVIDER, at=CLAIMED_AT)

    job = run_job()

    assert (job.state, job.failure) == ("failed", "This claim has been submitted already.")


def test_a_long_draft_is_not_worked_out_for_the_page(room, monkeypatch):
    claim = draft(room)
    monkeypatch.setattr(queries, "MOST_PREVIEWED", 1)
    monkeypatch.setattr(queries, "preview_claim", lambda **_asked: pytest.fail("somebody would wait"))

    page = room.get("hearthside", "claim-submit", claim.number).content.decode()

    assert "worked out by a worker once you send them" in page
    assert "Would be paid" not in page
    assert page.count("Moved in") >= 2
    assert "Send it to the verifier" in page


def test_a_request_names_so_many_lines_and_no_more(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    verifier = Api(room, "plumbline")
    named = [f"cln_{number}" for number in range(501)]

    accepted = verifier.post("claim-accept", claim.number, lines=named)
    taken_back = verifier.post("claim-clawback", claim.number, lines=named[:101], reason="No flat.")
    page = room.post("plumbline", "claim-clawback", claim.number, lines=named[:101], reason="No flat.", act="look")

    assert (accepted.status_code, taken_back.status_code) == (400, 400)
    assert "500" in str(accepted.json())
    assert "100" in str(taken_back.json())
    assert "These are too many at once." in page.content.decode()
    assert ClaimLine.objects.get().state == "submitted"
