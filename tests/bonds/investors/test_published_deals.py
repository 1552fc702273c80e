"""Published deals: The Skill Mill's caps, Newpin's early ends, two tranches of The Benevolent Society."""

from __future__ import annotations

from datetime import date

import pytest

from bonds.arithmetic.payouts import list_movements
from bonds.arithmetic.positions import MovementKind, compute_positions
from bonds.arithmetic.stages import NoEarlyRedemption
from bonds.arithmetic.terms import Period
from bonds.arithmetic.tranches import (
    Beneficiary,
    InterestKind,
    Redemption,
    Repayment,
    SurplusPart,
    Upside,
)
from bonds.arithmetic.waterfall import RedemptionNotCovered
from tests.bonds.investors.deals import (
    all_drawn,
    commit,
    deal,
    irr,
    moved,
    pay_out,
    received,
    simple_cap,
    tranche,
)

SURPLUS = (SurplusPart(to=Beneficiary.COMMISSIONER, party="Council", percent=10_000),)


def test_each_of_the_skill_mill_s_investors_stops_at_its_own_cap():
    """Three are capped at 11.37 % and one at 8.93 %, taken here as internal rates (verified: false).

    Source: GO Lab INDIGO, investments. One year, days chosen here.
    """
    high, low = (irr("11.37"),), (irr("8.93"),)
    terms = deal(
        [tranche("senior")],
        [
            commit("First", "senior", 36_250_000, return_caps=high),
            commit("Second", "senior", 36_250_000, return_caps=high),
            commit("Third", "senior", 17_500_000, return_caps=high),
            commit("Fourth", "senior", 10_000_000, return_caps=low),
        ],
        upside=Upside(tranches=("senior",)),
        surplus=SURPLUS,
    )

    result = pay_out(terms, all_drawn(terms), 120_000_000)

    assert received(result) == {
        "First": 40_371_625, "Second": 40_371_625, "Third": 19_489_750, "Fourth": 10_893_000,
        "Council": 120_000_000 - 111_126_000,
    }  # fmt: skip


class TestEarlyRedemption:
    """Newpin returns 75 % in the fourth year and 50 % later. Source: Newpin Social Benefit Bond; days chosen here."""

    TERMS = deal(
        [
            tranche(
                "senior",
                interest=InterestKind.DECLARED,
                repayment=Repayment.MATURITY,
                matures_on=date(2030, 4, 1),
                redemptions=(
                    Redemption(period=Period(from_on=date(2026, 4, 1), until_on=date(2027, 4, 1)), percent=7_500),
                    Redemption(period=Period(from_on=date(2027, 4, 1), until_on=date(2030, 4, 1)), percent=5_000),
                ),
            )
        ],
        [commit("Calder", "senior", 400_000_000), commit("Wharfe", "senior", 300_000_000)],
    )

    def redeem(self, on, available=700_000_000):
        redeemed = frozenset({"senior"})
        return pay_out(self.TERMS, all_drawn(self.TERMS), available, on=on, redeemed=redeemed)

    @pytest.mark.parametrize(
        ("on", "paid"),
        [
            (date(2026, 4, 1), {"Calder": 300_000_000, "Wharfe": 225_000_000}),
            (date(2027, 3, 31), {"Calder": 300_000_000, "Wharfe": 225_000_000}),
            (date(2027, 4, 1), {"Calder": 200_000_000, "Wharfe": 150_000_000}),
        ],
    )
    def test_returns_the_part_of_its_year_and_the_rest_is_lost(self, on, paid):
        result = self.redeem(on)

        assert received(result) == paid
        assert {lost.investor: lost.amount + paid[lost.investor] for lost in result.write_offs} == {
            "Calder": 400_000_000,
            "Wharfe": 300_000_000,
        }
        after = compute_positions(self.TERMS, [*all_drawn(self.TERMS), *list_movements(result)], on=on)
        assert [position.principal for position in after] == [0, 0]

    @pytest.mark.parametrize("on", [date(2026, 3, 31), date(2030, 4, 1)])
    def test_is_refused_where_the_terms_say_nothing(self, on):
        with pytest.raises(NoEarlyRedemption) as refused:
            self.redeem(on)

        assert refused.value.facts["tranche"] == "senior"

    def test_is_refused_while_the_money_does_not_reach(self):
        assert self.redeem(date(2026, 4, 1), available=525_000_000).kept == 0
        with pytest.raises(RedemptionNotCovered) as refused:
            self.redeem(date(2026, 4, 1), available=524_999_999)

        assert refused.value.facts["unpaid"] == 1


class TestTwoTranches:
    """Benevolent Society: P of 7.5 million is protected and earns up to 10 %, E of 2.5 million is all at risk, to 30 %.

    Source: Benevolent Society Social Benefit Bond; one test at year five. The rates are taken as simple
    (verified: false), and what a result between pays is chosen here.
    """

    ON = date(2028, 3, 30)  # 1,825 days: five years of 365
    TERMS = deal(
        [
            tranche("protected", "senior", interest=InterestKind.DECLARED, return_caps=(simple_cap("10"),)),
            tranche("equity", "first_loss", interest=InterestKind.DECLARED, return_caps=(simple_cap("30"),)),
        ],
        [commit("Many", "protected", 750_000_000), commit("Few", "equity", 250_000_000)],
        upside=Upside(tranches=("equity",)),
        surplus=(SurplusPart(to=Beneficiary.COMMISSIONER, party="State", percent=10_000),),
    )

    def test_below_five_percent_the_protected_get_their_principal_and_the_others_nothing(self):
        result = pay_out(self.TERMS, all_drawn(self.TERMS), 750_000_000, on=self.ON, is_final=True)

        assert received(result) == {"Many": 750_000_000}
        assert result.payouts[-1].unpaid == 250_000_000

    def test_at_best_each_stops_at_its_own_return(self):
        declared = [moved(self.ON, "Many", "protected", MovementKind.DECLARED, 400_000_000)]

        result = pay_out(self.TERMS, [*all_drawn(self.TERMS), *declared], 2_000_000_000, on=self.ON)

        assert received(result) == {"Many": 1_125_000_000, "Few": 625_000_000, "State": 250_000_000}
        assert result.payouts[0].cut == 25_000_000
