"""Published contracts whose inputs are complete come to the published figures."""

from __future__ import annotations

from itertools import count

import pytest

from bonds.arithmetic.terms import CapScope, Measure, PayerShare, ShareKind
from tests.bonds.arithmetic.support import candidate, cap, cuts, metric, nets, percent, run, tariff, terms
from tests.bonds.published import rate_cards as published


@pytest.mark.parametrize("provider", published.FAIR_CHANCE_COUNTS)
def test_fair_chance_fund_gross_sums_are_exact(provider):
    counts, gross, paid = published.FAIR_CHANCE_COUNTS[provider]
    what = terms(**published.card(published.FAIR_CHANCE_PRICES))
    numbers = count(1)
    claimed = zip(published.FAIR_CHANCE_PRICES, counts, strict=True)

    lines = run(what, [candidate(next(numbers), code, person="", quantity=units) for code, units in claimed])

    assert sum(line.gross for line in lines) == gross * 100
    assert paid < gross


@pytest.mark.parametrize("provider", ["Ambition", "Aspire", "St Basil's"])
def test_fair_chance_fund_pays_up_to_a_maximum_and_names_the_rest(provider):
    # What was paid is taken as the contract's maximum: the real ones are not published (verified: false).
    counts, gross, paid = published.FAIR_CHANCE_COUNTS[provider]
    what = terms(**published.card(published.FAIR_CHANCE_PRICES), caps=(cap(CapScope.CONTRACT, paid * 100),))
    numbers = count(1)
    claimed = [
        (code, who) for code, units in zip(published.FAIR_CHANCE_PRICES, counts, strict=True) for who in range(units)
    ]

    lines = run(
        what,
        [candidate(next(numbers), code, person=f"p{who}", achieved_on=what.service.from_on) for code, who in claimed],
    )

    assert sum(line.gross for line in lines) == gross * 100
    assert sum(line.net for line in lines) == paid * 100
    assert sum(amount for line in lines for _, amount in cuts(line)) == (gross - paid) * 100
    assert {reason for line in lines for reason, _ in cuts(line)} == {"contract_cap"}


@pytest.mark.parametrize(
    ("prices", "whole", "limit"),
    [(published.INNOVATION_ROUND_1, 15_100, 8_200), (published.INNOVATION_ROUND_2, 20_200, 11_700)],
)
def test_innovation_fund_pays_a_person_up_to_the_cap(prices, whole, limit):
    what = terms(**published.card(prices), caps=(cap(CapScope.PERSON, limit * 100),))

    lines = run(what, [candidate(n, code, person="p") for n, code in enumerate(prices, 1)])

    assert sum(line.gross for line in lines) == whole * 100
    assert sum(line.net for line in lines) == limit * 100


@pytest.mark.parametrize(("people", "dollars"), [(370, 407_000), (410, 447_000), (420, 460_500), (547, 631_950)])
def test_istanbul_bands_come_to_the_published_sums(people, dollars):
    bands = (
        tariff(110_000, until_count=371),
        tariff(100_000, from_count=371, until_count=411),
        tariff(135_000, from_count=411),
    )
    what = terms(metrics=(metric(),), tariffs=bands, currency="USD")

    lines = run(what, [candidate(n, achieved_on=what.service.from_on) for n in range(1, people + 1)])

    assert sum(line.net for line in lines) == dollars * 100


def test_care_leavers_card_is_paid_step_by_step():
    steps = {f"step_{n}": published.CARE_LEAVERS_STEP for n in range(1, 9)}
    prices = steps | published.CARE_LEAVERS

    lines = run(terms(**published.card(prices)), [candidate(n, code, person="p") for n, code in enumerate(prices, 1)])

    assert [line.net for line in lines[-4:]] == [275_000] * 4
    assert sum(line.net for line in lines) == 100 * (
        8 * 220 + 1_760 + 2 * 4_730 + 660 + 5_500 + 4_730 + 660 + 660 + 11_000
    )


def test_skill_mill_is_cut_to_its_maximum_which_nine_payers_share():
    payers = tuple(f"payer_{n}" for n in range(9))
    prices = {f"m{n}": pounds for n, (pounds, _) in enumerate(published.SKILL_MILL)}
    committed = zip(payers, published.SKILL_MILL_COMMITMENTS, strict=True)
    what = terms(
        **published.card(prices),
        payers=payers,
        shares=tuple(
            PayerShare(payer=payer, kind=ShareKind.COMMITMENT, amount=pounds * 100) for payer, pounds in committed
        ),
        caps=(cap(CapScope.CONTRACT, published.SKILL_MILL_MAXIMUM * 100),),
    )

    lines = run(
        what,
        [candidate(n + 1, f"m{n}", person="", quantity=units) for n, (_, units) in enumerate(published.SKILL_MILL)],
    )

    assert sum(published.SKILL_MILL_COMMITMENTS) == published.SKILL_MILL_MAXIMUM
    assert sum(line.gross for line in lines) == published.SKILL_MILL_GROSS * 100
    assert sum(line.net for line in lines) == published.SKILL_MILL_MAXIMUM * 100
    paid = [sum(nets(line).get(payer, 0) for line in lines) for payer in payers]
    # Line by line each part is within a penny of its commitment's proportion.
    assert all(
        abs(pence - pounds * 100) <= len(lines)
        for pence, pounds in zip(paid, published.SKILL_MILL_COMMITMENTS, strict=True)
    )


def shares_by_commitment(commitments: dict[str, int]) -> tuple[PayerShare, ...]:
    return tuple(
        PayerShare(payer=payer, kind=ShareKind.COMMITMENT, amount=pounds * 100) for payer, pounds in commitments.items()
    )


@pytest.mark.parametrize(
    ("first", "second", "percents"), [(2_132_400, 3_198_600, (4_000, 6_000)), (1_151_115, 2_137_785, (3_500, 6_500))]
)
def test_shares_of_the_maximum_are_exactly_what_the_percentages_say(first, second, percents):
    # Staffordshire 40/60 and FutureImpact 35/65.
    payers = ("dcms", "council")
    by_commitment = shares_by_commitment(dict(zip(payers, (first, second), strict=True)))
    by_percent = tuple(percent(payer, part) for payer, part in zip(payers, percents, strict=True))

    def split(pence, shares):
        return nets(run(terms(payers=payers, shares=shares, tariffs=(tariff(pence),)), [candidate()])[0])

    assert split((first + second) * 100, by_commitment) == {"dcms": first * 100, "council": second * 100}
    for pence in (1, 99, 101, 1_234_567, 100_000_003):
        assert split(pence, by_commitment) == split(pence, by_percent)


def mhep_quarters(**more):
    paid = metric("activity", measure=Measure.ACTIVITY, unit="pound", most=None)
    return terms(
        metrics=(paid,),
        tariffs=(tariff(100, "activity"),),
        payers=("fund", "council"),
        shares=shares_by_commitment(published.MHEP_COMMITMENTS),
        **more,
    ), [
        candidate(number, "activity", person="", quantity=pounds)
        for number, pounds in enumerate(published.MHEP_QUARTERS, 1)
    ]


def test_mhep_shropshire_is_three_pounds_over_its_maximum_and_the_last_payment_is_cut():
    maximum = sum(published.MHEP_COMMITMENTS.values())
    what, quarters = mhep_quarters(caps=(cap(CapScope.CONTRACT, maximum * 100),))

    lines = run(what, quarters)

    assert sum(line.gross for line in lines) == (maximum + 3) * 100
    assert [line.net for line in lines[:-1]] == [pounds * 100 for pounds in published.MHEP_QUARTERS[:-1]]
    assert (lines[-1].net, cuts(lines[-1])) == (published.MHEP_LAST * 100, [("contract_cap", 300)])
    assert sum(line.net for line in lines) == maximum * 100


def test_mhep_shropshire_splits_every_quarter_to_the_penny_at_42_point_0001_percent():
    what, quarters = mhep_quarters()

    lines = run(what, quarters)

    for line in lines:
        exact = line.net * 434_484
        assert abs(nets(line)["fund"] * 1_034_484 - exact) <= 1_034_484 // 2
    assert sum(nets(line)["fund"] + nets(line)["council"] for line in lines) == sum(published.MHEP_QUARTERS) * 100
    assert nets(lines[0]) == {"fund": 2_308_408, "council": 3_187_792}


def test_payers_caps_at_their_commitments_are_never_passed():
    committed = published.MHEP_COMMITMENTS
    what, quarters = mhep_quarters(
        caps=tuple(cap(CapScope.PAYER, pounds * 100, payer=payer, code=payer) for payer, pounds in committed.items())
    )

    lines = run(what, quarters)

    paid = {payer: sum(nets(line)[payer] for line in lines) for payer in committed}
    assert all(paid[payer] <= pounds * 100 for payer, pounds in committed.items())
    assert all(committed[payer] * 100 - paid[payer] < len(lines) for payer in committed)


def test_eight_payers_divide_their_whole_commitment_into_what_each_committed():
    payers = {f"payer_{n}": pounds for n, pounds in enumerate(published.SHPS_COMMITMENTS)}
    what = terms(payers=tuple(payers), shares=shares_by_commitment(payers), tariffs=(tariff(published.SHPS_SUM * 100),))

    (line,) = run(what, [candidate()])

    assert nets(line) == {payer: pounds * 100 for payer, pounds in payers.items()}


def test_kmc_cameroon_earned_more_than_it_was_paid():
    what = terms(
        currency="USD",
        metrics=(metric(most=None),),
        tariffs=(tariff(100),),
        caps=(cap(CapScope.CONTRACT, published.KMC_PAID * 100),),
    )

    (line,) = run(what, [candidate(person="", quantity=published.KMC_EARNED)])

    assert (line.gross, line.net) == (published.KMC_EARNED * 100, published.KMC_PAID * 100)
    assert cuts(line) == [("contract_cap", (published.KMC_EARNED - published.KMC_PAID) * 100)]


def test_denver_pays_by_the_housed_day():
    # $15.12 a day is not published; both published sums divide by it (verified: false).
    what = terms(
        currency="USD", metrics=(metric(measure=Measure.DAYS, unit="day", most=None),), tariffs=(tariff(1_512),)
    )

    (line,) = run(what, [candidate(quantity=365)])

    assert line.net == 551_880
