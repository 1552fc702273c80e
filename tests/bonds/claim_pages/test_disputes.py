"""Disputes on pages and over REST: who may raise and decide them, how long, what follows, and who reads what."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import Adjudication, ClaimLine, Dispute
from bonds.operations.errors import DisputeOvertaken, DisputeTooLate, NotTheAdjudicator
from bonds.operations.results import withdraw_result
from bonds.states import LineState
from foundation.models import AuditEvent, MailMessage
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.invoices.test_invoicing import balances
from tests.factories.bonds import DECIDED_AT, HOLDER, PROVIDER, VERIFIER

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)
WORDS = "The agreement was in the file from the first day."
FOUND = {"finding": "validated", "adjudicator": "Vale & Partners, expert", "reason": "The agreement is there."}


@pytest.fixture
def rejected(room: Room, time_machine) -> ClaimLine:
    """A line that the verifier rejected a week after it was claimed."""
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    time_machine.move_to(DECIDED_AT, tick=False)
    operations.reject_lines(
        claim=claim, lines=[claim.lines.get().public_id], reason="The keys of Mr P are missing.",
        verifier=room.world.verifier, actor=VERIFIER, at=DECIDED_AT,
    )  # fmt: skip
    return claim.lines.get()


def dispute(room: Room, line: ClaimLine, code: str = "hearthside") -> Dispute:
    return operations.raise_dispute(
        line=line, party=room.world.parties[code], reason=WORDS, actor=PROVIDER, at=DECIDED_AT
    )


def test_a_provider_disputes_and_the_holder_writes_down_what_was_found(room, rejected):
    raised = room.post("hearthside", "line-dispute", rejected.public_id, reason=WORDS)
    made = Dispute.objects.get()
    shown = room.get("holder", "dispute", made.public_id).content.decode()
    done = room.post("holder", "dispute-decide", made.public_id, **FOUND).content.decode()

    assert "Disputed. The others have been told by mail" in raised.content.decode()
    assert WORDS in shown
    assert "The line is accepted after all" in shown
    assert "Written down and carried out." in done
    assert "The line was accepted after all, worked out and earned." in done
    assert "Vale &amp; Partners, expert" in done
    assert ClaimLine.objects.get().state == "validated"
    assert balances() == {"1110": 50_000, "4000": -40_000, "4010": -10_000}
    assert [one.action for one in AuditEvent.objects.filter(action__contains="dispute").order_by("pk")] == [
        "bonds.dispute_raised",
        "bonds.dispute_decided",
    ]


@pytest.mark.parametrize("code", ["hearthside", "plumbline", "lanternhouse"])
def test_neither_side_nor_a_stranger_to_the_money_decides(room, rejected, code):
    made = dispute(room, rejected)
    for told in MailMessage.objects.all():
        assert told.to

    answer = room.as_(code).post(room.at(code, "dispute-decide", made.public_id), FOUND)

    assert answer.status_code in {403, 404}
    assert not Adjudication.objects.exists()
    assert ClaimLine.objects.get().state == "disputed"


def test_what_was_rejected_and_claimed_again_is_decided_there(room, rejected):
    assert "id_dispute_reason" in room.get("hearthside", "line", rejected.public_id).content.decode()
    again = room.world.submit(rejected.event, at=DECIDED_AT)

    with pytest.raises(DisputeOvertaken) as refused:
        dispute(room, rejected)

    assert refused.value.message == "Its result has been claimed again: what is decided about that line counts."
    answer = room.post("hearthside", "line-dispute", rejected.public_id, reason=WORDS)
    assert "what is decided about that line counts" in answer.content.decode()
    assert not Dispute.objects.exists()
    assert list(ClaimLine.objects.order_by("pk").values_list("state", flat=True)) == ["rejected", "submitted"]
    assert "id_dispute_reason" not in room.get("hearthside", "line", rejected.public_id).content.decode()
    # Withdrawn, the second line is out of the way, and the first can be disputed.
    operations.withdraw_lines(
        claim=again, lines=[again.lines.get().public_id], reason="Too early.", actor=PROVIDER, at=DECIDED_AT
    )
    assert dispute(room, rejected).line == rejected


def test_a_result_that_was_withdrawn_is_not_accepted_by_a_dispute(room, rejected):
    withdraw_result(event=rejected.event, reason="Another person.", actor=PROVIDER, at=DECIDED_AT)

    with pytest.raises(DisputeOvertaken, match="Its result was withdrawn"):
        dispute(room, rejected)

    assert not Dispute.objects.exists()
    assert ClaimLine.objects.get().state == "rejected"


def test_whoever_raised_it_does_not_decide_it_though_others_of_its_kind_do(room, rejected):
    made = dispute(room, rejected, "northmoor")

    refused = room.post("northmoor", "dispute-decide", made.public_id, **FOUND)
    own = room.get("northmoor", "dispute", made.public_id).content.decode()
    done = room.post("southfell", "dispute-decide", made.public_id, **FOUND | {"finding": "rejected"})

    assert "Whoever raised a dispute cannot write down what came of it." in refused.content.decode()
    assert "Whoever raised a dispute cannot write down what came of it." in own
    assert "The decision stands" in done.content.decode()
    assert ClaimLine.objects.get().state == "rejected"
    assert balances() == {}


def test_a_person_who_claimed_or_decided_writes_nothing_down_for_any_organisation(room, rejected):
    made = dispute(room, rejected)

    for actor in (VERIFIER, PROVIDER):
        with pytest.raises(NotTheAdjudicator):
            operations.record_adjudication(
                dispute=made, party=room.world.parties["holder"], actor=actor, at=DECIDED_AT,
                **FOUND | {"finding": LineState.VALIDATED},
            )  # fmt: skip

    assert not Adjudication.objects.exists()
    assert ClaimLine.objects.get().state == "disputed"


def test_the_last_day_to_dispute_is_said_and_kept(room, rejected, time_machine):
    time_machine.move_to("2025-08-11T21:00:00Z", tick=False)
    room.clients.clear()
    last = room.get("hearthside", "line", rejected.public_id).content.decode()
    time_machine.move_to("2025-08-12T06:00:00Z", tick=False)
    room.clients.clear()
    late = room.get("hearthside", "line", rejected.public_id).content.decode()
    refused = room.post("hearthside", "line-dispute", rejected.public_id, reason=WORDS).content.decode()

    assert "Dispute the decision" in last
    assert "Dispute the decision" not in late
    assert "This could be disputed until 11 August 2025." in refused
    assert not Dispute.objects.exists()
    assert ClaimLine.objects.get().state == "rejected"


def test_what_an_adjudicator_decided_is_not_disputed_again(room, rejected):
    made = dispute(room, rejected)
    operations.record_adjudication(
        dispute=made, party=room.world.parties["holder"], actor=HOLDER, at=DECIDED_AT,
        **FOUND | {"finding": LineState.REJECTED},
    )  # fmt: skip

    with pytest.raises(DisputeTooLate):
        dispute(room, ClaimLine.objects.get(), "northmoor")

    assert Dispute.objects.count() == 1


def test_the_list_says_how_long_each_has_waited(room, rejected, time_machine):
    made = dispute(room, rejected)
    time_machine.move_to("2025-08-01T10:00:00Z", tick=False)
    room.clients.clear()

    page = room.get("northmoor", "disputes")
    other = room.get("lanternhouse", "disputes")

    assert [(one.public_id, days) for one, days in page.context["rows"]] == [(made.public_id, 18)]
    assert "waits for the adjudicator" in page.content.decode()
    assert other.context["rows"] == []
    assert room.get("lanternhouse", "dispute", made.public_id).status_code == 404


def test_those_that_wait_stand_before_those_that_are_decided(room, rejected):
    decided = dispute(room, rejected)
    operations.record_adjudication(
        dispute=decided, party=room.world.parties["holder"], actor=HOLDER, at=DECIDED_AT,
        **FOUND | {"finding": LineState.REJECTED},
    )  # fmt: skip
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    room.world.accept(claim)
    waits = dispute(room, claim.lines.get(), "northmoor")

    rows = room.get("southfell", "disputes").context["rows"]

    assert [one.public_id for one, _days in rows] == [waits.public_id, decided.public_id]


def test_both_sides_verifier_and_deciders_are_told_without_anybodys_words(room, rejected):
    for code in ("hearthside", "lanternhouse", "plumbline", "holder", "northmoor"):
        room.as_(code)
    made = dispute(room, rejected)
    operations.record_adjudication(
        dispute=made, party=room.world.parties["holder"], actor=HOLDER, at=DECIDED_AT,
        **FOUND | {"finding": LineState.VALIDATED},
    )  # fmt: skip

    raised = MailMessage.objects.filter(template="bonds/mail/dispute_raised")
    decided = MailMessage.objects.filter(template="bonds/mail/dispute_decided")
    assert sorted(mail.to for mail in raised) == [
        "holder@example.org",
        "northmoor@example.org",
        "plumbline@example.org",
    ]
    assert sorted(mail.to for mail in decided) == [
        "hearthside@example.org",
        "northmoor@example.org",
        "plumbline@example.org",
    ]
    bodies = " ".join(mail.text for mail in (*raised, *decided))
    assert WORDS not in bodies
    assert "agreement" not in bodies
    assert room.at("northmoor", "dispute", made.public_id) in bodies


@pytest.mark.parametrize(
    ("code", "reads"), [("hearthside", True), ("plumbline", True), ("holder", False), ("northmoor", False)]
)
def test_why_a_line_was_rejected_is_read_by_provider_and_verifier_only(room, rejected, code, reads):
    page = room.get(code, "line", rejected.public_id).content.decode()
    over_rest = Api(room, code).get("claim-line", rejected.public_id).json()
    listed = Api(room, code).get("claim-lines", 1).json()["results"]

    assert ("The keys of Mr P" in page) is reads
    assert ("The keys of Mr P" in str(over_rest)) is reads
    assert ("The keys of Mr P" in str(listed)) is reads
    assert over_rest["line"]["history"][-1]["to"] == "rejected"


@pytest.mark.parametrize(("code", "reads"), [("holder", True), ("southfell", False), ("northmoor", True)])
def test_why_it_is_disputed_is_read_by_those_concerned(room, rejected, code, reads):
    made = dispute(room, rejected, "northmoor")

    page = room.get(code, "dispute", made.public_id).content.decode()
    over_rest = Api(room, code).get("contract-dispute", made.public_id).json()

    assert (WORDS in page) is reads
    assert (over_rest["reason"] == WORDS) is reads


def test_the_same_over_rest(room, rejected):
    provider, holder = Api(room, "hearthside"), Api(room, "holder")

    raised = provider.post("claim-line-dispute", rejected.public_id, reason=WORDS)
    made = raised.json()["id"]
    listed = holder.get("contract-disputes").json()["results"]
    unfit = holder.post("contract-dispute-finding", made, **FOUND | {"finding": "clawed_back"})
    done = holder.post("contract-dispute-finding", made, **FOUND)
    again = holder.post("contract-dispute-finding", made, **FOUND)

    assert (raised.status_code, raised.json()["decided_state"]) == (201, "rejected")
    assert [one["id"] for one in listed] == [made]
    assert (unfit.status_code, unfit.json()["code"]) == (422, "bonds.finding_unfit")
    assert (done.status_code, done.json()["finding"]) == (200, "validated")
    assert (again.status_code, again.json()["code"]) == (409, "bonds.dispute_decided")
    assert ClaimLine.objects.get().state == "validated"


def test_nothing_that_was_typed_is_lost(room, rejected):
    made = dispute(room, rejected)

    bare = room.post("hearthside", "line-dispute", rejected.public_id, reason=" ").content.decode()
    page = room.post("holder", "dispute-decide", made.public_id, **FOUND | {"finding": "shredded"}).content.decode()

    assert "<title>Error:" in bare
    assert "<title>Error:" in page
    assert "The agreement is there." in page
    assert ClaimLine.objects.get().state == "disputed"
