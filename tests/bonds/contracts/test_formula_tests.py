"""The form of a formula writes a first test and a least amount, as the engine works them out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bonds.arithmetic.formulas import check_formula, compute_worth
from bonds.arithmetic.measurements import Cohort, Measurement
from bonds.arithmetic.terms import Formula
from bonds.forms.formulas import FORMULA_FORMS
from tests.bonds.contracts.test_forms import COHORTS, WORDS, fill, send

FREQUENCY = {"code": "f", "measured_by": "cohorts", "measured_name": "reconvictions", "price": "100", "edge": ">="}
HURDLE = {"hurdle_name": "people_reconvicted", "hurdle_at": "2.5", "hurdle_edge": ">"}
TABLE = {
    "code": "t", "measured_by": "figure", "measured_name": "rate", "steps": "from 0.55: 3 %", "base": "7,000,000",
}  # fmt: skip
FLOOR = {"floor_amount"}
ROWS = [
    (
        "frequency",
        {"measured": COHORTS, "price": 1, "edge": ">=", "hurdle": {"measured": COHORTS, "at": "0.01", "edge": ">"}},
    ),
    (
        "frequency",
        {
            "measured": COHORTS, "price": 1, "edge": ">=",
            "hurdle": {"measured": COHORTS | {"least": 100}, "at": "0", "edge": ">="},
        },
    ),
    (
        "step_table",
        {
            "measured": {"by": "figure", "name": "rate"}, "steps": [{"at": "0.55", "edge": ">=", "rate": "0.03"}],
            "base": 700_000_000, "is_interpolated": True, "has_downside": False,
            "floor": {"until_on": "2016-07-01", "rate": "0.05"},
        },
    ),
    (
        "step_table",
        {
            "measured": {"by": "figure", "name": "rate"}, "steps": [{"at": "0.55", "edge": ">=", "amount": 5}],
            "is_interpolated": False, "has_downside": False, "floor": {"until_on": "2016-07-01", "amount": 100},
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "facts"), ROWS)
def test_a_formula_that_is_shown_and_sent_again_is_the_same_and_sound(kind, facts):
    row = {"code": "f", "kind": kind, "facts": facts}
    assert check_formula(Formula(**row)) == []

    assert fill(FORMULA_FORMS[kind], row).made_row() == row


def worth_of(form, measurement):
    assert form.is_valid(), form.errors
    row = form.made_row()
    assert check_formula(Formula(**row)) == []
    return compute_worth(Formula(**row), measurement)


def measure(fell_to):
    def group(events):
        counts = {"treated_events": Decimal(events), "comparison_events": Decimal(100)}
        return (Cohort(name="one", treated=200, comparison=200, **counts),)

    return Measurement(
        measured_on=date(2026, 1, 1), cohorts={"reconvictions": group(80), "people_reconvicted": group(fell_to)}
    )


@pytest.mark.parametrize(("fell_to", "pence"), [(97, 200_000), (98, 0)])
def test_a_first_test_that_is_typed_decides_whether_anything_is_paid(fell_to, pence):
    form = send(FORMULA_FORMS["frequency"], **FREQUENCY, **HURDLE)

    assert worth_of(form, measure(fell_to)).amount == pence


def test_without_a_first_test_the_same_is_paid():
    assert worth_of(send(FORMULA_FORMS["frequency"], **FREQUENCY), measure(98)).amount == 200_000


@pytest.mark.parametrize(
    ("typed", "on", "pence"),
    [
        ({"floor_last_on": "2016-06-30", "floor_rate": "5"}, date(2016, 6, 30), 35_000_000),
        ({"floor_last_on": "2016-06-30", "floor_rate": "5"}, date(2016, 7, 1), 0),
        ({"floor_last_on": "2016-06-30", "floor_amount": "1,000"}, date(2016, 6, 30), 100_000),
        ({}, date(2016, 6, 30), 0),
    ],
)
def test_a_least_amount_that_is_typed_is_paid_through_its_last_day(typed, on, pence):
    # Newpin: 5 % of A$7m in the first years, whatever the rate is. Source: domain notes 2.6.
    form = send(FORMULA_FORMS["step_table"], **TABLE, **typed)

    assert worth_of(form, Measurement(measured_on=on, figures={"rate": Decimal("0.5")})).amount == pence


@pytest.mark.parametrize(
    ("kind", "sent", "wrong"),
    [
        ("frequency", FREQUENCY | {"hurdle_name": "people"}, {"hurdle_at"}),
        ("frequency", FREQUENCY | {"hurdle_at": "2"}, {"hurdle_name"}),
        ("frequency", FREQUENCY | HURDLE | {"hurdle_at": "much"}, {"hurdle_at"}),
        ("step_table", TABLE | {"floor_amount": "5"}, {"floor_last_on"}),
        ("step_table", TABLE | {"floor_last_on": "2016-06-30"}, {"floor_amount"}),
        (
            "step_table",
            TABLE | {"floor_last_on": "2016-06-30", "floor_amount": "5", "floor_rate": "5"},
            {"floor_amount"},
        ),
    ],
)
def test_half_a_test_or_half_a_least_amount_is_refused(kind, sent, wrong):
    form = send(FORMULA_FORMS[kind], **sent)

    assert not form.is_valid()
    assert set(form.errors) == wrong


def test_what_is_emptied_goes():
    row = {"code": "f", "kind": ROWS[0][0], "facts": ROWS[0][1]}
    form = FORMULA_FORMS["frequency"](FREQUENCY, vocabulary=WORDS, row=row)

    assert form.is_valid(), form.errors
    assert "hurdle" not in form.made_row()["facts"]
