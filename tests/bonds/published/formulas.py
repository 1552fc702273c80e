"""Published payment formulas as data, retyped with their sources. What is not published is marked `verified: False`.

Sources: GO Lab INDIGO dataset of 20 May 2025 (IND); Civil Society, 7 August 2014 (Peterborough); E. Tomkinson, 3 June
2013, and Pro Bono Australia, 15 August 2016 (Newpin); Urban Institute fact sheets (DC Water); Society Impact (Utah);
Project Evident's account of the Roca evaluation (Massachusetts); Chicago Reporter.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from bonds.arithmetic.terms import Formula


class Published(NamedTuple):
    """A formula with what about it is not published and was filled in."""

    formula: Formula
    verified: bool
    filled_in: str = ""


def _published(code: str, kind: str, facts: dict[str, Any], *, filled_in: str = "") -> Published:
    return Published(Formula(code=code, kind=kind, facts=facts), not filled_in, filled_in)


# Civil Society 2014: 142 reconvictions for each 100 people against 155; payment from 10 % in one cohort, 7.5 % in all.
PETERBOROUGH_COHORT = _published(
    "peterborough_cohort",
    "step_table",
    {
        "measured": {"by": "cohorts", "name": "reconvictions"},
        "steps": [{"at": "0.10", "edge": ">=", "amount": 100_000_000}],
    },
    filled_in="what is paid",
)
PETERBOROUGH_POOLED = _published(
    "peterborough_pooled",
    "step_table",
    {
        "measured": {"by": "pool", "names": ["cohort_1", "cohort_2"]},
        "steps": [{"at": "0.075", "edge": ">=", "amount": 100_000_000}],
    },
    filled_in="what is paid; the effect of cohort 2",
)
# IND: outcome A, mean change of the Wellbeing Star: nothing at +0.5, all at +1.4.
WAYS_TO_WELLNESS = _published(
    "ways_to_wellness_a",
    "sliding_scale",
    {"measured": {"by": "figure", "name": "mean_change"}, "floor": "0.5", "full": "1.4", "amount": 9_000_000},
    filled_in="that the scale is a straight line; the whole amount",
)
# Tomkinson 2013: rates of A$7m by the restoration rate; at least 5 % in the first three years; interpolated, as the
# 8.9 % and 12.15 % of the second and third year are not in the table.
NEWPIN = _published(
    "newpin",
    "step_table",
    {
        "measured": {"by": "figure", "name": "restoration_rate"},
        "base": 700_000_000,
        "is_interpolated": True,
        "steps": [
            {"at": "0.55", "edge": ">=", "rate": "0.03"},
            {"at": "0.60", "edge": ">=", "rate": "0.075"},
            {"at": "0.65", "edge": ">=", "rate": "0.12"},
            {"at": "0.70", "edge": ">=", "rate": "0.15"},
        ],
        "floor": {"rate": "0.05", "until_on": "2016-07-01"},
    },
)
NEWPIN_TABLE = Published(
    Formula(code="newpin_table", kind="step_table", facts={**NEWPIN.formula.facts, "is_interpolated": False}),
    verified=True,
)
# Society Impact: 95 % of what special education would have cost; the exact saving of $281,550 is believed.
UTAH = _published(
    "utah_preschool",
    "saving_share",
    {"measured": {"by": "figure", "name": "saving_pence"}, "share": "0.95"},
    filled_in="the exact saving",
)
# Urban Institute: runoff cut by more than 41.3 %: 3.3m more; 18.6 to 41.3 %: nothing; less: the investors pay 3.3m.
DC_WATER = _published(
    "dc_water",
    "step_table",
    {
        "measured": {"by": "figure", "name": "runoff_cut"},
        "has_downside": True,
        "steps": [
            {"amount": -330_000_000},
            {"at": "0.186", "edge": ">=", "amount": 0},
            {"at": "0.413", "edge": ">", "amount": 330_000_000},
        ],
    },
)
# IND: €2.2m; below the control group all is lost, +1 to 50 %: principal, +50 to 100 %: premium rising to 7.5 %.
IOD = _published(
    "iod_belgium",
    "step_table",
    {
        "measured": {"by": "cohorts", "name": "out_of_work"},
        "base": 220_000_000,
        "is_interpolated": True,
        "steps": [
            {"at": "0.01", "edge": ">=", "rate": "1"},
            {"at": "0.50", "edge": ">=", "rate": "1"},
            {"at": "1.00", "edge": ">=", "rate": "1.075"},
        ],
    },
    filled_in="that the premium rises in a straight line; what lies between 0 and 1 %",
)
# Chicago Reporter: $2,900 for each child ready for kindergarten.
CHICAGO = _published(
    "chicago_ready", "per_unit", {"measured": {"by": "figure", "name": "children_ready"}, "price": 290_000}
)
# Believed: $15.12 for each day housed.
DENVER = _published(
    "denver_days",
    "per_unit",
    {"measured": {"by": "figure", "name": "days_housed"}, "price": 1_512},
    filled_in="the price of a day",
)
# IND: every indicator at 90 % of its target, "no part payment".
RUSSIA = _published(
    "low_income_families",
    "all_or_nothing",
    {
        "indicators": [{"figure": "families_helped", "target": "200"}, {"figure": "jobs", "target": "40"}],
        "of_target": "0.9",
        "edge": ">=",
        "amount": 50_000_000,
    },
    filled_in="the indicators, their targets and the amount",
)
# The pre-agreed blend: 80 % randomised trial and 20 % difference in differences.
MASSACHUSETTS = _published(
    "massachusetts_roca",
    "step_table",
    {
        "measured": {"by": "blend", "weights": {"rct": "0.8", "did": "0.2"}},
        "steps": [{"at": "0.052", "edge": ">=", "amount": 100_000_000}],
    },
    filled_in="the table",
)
# Philanthropy News Digest: learning 80 %, enrolment 20 %; IDinsight: 8,940 of 5,592 levels and 92 % against 79 %.
EDUCATE_GIRLS = _published(
    "educate_girls",
    "weighed_targets",
    {
        "targets": [
            {"figure": "learning_levels", "target": "5592", "weight": "0.8"},
            {"figure": "enrolment", "target": "0.79", "weight": "0.2"},
        ],
        "amount": 42_200_000,
    },
    filled_in="that each part stops at its target",
)
# Parliament, Justice Committee 1004 ch. 3: a binary hurdle, then frequency.
TRANSFORMING_REHABILITATION = _published(
    "rehabilitation_frequency",
    "frequency",
    {
        "measured": {"by": "cohorts", "name": "reoffences", "least": 100},
        "price": 100_000,
        "hurdle": {"measured": {"by": "cohorts", "name": "reoffenders", "least": 100}, "at": "0.02", "edge": ">="},
    },
    filled_in="the price, the hurdle's height and the smallest cohort",
)

# Social Finance: 10.8 % of the time in care against a baseline of 55 %, target 27 %, over 30 months a child.
ESSEX = _published(
    "essex_edge_of_care",
    "frequency",
    {"measured": {"by": "cohorts", "name": "months_in_care"}, "price": 100_000},
    filled_in="the price of a month",
)

ALL = {published.formula.code: published for published in list(globals().values()) if isinstance(published, Published)}
