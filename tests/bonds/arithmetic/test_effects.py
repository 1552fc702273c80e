from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.effects import Measured, MeasuredBy, Reason, compute_effect, compute_frequency, pool
from bonds.arithmetic.measurements import (
    MeasurementLacks,
    MeasurementUnsound,
    read_measurement,
    write_measurement,
)
from tests.bonds.arithmetic.measured import cohort, cohorts, estimate, estimates, figures


def by_cohorts(least: int = 1) -> Measured:
    return Measured(by=MeasuredBy.COHORTS, name="events", least=least)


def test_frequency_is_what_is_missing_of_the_comparison_s_rate():
    effect = compute_frequency(cohort(200, "30", 400, "80"))

    # 15 for each hundred against 20: a quarter fewer, 10 events of the 40 expected.
    assert (effect.value, effect.avoided, effect.reason) == (Fraction(1, 4), 10, "")
    assert effect.steps[0].facts == {
        "cohort": "cohort 1",
        "treated": 200,
        "treated_events": "30",
        "comparison": 400,
        "comparison_events": "80",
        "least": 1,
        "avoided": "10",
        "effect": "0.25",
    }


def test_a_single_cohort_is_not_pooled():
    effect = compute_effect(by_cohorts(), cohorts(events=cohort(200, "30", 400, "80")))

    assert [step.name for step in effect.steps] == ["frequency"]
    assert (effect.value, effect.avoided) == (Fraction(1, 4), 10)


def test_a_cohort_that_did_worse_has_an_effect_below_zero():
    effect = compute_frequency(cohort(100, "24", 100, "20"))

    assert (effect.value, effect.avoided) == (Fraction(-1, 5), -4)


def test_no_event_at_all_is_a_hundred_percent():
    assert compute_frequency(cohort(100, "0", 100, "20")).value == 1


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        (cohort(0, "0", 100, "20"), Reason.NO_TREATED),
        (cohort(100, "5", 0, "0"), Reason.NO_COMPARISON),
        (cohort(0, "0", 0, "0"), Reason.NO_TREATED),
        (cohort(100, "5", 100, "0"), Reason.NOTHING_TO_COMPARE),
        (cohort(100, "0", 100, "0"), Reason.NOTHING_TO_COMPARE),
        (cohort(29, "1", 100, "20"), Reason.BELOW_MINIMUM),
        (cohort(100, "1", 29, "20"), Reason.BELOW_MINIMUM),
    ],
)
def test_what_cannot_be_told_has_a_reason_and_no_number(group, reason):
    effect = compute_effect(by_cohorts(least=30), cohorts(events=group))

    assert (effect.value, effect.reason, effect.avoided) == (None, reason, None)
    assert effect.steps[0].facts["reason"] == reason


@pytest.mark.parametrize(("treated", "is_told"), [(29, False), (30, True), (31, True)])
def test_the_smallest_cohort_is_large_enough(treated, is_told):
    effect = compute_frequency(cohort(treated, "1", 100, "20"), least=30)

    assert (effect.value is not None) is is_told


@settings(deadline=None)
@given(
    st.integers(0, 50), st.decimals(0, 500, places=2), st.integers(0, 50), st.decimals(0, 500, places=2),
    st.integers(1, 40),
)  # fmt: skip
def test_nothing_is_ever_divided_by_nothing(treated, events, comparison, comparison_events, least):
    # Invariant 9: a number or a reason, never both and never neither.
    effect = compute_frequency(cohort(treated, str(events), comparison, str(comparison_events)), least=least)

    assert (effect.value is None) == bool(effect.reason)
    assert effect.value is None or effect.value <= 1


def test_cohorts_are_pooled_by_the_people_in_them():
    good = cohort(300, "30", 100, "20", name="cohort 1")
    bad = cohort(100, "24", 100, "20", name="cohort 2")

    effect = compute_effect(by_cohorts(), cohorts(events=(good, bad)))

    # (0.5 x 300 - 0.2 x 100) / 400; 30 avoided and 4 more.
    assert (effect.value, effect.avoided) == (Fraction(13, 40), 26)
    assert effect.steps[-1].name == "pool"
    assert effect.steps[-1].facts == {"weights": [300, 100], "avoided": "26", "effect": "0.325"}


def test_a_cohort_that_cannot_be_told_is_not_left_out_of_the_pool():
    good = cohort(300, "30", 100, "20", name="cohort 1")
    empty = cohort(0, "0", 100, "20", name="cohort 2")

    effect = compute_effect(by_cohorts(), cohorts(events=(good, empty)))

    assert (effect.value, effect.reason) == (None, Reason.NO_TREATED)


@settings(deadline=None)
@given(st.lists(st.tuples(st.fractions(-3, 1), st.integers(1, 2000)), min_size=1, max_size=8))
def test_a_pool_lies_between_its_worst_and_its_best(effects):
    values = [effect for effect, _ in effects]

    assert min(values) <= pool(effects) <= max(values)


BLEND = {"rct": Decimal("0.8"), "did": Decimal("0.2")}


def blend(*, uses_point_estimate: bool) -> Measured:
    return Measured(by=MeasuredBy.BLEND, weights=BLEND, uses_point_estimate=uses_point_estimate)


def test_a_blend_adds_estimates_and_their_intervals_by_the_contract_s_weights():
    made = estimates(rct=estimate("0.10", "0.02", "0.18"), did=estimate("0.20", "0.05", "0.35"))

    effect = compute_effect(blend(uses_point_estimate=True), made)

    assert effect.value == Fraction(12, 100)
    assert [step.name for step in effect.steps] == ["estimate", "estimate", "blend"]
    assert effect.steps[-1].facts["low"] == "0.026"
    assert effect.steps[-1].facts["high"] == "0.214"
    assert effect.steps[-1].facts["holds_no_effect"] is False


@pytest.mark.parametrize(
    ("low", "high", "value", "reason"),
    [
        ("0.02", "0.18", Fraction(2, 100), ""),
        ("-0.30", "-0.02", Fraction(-2, 100), ""),
        ("0", "0.2", None, Reason.WITHIN_CHANCE),
        ("-0.01", "0.2", None, Reason.WITHIN_CHANCE),
    ],
)
def test_a_contract_that_pays_by_the_interval_takes_its_nearer_end(low, high, value, reason):
    point = "0.1" if Decimal(high) > 0 else "-0.1"
    made = estimates(rct=estimate(point, low, high), did=estimate(point, low, high))

    effect = compute_effect(blend(uses_point_estimate=False), made)

    assert (effect.value, effect.reason) == (value, reason)


@pytest.mark.parametrize(
    ("low", "high", "holds"),
    [("0", "0.2", True), ("0.001", "0.2", False), ("-0.2", "0.1", True), ("-0.2", "0.4", True), ("0.1", "0.1", False)],
)
def test_an_interval_that_touches_no_effect_is_marked_and_the_point_estimate_stands(low, high, holds):
    made = estimates(rct=estimate("0.1", low, high), did=estimate("0.1", low, high))

    effect = compute_effect(blend(uses_point_estimate=True), made)

    assert effect.value == Fraction(1, 10)
    assert effect.steps[-1].facts["holds_no_effect"] is holds


def test_a_contract_that_pays_by_the_interval_pays_nothing_without_one():
    made = estimates(rct=estimate("0.1", "0.02", "0.18"), did=estimate("0.1"))

    assert compute_effect(blend(uses_point_estimate=False), made).reason == Reason.NO_INTERVAL
    assert compute_effect(blend(uses_point_estimate=True), made).value == Fraction(1, 10)


def test_a_pool_of_estimates_for_nobody_is_not_told():
    measured = Measured(by=MeasuredBy.POOL, names=("one", "two"))
    made = estimates(one=estimate("0.1", weight=10), two=estimate("0.2"))

    assert compute_effect(measured, made).reason == Reason.NO_TREATED


@pytest.mark.parametrize(
    ("measured", "measurement", "facts"),
    [
        (Measured(by=MeasuredBy.FIGURE, name="days"), figures(nights="3"), {"figure": "days"}),
        (by_cohorts(), figures(), {"cohorts": "events"}),
        (blend(uses_point_estimate=True), estimates(rct=estimate("0.1")), {"estimate": "did"}),
    ],
)
def test_what_was_not_measured_is_asked_for(measured, measurement, facts):
    with pytest.raises(MeasurementLacks) as lacking:
        compute_effect(measured, measurement)

    assert lacking.value.facts == facts


def test_a_measurement_is_read_as_it_was_written():
    written = {
        "measured_on": "2015-06-30",
        "figures": {"days": "12.5"},
        "cohorts": {
            "events": [
                {
                    "name": "cohort 1",
                    "treated": 100,
                    "treated_events": "20.5",
                    "comparison": 100,
                    "comparison_events": "30",
                }
            ]
        },
        "estimates": {
            "rct": {"value": "0.1", "low": "0.02", "high": "0.18", "confidence": "0.95", "weight": 80, "method": "RCT"}
        },
    }

    assert write_measurement(read_measurement(written)) == written


def test_every_problem_of_a_measurement_is_listed():
    group = {"name": "one", "treated": -1, "treated_events": "-2", "comparison": 1, "comparison_events": "1"}
    written = {
        "measured_on": "2015-06-30",
        "cohorts": {"events": [group, {**group, "treated": 1, "treated_events": "1"}]},
        "estimates": {
            "a": {"value": "0.1", "low": "0.2", "high": "0.3"},
            "b": {"value": "0.1", "low": "0.05", "weight": 0, "confidence": "95"},
        },
    }

    with pytest.raises(MeasurementUnsound) as refused:
        read_measurement(written)

    assert [problem["at"] for problem in refused.value.facts["problems"]] == [
        "/cohorts/events/0/treated", "/cohorts/events/0/treated_events", "/cohorts/events/1/name",
        "/estimates/a", "/estimates/b", "/estimates/b/weight", "/estimates/b/confidence",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("confidence", "is_refused"), [("0", True), ("0.000001", False), ("0.999999", False), ("1", True), ("-0.95", True)]
)
def test_a_confidence_lies_between_nothing_and_certainty(confidence, is_refused):
    written = {"measured_on": "2015-06-30", "estimates": {"rct": {"value": "0.1", "confidence": confidence}}}

    if is_refused:
        with pytest.raises(MeasurementUnsound) as refused:
            read_measurement(written)
        assert [problem["at"] for problem in refused.value.facts["problems"]] == ["/estimates/rct/confidence"]
    else:
        assert read_measurement(written).estimates["rct"].confidence == Decimal(confidence)


@pytest.mark.parametrize("value", [1.5, 2, "1e5", "NaN", None])
def test_a_figure_is_a_number_as_a_text(value):
    with pytest.raises(MeasurementUnsound) as refused:
        read_measurement({"measured_on": "2015-06-30", "figures": {"days": value}})

    assert [problem["at"] for problem in refused.value.facts["problems"]] == ["/figures/days"]
