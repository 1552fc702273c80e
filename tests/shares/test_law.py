"""The law and the sums: pure, checked at their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shares import law
from shares.arithmetic import (
    Bound,
    HoldingLimits,
    NotWholeShares,
    compute_buying_room,
    compute_limits,
    shares_to_reach,
    shares_within,
    whole_shares,
)


@pytest.mark.parametrize(
    ("raw", "normalised"),
    [
        ("27093R", "27093R"),
        ("31920R", "31920R"),
        ("7116", "7116"),
        ("RS007642", "RS7642"),
        (" rs 007642 ", "RS7642"),
        ("IP 27093R", "IP27093R"),
        ("SP2345R(S)", "SP2345R(S)"),
        ("NI000123", "NI123"),
        ("007822", "7822"),
    ],
)
def test_a_registration_number_has_one_form(raw, normalised):
    assert law.normalise_registration_number(raw) == normalised


@pytest.mark.parametrize("raw", ["", "R", "12345678", "27093RRRRR", "XX123", "27093R; DROP TABLE", "seven", "-7116é"])
def test_a_malformed_registration_number_is_refused(raw):
    with pytest.raises(law.RegistrationNumberMalformed):
        law.normalise_registration_number(raw)


def test_each_column_of_the_register_is_named_by_its_letter():
    assert list(law.REGISTER_COLUMNS) == ["a", "b", "c", "d", "e", "f"]
    assert set(law.INSPECTION_COLUMNS) == {"a", "e", "f"}


def test_only_a_registered_society_is_exempt():
    assert law.is_exempt_from_holding_limit(is_registered_society=True)
    assert not law.is_exempt_from_holding_limit(is_registered_society=False)


def test_missing_content_is_listed_in_the_order_of_the_checklist():
    content = {name: "x" for names in law.REQUIRED_CONTENT.values() for name in names}

    assert law.missing_content(content, has_traded=False) == []
    assert law.missing_content(content, has_traded=True) == list(law.REQUIRED_CONTENT_EXISTING)
    assert law.missing_content(content | {"risk_capital": " \n"}, has_traded=False) == ["risk_capital"]


def test_what_the_document_must_say_are_fields_of_the_terms():
    from shares.models import OfferTerms

    wanted = {name for names in law.REQUIRED_CONTENT.values() for name in names} | set(law.REQUIRED_CONTENT_EXISTING)
    assert wanted <= set(OfferTerms.content_fields())


@pytest.mark.parametrize(
    ("pence", "price", "shares"), [(1_000, 1_000, 1), (25_000, 1_000, 25), (100, 100, 1), (12_000_00, 10_00, 1_200)]
)
def test_an_amount_that_is_a_multiple_buys_whole_shares(pence, price, shares):
    assert whole_shares(pence, price) == shares


@pytest.mark.parametrize(
    ("pence", "below", "above"), [(1_050, 1_000, 2_000), (999, 0, 1_000), (0, 0, 1_000), (-500, 0, 1_000)]
)
def test_an_amount_that_is_no_multiple_names_the_two_nearest(pence, below, above):
    with pytest.raises(NotWholeShares) as refusal:
        whole_shares(pence, 1_000)

    assert (refusal.value.facts["below_pence"], refusal.value.facts["above_pence"]) == (below, above)


@pytest.mark.parametrize(
    ("rules", "offer", "is_exempt", "expected"),
    [
        (10_000_000, 10_000_000, False, HoldingLimits(10_000_000, 10_000_000, 10_000_000)),
        (10_000_000, 10_000_000, True, HoldingLimits(None, 10**15, 10**15)),
        (2_000_000, 10_000_000, True, HoldingLimits(None, 2_000_000, 10**15)),
        (10_000_000, 500_000, True, HoldingLimits(None, 10**15, 500_000)),
    ],
)
def test_an_exempt_holder_is_bound_only_by_limits_below_the_law(rules, offer, is_exempt, expected):
    limits = compute_limits(legal_pence=10_000_000, rules_pence=rules, offer_pence=offer, is_exempt=is_exempt)

    assert limits == expected


def _room(**facts):
    given_facts = {
        "price_pence": 1_000,
        "smallest_pence": 5_000,
        "limits": HoldingLimits(10_000_000, 1_000_000, 500_000),
        "held_pence": 0,
        "pending_pence": 0,
        "secure_pence": 0,
        "shares_left": 1_000,
        **facts,
    }
    return compute_buying_room(**given_facts)


@pytest.mark.parametrize(
    ("facts", "least", "most", "bound"),
    [
        ({}, 5, 500, Bound.OFFER_LIMIT),
        ({"held_pence": 300_000, "pending_pence": 150_000, "secure_pence": 450_000}, 1, 50, Bound.OFFER_LIMIT),
        ({"shares_left": 3}, 5, 3, Bound.OFFER_MAXIMUM),
        ({"limits": HoldingLimits(200_000, 200_000, 200_000)}, 5, 200, Bound.LEGAL_LIMIT),
        ({"limits": HoldingLimits(None, 200_000, 200_000)}, 5, 200, Bound.RULES_LIMIT),
        ({"held_pence": 600_000, "secure_pence": 600_000}, 1, 0, Bound.OFFER_LIMIT),
        ({"pending_pence": 3_000}, 5, 497, Bound.OFFER_LIMIT),
        ({"smallest_pence": 5_500}, 6, 500, Bound.OFFER_LIMIT),
    ],
    ids=[
        "newcomer",
        "holds and has applied",
        "nearly full",
        "law first of equals",
        "rules before offer",
        "over already",
        "reserved does not count as held",
        "smallest rounds up",
    ],
)
def test_buying_room_at_its_edges(facts, least, most, bound):
    room = _room(**facts)

    assert (room.least_shares, room.most_shares, room.bound) == (least, most, bound)
    assert room.may_buy is (most >= least)


# The peer's example: maximum 5,000, 3,000 held, 1,500 pending: 500 passes and 525 does not.
def test_held_and_pending_both_count_as_in_the_known_case():
    room = _room(
        price_pence=2_500,
        limits=HoldingLimits(None, 500_000, 500_000),
        held_pence=300_000,
        pending_pence=150_000,
        secure_pence=450_000,
    )

    assert room.most_pence == 50_000


@given(
    price=st.integers(1, 100_000),
    limit=st.integers(1, 10**9),
    held=st.integers(0, 10**9),
    pending=st.integers(0, 10**9),
    left=st.integers(0, 10**6),
)
def test_buying_the_most_never_passes_a_limit_or_the_maximum(price, limit, held, pending, left):
    room = _room(
        price_pence=price,
        limits=HoldingLimits(None, limit, limit),
        held_pence=held,
        pending_pence=pending,
        secure_pence=held,
        shares_left=left,
    )

    assert 0 <= room.most_shares <= left
    assert room.most_shares == 0 or held + pending + room.most_shares * price <= limit
    assert room.most_shares == left or held + pending + (room.most_shares + 1) * price > limit


@given(pence=st.integers(-(10**9), 10**9), price=st.integers(1, 10**6))
def test_within_and_to_reach_bracket_an_amount(pence, price):
    wanted = max(pence, 0)

    assert shares_within(pence, price) * price <= wanted <= shares_to_reach(pence, price) * price
