"""A person's data: given out whole, erased as far as the law allows, moved when two turn out to be one."""

from __future__ import annotations

import json

import pytest

from shares import exports
from shares.operations import privacy
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def test_the_export_has_applications_consents_and_entries(offer):
    application = make.paid(offer, 100)
    make.closed_offer(offer)
    make.allot(offer)

    given = exports.export_shares(application.person.public_id)

    [row] = given["applications"]
    assert (row["id"], row["amount_pence"], row["state"]) == (application.public_id, 100_000, "allotted")
    assert {consent["wording"] for consent in row["consents"] if consent["given"]} == {
        "read_document v1",
        "may_lose_all v1",
        "no_compensation v1",
        "withdrawal_not_certain v1",
        "rules v1",
        "register v1",
    }
    [membership] = given["memberships"]
    assert [(entry["number"], entry["shares"]) for entry in membership["entries"]] == [(1, 100)]
    assert json.dumps(given, default=str)


def test_erasing_leaves_the_register_and_paid_applications_and_says_so(offer):
    user = make.make_user()
    make.paid(offer, 100, user=user)
    unpaid = make.complete(offer, 10, user=user)

    answers = privacy.erase_shares(person=user.person.public_id, at=make.NOW)

    erased = make.reread(unpaid)
    assert (erased.person, erased.particulars) == (None, None)
    assert [answer.split(":")[0] for answer in answers] == ["Erased", "Kept"]


def test_merging_moves_what_is_not_decided(offer):
    unpaid = make.complete(offer, 10)
    stays = make.make_user_with_person()

    privacy.merge_shares(kept=stays.public_id, merged=unpaid.person.public_id, at=make.NOW)

    moved = make.reread(unpaid)
    assert (moved.person, moved.particulars) == (stays, None)
