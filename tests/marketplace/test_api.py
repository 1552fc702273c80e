"""Offers on show over REST."""

from __future__ import annotations

import pytest
import time_machine

from tests.marketplace.making import NOW, apply, make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def present():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_list_says_what_a_card_says(client):
    offer = make_offer()
    apply(offer, 4)

    body = client.get("/api/v1/offers/").json()

    assert body["next"] is None
    assert body["results"] == [
        {
            "id": offer.public_id,
            "slug": "fleece",
            "title": "The Fleece, Bradley Moor",
            "summary": "The last pub of the valley is for sale. Own it with your neighbours.",
            "venture_kind": "pub",
            "place": "Bradley Moor",
            "outcode": "GL54",
            "area": "Cotswold",
            "standing": "open",
            "opens_at": "2026-09-01T09:00:00+01:00",
            "closes_at": "2026-12-04T17:00:00Z",
            "days_left": 12,
            "society": {
                "name": offer.organisation.name,
                "registration_number": offer.society.registration_number,
                "legal_form": "community_benefit",
                "registered_office": "The Old School\nHigh Street",
                "asset_lock": "voluntary",
            },
            "minimum_pence": 120_000_00,
            "maximum_pence": 260_000_00,
            "raised": {
                "applied_pence": 100_00,
                "cleared_pence": 100_00,
                "allotted_pence": 0,
                "returned_pence": 0,
                "members": 1,
            },
        }
    ]


def test_the_list_goes_on_by_cursor_and_its_queries_do_not_grow(client, django_assert_num_queries):
    for number in range(5):
        make_offer(f"offer-{number}")

    with django_assert_num_queries(2):
        first = client.get("/api/v1/offers/?limit=3").json()
    second = client.get(first["next"]).json()

    assert [row["slug"] for row in first["results"]] == ["offer-4", "offer-3", "offer-2"]
    assert [row["slug"] for row in second["results"]] == ["offer-1", "offer-0"]
    assert second["next"] is None


def test_a_kind_narrows_and_an_unknown_one_finds_none(client):
    make_offer()

    assert len(client.get("/api/v1/offers/?venture_kind=pub").json()["results"]) == 1
    assert client.get("/api/v1/offers/?venture_kind=zoo").json()["results"] == []


def test_one_offer_comes_with_terms_risks_and_days(client):
    offer = make_offer()
    apply(offer, 4)

    body = client.get("/api/v1/offers/fleece/").json()

    assert body["offer"]["slug"] == "fleece"
    assert body["terms_id"] == offer.current_terms.public_id
    assert (body["price_pence"], body["smallest_holding_pence"], body["largest_holding_pence"]) == (2500, 5000, 2000000)
    assert [risk["name"] for risk in body["risks"]] == [
        "risk_capital", "risk_withdrawal", "risk_returns", "risk_business", "risk_project",
    ]  # fmt: skip
    assert body["raised_by_day"] == [{"on": "2026-09-01", "cleared_pence": 10000, "applied_pence": 10000}]


def test_an_unknown_offer_is_a_problem_with_a_stable_code(client):
    response = client.get("/api/v1/offers/none/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "marketplace.offer_not_shown"


def test_a_forged_cursor_and_a_write_are_refused(client):
    assert client.get("/api/v1/offers/?cursor=forged").status_code == 404
    assert client.post("/api/v1/offers/", {}, content_type="application/json").status_code in {401, 403, 405}
