from datetime import date

import pytest

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.pricing import Segment, split_by_band
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import CapScope, Measure, Period, Uplift
from tests.bonds.arithmetic.support import candidate, cap, cuts, metric, run, tariff, terms

DAY = date(2025, 4, 1)
BANDS = (
    tariff(110_000, until_count=371),
    tariff(100_000, from_count=371, until_count=411),
    tariff(135_000, from_count=411),
)


def placed(count: int) -> Candidate:
    """So many units of a group that nobody can tell apart."""
    return candidate(1, person="", quantity=count)


GROUP = (metric(most=None),)


@pytest.mark.parametrize(
    ("count", "pounds"),
    [(369, 405_900), (370, 407_000), (371, 408_000), (409, 446_000), (410, 447_000), (411, 448_350)],
)
def test_bands_hold_to_the_unit(count, pounds):
    (line,) = run(terms(metrics=GROUP, tariffs=BANDS), [placed(count)])

    assert line.gross == pounds * 100


def test_bands_go_on_from_what_was_accepted_before():
    what = terms(metrics=GROUP, tariffs=BANDS)
    standing = Standing({1: what})

    lines = [run(what, [placed(count)], standing)[0] for count in (369, 1, 1, 40)]

    assert [(line.ordinal, line.price, line.gross) for line in lines] == [
        (1, 110_000, 40_590_000),
        (370, 110_000, 110_000),
        (371, 100_000, 100_000),
        (372, 100_000, 39 * 100_000 + 135_000),
    ]
    assert lines[3].steps[0].facts["bands"] == [[372, 39, 100_000], [411, 1, 135_000]]


def test_a_refused_result_takes_no_running_number():
    what = terms(tariffs=(tariff(2, until_count=2), tariff(1, from_count=2)))

    lines = run(what, [candidate(1, evidence={"": ("letter",)}), candidate(2), candidate(3)])

    assert [(line.ordinal, line.gross, line.net) for line in lines] == [(0, 2, 0), (1, 2, 2), (2, 1, 1)]


def test_a_price_for_a_group_goes_before_one_for_everybody_and_shares_the_running_number():
    what = terms(
        tariffs=(tariff(100), tariff(150, subgroup="women", from_count=3, until_count=5)), subgroups={"women": "Women"}
    )
    women = frozenset({"women"})

    lines = run(what, [candidate(n, subgroups=women if n % 2 else frozenset()) for n in range(1, 7)])

    assert [line.gross for line in lines] == [100, 100, 150, 100, 100, 100]


def test_a_band_of_a_group_begins_and_ends_inside_a_line():
    tariffs = (tariff(150, subgroup="women", from_count=3, until_count=5), tariff(100))

    assert split_by_band(tariffs, 1, 6) == [Segment(1, 2, 100), Segment(3, 2, 150), Segment(5, 2, 100)]


def test_units_that_no_band_covers_are_worth_nothing():
    assert split_by_band((tariff(5, from_count=3, until_count=4),), 1, 5) == [
        Segment(1, 2, None),
        Segment(3, 1, 5),
        Segment(4, 2, None),
    ]


def test_after_the_last_band_there_is_no_tariff_and_the_line_says_so():
    first, second = run(terms(tariffs=(tariff(100, until_count=2),)), [candidate(1), candidate(2)])

    assert (first.net, second.net, cuts(second), second.units) == (100, 0, [("no_tariff", 0)], 0)


@pytest.mark.parametrize(
    ("day", "price"), [(date(2025, 3, 31), 5), (DAY, 6), (date(2026, 3, 31), 6), (date(2026, 4, 1), 0)]
)
def test_the_day_of_achievement_chooses_the_tariff(day, price):
    what = terms(
        tariffs=(
            tariff(5, period=Period(until_on=DAY)),
            tariff(6, period=Period(from_on=DAY, until_on=date(2026, 4, 1))),
        )
    )

    (line,) = run(what, [candidate(achieved_on=day, claimed_on=date(2027, 1, 1))])

    assert (line.gross, line.reason) == (price, "" if price else "no_tariff")


@pytest.mark.parametrize(
    ("day", "gross"),
    [(date(2020, 11, 30), 5), (date(2020, 12, 1), 200_005), (date(2021, 11, 30), 200_005), (date(2021, 12, 1), 5)],
)
def test_a_temporary_uplift_holds_for_its_time(day, gross):
    # Promoting Independence: £2,000 a person on top, from December 2020 until December 2021 (GO Lab INDIGO).
    what = terms(
        service=Period(from_on=date(2018, 1, 1), until_on=date(2025, 1, 1)),
        tariffs=(tariff(5),),
        uplifts=(
            Uplift(
                code="covid",
                label="Covid",
                amount=200_000,
                period=Period(from_on=date(2020, 12, 1), until_on=date(2021, 12, 1)),
            ),
        ),
    )

    (line,) = run(what, [candidate(achieved_on=day)])

    assert line.gross == gross


BONUS = Uplift(code="women", label="Women", amount=50_000, subgroup="women", above_count=92)


def test_a_bonus_is_paid_above_a_number_of_the_group_itself():
    # Istanbul: 500 more for each woman above 92, whatever number of men there are (GO Lab INDIGO).
    what = terms(metrics=GROUP, tariffs=(tariff(110_000),), uplifts=(BONUS,), subgroups={"women": "Women"})
    women = frozenset({"women"})

    lines = run(
        what,
        [
            candidate(1, person="", quantity=500),
            candidate(2, person="", quantity=91, subgroups=women),
            candidate(3, person="", subgroups=women),
            candidate(4, person="", subgroups=women),
            candidate(5, person="", quantity=2, subgroups=women),
        ],
    )

    assert [line.gross - line.steps[0].amount for line in lines] == [0, 0, 0, 50_000, 100_000]


def test_a_bonus_begins_inside_a_line():
    what = terms(metrics=GROUP, tariffs=(tariff(110_000),), uplifts=(BONUS,), subgroups={"women": "Women"})

    (line,) = run(what, [candidate(1, person="", quantity=95, subgroups=frozenset({"women"}))])

    assert [(step.name, step.amount) for step in line.steps[:2]] == [("tariff", 10_450_000), ("uplift", 10_600_000)]


@pytest.mark.parametrize(("percent", "plus"), [(1, 0), (49, 0), (50, 1), (51, 1), (149, 1), (150, 2), (10_000, 100)])
def test_a_percentage_on_top_is_rounded_once_and_a_half_goes_up(percent, plus):
    what = terms(tariffs=(tariff(100),), uplifts=(Uplift(code="more", label="More", percent=percent),))

    (line,) = run(what, [candidate()])

    assert line.gross == 100 + plus


def test_a_percentage_is_of_the_units_above_the_number_and_of_the_tariff_alone():
    what = terms(
        metrics=GROUP,
        tariffs=(tariff(100, until_count=3), tariff(200, from_count=3)),
        uplifts=(
            Uplift(code="fixed", label="Fixed", amount=7),
            Uplift(code="more", label="More", percent=1_000, above_count=1),
        ),
    )

    (line,) = run(what, [placed(3)])

    assert line.gross == 400 + 3 * 7 + (100 + 200) // 10


def test_an_uplift_of_another_metric_or_group_changes_nothing():
    what = terms(
        metrics=(metric(), metric("other")),
        tariffs=(tariff(100), tariff(100, "other")),
        uplifts=(
            Uplift(code="a", label="A", amount=1, metrics=("other",)),
            Uplift(code="b", label="B", amount=2, subgroup="g"),
        ),
        subgroups={"g": "G"},
    )

    lines = run(what, [candidate(1), candidate(2, "other"), candidate(3, subgroups=frozenset({"g"}))])

    assert [line.gross for line in lines] == [100, 101, 102]


def test_days_at_a_rate_and_a_fixed_amount_for_a_service():
    what = terms(
        metrics=(metric("days", measure=Measure.DAYS, most=None), metric("covid", measure=Measure.ACTIVITY, most=None)),
        tariffs=(tariff(1_512, "days"), tariff(5_496_200, "covid")),
    )

    lines = run(what, [candidate(1, "days", quantity=365), candidate(2, "covid", person="")])

    assert [line.net for line in lines] == [551_880, 5_496_200]


def test_a_cap_by_number_leaves_what_the_first_units_are_worth_with_their_uplifts():
    what = terms(
        metrics=GROUP,
        tariffs=BANDS,
        uplifts=(BONUS,),
        subgroups={"women": "Women"},
        caps=(cap(CapScope.METRIC, None, count=93),),
    )

    (line,) = run(what, [candidate(1, person="", quantity=95, subgroups=frozenset({"women"}))])

    assert (line.gross, line.net, line.counted, line.units) == (10_600_000, 93 * 110_000 + 50_000, 93, 95)
    assert cuts(line) == [("metric_cap", 320_000)]
