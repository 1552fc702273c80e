"""The holder looks at each step before it ends a deal; guarantees are written down, and each party sees its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from bonds.models import GuaranteeCall, GuaranteeMoney, WaterfallRun
from foundation.models import MailMessage
from payments.models import RecordedMoney
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.investor_endings.keepers import Keepers
from tests.bonds.investor_endings.support import ENDING, deal, end

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
SCOPES = ("contracts:read", "contracts:write")


@pytest.fixture
def room(db, time_machine):
    world = deal(80_000)
    time_machine.move_to(NOW, tick=False)
    return Keepers(world)


def digest_of(page) -> str:
    return page.context["digest"]


def test_it_is_wound_up_after_a_look_at_each_step(room):
    seen = room.get("holder", "wind-up")
    words = seen.content.decode()
    assert "£350.00 of the principal is missing; guarantors are asked for £150.00." not in words
    assert "guarantors are asked for £150.00." in words
    assert not WaterfallRun.objects.exists()

    page = room.post("holder", "wind-up", reason="The service has ended.", is_meant="on", seen=digest_of(seen))

    assert page.redirect_chain == [(room.at("holder", "endings"), 302)]
    shown = page.content.decode()
    assert "The service has ended." in shown
    assert "it paid" in shown
    assert WaterfallRun.objects.get().kind == "final"
    assert "guarantors are asked for £150.00." in room.get("holder", "waterfall-run", 1).content.decode()
    assert "The deal is wound up" in room.get("holder", "wind-up").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": ""}, "This field is required"),
        ({"is_meant": ""}, "Tick the box to end it."),
        ({"seen": "0" * 64}, "Something has moved since you looked."),
    ],
)
def test_a_refusal_says_why_and_loses_nothing_typed(room, typed, words):
    seen = digest_of(room.get("holder", "wind-up"))
    page = room.post("holder", "wind-up", **{"reason": "It is over.", "is_meant": "on", "seen": seen} | typed)

    shown = page.content.decode()
    assert words in shown
    assert "<title>Error:" in shown
    assert typed.get("reason", "It is over.") in shown
    assert not WaterfallRun.objects.exists()


def test_a_guarantors_money_comes_and_goes_on_by_two_people(room):
    end(room.world)
    call = GuaranteeCall.objects.get()
    typed = {"key": "k" * 32, "moved_on": "2026-04-10", "amount_pence": "150.00", "reference": "G 1"}

    too_much = room.post("holder", "guarantee-receipt", call.public_id, **typed | {"amount_pence": "150.01"})
    assert "The guarantor owes less than this." in too_much.content.decode()
    page = room.post("holder", "guarantee-receipt", call.public_id, **typed)

    record = RecordedMoney.objects.get(purpose="bonds.guarantee")
    assert page.redirect_chain == [(reverse("payments:recorded", args=[room.slug("holder"), record.public_id]), 302)]
    assert (record.state, record.amount_pence) == ("requested", 15_000)
    assert not GuaranteeMoney.objects.exists()


def test_investors_and_guarantors_are_told_without_a_figure(room):
    for code in ("bigfund", "topup", "northmoor"):
        room.as_(code)
    end(room.world)

    mails = MailMessage.objects.filter(template__startswith="bonds/").order_by("pk")
    assert [(one.to, one.subject) for one in mails] == [
        ("bigfund@example.org", "Brightwater Homes is wound up for its investors"),
        ("topup@example.org", "Your guarantee for Brightwater Homes is asked for"),
    ]
    assert "£" not in " ".join(one.text for one in mails)


def test_each_party_sees_the_guarantees_that_it_gives_or_gets(room):
    end(room.world)
    name = "Brightwater Seedtrust"

    for code, sees, runs in (("topup", True, False), ("seedtrust", True, True), ("bigfund", False, True)):
        words = room.get(code, "endings").content.decode()
        assert (name in words) is sees, code
        assert ("Step by step" in words) is runs, code
    assert name not in room.get("northmoor", "endings").content.decode()
    assert room.get("bigfund", "wind-up").status_code == 403
    assert room.get("topup", "guarantee-receipt", GuaranteeCall.objects.get().public_id).status_code == 403


def test_a_tranche_is_ended_on_its_page(time_machine, db):
    world = deal(70_000, ENDING)
    time_machine.move_to(NOW, tick=False)
    room = Keepers(world)
    assert "End “Senior” early: 75 % comes back" in room.get("holder", "endings").content.decode()

    seen = room.get("holder", "redeem", "senior")
    room.post("holder", "redeem", "senior", reason="The council ends it.", is_meant="on", seen=digest_of(seen))

    assert WaterfallRun.objects.get().kind == "redemption"
    assert "cannot be ended early on this day" in room.get("holder", "redeem", "grant").content.decode()


def test_the_same_over_rest(room):
    holder, fund = Api(room, "holder", *SCOPES), Api(room, "topup", *SCOPES)

    seen = holder.get("wind-up-preview").json()
    made = holder.post("wind-up", reason="It is over.", seen=seen["digest"])
    assert (made.status_code, made.json()["kind"], made.json()["steps"]) == (201, "final", seen["steps"])
    assert "bigfund" not in str(made.json())
    assert holder.post("wind-up", reason="Again.").json()["code"] == "bonds.wound_up"
    [owed] = fund.get("endings").json()["guarantees"]
    assert (owed["guarantor"], owed["investor"], owed["pence"]) == ("topup", "seedtrust", 15_000)
    assert fund.get("endings").json()["endings"] == []
    given = {"amount_pence": 15_000, "moved_on": "2026-04-10"}
    treasurer = Api(room, "holder", "payments:write")
    assert holder.post("guarantee-receipt", owed["id"], **given).status_code == 403, "it needs the scope of money"
    assert treasurer.post("guarantee-receipt", owed["id"], **given).json()["state"] == "requested"
    assert treasurer.post("guarantee-payout", owed["id"], **given).status_code == 409
    assert fund.post("guarantee-receipt", owed["id"], **given).status_code == 403
    assert holder.post("redeem-preview", tranche="senior").json()["code"] == "bonds.wound_up"
    assert holder.post("redeem", tranche="senior", reason="Why").status_code == 409
