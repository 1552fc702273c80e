"""The verifier's desk: what waits, bulk decisions, queries, doubts and checks; and who may not decide."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import ClaimLine, LineCheck, LineMessage, LineResult
from tests.bonds.claim_pages.conftest import vary
from tests.factories.bonds import DECIDED_AT, VERIFIER

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)


def submit(room, count: int = 1, **more):
    events = [room.world.make_event("moved_in", MOVED_ON, evidence="tenancy", **more) for _ in range(count)]
    return room.world.submit(*events)


def test_what_waits_is_listed_with_the_days_that_are_left(room, time_machine):
    submit(room)

    page = room.get("plumbline", "claims").content.decode()
    time_machine.move_to("2025-07-30T10:00:00Z", tick=False)
    room.clients.clear()
    late = room.get("plumbline", "claims").content.decode()

    assert "Brightwater Hearthside" in page
    assert "28 July 2025" in page
    assert "21 days left" in page
    assert "2 days late" in late


def test_ticked_lines_are_accepted_and_the_others_wait(room):
    claim = submit(room, 3)
    first, second, third = claim.lines.all()

    shown = room.get("plumbline", "claim", claim.number).content.decode()
    done = room.post(
        "plumbline", "claim-decide", claim.number, lines=[first.public_id, second.public_id], note="", act="accept"
    )

    assert "Accept the ticked lines" in shown
    assert "2 lines are accepted and come to £1,000.00." in done.content.decode()
    assert [line.state for line in ClaimLine.objects.order_by("pk")] == ["validated", "validated", "submitted"]
    assert done.context["sums"].net == 100_000
    only = room.get("plumbline", "claim", claim.number, state="submitted").context["page"]
    assert [line.public_id for line in only] == [third.public_id]


def test_a_rejection_needs_a_reason_and_ticks_stay(room):
    claim = submit(room, 2)
    first, second = claim.lines.all()

    bare = room.post("plumbline", "claim-decide", claim.number, lines=[first.public_id], note=" ", act="reject")
    done = room.post("plumbline", "claim-decide", claim.number, lines=[first.public_id], note="Blurred", act="reject")

    assert "Say why the lines are rejected" in bare.content.decode()
    assert f'id="tick_{first.public_id}" checked' in bare.content.decode()
    assert f'id="tick_{second.public_id}" checked' not in bare.content.decode()
    assert "1 line is rejected." in done.content.decode()
    assert [line.state for line in ClaimLine.objects.order_by("pk")] == ["rejected", "submitted"]
    assert not LineResult.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"act": "accept"}, "Tick at least one line."),
        ({"act": "accept", "lines": ["x\x00y"]}, "not one of the available choices"),
        ({"act": "accept", "lines": ["cln_unknown"]}, "Please name lines of this claim."),
        ({"act": "shred", "lines": ["cln_unknown"]}, "not one of the available choices"),
    ],
)
def test_what_makes_no_sense_decides_nothing(room, typed, words):
    claim = submit(room)

    page = room.post("plumbline", "claim-decide", claim.number, **typed)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert ClaimLine.objects.get().state == "submitted"


def test_a_line_that_was_decided_meanwhile_is_shown_as_it_is_now(room):
    claim = submit(room)
    line = claim.lines.get()
    room.world.accept(claim)

    page = room.post("plumbline", "claim-decide", claim.number, lines=[line.public_id], note="", act="accept")

    assert "A line is accepted, so this cannot be done now." in page.content.decode()
    assert LineResult.objects.count() == 1


def test_one_line_after_the_other(room):
    claim = submit(room, 2)
    first, second = claim.lines.all()

    after = room.post("plumbline", "line-decide", first.public_id, act="accept", note="Seen")
    last = room.post("plumbline", "line-decide", second.public_id, act="reject", note="Not seen")

    assert after.request["PATH_INFO"] == room.at("plumbline", "line", second.public_id)
    assert last.request["PATH_INFO"] == room.at("plumbline", "line", second.public_id)
    assert [line.state for line in ClaimLine.objects.order_by("pk")] == ["validated", "rejected"]


def test_query_doubt_and_check(room):
    claim = submit(room, 2)
    first, second = claim.lines.all()

    asked = room.post("plumbline", "line-query", first.public_id, text="Which flat is it?").content.decode()
    doubt = room.post("plumbline", "line-flag", second.public_id, reason="Same keys as P-0001").content.decode()
    unsure = room.post(
        "plumbline", "line-check", second.public_id, what="Tenancy register", note="kept"
    ).content.decode()
    room.post("plumbline", "line-check", second.public_id, what="Tenancy register", is_in_order="no", note="")

    assert "Asked. The provider has been told by mail" in asked
    assert "Put aside. Nothing is decided" in doubt
    assert "<title>Error:" in unsure
    assert ">kept</textarea>" in unsure.replace("\n", "")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("queried", "flagged")
    assert LineMessage.objects.get().text == "Which flat is it?"
    assert LineCheck.objects.get().is_in_order is False


@pytest.mark.parametrize("code", ["hearthside", "lanternhouse", "northmoor", "southfell", "topup", "holder"])
def test_nobody_but_the_verifier_decides(room, code):
    claim = submit(room)
    line = claim.lines.get()

    statuses = {
        room.as_(code).post(room.at(code, name, *more), typed).status_code
        for name, more, typed in (
            ("claim-decide", (claim.number,), {"act": "accept", "lines": [line.public_id]}),
            ("line-decide", (line.public_id,), {"act": "accept"}),
            ("line-query", (line.public_id,), {"text": "Why?"}),
            ("line-flag", (line.public_id,), {"reason": "Why?"}),
            ("line-check", (line.public_id,), {"what": "It", "is_in_order": "yes"}),
        )
    }

    assert statuses == {403}
    line.refresh_from_db()
    assert line.state == "submitted"
    assert not LineMessage.objects.exists()
    assert not LineCheck.objects.exists()


def test_a_verifier_whose_time_is_over_sees_and_does_not_decide(room):
    claim = submit(room)
    vary(room.world)
    role = room.world.verifier.roles.get()
    operations.end_role(held=role, until_on=DECIDED_AT.date().replace(day=1), actor=VERIFIER, at=DECIDED_AT)

    page = room.post(
        "plumbline", "claim-decide", claim.number, lines=[claim.lines.get().public_id], note="", act="accept"
    )

    assert page.status_code == 403
    assert ClaimLine.objects.get().state == "submitted"
