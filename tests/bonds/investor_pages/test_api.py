"""Investors' money over REST: the same acts as on pages, the same figures, and who gets what."""

from __future__ import annotations

import pytest

from bonds.models import CapitalCall, CommitmentChange, Distribution, WaterfallRun
from payments.models import RecordedMoney
from tests.bonds.investor_books.support import draw, owners, run, spend
from tests.bonds.investor_pages.conftest import let_in

pytestmark = pytest.mark.django_db


def test_from_the_call_to_the_payment(room):
    keeper, own = room.api("treasurer"), room.api("bigfund", "contracts:read")
    preview = keeper.post("capital-call-preview", amount_pence=110_000).json()
    assert preview["parts"][0] == {"investor": "bigfund", "tranche": "senior", "pence": 60_000, "left_pence": 240_000}
    called = keeper.post(
        "capital-calls", amount_pence=110_000, due_on="2026-04-30", reason="Rooms", seen=preview["digest"]
    )
    assert (called.status_code, called.json()["number"], called.json()["open_pence"]) == (201, 1, 110_000)
    part = called.json()["parts"][0]["id"]
    body = {"moved_on": "2026-04-10", "amount_pence": 60_000, "reference": "BIG"}

    made = keeper.post("drawdown-record", part, **body)

    assert (made.status_code, made.json()["state"]) == (201, "requested")
    let_in(RecordedMoney.objects.get())
    assert owners(room.world, "2300") == {("bigfund", "senior"): 60_000}
    mine = own.get("capital-calls").status_code, own.get("capital-call", 1).json()
    assert mine[0] == 200
    assert (mine[1]["pence"], mine[1]["drawn_pence"], len(mine[1]["parts"])) == (60_000, 60_000, 1)

    spend(room.world, 1)
    shown = keeper.post("waterfall-preview", monthly_cost_pence=0).json()
    assert (shown["cash_pence"], shown["kept_pence"]) == (59_999, 0)
    shared = keeper.post("waterfall-runs", seen=shown["digest"])
    assert shared.status_code == 201
    assert shared.json()["stages"] == shown["stages"]
    (due,) = shared.json()["dues"]
    assert (due["party"], due["stage"], due["pence"], due["open_pence"]) == ("bigfund", "principal", 59_999, 59_999)
    paid = keeper.post("distribution-pay", due["id"], moved_on="2026-04-10", amount_pence=59_999)
    assert paid.status_code == 201
    let_in(RecordedMoney.objects.get(purpose="bonds.distribution"))

    assert own.get("distributions").json()[0]["paid_pence"] == 59_999
    stand = own.get("investors").json()
    assert stand["total"]["outstanding_pence"] == 1
    assert stand["total"]["returns"] == {"multiple": "0.999983", "rate": None, "rate_state": "undefined"}
    assert [one["investor"] for one in stand["commitments"]] == ["bigfund"]
    assert {(one["count"], one["threshold"], one["step"]) for one in stand["results"]} == {(None, 10, 10)}
    everybody = keeper.get("investors").json()
    assert (len(everybody["commitments"]), everybody["results"]) == (4, [])


def test_an_investor_reads_its_own_and_changes_nothing(room):
    draw(room.world, 110_000)
    run(room.world)
    due = Distribution.objects.first()
    part = CapitalCall.objects.get().parts.first()
    own, other = room.api("smallfund"), room.api("northmoor")

    seen = own.get("waterfall-run", 1).json()
    assert {one["party"] for one in seen["dues"]} == {"smallfund"}
    interest = next(one for one in seen["stages"] if one["kind"] == "interest")
    assert [(one["who"], one["paid_pence"]) for one in interest["parts"]] == [
        ("Brightwater Smallfund", 1_300),
        ("", 3_900),
    ]
    statement = {"from_on": "2025-04-01", "until_on": "2026-04-11", "investor": "bigfund"}
    assert own.get("investor-statements", **statement).json()["investor"] == "smallfund"
    tries = (
        ("capital-calls", {"amount_pence": 1, "due_on": "2026-04-30", "reason": "x"}),
        ("capital-call-preview", {"amount_pence": 1}),
        ("investor-cancel", {"amount_pence": 1, "reason": "x"}),
        ("investor-accrue", {}),
        ("investor-write-off", {"reason": "x"}),
        ("waterfall-runs", {}),
        ("waterfall-preview", {}),
        (("waterfall-withdraw", 1), {"reason": "x"}),
        (("drawdown-record", part.public_id), {"moved_on": "2026-04-10", "amount_pence": 1}),
        (("distribution-pay", due.public_id), {"moved_on": "2026-04-10", "amount_pence": 1}),
    )
    for name, body in tries:
        names = name if isinstance(name, tuple) else (name,)
        assert own.post(*names, **body).status_code == 403
        assert other.post(*names, **body).status_code == 403
    for name in ("investors", "capital-calls", "waterfall-runs", "distributions"):
        assert other.get(name).status_code == 403
    assert other.get("investor-statements", **statement).status_code == 403
    assert (CapitalCall.objects.count(), WaterfallRun.objects.count(), RecordedMoney.objects.count()) == (1, 1, 4)
    assert CommitmentChange.objects.count() == 0


def test_scopes_hold(room):
    reader = room.api("treasurer", "contracts:read")

    assert reader.get("investors").status_code == 200
    body = {"amount_pence": 1, "due_on": "2026-04-30", "reason": "x"}
    assert reader.post("capital-calls", **body).status_code == 403
    assert CapitalCall.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("capital-calls", {"amount_pence": 0, "due_on": "2026-04-30", "reason": "x"}, 400, "request.invalid"),
        (
            "capital-calls",
            {"amount_pence": 550_001, "due_on": "2026-04-30", "reason": "x"},
            422,
            "bonds.call.above_undrawn",
        ),
        ("capital-calls", {"amount_pence": 1, "due_on": "2026-04-09", "reason": "x"}, 422, "bonds.call_unsound"),
        (
            "capital-calls",
            {"amount_pence": 1, "due_on": "2026-04-30", "reason": "x", "seen": "0" * 64},
            409,
            "bonds.preview_outdated",
        ),
        ("waterfall-runs", {}, 409, "bonds.nothing_to_distribute"),
        ("waterfall-preview", {"monthly_cost_pence": -1}, 400, "request.invalid"),
        ("investor-write-off", {"reason": "x"}, 409, "bonds.nothing_to_write_off"),
        ("investor-cancel", {"amount_pence": 1}, 400, "request.invalid"),
    ],
)
def test_what_makes_no_sense_changes_nothing(room, name, body, status, code):
    answer = room.api("treasurer").post(name, **body)

    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert (CapitalCall.objects.count(), WaterfallRun.objects.count(), CommitmentChange.objects.count()) == (0, 0, 0)


def test_interest_cancelling_taking_back_and_the_statement(room):
    draw(room.world, 110_000)
    keeper = room.api("director")

    booked = keeper.post("investor-accrue").json()
    cancelled = keeper.post("investor-cancel", amount_pence=44_000, reason="Less is needed")
    keeper.post("waterfall-runs")
    back = keeper.post("waterfall-withdraw", 1, reason="The fees were missing").json()
    days = {"investor": "bigfund", "from_on": "2025-04-01", "until_on": "2026-04-11"}
    statement = keeper.get("investor-statements", **days).json()
    file = room.api("bigfund").post("investor-statement-pdf", **days)

    assert [one["pence"] for one in booked] == [3_900, 1_300]
    assert keeper.post("investor-accrue").json() == []
    assert [one["pence"] for one in cancelled.json()] == [24_000, 8_000, 8_000, 4_000]
    assert back["run"]["is_withdrawn"]
    assert {one["open_pence"] for one in back["dues"]} == {0}
    (line,) = statement["lines"]
    assert (line["drawn_pence"], line["interest_earned_pence"], line["undrawn_pence"]) == (60_000, 3_911, 216_000)
    assert [(one["kind"], one["pence"]) for one in statement["moves"]] == [
        ("called", 60_000), ("drawn", 60_000), ("cancelled", 24_000),
    ]  # fmt: skip
    assert statement["returns"]["rate_state"] == "total_loss"
    assert file.status_code == 201
    document = file.json()["document"]
    assert room.api("bigfund", "holdings:read").client.get(f"/api/v1/documents/{document}/").status_code in {200, 404}


def test_a_director_writes_down_no_money_and_other_contracts_parts_are_not_found(room):
    from tests.bonds.investor_books.support import call

    part = call(room.world, 110_000)["bigfund", "senior"]
    body = {"moved_on": "2026-04-10", "amount_pence": 1}

    assert room.api("director").post("drawdown-record", part.public_id, **body).status_code == 403
    assert room.api("treasurer").post("drawdown-record", "cpt_none", **body).status_code == 404
    assert room.api("treasurer").post("distribution-pay", "dst_none", **body).status_code == 404
    assert RecordedMoney.objects.count() == 0
