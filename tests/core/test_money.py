from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from core.money import SubPennyAmount, UnknownCurrency, format_pounds, from_minor, to_minor
from core.rounding import floor, half_up


@given(st.integers(-(10**15), 10**15))
def test_pence_survive_the_border_both_ways(pence):
    assert to_minor(from_minor(pence)) == pence


@pytest.mark.parametrize("amount", ["10.019", "0.001", "1.005"])
def test_a_fraction_of_a_penny_is_refused_not_rounded(amount):
    with pytest.raises(SubPennyAmount):
        to_minor(Money(amount, "GBP"))


def test_a_currency_without_books_is_refused():
    with pytest.raises(UnknownCurrency):
        to_minor(Money(1, "JPY"))


@pytest.mark.parametrize(
    ("pence", "written"),
    [(0, "£0.00"), (5, "£0.05"), (123450, "£1,234.50"), (-300, "-£3.00"), (10_000_000, "£100,000.00")],
)
def test_pounds_are_written_as_people_write_them(pence, written):
    assert format_pounds(pence) == written


def test_a_half_rounds_up_and_a_floor_rounds_down():
    assert half_up(Decimal("112.5")) == 113
    assert half_up(Decimal("-112.5")) == -113
    assert floor(Decimal("112.9")) == 112
    assert floor(Decimal("-0.1")) == -1
