"""Each form of the builder shows a row of the terms and gives it back as it was; what cannot be meant is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.formulas import check_formula
from bonds.arithmetic.terms import Formula
from bonds.forms import written
from bonds.forms.formulas import FORMULA_FORMS
from bonds.forms.payers import BasicsForm, ClaimRulesForm, GuaranteeForm, PayersForm, ProviderPayForm, ShareForm
from bonds.forms.prices import CapForm, TariffForm, UpliftForm
from bonds.forms.results_defined import EvidenceForm, GroupForm, MetricForm
from bonds.forms.rows import Vocabulary

WORDS = Vocabulary(
    metrics=(("housed", "Housed"), ("works", "Works"), ("cohort", "Cohort")),
    payers=(("north", "North"), ("fund", "Fund")),
    providers=(("hearth", "Hearth"),),
    groups=(("care", "Leaving care"), ("over50", "Over 50")),
    formulas=(("fewer", "fewer"),),
)
METRIC = {"code": "m", "name": "M", "test": "T", "measure": "event", "unit": "person"}
PERIOD = {"period": {"from_on": "2026-04-01", "until_on": "2027-04-01"}}
ROWS = [
    (GroupForm, {"code": "care", "name": "Leaving care"}),
    (MetricForm, {"code": "m", "name": "M", "test": "T", "measure": "event", "unit": "person", "most": 1}),
    (MetricForm, {"code": "m", "name": "M", "test": "T", "measure": "days", "unit": "day", "most": None}),
    (
        MetricForm,
        {
            "code": "m", "name": "M", "test": "T", "measure": "event", "unit": "person", "most": 4, "variant_of": "job",
            "ladder": {"name": "home", "months": 6, "after": "housed"},
            "eligibility": {"age_from": 16, "age_until": 25, "subgroups": ["care"]},
            "evidence": {"kind": "kept"},
        },
    ),
    (
        MetricForm,
        {
            "code": "m", "name": "M", "test": "T", "measure": "formula", "unit": "cohort", "most": 1,
            "formula": "fewer",
        },
    ),
    (EvidenceForm, {"metric": "housed", "payer": "", "rule": {"kind": "tenancy"}}),
    (
        EvidenceForm,
        {
            "metric": "housed", "payer": "fund",
            "rule": {"any_of": [{"kind": "a"}, {"all_of": [{"kind": "b"}, {"kind": "c"}]}]},
        },
    ),
    (TariffForm, {"metric": "housed", "price": 50_000, "from_count": 1}),
    (
        TariffForm,
        {"metric": "housed", "price": 1, "subgroup": "care", "from_count": 11, "until_count": 21} | PERIOD,
    ),
    (UpliftForm, {"code": "u", "label": "U", "amount": 5_000}),
    (
        UpliftForm,
        {"code": "u", "label": "U", "percent": 1_250, "metrics": ["housed"], "subgroup": "care", "above_count": 5}
        | PERIOD,
    ),
    (CapForm, {"code": "c", "scope": "person", "amount": 1_700_000, "every": "once", "basis": "achieved"}),
    (CapForm, {"code": "c", "scope": "contract", "amount": 0, "every": "once", "basis": "achieved"}),
    (
        CapForm,
        {
            "code": "c", "scope": "payer", "count": 7, "metrics": ["works"], "payer": "fund", "every": "year",
            "basis": "claimed",
        }
        | PERIOD,
    ),
    (
        BasicsForm,
        {
            "currency": "GBP",
            "service": {"from_on": "2026-04-01", "until_on": "2029-04-01"},
            "run_off_until": "2030-01-01",
        },
    ),
    (PayersForm, {"payers": ["fund", "north"], "rounding": "lead_takes_rest", "is_excess_respread": True}),
    (PayersForm, {"payers": ["north"], "rounding": "largest_remainder", "is_excess_respread": False}),
    (ShareForm, {"payer": "fund", "kind": "percent", "amount": 4_000}),
    (ShareForm, {"payer": "fund", "kind": "fixed", "amount": 12_345, "metrics": ["works"]} | PERIOD),
    (
        ClaimRulesForm,
        {
            "window_days": 20, "response_days": 0, "dispute_days": 10, "payment_days": 30, "is_in_working_days": False,
            "is_deemed_accepted": True, "sample_percent": 1_000, "tolerance_percent": 0,
        },
    ),
    (GuaranteeForm, {"commissioner": "north", "provider": "hearth", "least": 10, "most": None} | PERIOD),
    (
        GuaranteeForm,
        {"commissioner": "north", "provider": "hearth", "least": 0, "most": 9, "compensation": 2_000} | PERIOD,
    ),
    (ProviderPayForm, {"provider": "hearth", "fee": 100_000, "success_percent": 500}),
    (ProviderPayForm, {"provider": "hearth", "per_outcome": {"housed": 100, "works": 25_050}} | PERIOD),
]  # fmt: skip
COHORTS = {"by": "cohorts", "name": "reconvictions"}
FORMULAS = [
    ("frequency", {"measured": COHORTS | {"least": 100}, "price": 170_000, "threshold": "0.075", "edge": ">="}),
    ("frequency", {"measured": COHORTS, "price": 1, "edge": ">", "downside_share": "0.5"}),
    ("per_unit", {"measured": {"by": "figure", "name": "days"}, "price": 1_512, "above": "10.5", "most": "365"}),
    ("saving_share", {"measured": {"by": "figure", "name": "saving"}, "share": "0.95", "unit_saving": 260_700}),
    (
        "step_table",
        {
            "measured": {"by": "blend", "weights": {"rct": "0.8", "did": "0.2"}, "uses_point_estimate": False},
            "steps": [
                {"amount": 0}, {"at": "0.5", "edge": ">=", "rate": "0.075"}, {"at": "2", "edge": ">", "amount": 99}
            ],
            "base": 700_000, "is_interpolated": False, "has_downside": False,
        },
    ),
    (
        "step_table",
        {
            "measured": {"by": "pool", "names": ["a", "b"]},
            "steps": [{"amount": -5_000}, {"at": "-1.25", "edge": ">", "amount": 1_234_567}],
            "is_interpolated": False, "has_downside": True,
        },
    ),
    (
        "sliding_scale",
        {"measured": {"by": "figure", "name": "star"}, "floor": "0.5", "full": "1.4", "amount": 100, "edge": ">=",
         "floor_share": "0.25"},
    ),
    (
        "all_or_nothing",
        {"indicators": [{"figure": "enrolled", "target": "120"}], "amount": 5, "of_target": "0.9", "edge": ">="},
    ),
    (
        "weighed_targets",
        {
            "targets": [
                {"figure": "learning", "target": "1200.5", "weight": "0.8", "most": "1.2"},
                {"figure": "enrolled", "target": "10", "weight": "0.2"},
            ],
            "amount": 5,
        },
    ),
    (
        "block_fee",
        {"fee": 1_200, "volume": "100", "price": 7, "band": "0.05", "most_change": 0, "is_clawed_back": False},
    ),
]  # fmt: skip


def fill(form_class, row):
    """What a browser sends for a form that shows a row."""
    shown = form_class(None, vocabulary=WORDS, row=row)
    values = {bound.html_name: bound.value() for bound in shown}
    sent = {name: value for name, value in values.items() if value is not None and value is not False and value != ""}
    data = {name: "on" if value is True else value for name, value in sent.items()}
    form = form_class(data, vocabulary=WORDS, row=row)
    assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize(("form_class", "row"), ROWS)
def test_a_row_that_is_shown_and_sent_again_is_the_same(form_class, row):
    assert fill(form_class, row).made_row() == row
    assert form_class(None, vocabulary=WORDS, row=row).facts()


@pytest.mark.parametrize(("kind", "facts"), FORMULAS)
def test_a_formula_that_is_shown_and_sent_again_is_the_same_and_sound(kind, facts):
    row = {"code": "f", "kind": kind, "facts": facts}
    assert check_formula(Formula(**row)) == []

    assert fill(FORMULA_FORMS[kind], row).made_row() == row


def test_what_a_form_does_not_know_stays_in_the_row():
    hurdle = {"measured": {"by": "pool", "names": ["a", "b"]}, "at": "0.01", "edge": ">="}
    row = {"code": "f", "kind": "frequency", "facts": {"measured": COHORTS, "price": 1, "edge": ">=", "hurdle": hurdle}}

    assert fill(FORMULA_FORMS["frequency"], row).made_row() == row
    assert fill(GroupForm, {"code": "a", "name": "A", "note": "kept"}).made_row()["note"] == "kept"


def test_what_a_row_points_to_and_is_gone_is_shown_as_gone_and_not_lost():
    row = {"metric": "no_such", "price": 1, "from_count": 1}

    assert "is not there any more" in TariffForm(None, vocabulary=WORDS, row=row).facts()[0][1]
    assert fill(TariffForm, row).made_row() == row


@pytest.mark.parametrize("kind", FORMULA_FORMS)
@pytest.mark.parametrize("facts", [None, 7, [], {"measured": 3}, {"steps": "x", "indicators": 5, "targets": [1]}])
def test_a_row_of_any_shape_can_be_looked_at(kind, facts):
    row = {"code": 5, "kind": kind, "facts": facts}

    FORMULA_FORMS[kind](None, vocabulary=WORDS, row=row).facts()


@pytest.mark.parametrize("form_class", sorted({form for form, _row in ROWS}, key=lambda one: one.__name__))
@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [1, {}], {"a": 1}])
def test_rows_with_values_of_any_shape_can_be_looked_at(form_class, odd):
    names = {name for form, row in ROWS if form is form_class for name in row}

    form_class(None, vocabulary=WORDS, row=dict.fromkeys(names, odd)).facts()


def send(form_class, **sent):
    return form_class(sent, vocabulary=WORDS)


@pytest.mark.parametrize(
    ("form_class", "sent", "wrong"),
    [
        (TariffForm, {"metric": "housed", "price": "-5", "from_count": "1"}, {"price"}),
        (TariffForm, {"metric": "housed", "price": "12.345", "from_count": "1"}, {"price"}),
        (TariffForm, {"metric": "housed", "price": "lots", "from_count": "0"}, {"price", "from_count"}),
        (TariffForm, {"metric": "other", "price": "1", "from_count": "1"}, {"metric"}),
        (TariffForm, {"metric": "housed", "price": "1", "from_count": "5", "through_count": "4"}, {"through_count"}),
        (
            TariffForm,
            {"metric": "housed", "price": "1", "from_count": "1", "from_on": "2026-01-02", "last_on": "2026-01-01"},
            {"last_on"},
        ),
        (TariffForm, {"metric": "housed", "price": "1", "from_count": "1", "from_on": "0001-01-01"}, {"from_on"}),
        (UpliftForm, {"code": "u", "label": "U"}, {"amount"}),
        (UpliftForm, {"code": "u", "label": "U", "amount": "1", "percent": "1"}, {"amount"}),
        (CapForm, {"code": "C!", "scope": "person", "amount": "1", "every": "once", "basis": "achieved"}, {"code"}),
        (CapForm, {"code": "c", "scope": "person", "every": "once", "basis": "achieved"}, {"amount"}),
        (CapForm, {"code": "c", "scope": "payer", "amount": "1", "every": "once", "basis": "achieved"}, {"payer"}),
        (
            CapForm,
            {"code": "c", "scope": "person", "payer": "fund", "amount": "1", "every": "once", "basis": "achieved"},
            {"payer"},
        ),
        (
            BasicsForm,
            {"from_on": "2026-04-01", "last_on": "2026-03-31", "run_off_last_on": "2026-03-30"},
            {"last_on", "run_off_last_on"},
        ),
        (ShareForm, {"payer": "fund", "kind": "percent", "pounds": "5"}, {"percent"}),
        (ShareForm, {"payer": "fund", "kind": "fixed", "percent": "5"}, {"pounds"}),
        (
            GuaranteeForm,
            {"commissioner": "north", "provider": "hearth", "least": "5", "most": "4"}
            | {"from_on": "2026-01-01", "last_on": "2026-01-01"},
            {"most"},
        ),
        (MetricForm, METRIC | {"ladder_name": "home"}, {"ladder_months"}),
        (MetricForm, METRIC | {"ladder_months": "3"}, {"ladder_name"}),
        (
            MetricForm,
            METRIC | {"ladder_name": "home", "ladder_months": "3", "ladder_weeks": "3"},
            {"ladder_months"},
        ),
        (MetricForm, METRIC | {"formula": "fewer"}, {"measure"}),
        (MetricForm, METRIC | {"age_from": "20", "age_through": "19"}, {"age_through"}),
        (EvidenceForm, {"metric": "housed", "rule": " \n "}, {"rule"}),
        (EvidenceForm, {"metric": "housed", "rule": "Tenancy!"}, {"rule"}),
        (
            FORMULA_FORMS["frequency"],
            {"code": "f", "measured_by": "cohorts", "price": "1", "edge": ">="},
            {"measured_name"},
        ),
        (
            FORMULA_FORMS["step_table"],
            {"code": "f", "measured_by": "blend", "measured_parts": "rct", "steps": "from 1: 5"},
            {"measured_parts"},
        ),
        (
            FORMULA_FORMS["step_table"],
            {"code": "f", "measured_by": "pool", "steps": "at 1: 5"},
            {"measured_parts", "steps"},
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_where_it_stands(form_class, sent, wrong):
    form = send(form_class, **sent)

    assert not form.is_valid()
    assert set(form.errors) == wrong


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("sighting at most 2", {"kind": "sighting", "most": 2}),
        ("sighting at most 2 in 3 months", {"kind": "sighting", "most": 2, "within_months": 3}),
        ("sighting at most 1 in 1 month", {"kind": "sighting", "most": 1, "within_months": 1}),
        ("a+b", {"all_of": [{"kind": "a"}, {"kind": "b"}]}),
        ("a\r\n\r\nb\r\nc", {"alternating": [{"kind": "a"}, {"any_of": [{"kind": "b"}, {"kind": "c"}]}]}),
    ],
)
def test_evidence_is_read_from_lines(line, rule):
    assert written.read_rule(line) == rule
    assert written.read_rule(written.write_rule(rule)) == rule


KINDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True).map(lambda kind: {"kind": kind})


def several(rules, key):
    return st.one_of(rules, st.lists(rules, min_size=2, max_size=3).map(lambda made: {key: made}))


@given(several(several(several(KINDS, "all_of"), "any_of"), "alternating"))
def test_every_rule_that_lines_can_say_is_the_same_after_a_round(rule):
    text = written.write_rule(rule)

    assert text is not None
    assert written.read_rule(text) == rule


@pytest.mark.parametrize(
    "rule",
    [
        {"any_of": [{"any_of": [{"kind": "a"}]}, {"kind": "b"}]},
        {"all_of": [{"any_of": [{"kind": "a"}, {"kind": "b"}]}, {"kind": "c"}]},
        {"kind": "With Spaces"},
        {"kind": "a", "any_of": [{"kind": "b"}]},
        {"any_of": []},
        None,
        5,
    ],
)
def test_a_rule_that_lines_cannot_say_is_not_written_as_something_else(rule):
    assert written.write_rule(rule) is None


@given(st.decimals(min_value=-1000, max_value=1000, places=6))
def test_moving_the_point_there_and_back_changes_nothing(number):
    text = format(number, "f")
    there = written.shift_point(text, -2)

    assert written.shift_point(there, 2) == written.shift_point(text, 0)
