import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.figures import read_exact, round_half_up, show_rounded, write_exact
from bonds.arithmetic.formulas import FormulaUnsound, check_formula, compute_worth
from bonds.arithmetic.measurements import MeasurementLacks
from bonds.arithmetic.terms import Formula
from bonds.arithmetic.volumes import split_fee
from core.errors import InvalidInput
from tests.bonds.arithmetic.measured import cohort, cohorts, figures

UNITS = {"by": "figure", "name": "units"}
EVENTS = {"by": "cohorts", "name": "events", "least": 30}


def formula(kind, **facts):
    return Formula(code="tested", kind=kind, facts=facts)


def problems(found):
    return [problem.at for problem in check_formula(found)]


def test_worse_than_the_comparison_pays_nothing_without_a_downside():
    # Invariant 11.
    worth = compute_worth(
        formula("frequency", measured=EVENTS, price=100_000), cohorts(events=cohort(100, "24", 100, "20"))
    )

    assert (worth.amount, worth.reason) == (0, "worse_than_comparison")


def test_worse_than_the_comparison_is_owed_by_its_downside_share():
    priced = formula("frequency", measured=EVENTS, price=100_000, downside_share="0.5", threshold="0.10")

    worth = compute_worth(priced, cohorts(events=cohort(100, "24", 100, "20")))

    assert (worth.amount, worth.reason) == (-200_000, "downside")


@pytest.mark.parametrize(
    ("edge", "events", "amount", "reason"),
    [
        (">=", "89", 1_100_000, ""),
        (">=", "90", 1_000_000, ""),
        (">=", "91", 0, "below_threshold"),
        (">", "89", 1_100_000, ""),
        (">", "90", 0, "below_threshold"),
        (">=", "100", 0, "no_effect"),
    ],
)
def test_frequency_pays_each_event_avoided_from_its_threshold_on(edge, events, amount, reason):
    priced = formula("frequency", measured=EVENTS, price=100_000, threshold="0.10", edge=edge)

    worth = compute_worth(priced, cohorts(events=cohort(100, events, 100, "100")))

    assert (worth.amount, worth.reason) == (amount, reason)


GROUPS = st.builds(
    cohort, st.integers(0, 200), st.integers(0, 400).map(str), st.integers(0, 200), st.integers(0, 400).map(str)
)


@settings(deadline=None)
@given(GROUPS, st.sampled_from(["0", "0.25", "1"]), st.sampled_from(["0", "0.1", "0.5"]))
def test_frequency_is_never_owed_without_a_downside_and_always_says_why(group, downside, threshold):
    # Invariants 9 and 11.
    priced = formula("frequency", measured=EVENTS, price=997, downside_share=downside, threshold=threshold)

    worth = compute_worth(priced, cohorts(events=group))

    assert worth.amount >= 0 or downside != "0"
    assert bool(worth.reason) == (worth.amount <= 0)
    assert worth.steps[-1].amount == worth.amount
    json.dumps([dict(step.facts) for step in worth.steps], allow_nan=False)


def test_only_units_above_the_baseline_are_paid_and_up_to_the_most():
    priced = formula("per_unit", measured=UNITS, price=250, above="100", most="50")

    assert [compute_worth(priced, figures(units=units)).amount for units in ("99", "100", "100.5", "150", "151")] == [
        0, 0, 125, 12_500, 12_500,
    ]  # fmt: skip


def test_part_of_a_unit_is_rounded_once_and_half_up():
    priced = formula("per_unit", measured=UNITS, price=1, downside_share="1")

    assert [compute_worth(priced, figures(units=units)).amount for units in ("0.5", "0.49", "-0.5", "-0.49")] == [
        1, 0, -1, 0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("units", "edge", "amount", "reason"),
    [("9.99", ">=", 0, "below_threshold"), ("10", ">=", 2_000, ""), ("10", ">", 0, "below_threshold"),
     ("10.01", ">", 2_008, ""), ("15", ">=", 6_000, ""), ("20", ">=", 10_000, ""), ("21", ">=", 10_000, "")],
)  # fmt: skip
def test_a_scale_can_begin_with_a_share(units, edge, amount, reason):
    scale = formula("sliding_scale", measured=UNITS, floor="10", full="20", amount=10_000, floor_share="0.2", edge=edge)

    worth = compute_worth(scale, figures(units=units))

    assert (worth.amount, worth.reason) == (amount, reason)


BLOCK = {"fee": 1_200_000, "volume": "1000", "price": 500, "band": "0.05"}


@pytest.mark.parametrize(
    ("volume", "left"),
    [
        ("1000", 0), ("1050", 0), ("1051", 500), ("1060", 5_000),
        ("950", 0), ("949", -500), ("900", -25_000),
    ],
)  # fmt: skip
def test_a_block_fee_is_set_right_outside_of_its_band(volume, left):
    worth = compute_worth(formula("block_fee", **BLOCK), figures(volume=volume, paid_pence="1200000"))

    assert worth.amount == left
    assert worth.reason == {1: "", 0: "paid_already", -1: "clawback"}[(left > 0) - (left < 0)]
    assert [step.name for step in worth.steps] == ["fee", "volume", "deductions", "paid_before"]


def test_what_was_paid_too_much_stays_where_the_contract_claws_nothing_back():
    kept = formula("block_fee", **BLOCK, is_clawed_back=False)

    worth = compute_worth(kept, figures(volume="900", paid_pence="1200000"))

    assert (worth.amount, worth.reason) == (0, "paid_already")
    assert worth.steps[-1].facts == {"paid": 1_200_000, "left": -25_000}


def test_a_block_fee_changes_by_no_more_than_its_most_and_is_less_its_deductions():
    priced = formula("block_fee", **BLOCK, most_change=10_000)

    more = compute_worth(priced, figures(volume="2000", paid_pence="1200000"))
    less = compute_worth(priced, figures(volume="10", paid_pence="1200000", deductions_pence="2500"))

    assert (more.amount, less.amount) == (10_000, -12_500)


def test_a_yearly_fee_is_paid_in_twelfths_that_sum_to_it():
    assert split_fee(1_000_003) == [83_334] * 7 + [83_333] * 5
    assert sum(split_fee(1_000_003)) == 1_000_003


EDGES = st.decimals(-1000, 1000, places=6)
JUST = Decimal("0.000000000001")


@settings(deadline=None)
@given(EDGES, st.sampled_from([">=", ">"]))
def test_every_threshold_says_whether_it_is_reached_itself(at, edge):
    # Invariant 7: at, just under and just over, for each kind that has an edge.
    table = formula("step_table", measured=UNITS, steps=[{"at": str(at), "edge": edge, "amount": 1}])
    scale = formula("sliding_scale", measured=UNITS, floor=str(at), full=str(at + 1), amount=10**9, floor_share="0.5",
                    edge=edge)  # fmt: skip
    target = abs(at) + 1
    together = formula("all_or_nothing", indicators=[{"figure": "units", "target": str(target)}], amount=1, edge=edge)

    for kind, place in ((table, at), (scale, at), (together, target)):
        under, on, over = (
            compute_worth(kind, figures(units=str(value))).amount for value in (place - JUST, place, place + JUST)
        )
        assert under == 0
        assert over > 0
        assert (on > 0) is (edge == ">=")


KINDS_OF_WORSE = {
    "per_unit": {"price": 3},
    "saving_share": {"share": "0.95"},
    "sliding_scale": {"floor": "0", "full": "1", "amount": 10},
    "step_table": {"steps": [{"at": "0", "edge": ">", "amount": 10}]},
}


@settings(deadline=None)
@given(st.sampled_from(sorted(KINDS_OF_WORSE)), st.decimals(max_value=0, min_value=-(10**9), places=3))
def test_what_went_worse_pays_nothing_and_says_so(kind, value):
    # Invariant 11, for the kinds that no cohort stands behind.
    worth = compute_worth(formula(kind, measured=UNITS, **KINDS_OF_WORSE[kind]), figures(units=str(value)))

    assert worth.amount == 0
    assert worth.reason


STEPS = st.lists(
    st.tuples(st.integers(0, 100), st.sampled_from([">=", ">"]), st.integers(0, 10**6)), min_size=1, max_size=6,
    unique_by=lambda step: step[0],
)  # fmt: skip


@settings(deadline=None)
@given(STEPS, st.integers(-10, 110), st.booleans())
def test_a_table_whose_steps_rise_pays_no_less_for_more(steps, value, is_interpolated):
    rising = sorted(zip(sorted(step[0] for step in steps), sorted(step[2] for step in steps), strict=True))
    table = formula(
        "step_table",
        measured=UNITS,
        is_interpolated=is_interpolated,
        steps=[
            {"at": str(at), "edge": step[1], "amount": amount} for (at, amount), step in zip(rising, steps, strict=True)
        ],
    )

    lower, higher = (compute_worth(table, figures(units=str(units))) for units in (value, value + 1))

    assert 0 <= lower.amount <= higher.amount <= rising[-1][1]


def test_at_the_same_value_at_least_comes_before_above():
    steps = [{"at": "5", "edge": ">=", "amount": 100}, {"at": "5", "edge": ">", "amount": 200}]
    table = formula("step_table", measured=UNITS, steps=steps)

    assert problems(table) == []
    assert [compute_worth(table, figures(units=units)).amount for units in ("4.9", "5", "5.1")] == [0, 100, 200]
    assert problems(formula("step_table", measured=UNITS, steps=steps[::-1])) == ["/facts/steps/1/at"]


def test_a_figure_that_was_not_measured_is_asked_for_and_not_paid_as_nothing():
    with pytest.raises(MeasurementLacks) as lacking:
        compute_worth(formula("per_unit", measured=UNITS, price=1), figures(days="1"))

    assert lacking.value.facts == {"figure": "units"}


UNSOUND = {
    "an unknown kind": (formula("magic"), ["/kind"]),
    "a fact that nobody knows": (
        formula("per_unit", measured=UNITS, price=1, prise=2), ["/facts/prise"],
    ),
    "a price of nothing": (formula("per_unit", measured=UNITS, price=0), ["/facts/price"]),
    "a share of more than all": (
        formula("per_unit", measured=UNITS, price=1, downside_share="1.01", most="0"),
        ["/facts/downside_share", "/facts/most"],
    ),
    "a float": (formula("per_unit", measured=UNITS, price=1, above=0), ["/facts/above"]),
    "a measure without a name": (
        formula("per_unit", measured={"by": "figure"}, price=1), ["/facts/measured/name"],
    ),
    "weights that are not all": (
        formula(
            "saving_share", measured={"by": "blend", "weights": {"a": "0.8", "b": "0.1"}}, share="0", unit_saving=0
        ),
        ["/facts/measured/weights", "/facts/share", "/facts/unit_saving"],
    ),
    "a pool of nothing": (
        formula("per_unit", measured={"by": "pool", "least": 2}, price=1),
        ["/facts/measured/names", "/facts/measured/least"],
    ),
    "an interval of a figure": (
        formula("per_unit", measured={**UNITS, "uses_point_estimate": False}, price=1),
        ["/facts/measured/uses_point_estimate"],
    ),
    "a scale that ends before it begins": (
        formula("sliding_scale", measured=UNITS, floor="2", full="2", amount=0, floor_share="1"),
        ["/facts/full", "/facts/amount", "/facts/floor_share"],
    ),
    "a table without steps": (formula("step_table", measured=UNITS, steps=[]), ["/facts/steps"]),
    "a table with everything wrong": (
        formula(
            "step_table",
            measured=UNITS,
            floor={"until_on": "2020-01-01"},
            steps=[{"at": "2", "amount": 1, "rate": "1"}, {"amount": -1}, {"at": "2", "amount": 1}],
        ),
        ["/facts/steps/0", "/facts/steps/1/at", "/facts/steps/1", "/facts/floor", "/facts/base"],
    ),
    "steps that fall": (
        formula("step_table", measured=UNITS, steps=[{"at": "2", "amount": 1}, {"at": "1", "amount": 2}]),
        ["/facts/steps/1/at"],
    ),
    "no targets": (
        formula("all_or_nothing", indicators=[], amount=0, of_target="0"),
        ["/facts/indicators", "/facts/amount", "/facts/of_target"],
    ),
    "a target twice and of nothing": (
        formula("all_or_nothing", amount=1,
                indicators=[{"figure": "a", "target": "0"}, {"figure": "a", "target": "1"}]),
        ["/facts/indicators/0/target", "/facts/indicators"],
    ),
    "weights of targets": (
        formula("weighed_targets", targets=[{"figure": "a", "target": "1", "weight": "0.9", "most": "0"}], amount=1),
        ["/facts/targets", "/facts/targets"],
    ),
    "frequency of a figure": (
        formula("frequency", measured=UNITS, price=1, threshold="-1",
                hurdle={"measured": {"by": "cohorts"}, "at": "0"}),
        ["/facts/measured/by", "/facts/threshold", "/facts/hurdle/measured/name"],
    ),
    "a block of nothing": (
        formula("block_fee", fee=0, volume="0", price=1, band="1", most_change=-1),
        ["/facts/fee", "/facts/volume", "/facts/band", "/facts/most_change"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSOUND)
def test_every_problem_of_a_formula_is_listed_and_nothing_is_paid_by_it(name):
    unsound, places = UNSOUND[name]

    assert problems(unsound) == places
    with pytest.raises(FormulaUnsound) as refused:
        compute_worth(unsound, figures(units="1"))
    assert [problem["at"] for problem in refused.value.facts["problems"]] == places


@pytest.mark.parametrize(
    ("figure", "text"),
    [(Fraction(13, 155), "13/155"), (Fraction(-1, 8), "-0.125"), (Fraction(7), "7"), (Decimal("0.10"), "0.1"),
     (Fraction(1, 40), "0.025"), (Fraction(-1, 3), "-1/3"), (0, "0")],
)  # fmt: skip
def test_a_figure_is_written_without_loss(figure, text):
    assert write_exact(figure) == text
    assert read_exact(text) == Fraction(figure)


@settings(deadline=None)
@given(st.fractions())
def test_what_is_written_is_read_again(figure):
    assert read_exact(write_exact(figure)) == figure


@pytest.mark.parametrize("text", ["", "1/0", "1.", "0x1", "1e3", "nan", "½", "1/2/3", " 1"])
def test_no_figure_is_guessed(text):
    with pytest.raises(InvalidInput):
        read_exact(text)


def test_a_half_is_rounded_away_from_zero():
    halves = [Fraction(5, 2), Fraction(-5, 2), Fraction(249, 100), Fraction(-249, 100)]

    assert [round_half_up(half) for half in halves] == [3, -3, 2, -2]
    assert show_rounded(Fraction(13, 155), places=4) == "0.0839"
    assert show_rounded(Fraction(-1, 2), places=0) == "-1"
