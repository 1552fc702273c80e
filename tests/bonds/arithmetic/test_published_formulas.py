"""The formulas of published contracts give the published figures, at, just under and just over every edge."""

from datetime import date
from fractions import Fraction

import pytest

from bonds.arithmetic.formulas import check_formula, compute_worth
from bonds.arithmetic.lines import Step, Worth
from tests.bonds.arithmetic.measured import cohort, cohorts, estimate, estimates, figures
from tests.bonds.published import formulas as published


def amount_and_reason(worth: Worth) -> tuple[int, str]:
    return worth.amount, worth.reason


def last_step(worth: Worth) -> Step:
    return worth.steps[-1]


@pytest.mark.parametrize("code", published.ALL)
def test_every_published_formula_can_be_read(code):
    assert check_formula(published.ALL[code].formula) == []


def test_what_was_filled_in_is_said():
    assert len(published.ALL) == 15
    assert {code for code, found in published.ALL.items() if found.verified} == {
        "newpin", "newpin_table", "dc_water", "chicago_ready",
    }  # fmt: skip


def test_peterborough_s_first_cohort_was_8_39_percent_better_and_paid_nothing():
    # 142 and 155 for each 100 people, in a cohort of 936 with as many compared.
    measured = cohorts(reconvictions=cohort(936, "1329.12", 936, "1450.80"))

    worth = compute_worth(published.PETERBOROUGH_COHORT.formula, measured)

    assert amount_and_reason(worth) == (0, "below_table")
    assert worth.steps[0].facts["effect"] == "13/155"
    assert round(Fraction(13, 155) * 10_000) == 839
    assert last_step(worth).facts == {"value": "13/155", "first": ">= 0.1"}


def test_peterborough_pooled_was_9_02_percent_better_and_paid():
    effects = estimates(cohort_1=estimate("0.0839", weight=936), cohort_2=estimate("0.097", weight=866))

    worth = compute_worth(published.PETERBOROUGH_POOLED.formula, effects)

    # (0.0839 x 936 + 0.097 x 866) / 1802 = 0.0902 to four places.
    assert amount_and_reason(worth) == (100_000_000, "")
    assert round(Fraction(worth.steps[-2].facts["effect"]) * 10_000) == 902


@pytest.mark.parametrize(
    ("effect", "paid"), [("0.074999999999", 0), ("0.075", 100_000_000), ("0.075000000001", 100_000_000)]
)
def test_peterborough_s_pooled_threshold_is_reached_at_seven_and_a_half_percent(effect, paid):
    effects = estimates(cohort_1=estimate(effect, weight=936), cohort_2=estimate(effect, weight=866))

    assert compute_worth(published.PETERBOROUGH_POOLED.formula, effects).amount == paid


@pytest.mark.parametrize(("events", "paid"), [("900", 100_000_000), ("899", 100_000_000), ("901", 0)])
def test_peterborough_s_cohort_threshold_is_reached_at_ten_percent(events, paid):
    measured = cohorts(reconvictions=cohort(1000, events, 1000, "1000"))

    assert compute_worth(published.PETERBOROUGH_COHORT.formula, measured).amount == paid


@pytest.mark.parametrize(
    ("change", "share", "amount"),
    [
        ("0.499999", "0", 0),
        ("0.5", "0", 0),
        ("0.500001", "1/900000", 10),
        ("0.95", "0.5", 4_500_000),
        ("1.0", "5/9", 5_000_000),
        ("1.399999", "899999/900000", 8_999_990),
        ("1.4", "1", 9_000_000),
        ("1.400001", "1", 9_000_000),
        ("-0.3", "0", 0),
    ],
)
def test_ways_to_wellness_slides_from_half_a_point_to_one_and_two_fifths(change, share, amount):
    worth = compute_worth(published.WAYS_TO_WELLNESS.formula, figures(mean_change=change))

    assert amount_and_reason(worth) == (amount, "" if amount else "below_threshold")
    assert last_step(worth).facts["share"] == share


@pytest.mark.parametrize(
    ("rate", "paid_rate"),
    [
        ("0.60", "0.075"),  # year 1: A$525,000
        ("0.65", "0.12"),
        ("0.6525", "0.1215"),  # year 3
        ("0.70", "0.15"),
        ("0.95", "0.15"),
    ],
)
def test_newpin_pays_by_the_line_between_the_steps_of_its_table(rate, paid_rate):
    worth = compute_worth(published.NEWPIN.formula, figures(on=date(2017, 6, 30), restoration_rate=rate))

    assert worth.amount == Fraction(paid_rate) * 700_000_000
    assert last_step(worth).facts["rate"] == paid_rate


def test_newpin_s_first_year_paid_525_000_dollars():
    worth = compute_worth(published.NEWPIN.formula, figures(on=date(2014, 6, 30), restoration_rate="0.60"))

    assert amount_and_reason(worth) == (52_500_000, "")


def test_newpin_s_second_year_of_8_9_percent_is_off_the_table_and_on_the_line():
    # 8.9 % lies 14/45 of the way from 7.5 to 12 %: a restoration rate of 61.56 %.
    worth = compute_worth(published.NEWPIN.formula, figures(on=date(2017, 6, 30), restoration_rate="0.615555555556"))

    assert worth.amount == 62_300_000
    table = compute_worth(published.NEWPIN_TABLE.formula, figures(on=date(2017, 6, 30), restoration_rate="0.6156"))
    assert table.amount == 52_500_000


@pytest.mark.parametrize(
    ("rate", "paid_rate"),
    [
        ("0.549999", None), ("0.55", "0.03"), ("0.599999", "0.03"), ("0.60", "0.075"), ("0.649999", "0.075"),
        ("0.65", "0.12"), ("0.699999", "0.12"), ("0.70", "0.15"),
    ],
)  # fmt: skip
def test_newpin_s_steps_without_the_line(rate, paid_rate):
    worth = compute_worth(published.NEWPIN_TABLE.formula, figures(on=date(2017, 6, 30), restoration_rate=rate))

    assert worth.amount == Fraction(paid_rate or 0) * 700_000_000
    assert worth.reason == ("" if paid_rate else "below_table")


@pytest.mark.parametrize(
    ("on", "rate", "amount", "reason"),
    [
        (date(2016, 6, 30), "0.40", 35_000_000, ""),
        (date(2016, 7, 1), "0.40", 0, "below_table"),
        (date(2016, 6, 30), "0.56", 35_000_000, ""),  # 3.9 % by the line, lifted to 5
        (date(2016, 7, 1), "0.56", 27_300_000, ""),
        (date(2016, 6, 30), "0.58", 39_900_000, ""),  # 5.7 %: above the floor
    ],
)
def test_newpin_pays_five_percent_at_least_in_the_first_three_years(on, rate, amount, reason):
    worth = compute_worth(published.NEWPIN.formula, figures(on=on, restoration_rate=rate))

    assert amount_and_reason(worth) == (amount, reason)


def test_utah_pays_95_percent_of_the_saving_to_the_penny():
    worth = compute_worth(published.UTAH.formula, figures(saving_pence="28155000"))

    assert amount_and_reason(worth) == (26_747_250, "")


@pytest.mark.parametrize(("saving", "amount"), [("10", 10), ("9", 9), ("11", 10), ("30", 29), ("110", 105)])
def test_a_share_of_a_saving_is_rounded_half_up(saving, amount):
    # 9.5 -> 10; 8.55 -> 9; 10.45 -> 10; 28.5 -> 29; 104.5 -> 105.
    assert compute_worth(published.UTAH.formula, figures(saving_pence=saving)).amount == amount


@pytest.mark.parametrize(
    ("cut", "amount", "reason"),
    [
        ("0.413000000001", 330_000_000, ""),
        ("0.413", 0, "step_pays_nothing"),
        ("0.412999999999", 0, "step_pays_nothing"),
        ("0.186", 0, "step_pays_nothing"),
        ("0.185999999999", -330_000_000, "downside"),
        ("-0.1", -330_000_000, "downside"),
    ],
)
def test_dc_water_s_investors_owe_below_18_6_and_get_more_above_41_3(cut, amount, reason):
    worth = compute_worth(published.DC_WATER.formula, figures(runoff_cut=cut))

    assert amount_and_reason(worth) == (amount, reason)


@pytest.mark.parametrize(
    ("events", "amount", "reason"),
    [
        ("110", 0, "below_table"),  # worse than the control group: all is lost
        ("100", 0, "below_table"),
        ("99", 220_000_000, ""),
        ("50", 220_000_000, ""),
        ("25", 228_250_000, ""),  # half of the premium
        ("0", 236_500_000, ""),
    ],
)
def test_iod_returns_the_principal_and_a_premium_up_to_seven_and_a_half_percent(events, amount, reason):
    worth = compute_worth(published.IOD.formula, cohorts(out_of_work=cohort(100, events, 100, "100")))

    assert amount_and_reason(worth) == (amount, reason)


@pytest.mark.parametrize(("children", "amount"), [("221", 64_090_000), ("172", 49_880_000)])
def test_chicago_pays_for_each_child(children, amount):
    # 59 % of 374 are 221; "about $500k" was paid, which is 172 of them.
    assert compute_worth(published.CHICAGO.formula, figures(children_ready=children)).amount == amount


@pytest.mark.parametrize(("days", "amount"), [("1", 1_512), ("0", 0), ("12345", 18_665_640)])
def test_denver_pays_for_each_day(days, amount):
    assert compute_worth(published.DENVER.formula, figures(days_housed=days)).amount == amount


@pytest.mark.parametrize(
    ("helped", "jobs", "amount"),
    [("180", "36", 50_000_000), ("179", "40", 0), ("200", "35", 0), ("181", "37", 50_000_000)],
)
def test_all_indicators_at_90_percent_or_nothing(helped, jobs, amount):
    worth = compute_worth(published.RUSSIA.formula, figures(families_helped=helped, jobs=jobs))

    assert amount_and_reason(worth) == (amount, "" if amount else "target_not_met")
    assert last_step(worth).facts["missed"] == (0 if amount else 1)


def test_massachusetts_blends_eighty_and_twenty():
    # 0.8 x 0.05 + 0.2 x 0.06 = 0.052, just at the table's edge; the interval holds no effect and the payment stands.
    made = estimates(rct=estimate("0.05", "-0.02", "0.12"), did=estimate("0.06", "0.01", "0.11"))

    worth = compute_worth(published.MASSACHUSETTS.formula, made)

    assert amount_and_reason(worth) == (100_000_000, "")
    assert worth.steps[-2].facts == {
        "effect": "0.052",
        "uses_point_estimate": True,
        "low": "-0.014",
        "high": "0.118",
        "holds_no_effect": True,
    }


def test_educate_girls_was_paid_all_because_both_targets_were_passed():
    worth = compute_worth(published.EDUCATE_GIRLS.formula, figures(learning_levels="8940", enrolment="0.92"))

    assert amount_and_reason(worth) == (42_200_000, "")
    assert [step.facts.get("counted") for step in worth.steps] == ["1", "1", None]


def test_educate_girls_at_half_of_learning_is_paid_60_percent():
    worth = compute_worth(published.EDUCATE_GIRLS.formula, figures(learning_levels="2796", enrolment="0.79"))

    assert worth.amount == 25_320_000


@pytest.mark.parametrize(
    ("reoffenders", "amount", "reason"),
    [("490", 5_000_000, ""), ("489", 5_000_000, ""), ("491", 0, "hurdle_not_met")],
)
def test_a_binary_hurdle_comes_before_frequency(reoffenders, amount, reason):
    measured = cohorts(
        reoffenders=cohort(1000, reoffenders, 1000, "500"),
        reoffences=cohort(1000, "950", 1000, "1000"),
    )

    worth = compute_worth(published.TRANSFORMING_REHABILITATION.formula, measured)

    assert amount_and_reason(worth) == (amount, reason)


@pytest.mark.parametrize(("months", "saved", "amount"), [("3.24", "13.26", 1_326_000), ("8.1", "8.4", 840_000)])
def test_essex_saved_so_many_months_of_care_for_each_child(months, saved, amount):
    # 30 months: 10.8 % of them in care, or 27 % as targeted, against the baseline's 55 of a hundred.
    worth = compute_worth(published.ESSEX.formula, cohorts(months_in_care=cohort(30, months, 100, "55")))

    assert amount_and_reason(worth) == (amount, "")
    assert last_step(worth).facts["avoided"] == saved
