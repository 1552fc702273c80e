"""Calls in the books, on the page and over REST: those who keep the investors choose, others do not see it."""

from __future__ import annotations

import pytest

from bonds.models import NoticePolicy
from tests.bonds.investor_books.support import RUN_AT, RUN_ON, balances, call
from tests.bonds.investor_pages.conftest import words

pytestmark = pytest.mark.django_db
TYPED = {"is_posted": "yes", "from_on": "2026-04-10", "reason": "Our auditor asks for it."}


def test_it_is_chosen_and_then_calls_are_posted_and_say_so(room):
    before = words(room.get("treasurer", "investor-notices"))
    new = words(room.get("treasurer", "investor-call"))
    done = words(room.post("treasurer", "investor-notices", **TYPED))
    call(room.world, 110_000, at=RUN_AT, due_on=RUN_ON)
    after = words(room.get("treasurer", "investor-notices"))
    shown = words(room.get("treasurer", "capital-call", 1))
    own = words(room.get("bigfund", "capital-call", 1))

    assert "calls are not posted" in before
    assert "Nothing is posted by a call." in new
    assert "calls are posted, since 10 April 2026" in done
    assert "Calls from 10 April 2026 are posted. Our auditor asks for it." in done
    assert "The call is posted" in words(room.get("treasurer", "investor-call"))
    assert "£1,000.00" in after
    assert "awaited (1150)" in shown
    assert "awaited (1150)" not in own
    assert balances(room.world.contract)["1150"] == 100_000


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"from_on": "2026-04-09"}, "Begin today or later."),
        ({"is_posted": ""}, "Choose one of the two."),
        ({"reason": ""}, "Say what this rests on."),
    ],
)
def test_what_cannot_be_is_said_where_it_is_wrong_and_nothing_typed_is_lost(room, typed, said):
    page = room.post("treasurer", "investor-notices", **TYPED | typed)

    assert page.status_code == 200
    assert said in words(page)
    assert (TYPED | typed)["reason"] in page.content.decode()
    assert not NoticePolicy.objects.exists()


def test_an_investor_neither_sees_nor_chooses_it(room):
    assert room.get("bigfund", "investor-notices").status_code == 403
    assert room.post("bigfund", "investor-notices", **TYPED).status_code == 403
    assert room.api("bigfund").post("investor-notices", **TYPED).status_code == 403
    assert "Calls in the books" not in words(room.get("bigfund", "investors"))
    assert "Calls in the books" in words(room.get("treasurer", "investors"))
    assert not NoticePolicy.objects.exists()


def test_over_rest(room):
    api = room.api("treasurer")
    made = api.post("investor-notices", **TYPED | {"is_posted": True})
    wrong = api.post("investor-notices", **TYPED | {"is_posted": True, "from_on": "2026-04-09"})
    call(room.world, 110_000, at=RUN_AT, due_on=RUN_ON)
    listed = api.get("investor-notices").json()

    assert (made.status_code, made.json()["is_posted"]) == (201, True)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bonds.notice_policy_unsound")
    assert ([one["from_on"] for one in listed["policies"]], listed["awaited_pence"]) == (["2026-04-10"], 100_000)
