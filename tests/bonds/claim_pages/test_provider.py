"""A provider puts results into a claim, looks it over, sends it, answers and withdraws."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import Claim, ClaimLine
from tests.factories.bonds import CLAIMED_AT, VERIFIER

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)


def test_from_results_to_a_claim_that_is_sent(room):
    person = room.world.make_person()
    event = room.world.make_event("moved_in", MOVED_ON, person, "tenancy")
    bare = room.world.make_event("moved_in", date(2025, 4, 11))

    listed = room.get("hearthside", "claim-new").content.decode()
    made = room.post("hearthside", "claim-new", events=[event.public_id, bare.public_id], act="ticked")
    claim = Claim.objects.get()
    look = room.get("hearthside", "claim-submit", claim.number)
    sent = room.post("hearthside", "claim-submit", claim.number)

    assert "Moved in" in listed
    assert person.pseudonym in listed
    assert "Evidence is missing: tenancy." in listed
    assert "Put in the one that is complete" in listed
    assert "2 results are in the claim." in made.content.decode()
    assert (look.context["gross"], look.context["net"]) == (100_000, 50_000)
    assert "Evidence is missing: tenancy." in look.content.decode()
    assert "Submitted. The verifier has been told by mail." in sent.content.decode()
    claim.refresh_from_db()
    assert claim.state == "submitted"
    assert "There is nothing to claim now" in room.get("hearthside", "claim-new").content.decode()


def test_all_complete_ones_at_once(room):
    good = room.world.make_event("moved_in", MOVED_ON, evidence="tenancy")
    room.world.make_event("moved_in", MOVED_ON)

    room.post("hearthside", "claim-new", act="complete")

    assert [line.event for line in ClaimLine.objects.all()] == [good]


def test_without_a_tick_nothing_is_claimed_and_it_is_said(room):
    room.world.make_event("moved_in", MOVED_ON, evidence="tenancy")

    page = room.post("hearthside", "claim-new", act="ticked").content.decode()

    assert "Tick at least one result." in page
    assert "<title>Error:" in page
    assert not Claim.objects.exists()


def test_what_cannot_be_claimed_is_said_by_line_and_ticks_stay(room, time_machine):
    event = room.world.make_event("moved_in", MOVED_ON, evidence="tenancy")
    room.post("hearthside", "claim-new", events=[event.public_id], act="ticked")
    claim = Claim.objects.get()
    time_machine.move_to("2025-08-20T10:00:00Z", tick=False)
    room.clients.clear()

    page = room.post("hearthside", "claim-submit", claim.number).content.decode()

    assert "1 results cannot be claimed" in page
    assert "10 April 2025: The time for claiming it is over." in page
    claim.refresh_from_db()
    assert claim.state == "draft"


def test_results_of_another_provider_are_not_claimed(room):
    other = room.world.make_event("moved_in", MOVED_ON, evidence="tenancy", provider=room.world.parties["lanternhouse"])

    page = room.post("hearthside", "claim-new", events=[other.public_id], act="ticked").content.decode()

    assert "Please choose at least one result." in page
    assert not ClaimLine.objects.exists()


def test_taking_a_line_out_of_a_draft(room):
    events = [room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(2)]
    room.post("hearthside", "claim-new", events=[one.public_id for one in events], act="ticked")
    claim, line = Claim.objects.get(), ClaimLine.objects.first()

    page = room.post("hearthside", "claim-take", claim.number, lines=[line.public_id])
    again = room.post("hearthside", "claim-take", claim.number)

    assert "Taken out." in page.content.decode()
    assert page.context["sums"].lines == 1
    assert page.context["page"].paginator.count == 1
    assert "Tick at least one line." in again.content.decode()


def test_a_query_is_answered(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.select_related("claim").get()
    operations.query_line(
        line=line, text="Which flat is it?", verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT
    )

    asked = room.get("hearthside", "line", line.public_id).content.decode()
    empty = room.post("hearthside", "line-answer", line.public_id, text=" ").content.decode()
    answered = room.post("hearthside", "line-answer", line.public_id, text="Number 4.").content.decode()
    twice = room.post("hearthside", "line-answer", line.public_id, text="Number 5, kept.").content.decode()

    assert "Which flat is it?" in asked
    assert "<title>Error:" in empty
    assert "Number 4." in answered
    assert "so this cannot be done now" in twice
    line.refresh_from_db()
    assert line.state == "resubmitted"


def test_lines_are_withdrawn_with_a_reason_and_without_one_nothing_is_lost(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.get()

    bare = room.post("hearthside", "claim-withdraw", claim.number, lines=[line.public_id], reason="")
    done = room.post("hearthside", "claim-withdraw", claim.number, lines=[line.public_id], reason="Wrong person")

    assert f'id="tick_{line.public_id}" checked' in bare.content.decode()
    assert "Withdrawn. The results may be claimed again" in done.content.decode()
    claim.refresh_from_db()
    assert claim.state == "withdrawn"


def test_what_the_verifier_put_aside_is_not_offered_to_be_withdrawn(room):
    claim = room.world.submit(*[room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(2)])
    aside, other = claim.lines.select_related("claim")
    operations.flag_line(line=aside, reason="Same keys", verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT)

    provider = room.get("hearthside", "claim", claim.number).content.decode()
    verifier = room.get("plumbline", "claim", claim.number).content.decode()

    assert f'id="tick_{aside.public_id}"' not in provider
    assert f'id="tick_{other.public_id}"' in provider
    assert f'id="tick_{aside.public_id}"' in verifier


def test_a_rejected_result_that_is_claimed_again_is_in_no_list_of_what_can_be_claimed(room):
    event = room.world.make_event("moved_in", MOVED_ON, evidence="tenancy")
    claim = room.world.submit(event)
    operations.reject_lines(
        claim=claim, lines=[claim.lines.get().public_id], reason="Blurred.", verifier=room.world.verifier,
        actor=VERIFIER, at=CLAIMED_AT,
    )  # fmt: skip
    before = room.get("hearthside", "claim-new").context["page"].paginator.count
    room.world.submit(event)

    assert before == 1
    assert room.get("hearthside", "claim-new").context["page"].paginator.count == 0
