from datetime import date

import pytest

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.canonical import write_canonical
from bonds.arithmetic.engine import NoUnits, OutOfOrder, assess
from bonds.arithmetic.lines import Step, Worth
from bonds.arithmetic.records import read_candidate, write_candidate
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import CapScope, Eligibility, Formula, Ladder, Measure, Period
from tests.bonds.arithmetic.support import (
    FROM,
    RUN_OFF,
    UNTIL,
    candidate,
    cap,
    cuts,
    metric,
    nets,
    percent,
    run,
    tariff,
    terms,
)


def test_a_result_is_paid_at_its_price():
    (line,) = run(terms(), [candidate()])

    assert (line.version, line.ordinal, line.occurrence, line.units, line.price) == (1, 1, 1, 1, 150_000)
    assert (line.gross, line.net, nets(line), line.reason) == (150_000, 150_000, {"council": 150_000}, "")
    assert [(step.name, step.amount) for step in line.steps] == [("tariff", 150_000), ("split", 150_000)]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"evidence": {"": ("letter",)}}, "evidence"),
        ({"achieved_on": date(2024, 3, 31)}, "before_service"),
        ({"achieved_on": FROM}, ""),
        ({"achieved_on": date(2029, 3, 31)}, ""),
        ({"achieved_on": RUN_OFF}, "after_run_off"),
        ({"achieved_on": date(2024, 8, 1), "claimed_on": date(2024, 7, 31)}, "claimed_too_soon"),
        ({"achieved_on": date(2024, 8, 1), "claimed_on": date(2024, 8, 1)}, ""),
        ({"started_on": date(2024, 5, 2), "achieved_on": date(2024, 5, 1)}, "achieved_before_start"),
        ({"started_on": date(2024, 5, 1), "achieved_on": date(2024, 5, 1)}, ""),
        ({"started_on": date(2024, 3, 31)}, "started_outside_service"),
        ({"started_on": UNTIL, "achieved_on": date(2028, 6, 1)}, "started_outside_service"),
        ({"started_on": date(2028, 3, 31), "achieved_on": date(2028, 6, 1)}, ""),
        ({"person": ""}, "person_unknown"),
        ({"metric": "unheard_of"}, "not_in_version"),
    ],
)
def test_what_stands_in_the_way_is_named_and_takes_everything(more, reason):
    standing = Standing({1: terms()})

    (line,) = run(terms(), [candidate(**more)], standing)

    assert (line.reason, line.net == 0) == (reason, bool(reason))
    assert standing.counts == ({} if reason else {"housed": 1})
    if reason and reason != "not_in_version":
        assert cuts(line) == [(reason, 150_000)]
        assert (line.ordinal, line.occurrence, line.units) == (0, 0, 0)


def test_missing_evidence_is_told_before_anything_else():
    (line,) = run(terms(), [candidate(evidence={"": ("letter",)}, achieved_on=RUN_OFF)])

    assert line.reductions[0].facts == {"missing": ["letter"]}


@pytest.mark.parametrize(("age", "reason"), [(13, "age"), (14, ""), (15, ""), (16, "age"), (None, "age_unknown")])
def test_age_at_the_start_counts_from_and_until(age, reason):
    what = terms(metrics=(metric(eligibility=Eligibility(age_from=14, age_until=16)),))

    (line,) = run(what, [candidate(age_at_start=age)])

    assert line.reason == reason


@pytest.mark.parametrize(("groups", "reason"), [((), "subgroup"), (("c",), "subgroup"), (("b", "c"), "")])
def test_a_result_may_count_for_some_groups_only(groups, reason):
    what = terms(metrics=(metric(eligibility=Eligibility(subgroups=("a", "b"))),), subgroups={"a": "A", "b": "B"})

    (line,) = run(what, [candidate(subgroups=frozenset(groups))])

    assert line.reason == reason


def test_a_once_only_result_is_paid_once_across_providers_and_versions():
    versions = {1: terms(), 2: terms(tariffs=(tariff(90_000),))}
    twice = [candidate(1), candidate(2, person="person1", provider="college", achieved_on=date(2026, 1, 1))]

    first, second = run(versions, twice, version_on=lambda on: 1 if on.year < 2026 else 2)

    assert (first.net, second.net, cuts(second)) == (150_000, 0, [("once_only", 90_000)])


def test_a_result_may_be_paid_a_number_of_times():
    what = terms(metrics=(metric(most=3),))

    lines = run(what, [candidate(n, person="p") for n in range(1, 6)])

    assert [(line.net, line.occurrence, line.reason) for line in lines] == [
        (150_000, 1, ""), (150_000, 2, ""), (150_000, 3, ""), (0, 0, "most_reached"), (0, 0, "most_reached"),
    ]  # fmt: skip


def test_units_above_the_most_are_cut_from_a_line():
    what = terms(metrics=(metric(measure=Measure.DAYS, unit="day", most=90),), tariffs=(tariff(1_512),))

    lines = run(what, [candidate(1, person="p", quantity=60), candidate(2, person="p", quantity=60)])

    assert [(line.units, line.occurrence, line.net, cuts(line)) for line in lines] == [
        (60, 1, 90_720, []), (30, 61, 45_360, [("most_reached", 45_360)]),
    ]  # fmt: skip


def test_exclusive_variants_keep_each_other_out_for_a_person():
    what = terms(
        metrics=(metric("part_time", variant_of="job"), metric("full_time", variant_of="job"), metric("other")),
        tariffs=(tariff(300_000, "part_time"), tariff(450_000, "full_time"), tariff(100, "other")),
    )
    wanted = [("part_time", "p"), ("full_time", "p"), ("other", "p"), ("full_time", "q"), ("part_time", "q")]

    lines = run(what, [candidate(n, code, person=who) for n, (code, who) in enumerate(wanted, 1)])

    assert [line.reason for line in lines] == ["", "exclusive_variant", "", "", "exclusive_variant"]


LADDER = terms(
    metrics=(
        metric("m3", ladder=Ladder(name="home", months=3)),
        metric("m6", ladder=Ladder(name="home", months=6, after="m3")),
        metric("w13", ladder=Ladder(name="job", weeks=13)),
    ),
    tariffs=(tariff(150_000, "m3"), tariff(150_000, "m6"), tariff(1, "w13")),
)


@pytest.mark.parametrize(
    ("code", "clock", "achieved_on", "reason"),
    [
        ("m3", date(2024, 5, 31), date(2024, 8, 30), "too_early"),
        ("m3", date(2024, 5, 31), date(2024, 8, 31), ""),
        ("m3", date(2024, 11, 30), date(2025, 2, 27), "too_early"),
        ("m3", date(2024, 11, 30), date(2025, 2, 28), ""),
        ("w13", date(2024, 5, 1), date(2024, 7, 30), "too_early"),
        ("w13", date(2024, 5, 1), date(2024, 7, 31), ""),
        ("m3", None, date(2024, 8, 31), "no_clock"),
        ("m6", date(2024, 5, 1), date(2024, 11, 1), "rung_missing"),
    ],
)
def test_a_rung_is_reached_on_its_day(code, clock, achieved_on, reason):
    (line,) = run(LADDER, [candidate(1, code, clock_started_on=clock, achieved_on=achieved_on)])

    assert line.reason == reason


def test_whoever_had_to_start_again_waits_the_whole_time_again():
    start, again = date(2024, 5, 1), date(2024, 8, 15)
    lines = run(
        LADDER,
        [
            candidate(1, "m3", person="p", clock_started_on=start, achieved_on=date(2024, 8, 1)),
            candidate(2, "m6", person="p", clock_started_on=again, achieved_on=date(2024, 11, 1)),
            candidate(3, "m6", person="p", clock_started_on=again, achieved_on=date(2025, 2, 15)),
        ],
    )

    assert [line.reason for line in lines] == ["", "too_early", ""]


def test_a_rung_below_may_have_been_achieved_outside_the_run():
    (line,) = run(
        LADDER,
        [candidate(1, "m6", clock_started_on=date(2024, 5, 1), achieved_on=date(2024, 11, 1), rungs=frozenset({"m3"}))],
    )

    assert line.net == 150_000


FORMULA = terms(
    metrics=(metric("frequency", measure=Measure.FORMULA, formula="f", unit="cohort"),),
    tariffs=(),
    formulas=(Formula(code="f", kind="frequency", facts={}),),
    payers=("council", "fund"),
    shares=(percent("council", 6_000), percent("fund", 4_000)),
    caps=(cap(CapScope.CONTRACT, 100_000),),
)


def measured(worth: Worth | None, number: int = 1, cohort: str = "one") -> Candidate:
    return candidate(number, "frequency", person="", cohort=cohort, worth=worth)


def test_a_formula_is_worth_what_it_says_and_capped_like_anything_else():
    (line,) = run(FORMULA, [measured(Worth(120_001, "", (Step("scale", 120_001, {"at": "0.5"}),)))])

    assert (line.gross, line.net, nets(line)) == (120_001, 100_000, {"council": 60_000, "fund": 40_000})
    assert cuts(line) == [("contract_cap", 20_001)]
    assert [step.name for step in line.steps] == ["scale", "contract_cap", "split"]


@pytest.mark.parametrize(
    ("worth", "reason"),
    [(Worth(0, "below_threshold"), "below_threshold"), (Worth(0), "worth_nothing"), (None, "not_measured")],
)
def test_a_formula_that_gives_nothing_says_why(worth, reason):
    (line,) = run(FORMULA, [measured(worth)])

    assert (line.gross, line.reason, cuts(line), line.units) == (0, reason, [(reason, 0)], 0)


def test_what_investors_owe_passes_the_caps_whole_and_fills_none():
    standing = Standing({1: FORMULA})

    owed, paid = run(FORMULA, [measured(Worth(-330_001, "downside")), measured(Worth(120_000), 2, "two")], standing)

    assert (owed.gross, owed.net, nets(owed), cuts(owed)) == (
        -330_001, -330_001, {"council": -198_001, "fund": -132_000}, [],
    )  # fmt: skip
    assert paid.net == 100_000


def test_a_cohort_is_paid_once_for_a_measurement():
    lines = run(FORMULA, [measured(Worth(1_000)), measured(Worth(2_000), 2), measured(Worth(3_000), 3, "two")])

    assert [(line.net, line.reason) for line in lines] == [(1_000, ""), (0, "once_only"), (3_000, "")]


def test_a_price_of_nothing_pays_nothing_and_counts():
    (line,) = run(terms(tariffs=(tariff(0),)), [candidate()])

    assert (line.reason, line.units, line.shares) == ("price_is_nothing", 1, ())


def test_without_a_version_nothing_is_paid():
    (line,) = run(terms(), [candidate()], version_on=lambda on: None)

    assert (line.version, line.reason, line.net) == (0, "no_version", 0)


def test_the_version_of_the_day_of_achievement_prices_whenever_it_is_claimed():
    versions = {1: terms(), 2: terms(tariffs=(tariff(90_000),))}
    late = date(2027, 1, 1)

    lines = run(
        versions,
        [
            candidate(1, achieved_on=date(2025, 12, 31), claimed_on=late),
            candidate(2, achieved_on=date(2026, 1, 1), claimed_on=late),
        ],
        version_on=lambda on: 1 if on.year < 2026 else 2,
    )

    assert [(line.version, line.net) for line in lines] == [(1, 150_000), (2, 90_000)]


@pytest.mark.parametrize(
    "order",
    [
        [candidate(2), candidate(1)],
        [candidate(1), candidate(1)],
        [candidate(5, achieved_on=UNTIL), candidate(4, achieved_on=UNTIL)],
    ],
)
def test_candidates_out_of_order_are_refused_and_not_counted(order):
    standing = Standing({1: terms()})

    with pytest.raises(OutOfOrder):
        list(assess({1: terms()}, order, standing, version_on=lambda on: 1))

    assert standing.counts == {"housed": 1}


@pytest.mark.parametrize("quantity", [0, -1])
def test_no_units_are_refused(quantity):
    standing = Standing({1: terms()})

    with pytest.raises(NoUnits):
        list(assess({1: terms()}, [candidate(quantity=quantity)], standing, version_on=lambda on: 1))

    assert standing.counts == {}


def test_lines_come_one_at_a_time_from_any_source():
    def endless():
        number = 0
        while True:
            number += 1
            yield candidate(number)

    lines = assess({1: terms()}, endless(), Standing({1: terms()}), version_on=lambda on: 1)

    assert [next(lines).ordinal for _ in range(3)] == [1, 2, 3]


def test_the_same_line_gives_the_same_bytes_and_another_one_others():
    what = terms(caps=(cap(CapScope.PERSON, 100_000),))

    first, again = (run(what, [candidate()])[0] for _ in range(2))
    other = run(what, [candidate(quantity=1, person="x", id=2)])[0]

    assert write_canonical(first) == write_canonical(again) != write_canonical(other)
    assert write_canonical(first).startswith(b'{"candidate":1,"counted":1,"gross":150000,"metric":"housed"')


def test_a_line_tells_nobody_who_it_was():
    (line,) = run(terms(caps=(cap(CapScope.PERSON, 100_000),)), [candidate(person="secret", subgroups=frozenset("s"))])

    assert b"secret" not in write_canonical(line)


def test_a_candidate_is_written_and_read_back():
    whole = candidate(
        1, "m6", cohort="c", quantity=3, subgroups=frozenset({"b", "a"}), age_at_start=17, started_on=FROM,
        clock_started_on=FROM, rungs=frozenset({"m3"}), evidence={"fund": ("letter", "payslip")},
        worth=Worth(5, "x", (Step("scale", 5, {"at": "0.5"}),)),
    )  # fmt: skip

    assert read_candidate(write_candidate(whole)) == whole
    assert read_candidate(write_candidate(candidate())) == candidate()


def test_periods_of_shares_are_half_open():
    day = date(2025, 4, 1)
    what = terms(
        payers=("council", "fund"),
        shares=(
            percent("council", 10_000, period=Period(until_on=day)),
            percent("fund", 10_000, period=Period(from_on=day)),
        ),
    )

    before, on = run(what, [candidate(1, achieved_on=date(2025, 3, 31)), candidate(2, achieved_on=day)])

    assert (nets(before), nets(on)) == ({"council": 150_000}, {"fund": 150_000})
