"""Providers' pay over REST: the same acts and figures as on pages, and who gets what."""

from __future__ import annotations

import pytest

from bonds.models import ProviderAccrual, ProviderStatement, ReferralCompensation
from payments.models import RecordedMoney
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.provider_pay.support import book, refer

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(room):
    return Api(room, "holder", "contracts:read", "contracts:write", "payments:write")


@pytest.fixture
def provider(room):
    return Api(room, "hearthside", "contracts:read", "contracts:write", "payments:write")


def test_from_what_is_due_to_the_recorded_payment(room, holder, provider):
    unbooked = holder.get("unbooked-dues").json()
    made = holder.post("provider-pay")
    asked = holder.post("provider-payments", "hearthside", amount_pence=300_000, moved_on="2025-07-21")

    assert (unbooked["pence"], unbooked["count"]) == (528_000, 9)
    assert unbooked["dues"][0] == {
        "provider": "hearthside", "kind": "fee", "pence": 100_000, "from_on": "2025-04-01", "until_on": "2025-05-01",
        "line": "",
    }  # fmt: skip
    assert (made.status_code, made.json()["pence"], made.json()["due_count"]) == (201, 528_000, 9)
    assert (asked.status_code, asked.json()["state"]) == (201, "requested")
    assert provider.get("provider-pay").json() == [
        {
            "provider": "hearthside", "name": "Brightwater Hearthside", "due_pence": 348_000, "paid_pence": 0,
            "waiting_pence": 300_000, "open_pence": 348_000, "owed_back_pence": 0, "from_runs_pence": 0,
        }
    ]  # fmt: skip
    assert len(holder.get("provider-pay").json()) == 2


def test_a_key_sent_twice_records_once(room, holder):
    book(room.world)
    sent = {"amount_pence": 1_000, "moved_on": "2025-07-21"}

    address = "/api/v1/groups/{}/contracts/{}/provider-pay/hearthside/payments/".format(*holder.parts)
    answers = [
        holder.client.post(address, sent, content_type="application/json", headers={"idempotency-key": "one"})
        for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert RecordedMoney.objects.count() == 1


def test_each_due_says_why(room, provider):
    book(room.world)

    listed = provider.get("provider-dues", "hearthside").json()["results"]

    by_kind = {one["kind"]: one for one in listed}
    assert len(listed) == 6
    assert by_kind["outcome"]["steps"] == [
        {
            "step": "per_outcome",
            "amount": 30_000,
            "words": "1 accepted at £300.00 each, by version 1 of the terms.",
            "facts": {"metric": "moved_in", "units": 1, "price": 30_000, "version": 1},
        }
    ]
    assert by_kind["outcome"]["line"].startswith("cln_") or by_kind["outcome"]["line"]


def test_statement_and_issue(room, holder, provider):
    book(room.world)

    shown = provider.get("provider-statement", "hearthside", from_on="2025-07-01", until_on="2025-07-22").json()
    issued = holder.post("provider-statements", "hearthside", from_on="2025-07-01", until_on="2025-07-22")

    assert shown["sections"][0]["rows"][-1]["cells"]["balance"] == "3480.00"
    assert (issued.status_code, issued.json()["after_pence"]) == (201, 348_000)
    assert [one["number"] for one in provider.get("provider-statements", "hearthside").json()["results"]] == [1]
    wrong = provider.get("provider-statement", "hearthside", from_on="2025-07-22", until_on="2025-07-22")
    assert wrong.status_code == 400


def test_compensation_is_accepted_and_listed(room, holder, provider):
    refer(room.world, 4)
    named = {"commissioner": "northmoor", "provider": "hearthside", "from_on": "2025-04-01"}

    made = holder.post("compensations", **named)

    assert (made.status_code, made.json()["pence"], made.json()["came"]) == (201, 20_000, 4)
    assert holder.post("compensations", **named).status_code == 409
    assert [one["pence"] for one in provider.get("compensations").json()["results"]] == [20_000]
    (standing,) = provider.get("contract-guarantees").json()
    assert standing["accepted"] == ReferralCompensation.objects.get().public_id
    assert Api(room, "southfell", "contracts:read").get("compensations").json()["results"] == []


def test_compensation_is_undone(room, holder, provider):
    refer(room.world, 4)
    named = {"commissioner": "northmoor", "provider": "hearthside", "from_on": "2025-04-01"}
    made = holder.post("compensations", **named).json()

    assert provider.post("compensation-undo", made["id"], reason="No.").status_code == 403
    assert holder.post("compensation-undo", made["id"], reason="").status_code == 400
    undone = holder.post("compensation-undo", made["id"], reason="One came late.")
    again = holder.post("compensation-undo", made["id"], reason="One came late.")

    assert (made["undone_on"], undone.status_code, undone.json()["undone_on"]) == (None, 200, "2025-07-21")
    assert (again.status_code, again.json()["code"]) == (409, "bonds.compensation_undone")
    assert [one["undone_on"] for one in provider.get("compensations").json()["results"]] == ["2025-07-21"]
    dues = provider.get("provider-dues", "hearthside").json()["results"]
    assert [(one["pence"], one["is_taken_back"]) for one in dues] == [(-20_000, True), (20_000, False)]
    assert holder.post("compensation-undo", "rcp_none", reason="x").status_code == 404


def test_what_others_may_not_do_changes_nothing(room, holder, provider):
    book(room.world)
    refused = [
        provider.post("provider-pay"),
        provider.get("unbooked-dues"),
        provider.post("provider-payments", "hearthside", amount_pence=1, moved_on="2025-07-21"),
        provider.post("provider-statements", "hearthside", from_on="2025-07-01", until_on="2025-07-22"),
        provider.post("compensations", commissioner="northmoor", provider="hearthside", from_on="2025-04-01"),
        provider.get("provider-dues", "lanternhouse"),
        Api(room, "northmoor").get("provider-pay"),
        Api(room, "plumbline").get("provider-dues", "hearthside"),
    ]

    assert {one.status_code for one in refused} == {403}
    assert holder.get("provider-dues", "nobody").status_code == 404
    counts = (ProviderAccrual, RecordedMoney, ProviderStatement, ReferralCompensation)
    assert [one.objects.count() for one in counts] == [1, 0, 0, 0]
