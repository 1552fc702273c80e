"""Reports over REST: the same path as on pages, and who gets which copy."""

from __future__ import annotations

import pytest

from bonds.models import InvestorReport
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.investor_reports.support import issue, render_all

pytestmark = pytest.mark.django_db
GIVEN = {"from_on": "2025-04-01", "until_on": "2026-05-01", "expected": {"moved_in": 8}, "words": "A second house."}
SCOPES = ("contracts:read", "contracts:write")


def test_from_a_look_to_everybodys_copies(room):
    holder, investor = Api(room, "holder", *SCOPES), Api(room, "bigfund", *SCOPES)

    seen = holder.post("investor-report-preview", **GIVEN)
    assert (seen.status_code, InvestorReport.objects.count()) == (200, 0)
    assert seen.json()["own"]["bigfund"]["returns"]["multiple"] == "0.625000"

    made = holder.post("investor-report-list", **GIVEN)
    assert made.status_code == 201
    assert [one["investor"] for one in made.json()["copies"]] == ["bigfund", "smallfund", "seedtrust"]
    assert made.json()["facts"] == seen.json()["facts"]
    assert {one["is_made"] for one in made.json()["copies"]} == {False}

    render_all(InvestorReport.objects.get())
    own = investor.get("investor-report", 1).json()
    assert [(one["investor"], one["is_made"]) for one in own["copies"]] == [("bigfund", True)]
    assert own["words"] == "A second house."
    assert [one["number"] for one in investor.get("investor-report-list").json()] == [1]

    gone = holder.post("investor-report-withdraw", 1, reason="The grant was missing.")
    assert (gone.status_code, gone.json()["is_withdrawn"]) == (200, True)


def test_what_is_refused_keeps_nothing(room):
    holder, investor = Api(room, "holder", *SCOPES), Api(room, "bigfund", *SCOPES)

    answers = [
        holder.post("investor-report-list", **GIVEN | {"until_on": "2026-05-08"}),
        holder.post("investor-report-list", **GIVEN | {"from_on": "2025-05-01"}),
        holder.post("investor-report-list", **GIVEN | {"expected": {"moved_in": -1}}),
        investor.post("investor-report-list", **GIVEN),
        Api(room, "holder", "contracts:read").post("investor-report-list", **GIVEN),
        holder.get("investor-report", 1),
    ]

    assert [one.status_code for one in answers] == [422, 409, 400, 403, 403, 404]
    assert [one.json().get("code") for one in answers[:2]] == ["bonds.report_unsound", "bonds.report_period_taken"]
    assert not InvestorReport.objects.exists()


def test_other_parties_have_no_reports(room):
    issue(room.world)
    stranger = Api(room, "hearthside", *SCOPES)

    assert stranger.get("investor-report-list").status_code == 403
    assert stranger.get("investor-report", 1).status_code == 403
