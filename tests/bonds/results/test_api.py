"""People and results over REST, by session and by key; nothing happens twice, and nothing tells who somebody is."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bonds.models import EvidenceItem, OutcomeEvent, Participant, Referral
from people.operations import issue_key, make_user
from tests.bonds.results.support import AT, MEASURED, admit, make_world, record, refer
from tests.people.support import make_officer, sign_in

pytestmark = pytest.mark.django_db

ADA = {"given_names": "Ada", "family_name": "O'Neill", "born_on": "2001-05-09", "started_on": "2025-04-07"}
MOVED = {"person": "P-0001", "metric": "moved_in", "achieved_on": "2025-04-10"}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def visit(world):
    def visit(code="hearthside"):
        email = f"secretary-{code}@example.org"
        make_user(email=email, password=None, at=AT)
        return sign_in(make_officer(world.parties[code].organisation, "secretary", email))

    return visit


def url(world, path, code="hearthside"):
    slug = world.parties[code].organisation.slug
    return f"/api/v1/groups/{slug}/contracts/{world.contract.reference}/{path}"


def post(client, world, path, body, *, key="", code="hearthside"):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(url(world, path, code), body, content_type="application/json", headers=headers)


def test_somebody_starts_once(world, visit):
    client, referral = visit(), refer(world)
    body = ADA | {"subgroups": ["women"], "referral": referral.public_id}

    done = post(client, world, "people/", body, key="k1")
    replayed = post(client, world, "people/", body, key="k1")
    again = post(client, world, "people/", body, key="k2")

    assert done.status_code == 201
    assert done.json() | {"start": ""} == {
        "person": "P-0001", "start": "", "age": 23, "was_known": False, "was_elsewhere": False
    }  # fmt: skip
    assert replayed.json() == done.json()
    assert again.json()["was_known"] is True
    assert Participant.objects.count() == 1
    (listed,) = client.get(url(world, "people/")).json()["results"]
    assert listed == {"pseudonym": "P-0001", "first_on": "2025-04-07", "results": 0}
    person = client.get(url(world, "people/P-0001/")).json()
    assert [one["subgroups"] for one in person["starts"]] == [["women"]]
    assert [one["has_started"] for one in client.get(url(world, "referrals/")).json()["results"]] == [True]


def test_what_cannot_be_is_refused_without_saying_who(world, visit):
    answer = post(visit(), world, "people/", ADA | {"given_names": "1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "bonds.unreadable_identifier")
    assert not [word for word in ("Neill", "2001") if word in answer.content.decode()]
    assert Participant.objects.count() == 0


def test_a_result_its_evidence_and_what_is_missing(world, visit):
    admit(world)
    client = visit()
    clock = post(client, world, "people/P-0001/clocks/", {
        "ladder": "home", "event": "start", "started_on": "2025-04-07",
    })  # fmt: skip
    assert clock.json()["event"] == "start"

    done = post(client, world, "results/", MOVED)
    result = done.json()

    assert (done.status_code, result["person"], result["withdrawn"]) == (201, "P-0001", False)
    again = post(client, world, "results/", MOVED)
    assert (again.status_code, again.json()["code"]) == (422, "bonds.result_recorded_already")
    (missing,) = client.get(url(world, "missing/")).json()
    assert (missing["result"], missing["missing"], missing["claim_until"]) == (
        result["id"], [{"payer": "", "kinds": ["tenancy"]}], "2025-07-28"
    )  # fmt: skip
    path = f"results/{result['id']}/evidence/"
    sent = client.post(
        url(world, path),
        {"kind": "tenancy", "dated_on": "2025-04-09", "file": SimpleUploadedFile("t.pdf", b"%PDF-1.4 keys")},
    )
    assert sent.status_code == 201, sent.content
    number = post(client, world, path, {"kind": "tenancy", "dated_on": "2025-04-09", "reference": "T-1"})
    assert number.status_code == 201, number.content
    listed = client.get(url(world, path)).json()
    assert [one["reference"] for one in listed] == ["", "T-1"]
    assert client.get(url(world, "missing/")).json()[0]["is_complete"] is True
    file = client.get(url(world, f"evidence/{listed[0]['id']}/file/"))
    assert b"".join(file.streaming_content) == b"%PDF-1.4 keys"
    assert client.get(url(world, f"evidence/{listed[1]['id']}/file/")).status_code == 404
    assert visit("northmoor").get(url(world, f"evidence/{listed[0]['id']}/file/", "northmoor")).status_code == 403
    withdrawn = post(client, world, f"results/{result['id']}/withdrawal/", {"reason": "Not so."})
    assert withdrawn.json()["withdrawn"] is True
    assert client.get(url(world, f"results/{result['id']}/")).json()["withdrawn"] is True


def test_a_group_and_a_sighting(world, visit):
    admit(world)
    client = visit()
    body = {"cohort": "cohort-1", "metric": "less_crime", "achieved_on": "2025-06-30"}

    assert post(client, world, "results/", body).json()["code"] == "bonds.measurement_unsound"
    assert post(client, world, "results/", body | {"measurement": MEASURED}).json()["measurement"] == MEASURED
    assert post(client, world, "results/", MOVED | body).status_code == 400
    sighting = post(client, world, "people/P-0001/evidence/", {
        "kind": "tenancy", "dated_on": "2025-06-30", "reference": "S-1",
    })  # fmt: skip
    assert sighting.status_code == 201
    assert EvidenceItem.objects.get().event is None


def test_referrals_and_guarantees(world, visit):
    body = {"commissioner": "northmoor", "provider": "hearthside", "referred_on": "2025-04-02", "reference": "R-1"}
    client = visit()

    first = post(client, world, "referrals/", body)
    assert (first.status_code, post(client, world, "referrals/", body).json()) == (201, first.json())
    assert Referral.objects.count() == 1
    others = post(client, world, "referrals/", body | {"provider": "lanternhouse", "reference": "R-2"})
    assert (others.status_code, others.json()["code"]) == (403, "bonds.other_party")
    assert post(client, world, "referrals/", body | {"provider": "nobody"}).status_code == 404
    (guarantee,) = client.get(url(world, "guarantees/")).json()
    assert (guarantee["came"], guarantee["too_few"], guarantee["compensation_pence"]) == (1, 2, 60_000)
    assert visit("lanternhouse").get(url(world, "guarantees/", "lanternhouse")).json() == []
    assert len(visit("plumbline").get(url(world, "guarantees/", "plumbline")).json()) == 1


def test_a_file_is_looked_at_or_recorded(world, visit):
    admit(world)
    client = visit()
    text = "person,result,achieved_on\nP-0001,moved_in,2025-04-10\n"

    looked = post(client, world, "results/file/", {"content": text})
    assert (looked.json()["rows"], looked.json()["added"], OutcomeEvent.objects.count()) == (1, False, 0)
    bad = post(client, world, "results/file/", {"content": text + "P-0001,flew,2025-04-10\n", "record": True})
    assert (bad.status_code, bad.json()["code"]) == (422, "bonds.upload_refused")
    assert [one["line"] for one in bad.json()["facts"]["problems"]] == [3]
    assert OutcomeEvent.objects.count() == 0
    done = post(client, world, "results/file/", {"content": text, "record": True}, key="k1")
    again = post(client, world, "results/file/", {"content": text, "record": True}, key="k2")
    assert (done.json()["added"], again.json()["added"]) == (True, False)
    assert (done.json()["recorded"], OutcomeEvent.objects.count()) == (1, 1)


def test_what_others_may(world, visit):
    event = record(world, admit(world).start.participant)
    council, other = visit("northmoor"), visit("lanternhouse")

    assert [one["person"] for one in council.get(url(world, "results/", "northmoor")).json()["results"]] == ["P-0001"]
    assert post(council, world, "results/", MOVED, code="northmoor").status_code == 403
    assert post(council, world, "people/", ADA, code="northmoor").status_code == 403
    assert other.get(url(world, "results/", "lanternhouse")).json()["results"] == []
    assert other.get(url(world, f"results/{event.public_id}/", "lanternhouse")).status_code == 404
    assert other.get(url(world, "results/")).status_code == 404
    assert Client().get(url(world, "results/")).status_code == 401


def test_keys_need_their_scope(world):
    make_user(email="sam@example.org", password=None, at=AT)
    organisation = world.provider.organisation
    user = make_officer(organisation, "secretary", "sam@example.org")
    admit(world)

    def with_scopes(*scopes):
        key = issue_key(
            user=user, name="Case system", scopes=list(scopes), organisation=organisation, actor="system:tests", at=AT
        )
        return Client(headers={"authorization": f"Api-Key {key.secret}"})

    reads, records = with_scopes("contracts:read"), with_scopes("claims:write")
    assert reads.get(url(world, "results/")).status_code == 200
    assert records.get(url(world, "results/")).status_code == 403
    assert post(reads, world, "results/", MOVED).status_code == 403
    assert post(records, world, "results/", MOVED).status_code == 201
    assert OutcomeEvent.objects.get().achieved_on == date(2025, 4, 10)
