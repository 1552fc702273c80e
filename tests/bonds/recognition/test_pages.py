"""When income counts, on the page and over REST: the holder's bookkeepers choose it, others do not see it."""

from __future__ import annotations

import pytest

from bonds.models import RecognitionPolicy
from foundation import clock
from tests.bonds.invoice_pages.conftest import MOVED_ON

pytestmark = pytest.mark.django_db
TYPED = {
    "recognise_at": "submitted_constrained",
    "percent": "80",
    "from_on": "2025-07-15",
    "reason": "Nine in ten were accepted",
}


def test_it_is_recorded_and_shown(till):
    before = till.get("holder", "recognition").content.decode()
    done = till.post("holder", "recognition", **TYPED).content.decode()
    till.world.submit(till.world.make_event("moved_in", MOVED_ON, evidence="tenancy"), at=clock.now())
    after = till.get("holder", "recognition").content.decode()

    assert "Today: a result is income when it is accepted." in before
    assert "80 % of what a claim is expected to come to is income when it is submitted, since 15 July 2025" in done
    assert RecognitionPolicy.objects.get().percent == 8_000
    assert "£400.00" in after


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"from_on": "2025-07-14"}, "Begin today or later."),
        ({"percent": ""}, "Say which part"),
        ({"recognise_at": "approved"}, "There is no part where income waits for acceptance."),
        ({"reason": ""}, "Say what this rests on."),
    ],
)
def test_what_cannot_be_is_said_where_it_is_wrong(till, typed, words):
    page = till.post("holder", "recognition", **TYPED | typed)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert not RecognitionPolicy.objects.exists()


@pytest.mark.parametrize("code", ["northmoor", "hearthside", "plumbline"])
def test_nobody_else_sees_or_chooses_it(till, code):
    assert till.get(code, "recognition").status_code == 403
    assert till.post(code, "recognition", **TYPED).status_code == 403
    assert till.api(code).post("recognition-list", **TYPED).status_code == 403
    assert not RecognitionPolicy.objects.exists()


def test_over_rest(till):
    holder = till.api("holder")
    made = holder.post("recognition-list", **TYPED | {"percent": 8_000})
    wrong = holder.post("recognition-list", **TYPED | {"percent": 0})
    listed = holder.get("recognition-list").json()

    assert (made.status_code, made.json()["percent"]) == (201, 8_000)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bonds.recognition_unsound")
    assert [one["recognise_at"] for one in listed["policies"]] == ["submitted_constrained"]
    assert listed["early_pence"] == 0
