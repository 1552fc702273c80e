"""Investors' terms as JSON: the same back, the same digest, and every problem told with its place."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.agreements import (
    InvestorTermsUnsound,
    digest_of_investor_terms,
    read_investor_terms,
    write_investor_terms,
)
from bonds.arithmetic.terms import Period
from bonds.arithmetic.tranches import (
    Beneficiary,
    Guarantee,
    GuaranteeBasis,
    InterestKind,
    Redemption,
    Repayment,
    Stage,
    StageKind,
    SuccessFee,
    SurplusPart,
    Upside,
    typical_order,
)
from tests.bonds.investors.deals import commit, deal, irr, simple_cap, times, tranche

BOND = tranche(
    "bond",
    "mezzanine",
    interest=InterestKind.COUPON,
    rate=Decimal("2.5"),
    coupon_months=6,
    coupon_from_on=date(2024, 4, 1),
    interest_until_on=date(2027, 4, 1),
    repayment=Repayment.MATURITY,
    matures_on=date(2031, 4, 1),
    redemptions=(
        Redemption(period=Period(until_on=date(2028, 4, 1)), percent=7_500),
        Redemption(period=Period(from_on=date(2028, 4, 1)), percent=5_000),
    ),
)
FULL = deal(
    [
        tranche("senior", rate="6.5", return_caps=(irr("11.37"), times("1.5")), is_recycled=True),
        BOND,
        tranche("first_loss", return_caps=(simple_cap("8"),)),
        tranche("recoverable_grant"),
        tranche("grant"),
    ],
    [
        commit("Calder", "senior", 60_000, rate=Decimal("6.25"), return_caps=(irr("8.93"),)),
        commit("Wharfe", "senior", 40_000, return_caps=()),
        commit("Wharfe", "bond", 50_000),
        commit("Nidd", "first_loss", 30_000),
        commit("Fund", "recoverable_grant", 10_000),
        commit("Charity", "grant", 5_000),
    ],
    calls=(("grant", "recoverable_grant", "first_loss"), ("bond", "senior")),
    reserve_months=3,
    recycled_until_on=date(2025, 4, 1),
    upside=Upside(tranches=("first_loss", "bond"), fees=(SuccessFee(provider="Hub", percent=2_000, most=9_000),)),
    surplus=(
        SurplusPart(to=Beneficiary.COMMISSIONER, party="Council", percent=6_667),
        SurplusPart(to=Beneficiary.ASSET_LOCK, party="Trust", percent=3_333),
    ),
    guarantees=(
        Guarantee(guarantor="Bank", tranches=("senior",), percent=7_500, basis=GuaranteeBasis.LOSS, most=50_000),
    ),
)
FULL = replace(FULL, order=typical_order(FULL.tranches))
PLAIN = deal([tranche("senior")], [commit("Calder", "senior", 1_000)])


@pytest.mark.parametrize("terms", [FULL, PLAIN])
def test_what_is_written_is_read_as_the_same(terms):
    text = json.dumps(write_investor_terms(terms))

    assert read_investor_terms(json.loads(text)) == terms


def test_none_and_no_caps_of_one_s_own_are_not_the_same():
    first, second, third = write_investor_terms(FULL)["commitments"][:3]

    assert (first["return_caps"], second["return_caps"]) == ([{"kind": "irr", "limit": "8.93"}], [])
    assert "return_caps" not in third


def test_plain_terms_are_written_plainly():
    assert write_investor_terms(PLAIN) == {
        "currency": "GBP",
        "tranches": [
            {
                "code": "senior",
                "name": "Senior",
                "kind": "senior",
                "interest": "none",
                "rate": "0",
                "coupon_months": 12,
                "repayment": "sweep",
            }
        ],
        "commitments": [{"investor": "Calder", "tranche": "senior", "amount": 1000}],
    }


def test_the_digest_is_that_of_what_the_terms_say():
    reordered = dict(reversed(write_investor_terms(FULL).items()))

    assert digest_of_investor_terms(read_investor_terms(reordered)) == digest_of_investor_terms(FULL)
    assert digest_of_investor_terms(replace(FULL, reserve_months=4)) != digest_of_investor_terms(FULL)


def problems_of(data: object) -> dict[str, str]:
    with pytest.raises(InvestorTermsUnsound) as refused:
        read_investor_terms(data)
    return {problem["at"]: problem["problem"] for problem in refused.value.facts["problems"]}


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The full terms with something else at some places; `...` takes it away."""
    data = deepcopy(write_investor_terms(FULL))
    for place, value in changes:
        *path, last = [int(part) if part.isdigit() else part for part in place.split("/")[1:]]
        holder: Any = data
        for part in path:
            holder = holder[part]
        if value is ...:
            del holder[last]
        else:
            holder[last] = value
    return data


SENIOR = "/tranches/0"
GUARANTEE = "/guarantees/0"


@pytest.mark.parametrize(
    ("change", "value", "at"),
    [
        ("/currency", "RUB", "/currency"),
        ("/currency", ..., "/currency"),
        ("/tranches", {}, "/tranches"),
        (f"{SENIOR}/kind", "junior", f"{SENIOR}/kind"),
        (f"{SENIOR}/rate", 6.5, f"{SENIOR}/rate"),
        (f"{SENIOR}/rate", "-0.01", f"{SENIOR}/rate"),
        (f"{SENIOR}/rate", "100.01", f"{SENIOR}/rate"),
        (f"{SENIOR}/code", "Senior", f"{SENIOR}/code"),
        (f"{SENIOR}/name", " ", f"{SENIOR}/name"),
        (f"{SENIOR}/matures_on", "2030-01-01", f"{SENIOR}/matures_on"),
        ("/tranches/1/matures_on", ..., "/tranches/1/matures_on"),
        ("/tranches/1/coupon_from_on", ..., "/tranches/1/coupon_from_on"),
        ("/tranches/1/coupon_months", 0, "/tranches/1/coupon_months"),
        ("/tranches/1/coupon_months", 121, "/tranches/1/coupon_months"),
        ("/tranches/1/redemptions/0/percent", 10_001, "/tranches/1/redemptions/0/percent"),
        ("/tranches/1/redemptions/1/period", {"from_on": "2028-03-31"}, "/tranches/1/redemptions"),
        (
            "/tranches/1/redemptions/0/period",
            {"from_on": "2026-01-01", "until_on": "2026-01-01"},
            "/tranches/1/redemptions/0/period/until_on",
        ),
        (f"{SENIOR}/coupon_from_on", "2030-01-01", f"{SENIOR}/coupon_from_on"),
        (f"{SENIOR}/return_caps/0/limit", "-1", f"{SENIOR}/return_caps/0/limit"),
        (f"{SENIOR}/return_caps/1/limit", "0.99", f"{SENIOR}/return_caps/1/limit"),
        (f"{SENIOR}/return_caps/1/kind", "irr", f"{SENIOR}/return_caps/1/kind"),
        ("/tranches/3/rate", "1", "/tranches/3/rate"),
        ("/tranches/3/interest", "simple", "/tranches/3/interest"),
        ("/commitments", [], "/commitments"),
        ("/commitments/0/investor", "", "/commitments/0/investor"),
        ("/commitments/0/amount", 0, "/commitments/0/amount"),
        ("/commitments/0/amount", "60000", "/commitments/0/amount"),
        ("/commitments/0/tranche", "none", "/commitments/0/tranche"),
        ("/commitments/1/investor", "Calder", "/commitments/1"),
        ("/commitments/3/rate", "5", "/commitments/3/rate"),
        ("/commitments/0/rate", "101", "/commitments/0/rate"),
        ("/commitments/0/return_caps/0/limit", "-0.1", "/commitments/0/return_caps/0/limit"),
        ("/calls/0", ["grant", "recoverable_grant"], "/calls"),
        ("/calls/0", ["grant", "recoverable_grant", "first_loss", "senior"], "/calls"),
        ("/calls/0/0", "none", "/calls/0/0"),
        ("/reserve_months", -1, "/reserve_months"),
        ("/reserve_months", 121, "/reserve_months"),
        ("/upside/tranches", [], "/upside/tranches"),
        ("/upside/tranches/0", "recoverable_grant", "/upside/tranches/0"),
        ("/upside/tranches/0", "bond", "/upside/tranches/1"),
        ("/upside/fees/0/percent", 10_001, "/upside/fees/0/percent"),
        ("/upside/fees/0/most", -1, "/upside/fees/0/most"),
        ("/upside/fees/0/provider", "", "/upside/fees/0/provider"),
        ("/surplus/0/percent", 6_666, "/surplus"),
        ("/surplus/0/party", "", "/surplus/0/party"),
        (f"{GUARANTEE}/tranches", ["grant"], f"{GUARANTEE}/tranches/0"),
        (f"{GUARANTEE}/tranches", [], f"{GUARANTEE}/tranches"),
        (f"{GUARANTEE}/percent", 0, f"{GUARANTEE}/percent"),
        (f"{GUARANTEE}/most", 0, f"{GUARANTEE}/most"),
        (f"{GUARANTEE}/guarantor", " ", f"{GUARANTEE}/guarantor"),
        ("/reserve", 3, "/reserve"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(change, value, at):
    assert at in problems_of(changed((change, value)))


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (f"{SENIOR}/rate", "0"),
        (f"{SENIOR}/rate", "100"),
        (f"{SENIOR}/return_caps/0/limit", "0"),
        (f"{SENIOR}/return_caps/1/limit", "1"),
        ("/tranches/1/coupon_months", 120),
        ("/tranches/1/redemptions/0/percent", 0),
        ("/commitments/0/amount", 1),
        ("/reserve_months", 120),
        ("/upside/fees/0/percent", 10_000),
        (f"{GUARANTEE}/percent", 10_000),
        (f"{GUARANTEE}/most", 1),
        ("/surplus", []),
        ("/upside", None),
    ],
)
def test_at_the_edge_it_can_be_meant(change, value):
    read_investor_terms(changed((change, value)))


def test_every_problem_is_told_at_once():
    found = problems_of(
        changed(("/currency", "XXX"), ("/commitments/0/amount", 0), ("/surplus/0/percent", 1), ("/calls/0/0", "none"))
    )

    assert {"/currency", "/commitments/0/amount", "/surplus", "/calls/0/0", "/calls"} <= set(found)


def test_parts_of_more_than_the_whole_and_twice_the_same_party_are_told():
    fee = {"provider": "Hub", "percent": 6_000}
    party = {"to": "asset_lock", "party": "Trust", "percent": 5_000}
    bank = {"guarantor": "Bank", "tranches": ["senior"], "percent": 1, "basis": "loss"}

    found = problems_of(
        changed(("/upside/fees", [fee, fee]), ("/surplus", [party, party]), ("/guarantees", [bank, bank]))
    )

    assert {"/upside/fees", "/upside/fees/1/provider", "/surplus/1/party", "/guarantees/1/guarantor"} == set(found)


def test_more_of_anything_than_a_deal_ever_had_is_told():
    commitments = [{"investor": f"I{n}", "tranche": "senior", "amount": 1} for n in range(201)]

    assert list(problems_of(changed(("/commitments", commitments)))) == ["/commitments"]


COSTS = [Stage(kind=StageKind.COSTS), Stage(kind=StageKind.PROVIDER_FEES)]
LAST = [Stage(kind=StageKind.UPSIDE), Stage(kind=StageKind.SURPLUS)]
TWO = deal(
    [tranche("senior", rate="5"), tranche("mezzanine", rate="8")],
    [commit("Calder", "senior", 1_000), commit("Aire", "mezzanine", 1_000)],
)


def interest(*codes: str) -> Stage:
    return Stage(kind=StageKind.INTEREST, tranches=codes)


def principal(*codes: str) -> Stage:
    return Stage(kind=StageKind.PRINCIPAL, tranches=codes)


BOTH = [interest("senior"), principal("senior"), interest("mezzanine"), principal("mezzanine")]


@pytest.mark.parametrize(
    "order",
    [
        [*COSTS, *BOTH, *LAST],
        [*COSTS, interest("senior", "mezzanine"), principal("senior", "mezzanine")],
        [*COSTS, interest("senior"), interest("mezzanine"), principal("senior"), principal("mezzanine")],
        [Stage(kind=StageKind.RESERVE), *COSTS, *BOTH],
    ],
)
def test_orders_that_deals_have_are_sound(order):
    read_investor_terms(write_investor_terms(replace(TWO, order=tuple(order))))


@pytest.mark.parametrize(
    ("order", "at"),
    [
        ([*COSTS, *BOTH[2:], *BOTH[:2]], "/order/4"),
        ([*COSTS, *BOTH[:3]], "/order"),
        ([*COSTS, *BOTH, interest("senior")], "/order"),
        ([*BOTH, *COSTS], "/order/4"),
        ([*COSTS, *LAST, *BOTH], "/order/4"),
        ([*COSTS, *BOTH, *LAST[::-1]], "/order/7"),
        ([COSTS[0], *COSTS, *BOTH], "/order/1"),
        ([COSTS[0], *BOTH], "/order"),
        ([*COSTS, *BOTH, interest("none")], "/order/6/tranches/0"),
        ([*COSTS, *BOTH, interest()], "/order/6/tranches"),
        ([Stage(kind=StageKind.COSTS, tranches=("senior",)), COSTS[1], *BOTH], "/order/0/tranches"),
    ],
)
def test_orders_that_cannot_be_meant_are_told(order, at):
    assert at in problems_of(write_investor_terms(replace(TWO, order=tuple(order))))


@pytest.mark.parametrize("missing", [StageKind.RESERVE, StageKind.UPSIDE, StageKind.SURPLUS])
def test_what_is_agreed_has_a_place_in_the_order(missing):
    order = tuple(stage for stage in FULL.order if stage.kind != missing)

    assert problems_of(write_investor_terms(replace(FULL, order=order))) == {
        "/order": f"“{missing}” has no place here, so nothing would ever be paid for it."
    }


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(data: Any, at: str = "") -> list[str]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inside for place in (f"{at}/{key}", *places(value, f"{at}/{key}"))]


@given(place=st.sampled_from(places(write_investor_terms(FULL))), junk=JUNK)
def test_whatever_stands_anywhere_is_read_or_told_and_never_a_crash(place, junk):
    data = changed((place, junk))
    try:
        terms = read_investor_terms(data)
    except InvestorTermsUnsound:
        assert problems_of(data)
    else:
        assert read_investor_terms(write_investor_terms(terms)) == terms
