"""Claims over REST: from results to accepted lines, the same path as on pages, and who gets what."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bonds.models import Claim, ClaimLine, LineResult
from foundation.models import AuditEvent
from people.operations import issue_key
from tests.bonds.claim_pages.test_seeing import with_file
from tests.factories.bonds import CLAIMED_AT

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)


class Api:
    """A key of an officer of a party."""

    def __init__(self, room, code: str, *scopes: str) -> None:
        room.as_(code)
        key = issue_key(
            user=room.users[code], name="Tests", scopes=list(scopes) or ["contracts:read", "claims:write"],
            organisation=room.world.parties[code].organisation, actor="system:tests", at=CLAIMED_AT,
        )  # fmt: skip
        self.client = Client(headers={"authorization": f"Api-Key {key.secret}"})
        self.parts = [room.slug(code), room.world.contract.reference]

    def get(self, name: str, *more: object, **query: str):
        return self.client.get(reverse(f"api:{name}", args=[*self.parts, *more]), query)

    def post(self, name: str, *more: object, **body: object):
        address = reverse(f"api:{name}", args=[*self.parts, *more])
        return self.client.post(address, body, content_type="application/json")


def test_from_results_to_the_last_penny(room):
    person = room.world.make_person()
    events = [
        room.world.make_event("moved_in", MOVED_ON, person, "tenancy"),
        room.world.make_event("stayed_3m", date(2025, 7, 1), person, "landlord_letter"),
    ]
    provider, verifier, payer = (Api(room, code) for code in ("hearthside", "plumbline", "southfell"))

    made = provider.post("claim-list", events=[one.public_id for one in events])
    number = made.json()["claim"]["number"]
    sent = provider.post("claim-submit", number)
    lines = [line.public_id for line in ClaimLine.objects.order_by("pk")]
    done = verifier.post("claim-accept", number, lines=lines, note="Seen")
    listed = payer.get("claim-lines", number).json()["results"]
    one = payer.get("claim-line", lines[1]).json()

    assert made.status_code == 201
    assert sent.json()["claim"]["state"] == "submitted"
    assert sent.json()["claim"]["indicative_pence"] == 200_000
    assert (done.json()["gross_pence"], done.json()["net_pence"]) == (200_000, 180_000)
    assert done.json()["reductions"] == [{"reason": "person_cap", "pence": 20_000}]
    assert done.json()["payers"] == [
        {"payer": "northmoor", "pence": 90_000},
        {"payer": "southfell", "pence": 54_000},
        {"payer": "topup", "pence": 36_000},
    ]
    assert [line["line"] for line in listed] == lines
    assert listed[1] == one["line"]
    assert one["line"]["gross"] - sum(cut["amount"] for cut in one["line"]["reductions"]) == one["line"]["net"]
    assert one["line"]["steps"][0]["words"].startswith("1 at £1,500.00 each")
    assert one["line"]["person"] == person.pseudonym
    assert (one["evidence"], one["messages"]) == (None, None)
    assert one["line"]["digest"] == LineResult.objects.get(line__public_id=lines[1]).content_digest


def test_query_answer_doubt_check_and_rejection(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.get().public_id
    provider, verifier = Api(room, "hearthside"), Api(room, "plumbline")

    asked = verifier.post("claim-line-query", line, text="Which flat is it?").json()
    answered = provider.post("claim-line-answer", line, text="Number 4.").json()
    verifier.post("claim-line-check", line, what="Tenancy register", is_in_order=False)
    aside = verifier.post("claim-line-flag", line, reason="Another name in the register").json()
    rejected = verifier.post("claim-reject", claim.number, lines=[line], reason="Another name.").json()

    assert asked["line"]["state"] == "queried"
    assert [one["text"] for one in answered["messages"]] == ["Which flat is it?", "Number 4."]
    assert aside["line"]["state"] == "flagged"
    assert (rejected["claim"]["state"], rejected["net_pence"]) == ("decided", 0)


def test_taking_out_and_withdrawing(room):
    events = [room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(2)]
    provider = Api(room, "hearthside")
    provider.post("claim-list", events=[one.public_id for one in events])
    first, second = ClaimLine.objects.order_by("pk")

    taken = provider.post("claim-take", 1, lines=[first.public_id]).json()
    provider.post("claim-submit", 1)
    withdrawn = provider.post("claim-withdraw", 1, lines=[second.public_id], reason="Wrong person").json()

    assert taken["claim"]["line_count"] == 1
    assert withdrawn["claim"]["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"events": []}, "invalid"),
        ({"events": ["oev_unknown"]}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_what_makes_no_sense_claims_nothing(room, body, code):
    answer = Api(room, "hearthside").post("claim-list", **body)

    assert answer.status_code == 400
    assert not Claim.objects.exists()


def test_whoever_may_not_is_refused_and_nothing_changes(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.get().public_id

    for code, accept, withdraw in (("hearthside", 403, 200), ("northmoor", 403, 403), ("lanternhouse", 403, 404)):
        api = Api(room, code)
        assert api.post("claim-accept", 1, lines=[line]).status_code == accept
        assert api.post("claim-reject", 1, lines=[line], reason="No").status_code == accept
        if code != "hearthside":
            assert api.post("claim-withdraw", 1, lines=[line], reason="No").status_code == withdraw
            assert api.post("claim-line-answer", line, text="Yes").status_code == withdraw
    assert Api(room, "lanternhouse").get("claim", 1).status_code == 404
    assert Api(room, "lanternhouse").get("claim-list").json()["results"] == []
    assert Api(room, "plumbline", "contracts:read").post("claim-accept", 1, lines=[line]).status_code == 403
    assert ClaimLine.objects.get().state == "submitted"


def test_a_file_of_evidence_is_read_by_verifier_and_claimant_and_that_is_noted(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON))
    line = claim.lines.select_related("event__participant").get()
    item = with_file(room, line)

    statuses = {
        code: Api(room, code).get("claim-line-evidence", line.public_id, item.public_id).status_code
        for code in ("plumbline", "hearthside", "northmoor", "lanternhouse")
    }

    assert statuses == {"plumbline": 200, "hearthside": 200, "northmoor": 403, "lanternhouse": 404}
    assert AuditEvent.objects.filter(action="bonds.evidence_seen").count() == 2


@pytest.mark.parametrize("name", ["claim-list", "claim-lines"])
def test_an_unknown_state_is_refused(room, name):
    room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    more = (1,) if name == "claim-lines" else ()

    assert Api(room, "plumbline").get(name, *more, state="lost").status_code == 400
    assert len(Api(room, "plumbline").get(name, *more, state="submitted").json()["results"]) == 1
