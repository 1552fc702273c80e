"""Investments and plans as the INDIGO data set has them: read whole or not at all."""

from decimal import Decimal

import pytest

from bonds.arithmetic.indigo_cells import Status
from bonds.arithmetic.indigo_investments import InvestmentType, ReturnType
from tests.bonds.arithmetic.test_indigo import price, problems, read


def investment(**cells):
    return {
        "id": "investment1",
        "organisation_id": "INDIGO-ORG-0009",
        "investment_commitment/currency": "GBP",
        "investment_commitment/amount/exact": "362500",
        **cells,
    }


def test_an_investment_is_read_with_its_greatest_return():
    # Skill Mill, £362,500 at a maximum of 11.37 %. Source: GO Lab INDIGO dataset, 20 May 2025.
    cells = {"maximum_potential_return_type": "IRR", "maximum_potential_return": "11.37%", "investment_type": "Debt"}

    (found,) = read(investments=[investment(**cells)]).investments

    assert (found.investor, found.exact, found.least, found.most) == ("INDIGO-ORG-0009", 36_250_000, None, None)
    assert (found.return_type, found.most_return, found.type) == (ReturnType.IRR, Decimal("11.37"), InvestmentType.DEBT)
    assert found.status is Status.PRIVATE


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"id": ""}, ("id", "missing")),
        ({"organisation_id": "Big Fund"}, ("organisation_id", "not_an_organisation")),
        ({"organisation_id": "INDIGO-ORG-0001, INDIGO-ORG-0002"}, ("organisation_id", "several_payers")),
        ({"investment_commitment/currency": "Rand"}, ("investment_commitment/currency", "currency_not_iso")),
        ({"investment_commitment/amount/exact": "$1M"}, ("investment_commitment/amount/exact", "not_a_number")),
        ({"investment_commitment/amount/exact": ""}, ("investment_commitment/amount/exact", "missing")),
        (
            {"investment_commitment/amount/min": "2", "investment_commitment/amount/max": "1"},
            ("investment_commitment/amount/max", "range_empty"),
        ),
        ({"maximum_potential_return_type": "Multiple"}, ("maximum_potential_return_type", "word_unknown")),
        ({"maximum_potential_return": "about 6"}, ("maximum_potential_return", "not_a_percentage")),
        ({"investment_type": "Gift"}, ("investment_type", "word_unknown")),
    ],
)
def test_a_bad_investment_is_refused(cells, problem):
    assert problems(investments=[investment(**cells)]) == [(1, *problem)]


def test_investments_are_named_once_and_in_the_currency_of_the_contract():
    other = investment(**{"investment_commitment/currency": "USD"})

    assert problems(prices=[price(), price(price_description="2")], investments=[investment(), other]) == [
        (1, "id", "investment_twice"),
        (2, "id", "investment_twice"),
        (2, "investment_commitment/currency", "other_currency"),
    ]


def test_the_period_of_a_plan_does_not_end_before_it_begins():
    plan = {"id": "plan1", "period/start_date": "2026-04", "period/end_date": "2026-03-31"}

    assert problems(plans=[plan]) == [(1, "period/end_date", "period_empty")]
