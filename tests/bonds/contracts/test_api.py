"""Contracts over REST: the same rules as on the pages, and nothing is signed by a key."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bonds.models import ContractVersion, OutcomesContract, PartyRoleHeld, Signature
from bonds.policies import Standpoint
from bonds.policies.contracts import may_sign
from bonds.queries.contracts import newest_version
from foundation import clock
from people.operations import issue_key
from people.queries import actor_for_user
from tests.bonds.contracts.test_pages import propose
from tests.factories.bonds import SIGNED_AT, make_organisation, sign_all

SCOPES = ("contracts:read", "contracts:write")


@pytest.fixture
def call(room):
    """Send a request with a key of one of the people, for the organisation of the holder unless another is named."""

    def send(method, name, *parts, data=None, who="secretary", of="", scopes=SCOPES, **headers):
        organisation = room.world.parties[of].organisation if of else room.holder
        key = issue_key(
            user=room.people[who],
            name="k",
            scopes=list(scopes),
            organisation=organisation,
            actor="system:t",
            at=clock.now(),
        )
        reference = () if name == "contracts" else (room.contract.reference,)
        address = reverse(f"api:{name}", args=[organisation.slug, *reference, *parts])
        client = Client(headers={"authorization": f"Api-Key {key.secret}", **headers})
        return getattr(client, method)(address, data, content_type="application/json")

    return send


def test_a_contract_is_opened_filled_and_put_to_the_parties(room, call):
    opened = {"reference": "river", "name": "River", "purpose": "Homes.", "effective_on": "2026-04-01"}
    answer = call("post", "contracts", data=opened)
    assert (answer.status_code, answer.json()["state"], answer.json()["nation"]) == (201, "draft", "england_and_wales")
    assert [one["reference"] for one in call("get", "contracts").json()] == ["brightwater", "river"]

    room.contract = OutcomesContract.objects.get(reference="river")
    for code, role in (
        ("north", "lead_commissioner"),
        ("keeper", "holder"),
        ("doors", "provider"),
        ("check", "verifier"),
    ):
        make_organisation(f"river-{code}")
        party = call("post", "contract-parties", data={"organisation": f"river-{code}", "code": code})
        assert party.status_code == 201
        given = call("post", "contract-roles", code, data={"role": role, "from_on": "2026-04-01"})
        assert given.json()["until_on"] is None
    read = call("get", "contract-terms").json()
    assert {"/metrics", "/payers"} <= {one["at"] for one in read["problems"]}
    assert call("post", "contract-propose").status_code == 422
    terms = {
        "currency": "GBP",
        "service": {"from_on": "2026-04-01", "until_on": "2029-04-01"},
        "run_off_until": "2030-01-01",
        "payers": ["north"],
        "metrics": [{"code": "housed", "name": "Housed", "test": "Keys."}],
        "tariffs": [{"metric": "housed", "price": 50_000}],
        "shares": [{"payer": "north", "kind": "percent", "amount": 10_000}],
    }
    written = call("put", "contract-terms", data={"terms": terms, "seen_digest": read["seen_digest"]})
    assert (written.status_code, written.json()["problems"]) == (200, [])

    proposed = call("post", "contract-propose").json()

    assert (proposed["state"], len(proposed["digest"])) == ("proposed", 64)
    assert proposed["signatures"] == [{"party": "keeper", "signed_at": None}, {"party": "north", "signed_at": None}]


def test_who_read_older_terms_does_not_write_over_newer_ones(room, call):
    seen = call("get", "contract-terms").json()["seen_digest"]
    assert call("put", "contract-terms", data={"terms": {"a": 1}, "seen_digest": seen}).status_code == 200

    answer = call("put", "contract-terms", data={"terms": {}, "seen_digest": seen})

    assert (answer.status_code, answer.json()["code"]) == (409, "bonds.version_changed")
    assert newest_version(room.contract).terms == {"a": 1}


@pytest.mark.parametrize("terms", ["words", [], 5])
def test_terms_that_are_no_object_are_refused(room, call, terms):
    before = newest_version(room.contract).terms
    seen = call("get", "contract-terms").json()["seen_digest"]

    answer = call("put", "contract-terms", data={"terms": terms, "seen_digest": seen})

    assert (answer.status_code, answer.json()["code"]) == (422, "bonds.terms_unreadable")
    assert newest_version(room.contract).terms == before


def test_problems_come_with_their_places(room, call):
    read = call("get", "contract-terms").json()
    terms = read["terms"] | {"tariffs": [{"metric": "no_such", "price": "many"}]}
    written = call("put", "contract-terms", data={"terms": terms, "seen_digest": read["seen_digest"]}).json()

    refused = call("post", "contract-propose").json()

    assert refused["code"] == "bonds.version_incomplete"
    assert refused["facts"]["problems"] == written["problems"] != []
    assert written["problems"][0]["at"].startswith("/tariffs/0")


def test_a_variation_says_what_changes(room, call):
    sign_all(room.world, propose(room), at=SIGNED_AT)
    begun = call("post", "contract-variations", data={"effective_on": "2026-04-01", "reason": "Rents went up"})
    assert (begun.status_code, begun.json()["number"], begun.json()["changes"]) == (201, 2, [])
    terms = begun.json()["terms"]
    terms["tariffs"][0]["price"] = 60_000

    written = call("put", "contract-terms", data={"terms": terms, "seen_digest": begun.json()["seen_digest"]}).json()

    assert [(one["before"], one["after"]) for one in written["changes"]] == [(50_000, 60_000)]
    assert [one["number"] for one in call("get", "contract-versions").json()] == [2, 1]
    assert call("get", "contract-version", 1).json()["state"] == "signed"
    assert call("get", "contract-version", 3).status_code == 404
    dropped = call("post", "contract-withdraw", data={"reason": "The council said no"})
    assert dropped.json()["state"] == "withdrawn"


def test_taken_back_with_a_reason(room, call):
    propose(room)
    assert call("post", "contract-take-back", data={"reason": " "}).status_code in {400, 422}

    assert call("post", "contract-take-back", data={"reason": "A price is wrong"}).json()["state"] == "draft"


def test_roles_over_rest_follow_the_same_rules(room, call):
    refused = call("post", "contract-roles", "hearthside", data={"role": "verifier", "from_on": "2026-04-01"})
    assert (refused.status_code, refused.json()["code"]) == (409, "bonds.role_conflict")
    held = PartyRoleHeld.objects.get(party=room.world.parties["topup"])

    ended = call("post", "contract-role-end", held.public_id, data={"until_on": "2026-04-01"})

    assert ended.json()["until_on"] == "2026-04-01"
    assert call("post", "contract-roles", "no-such", data={}).status_code == 404
    assert call("post", "contract-role-end", "ptr_none", data={}).status_code == 404
    codes = [one["code"] for one in call("get", "contract-parties").json()]
    assert codes == sorted(room.world.parties)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"reference": "new"}, "reference"),
        ({"reference": "Not so"}, "reference"),
        ({"currency": "XXX"}, "currency"),
        ({"nation": "atlantis"}, "nation"),
        ({"effective_on": "soon"}, "effective_on"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_field(room, call, sent, wrong):
    whole = {"reference": "river", "name": "River", "purpose": "Homes.", "effective_on": "2026-04-01"}
    answer = call("post", "contracts", data=whole | sent)

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [wrong]
    assert OutcomesContract.objects.count() == 1


def test_the_same_request_opens_one_contract(room, call):
    whole = {"reference": "river", "name": "River", "purpose": "Homes.", "effective_on": "2026-04-01"}
    assert call("post", "contracts", data=whole).status_code == 201

    taken = call("post", "contracts", data=whole)

    assert (taken.status_code, taken.json()["code"]) == (409, "bonds.contract_exists")


def test_to_strangers_the_contract_does_not_exist_and_providers_only_read(room, call):
    assert call("get", "contract-terms", who="hearthside", of="hearthside").status_code == 200
    refused = call("post", "contract-propose", who="hearthside", of="hearthside")
    assert (refused.status_code, refused.json()["code"]) == (403, "bonds.other_party")
    room.world.parties["elsewhere"] = type("Here", (), {"organisation": room.other})
    hidden = call("get", "contract", who="stranger", of="elsewhere")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "bonds.no_contract")
    assert ContractVersion.objects.get().state == "draft"


def test_a_key_never_signs(room, call):
    propose(room)
    session = actor_for_user(room.people["director"], second_factor=True)
    standpoint = Standpoint(room.holder.public_id, frozenset({"holder"}))
    assert may_sign(session, standpoint)

    by_key = type(session)(**{**vars(session), "scopes": frozenset(SCOPES)})

    assert may_sign(by_key, standpoint).code == "people.session_required"
    assert not Signature.objects.exists()
