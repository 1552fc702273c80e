"""The waterfall stage by stage: who is paid, who waits, what is cut, and what each step says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bonds.arithmetic.payouts import DealStanding, Due, list_movements
from bonds.arithmetic.positions import compute_positions
from bonds.arithmetic.tranches import (
    Beneficiary,
    Repayment,
    Stage,
    StageKind,
    SuccessFee,
    SurplusPart,
    Upside,
    typical_order,
)
from bonds.arithmetic.waterfall import AmountNegative, StandingDoesNotFit, run_waterfall
from tests.bonds.investors.deals import (
    START,
    YEAR_ON,
    all_drawn,
    commit,
    deal,
    irr,
    left_after,
    pay_out,
    received,
    times,
    tranche,
)

COSTS = (Due(party="Collector of Taxes", amount=300, what="tax"), Due(party="Office", amount=700, what="accounts"))
FEES = (Due(party="Hub", amount=2_000), Due(party="Youth Works", amount=1_000))
SURPLUS = (
    SurplusPart(to=Beneficiary.COMMISSIONER, party="Council", percent=5_000),
    SurplusPart(to=Beneficiary.PROVIDER, party="Hub", percent=2_500),
    SurplusPart(to=Beneficiary.ASSET_LOCK, party="Trust", percent=2_500),
)
WHOLE = deal(
    [
        tranche("senior", rate="5"),
        tranche("mezzanine", rate="8"),
        tranche("first_loss"),
        tranche("recoverable_grant"),
        tranche("grant"),
    ],
    [
        commit("Calder", "senior", 60_000),
        commit("Wharfe", "senior", 40_000),
        commit("Aire", "mezzanine", 50_000),
        commit("Nidd", "first_loss", 30_000, return_caps=(times("1.5"),)),
        commit("Fund", "recoverable_grant", 10_000),
        commit("Charity", "grant", 5_000),
    ],
    reserve_months=3,
    upside=Upside(tranches=("first_loss",), fees=(SuccessFee(provider="Hub", percent=2_000),)),
    surplus=SURPLUS,
)


def pay(available, **more):
    return pay_out(WHOLE, all_drawn(WHOLE), available, costs=COSTS, fees=FEES, monthly_cost=1_000, **more)


# What each stage takes in whole, in order: costs, fees, reserve, senior, mezzanine, first loss, grant.
STAGES = [1_000, 3_000, 3_000, 5_000, 100_000, 4_000, 50_000, 30_000, 10_000]


def test_the_typical_order_is_that_of_the_market():
    assert [(str(stage.kind), *stage.tranches) for stage in typical_order(WHOLE.tranches)] == [
        ("costs",),
        ("provider_fees",),
        ("reserve",),
        ("interest", "senior"),
        ("principal", "senior"),
        ("interest", "mezzanine"),
        ("principal", "mezzanine"),
        ("principal", "first_loss"),
        ("principal", "recoverable_grant"),
        ("upside",),
        ("surplus",),
    ]


def test_with_enough_everybody_is_paid_and_the_rest_is_shared():
    result = pay(sum(STAGES) + 10_000)

    assert left_after(result) == [
        ("available", 216_000),
        ("costs", 215_000),
        ("provider_fees", 212_000),
        ("reserve", 209_000),
        ("interest", 204_000),
        ("principal", 104_000),
        ("interest", 100_000),
        ("principal", 50_000),
        ("principal", 20_000),
        ("principal", 10_000),
        ("upside", 0),
        ("surplus", 0),
    ]
    assert received(result) == {
        "Collector of Taxes": 300, "Office": 700, "Hub": 2_000 + 2_000, "Youth Works": 1_000,
        "Calder": 63_000, "Wharfe": 42_000, "Aire": 54_000, "Nidd": 38_000, "Fund": 10_000,
    }  # fmt: skip
    assert (result.reserve, result.topped_up, result.released, result.kept) == (3_000, 3_000, 0, 0)


@pytest.mark.parametrize("reached", range(len(STAGES)))
def test_a_penny_short_of_a_stage_is_missing_there_and_nobody_after_it_is_paid(reached):
    result = pay(sum(STAGES[: reached + 1]) - 1)

    after = result.steps[1:]
    unpaid = [step.facts["unpaid"] for step in after]
    assert unpaid[: reached + 1] == [0] * reached + [1]
    assert [step.amount for step in after[reached:]] == [0] * len(after[reached:])
    assert [step.facts["paid"] for step in after[reached + 1 :]] == [0] * len(after[reached + 1 :])


def test_with_nothing_everything_stays_due():
    result = pay(0)

    assert result.distributed == 0
    assert {payout.party: payout.unpaid for payout in result.payouts if payout.tranche == "senior"} == {
        "Calder": 60_000,
        "Wharfe": 40_000,
    }
    assert list_movements(result) == ()


def test_a_stage_that_cannot_be_paid_is_divided_by_what_is_due():
    """5,000 of senior interest is due 3:2; of 4,001 that are left, 2,400.6 and 1,600.4."""
    result = pay(sum(STAGES[:3]) + 4_001)

    assert result.paid_at(StageKind.INTEREST, party="Calder") == 2_401
    assert result.paid_at(StageKind.INTEREST, party="Wharfe") == 1_600


def test_a_step_says_what_was_due_cut_and_paid_and_to_whom():
    step = pay(sum(STAGES[:4])).steps[4]

    assert (step.name, step.amount) == ("interest", 0)
    assert step.facts == {
        "due": 5_000,
        "cut": 0,
        "paid": 5_000,
        "unpaid": 0,
        "tranches": ["senior"],
        "parts": [
            {"party": "Calder", "tranche": "senior", "due": 3_000, "cut": 0, "paid": 3_000},
            {"party": "Wharfe", "tranche": "senior", "due": 2_000, "cut": 0, "paid": 2_000},
        ],
    }


def test_what_a_run_pays_is_not_due_in_the_next():
    first = pay(sum(STAGES[:5]) - 20_000)

    second = pay_out(WHOLE, [*all_drawn(WHOLE), *list_movements(first)], 30_000)

    assert received(first)["Calder"] + received(first)["Wharfe"] == 85_000
    assert received(second) == {"Calder": 12_000, "Wharfe": 8_000, "Aire": 10_000}


class TestReserve:
    def test_it_is_filled_to_months_of_cost_and_no_further(self):
        assert [pay(4_000 + more).reserve for more in (0, 1, 2_999, 3_000, 3_001)] == [0, 1, 2_999, 3_000, 3_000]

    def test_what_it_has_above_its_target_is_released(self):
        result = pay(4_000, reserve=3_400)

        assert (result.released, result.reserve, result.topped_up) == (400, 3_000, 0)
        assert result.paid_at(StageKind.INTEREST) == 400

    def test_it_pays_costs_and_fees_that_cash_cannot(self):
        result = pay(1_500, reserve=3_000)

        assert (result.released, result.reserve) == (2_500, 500)
        assert result.paid_at(StageKind.COSTS) + result.paid_at(StageKind.PROVIDER_FEES) == 4_000
        assert result.paid_at(StageKind.INTEREST) == 0

    def test_it_pays_no_more_than_it_has(self):
        result = pay(0, reserve=3_000)

        assert (result.released, result.reserve, result.distributed) == (3_000, 0, 3_000)
        assert result.paid_at(StageKind.PROVIDER_FEES) == 2_000

    def test_it_is_not_touched_for_investors(self):
        result = pay(4_000, reserve=3_000)

        assert (result.released, result.reserve, result.distributed) == (0, 3_000, 4_000)

    def test_it_is_released_when_the_deal_is_wound_up(self):
        result = pay(4_000, reserve=3_000, is_final=True)

        assert (result.released, result.reserve, result.topped_up) == (3_000, 0, 0)
        assert result.paid_at(StageKind.INTEREST) == 3_000


class TestCaps:
    def test_interest_above_the_cap_is_cut_and_principal_is_not(self):
        terms = deal([tranche("senior", rate="12", return_caps=(irr("10"),))], [commit("Calder", "senior", 10_000)])

        result = pay_out(terms, all_drawn(terms), 50_000)

        assert [(payout.due, payout.cut, payout.paid) for payout in result.payouts] == [
            (1_000, 200, 1_000),
            (10_000, 0, 10_000),
        ]
        assert result.kept == 39_000

    def test_what_a_cap_cuts_is_not_due_so_juniors_are_paid(self):
        terms = deal(
            [tranche("senior", rate="12", return_caps=(irr("10"),)), tranche("first_loss")],
            [commit("Calder", "senior", 10_000), commit("Nidd", "first_loss", 5_000)],
        )

        assert received(pay_out(terms, all_drawn(terms), 12_000)) == {"Calder": 11_000, "Nidd": 1_000}

    def test_interest_that_was_cut_is_paid_when_the_cap_has_grown_past_it(self):
        """12 % simple passes a cap of 10 % a year in the first year, and is far below it after ten."""
        terms = deal([tranche("senior", rate="12", return_caps=(irr("10"),))], [commit("Calder", "senior", 10_000)])
        first = pay_out(terms, all_drawn(terms), 1_000)
        movements = [*all_drawn(terms), *list_movements(first)]

        last = pay_out(terms, movements, 50_000, on=START + timedelta(days=3650))

        assert (first.payouts[0].due, first.payouts[0].cut) == (1_000, 200)
        assert [(payout.due, payout.cut) for payout in last.payouts] == [(11_000, 0), (10_000, 0)]


class TestPrincipal:
    MATURITY = date(2028, 4, 1)
    TERMS = deal(
        [tranche("senior", repayment=Repayment.MATURITY, matures_on=MATURITY), tranche("first_loss")],
        [commit("Calder", "senior", 1_000), commit("Nidd", "first_loss", 500)],
    )

    @pytest.mark.parametrize(
        ("on", "paid"),
        [
            (MATURITY - timedelta(days=1), {"Nidd": 500}),
            (MATURITY, {"Calder": 1_000, "Nidd": 200}),
            (MATURITY + timedelta(days=1), {"Calder": 1_000, "Nidd": 200}),
        ],
    )
    def test_at_maturity_is_not_due_before(self, on, paid):
        assert received(pay_out(self.TERMS, all_drawn(self.TERMS), 1_200, on=on)) == paid

    def test_is_all_due_when_the_deal_is_wound_up(self):
        result = pay_out(self.TERMS, all_drawn(self.TERMS), 1_200, is_final=True)

        assert received(result) == {"Calder": 1_000, "Nidd": 200}

    def test_leaves_its_room_below_the_cap_when_upside_comes_first(self):
        terms = deal(
            [tranche("senior", repayment=Repayment.MATURITY, matures_on=self.MATURITY, return_caps=(times("1.2"),))],
            [commit("Calder", "senior", 1_000)],
            upside=Upside(tranches=("senior",)),
        )
        early = pay_out(terms, all_drawn(terms), 900)

        late = pay_out(terms, [*all_drawn(terms), *list_movements(early)], 5_000, on=self.MATURITY)

        assert (received(early), received(late)) == ({"Calder": 200}, {"Calder": 1_000})


class TestRecycling:
    TERMS = deal(
        [tranche("senior", rate="5")],
        [commit("Calder", "senior", 10_000)],
        reserve_months=1,
        recycled_until_on=date(2024, 4, 1),
    )

    def test_what_costs_leave_is_kept_until_the_day(self):
        result = pay_out(self.TERMS, all_drawn(self.TERMS), 9_000, costs=COSTS, monthly_cost=500)

        assert left_after(result)[-1] == ("recycled", 7_500)
        assert (result.kept, result.reserve, result.distributed) == (7_500, 500, 1_000)

    @pytest.mark.parametrize(("on", "is_final"), [(date(2024, 4, 1), False), (YEAR_ON, True)])
    def test_from_the_day_on_or_at_the_end_investors_are_paid(self, on, is_final):
        result = pay_out(self.TERMS, all_drawn(self.TERMS), 9_000, on=on, is_final=is_final)

        assert (result.kept, received(result)["Calder"]) == (0, 9_000)


def test_an_order_of_its_own_is_followed():
    """Both interests before any principal, and the two tranches' principal together."""
    terms = deal(
        [tranche("senior", rate="5"), tranche("mezzanine", rate="10")],
        [commit("Calder", "senior", 3_000), commit("Aire", "mezzanine", 1_000)],
        order=(
            Stage(kind=StageKind.INTEREST, tranches=("senior",)),
            Stage(kind=StageKind.INTEREST, tranches=("mezzanine",)),
            Stage(kind=StageKind.PRINCIPAL, tranches=("senior", "mezzanine")),
        ),
    )

    assert received(pay_out(terms, all_drawn(terms), 650)) == {"Calder": 150 + 300, "Aire": 100 + 100}


def test_without_anybody_for_the_surplus_it_stays():
    terms = deal([tranche("senior")], [commit("Calder", "senior", 1_000)])

    result = pay_out(terms, all_drawn(terms), 1_500)

    assert (result.kept, result.distributed) == (500, 1_000)


@pytest.mark.parametrize(
    ("available", "more"),
    [(-1, {}), (0, {"reserve": -1}), (0, {"monthly_cost": -1}), (0, {"costs": (Due(party="Office", amount=-1),)})],
)
def test_less_than_nothing_is_refused(available, more):
    with pytest.raises(AmountNegative):
        pay_out(WHOLE, all_drawn(WHOLE), available, **more)


def test_positions_of_another_day_or_another_deal_are_refused():
    positions = compute_positions(WHOLE, all_drawn(WHOLE), on=YEAR_ON)

    with pytest.raises(StandingDoesNotFit):
        run_waterfall(WHOLE, DealStanding(positions=positions), available_pence=0, on=START)
    with pytest.raises(StandingDoesNotFit):
        run_waterfall(WHOLE, DealStanding(positions=positions[1:]), available_pence=0, on=YEAR_ON)


def test_the_rate_of_an_investor_matters_to_the_penny():
    terms = deal([tranche("senior", rate="5")], [commit("Calder", "senior", 10_000, rate=Decimal("5.005"))])

    assert pay_out(terms, all_drawn(terms), 50_000).paid_at(StageKind.INTEREST) == 501
