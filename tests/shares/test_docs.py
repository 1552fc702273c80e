"""The page on community shares says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from shares import operations, queries
from shares.states import APPLICATION_TRANSITIONS, OFFER_TRANSITIONS, EndReason

PAGE = (Path(__file__).parents[2] / "docs" / "community-shares.md").read_text("utf-8")


@pytest.mark.parametrize("table", [OFFER_TRANSITIONS, APPLICATION_TRANSITIONS], ids=["offer", "application"])
def test_the_tables_of_states_are_those_of_the_code(table):
    for before, after in table.items():
        row = f"| {before.value} | {', '.join(sorted(one.value for one in after)) or '(nothing follows)'} |"
        assert row in PAGE


def test_each_reason_for_an_end_is_named():
    assert [reason.value for reason in EndReason if reason.value not in PAGE] == []


def test_each_act_and_query_that_is_named_exists():
    named = [word for line in PAGE.splitlines() if line.startswith("|") for word in line.split("`")[1::2]]
    acts = [word for word in named if word.isidentifier() and "_" in word and not word.endswith(("_at", "_on"))]
    known = set(dir(operations)) | set(dir(queries)) | {"note_refunded", "note_refund_failed"}
    known |= {"note_checkout_ended", "note_disputed"}
    assert [word for word in acts if word not in known] == []
