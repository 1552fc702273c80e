"""The public page of a contract: only on the holder's decision, without small numbers, in few queries."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bonds import operations
from bonds.models import Publication
from bonds.operations.errors import NotPublic, NotRunning, PriceUnknown
from foundation.models import AuditEvent
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claim_pages.test_api import Api
from tests.factories.bonds import CLAIMED_AT, HOLDER, VERIFIER, make_contract

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)
PUBLIC = "/contracts/brightwater/"
OVER_REST = "/api/v1/contracts/brightwater/"


def fill(room, *, accepted: int, waiting: int = 0) -> None:
    events = [room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(accepted)]
    if events:
        room.world.accept(room.world.submit(*events), at=CLAIMED_AT)
    more = [room.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(waiting)]
    if more:
        room.world.submit(*more)


def publish(room, *private: str) -> Publication:
    return operations.publish_contract(
        contract=room.world.contract, private_prices=private, actor=HOLDER, at=CLAIMED_AT
    )


def test_nothing_is_shown_before_the_holder_decides_it(room, client):
    fill(room, accepted=12)

    assert client.get(PUBLIC).status_code == 404
    assert client.get(OVER_REST).status_code == 404
    assert "Brightwater Homes" not in client.get("/contracts/").content.decode()
    assert client.get("/api/v1/contracts/").json()["results"] == []


def test_the_holder_looks_then_shows_it_then_takes_it_back(room, client):
    fill(room, accepted=12, waiting=3)

    look = room.post("holder", "publish", act="look", private_prices=["stayed_3m"]).content.decode()
    before = client.get(PUBLIC).status_code
    done = room.post("holder", "publish", act="publish", private_prices=["stayed_3m"]).content.decode()
    page = client.get(PUBLIC).content.decode()
    listed = client.get("/contracts/").content.decode()
    back = room.post("holder", "unpublish").content.decode()

    assert "Preview: what everybody sees" in look
    assert "£1,500.00" not in look
    assert before == 404
    assert "Everybody can see the contract now." in done
    for words in ("£500.00", "Brightwater Northmoor", "Brightwater Hearthside", "fewer than 10", ">10<", "keys"):
        assert words in page
    assert "£1,500.00" not in page
    assert "Brightwater Homes" in listed
    assert "taken back" in back
    assert client.get(PUBLIC).status_code == 404
    assert [one.action for one in AuditEvent.objects.filter(action__contains="publish").order_by("pk")] == [
        "bonds.contract_published",
        "bonds.contract_unpublished",
    ]


def test_the_same_as_json_for_everybody_and_without_small_numbers(room, client):
    fill(room, accepted=12, waiting=3)
    publish(room)

    shown = client.get(OVER_REST).json()
    listed = client.get("/api/v1/contracts/").json()["results"]

    moved, stayed = shown["metrics"]
    assert [one["reference"] for one in listed] == ["brightwater"]
    assert shown["threshold"] == 10
    assert shown["years"] == [{"from_on": "2025-04-01", "until_on": "2026-04-01"}]
    assert moved["accepted"] == {
        "counts": [{"results": 10, "hidden": None}],
        "total": {"results": 10, "hidden": None},
    }
    assert moved["step"] == 10
    assert moved["waiting"]["total"] == {"results": None, "hidden": "small"}
    assert stayed["accepted"]["total"] == {"results": None, "hidden": "small"}
    assert [one["pence"] for one in moved["prices"]] == [50_000]
    assert [one["name"] for one in shown["payers"]] == [
        "Brightwater Northmoor",
        "Brightwater Southfell",
        "Brightwater Topup",
    ]


def test_a_small_year_hides_another_or_the_total(room, client, time_machine):
    later = datetime(2026, 7, 7, 10, tzinfo=UTC)
    fill(room, accepted=30)
    events = [room.world.make_event("moved_in", date(2026, 4, 10), evidence="tenancy") for _ in range(2)]
    room.world.accept(room.world.submit(*events, at=later), at=later)
    publish(room)
    # As long as the second year has only begun it stands with the first.
    time_machine.move_to(later, tick=False)
    young = client.get(OVER_REST).json()
    time_machine.move_to(datetime(2026, 12, 7, 10, tzinfo=UTC), tick=False)

    (row, _stayed) = [metric["accepted"] for metric in client.get(OVER_REST).json()["metrics"]]

    assert young["years"] == [{"from_on": "2025-04-01", "until_on": "2027-04-01"}]
    assert young["metrics"][0]["accepted"]["counts"] == [{"results": 30, "hidden": None}]
    assert row == {
        "counts": [{"results": None, "hidden": "withheld"}, {"results": None, "hidden": "small"}],
        "total": {"results": 30, "hidden": None},
    }


def test_whoever_keeps_yesterdays_page_cannot_tell_the_few_of_today(room, client):
    publish(room)
    totals = []
    for more in (12, 3, 4, 1, 9, 11):
        fill(room, accepted=more)
        totals.append(client.get(OVER_REST).json()["metrics"][0]["accepted"]["total"]["results"])

    # 12, 15, 19, 20, 29 and 40 were accepted by then.
    assert totals == [10, 10, 10, 20, 20, 40]


def test_a_dispute_is_marked_and_no_person_is_named(room, client):
    fill(room, accepted=12)
    line = room.world.contract.claims.get().lines.first()
    operations.raise_dispute(
        line=line, party=room.world.parties["northmoor"], reason="About Mr P", actor=VERIFIER, at=CLAIMED_AT
    )
    publish(room)

    page = client.get(PUBLIC).content.decode()

    assert "a decision is disputed" in page
    assert "Mr P" not in page
    assert "P-0" not in page
    assert client.get(OVER_REST).json()["metrics"][0]["has_dispute"] is True


@pytest.mark.parametrize(("code", "status"), [("northmoor", 403), ("hearthside", 403), ("plumbline", 403)])
def test_nobody_but_the_holder_decides_it(room, client, code, status):
    answers = [
        room.get(code, "publish"),
        room.as_(code).post(room.at(code, "publish"), {"act": "publish"}),
        room.as_(code).post(room.at(code, "unpublish")),
        Api(room, code, "contracts:read", "contracts:write").post("contract-publication"),
        Api(room, code, "contracts:read", "contracts:write").post("contract-unpublish"),
    ]

    assert {answer.status_code for answer in answers} == {status}
    assert not Publication.objects.exists()


def test_over_rest_the_holder_shows_it_and_takes_it_back(room, client):
    api = Api(room, "holder", "contracts:read", "contracts:write")

    done = api.post("contract-publication", private_prices=["moved_in"]).json()
    back = api.post("contract-unpublish").json()
    again = api.post("contract-unpublish")

    assert (done["is_public"], done["private_prices"]) == (True, ["moved_in"])
    assert back == {"is_public": False, "at": None, "private_prices": []}
    assert (again.status_code, again.json()["code"]) == (409, "bonds.not_public")


def test_what_makes_no_sense_publishes_nothing(room):
    draft = make_contract(reference="quarry", is_signed=False)
    with pytest.raises(PriceUnknown):
        publish(room, "no_such_result")
    with pytest.raises(NotRunning):
        operations.publish_contract(contract=draft.contract, actor=HOLDER, at=CLAIMED_AT)
    with pytest.raises(NotPublic):
        operations.withdraw_publication(contract=room.world.contract, actor=HOLDER, at=CLAIMED_AT)

    page = Room(draft).get("holder", "publish").content.decode()
    assert "once it is signed" in page
    assert not Publication.objects.exists()


@pytest.mark.parametrize(("address", "queries"), [(PUBLIC, 8), (OVER_REST, 8), ("/contracts/", 2)])
def test_the_pages_ask_the_database_so_often(room, client, address, queries):
    fill(room, accepted=2)
    publish(room)
    client.get(address)

    counts = []
    for more in (0, 12):
        fill(room, accepted=more)
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(address).status_code == 200
        counts.append(len(asked))

    assert counts == [queries, queries]
