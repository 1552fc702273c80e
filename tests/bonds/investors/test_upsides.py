"""Sharing an upside: fees, investors, and what is done with what a cap cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.tranches import (
    Beneficiary,
    StageKind,
    SuccessFee,
    SurplusPart,
    Upside,
)
from bonds.arithmetic.upsides import share_up_to
from tests.bonds.investors.deals import (
    all_drawn,
    commit,
    deal,
    pay_out,
    times,
    tranche,
)


class TestUpside:
    FEES = (SuccessFee(provider="Hub", percent=2_000),)

    def terms(self, *, fees=FEES, cap=(), **more):
        return deal(
            [tranche("first_loss")],
            [commit("Calder", "first_loss", 3_000, return_caps=cap), commit("Wharfe", "first_loss", 1_000)],
            upside=Upside(tranches=("first_loss",), fees=fees, **more),
            surplus=(SurplusPart(to=Beneficiary.ASSET_LOCK, party="Trust", percent=10_000),),
        )

    def shared(self, upside, **more):
        terms = self.terms(**more)
        result = pay_out(terms, all_drawn(terms), 4_000 + upside)
        return {
            **{payout.party: payout.paid for payout in result.payouts if payout.stage == StageKind.UPSIDE},
            "surplus": result.paid_at(StageKind.SURPLUS),
        }

    def test_it_is_split_by_the_terms_and_by_what_each_paid_in(self):
        assert self.shared(1_000) == {"Hub": 200, "Calder": 600, "Wharfe": 200, "surplus": 0}

    def test_what_one_s_cap_cuts_goes_to_the_others(self):
        shared = self.shared(1_000, cap=(times("1.1"),))

        assert shared == {"Hub": 200, "Calder": 300, "Wharfe": 500, "surplus": 0}

    def test_or_to_the_surplus_with_the_fees_cut_alike(self):
        """Investors take 500 of their 800, so the provider takes 125 of its 200."""
        shared = self.shared(1_000, cap=(times("1.1"),), is_respread=False)

        assert shared == {"Hub": 125, "Calder": 300, "Wharfe": 200, "surplus": 375}

    def test_or_fees_go_on(self):
        shared = self.shared(1_000, cap=(times("1.1"),), is_respread=False, do_fees_go_on=True)

        assert shared == {"Hub": 200, "Calder": 300, "Wharfe": 200, "surplus": 300}

    def test_a_fee_stops_at_its_most_and_counts_what_was_paid(self):
        terms = self.terms(fees=(SuccessFee(provider="Hub", percent=2_000, most=250),))

        result = pay_out(terms, all_drawn(terms), 5_000, success_fees_paid={"Hub": 100})

        assert result.paid_at(StageKind.UPSIDE, party="Hub") == 150
        assert result.payouts[2].cut == 50
        assert result.paid_at(StageKind.SURPLUS) == 50

    def test_a_split_of_fees_alone_gives_nothing_to_investors(self):
        shared = self.shared(1_000, fees=(SuccessFee(provider="Hub", percent=10_000),))

        assert shared == {"Hub": 1_000, "surplus": 0}

    def test_the_step_tells_what_the_caps_cut(self):
        terms = self.terms(cap=(times("1.1"),), is_respread=False)

        (step,) = [step for step in pay_out(terms, all_drawn(terms), 5_000).steps if step.name == "upside"]

        assert (step.facts["paid"], step.facts["cut"], step.amount) == (625, 375, 375)


@pytest.mark.parametrize(
    ("total", "limits", "parts"),
    [
        (0, [5, 5, 5], [0, 0, 0]),
        (6, [5, 5, 5], [3, 2, 1]),
        (12, [5, 5, 5], [5, 5, 2]),
        (15, [5, 5, 5], [5, 5, 5]),
        (16, [5, 5, 5], [5, 5, 5]),
        (6, [0, 5, 5], [0, 4, 2]),
        (6, [0, 0, 0], [0, 0, 0]),
    ],
)
def test_what_one_cannot_take_goes_round_until_nobody_can(total, limits, parts):
    assert share_up_to(total, [3, 2, 1], limits) == parts


def test_who_has_no_weight_gets_nothing_however_much_is_left():
    assert share_up_to(100, [0, 1], [50, 30]) == [0, 30]


@given(
    total=st.integers(0, 10**12),
    parties=st.lists(st.tuples(st.integers(0, 10**10), st.integers(0, 10**11)), min_size=1, max_size=8),
)
def test_parts_stay_below_their_limits_and_leave_nothing_that_somebody_could_take(total, parties):
    weights, limits = zip(*parties, strict=True)

    parts = share_up_to(total, weights, limits)

    assert all(0 <= part <= limit for part, limit in zip(parts, limits, strict=True))
    takers = sum(limit for weight, limit in parties if weight)
    assert sum(parts) == min(total, takers)
