"""Rates by day, tax to the penny both ways, and return periods."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.withholding import (
    TaxMove,
    TaxRateUnknown,
    compute_withheld,
    find_basic_rate,
    find_gross,
    list_periods,
)


@pytest.mark.parametrize(
    ("on", "rate", "is_verified"),
    [
        (date(2008, 4, 6), 2_000, True),
        (date(2027, 4, 5), 2_000, True),
        (date(2027, 4, 6), 2_200, False),
    ],
)
def test_the_rate_is_that_of_the_day(on, rate, is_verified):
    found = find_basic_rate(on)

    assert (found.rate, found.is_verified) == (rate, is_verified)


def test_a_day_before_all_rates_has_none():
    with pytest.raises(TaxRateUnknown):
        find_basic_rate(date(2008, 4, 5))


@pytest.mark.parametrize(("gross", "tax"), [(0, 0), (1, 0), (2, 0), (3, 1), (12_345, 2_469), (12_348, 2_470)])
def test_tax_is_rounded_half_up_once(gross, tax):
    assert compute_withheld(gross, rate=2_000) == tax


def test_where_rounding_leaves_two_the_larger_payment_is_meant():
    # Of 2 nothing is withheld, of 3 a penny: 2 left the bank either way.
    assert find_gross(2, rate=2_000, at_most=10) == 3
    assert find_gross(2, rate=2_000, at_most=2) == 2
    assert find_gross(500, rate=0, at_most=500) == 500


@given(due=st.integers(1, 10**9), rate=st.integers(0, 9_999), part=st.integers(0, 10**9))
def test_what_left_the_bank_and_its_tax_are_the_payment(due, rate, part):
    net = min(part, due - compute_withheld(due, rate=rate))

    gross = find_gross(net, rate=rate, at_most=due)

    assert gross - compute_withheld(gross, rate=rate) == net
    assert gross <= due
    if net == due - compute_withheld(due, rate=rate):
        assert gross == due


def test_periods_are_quarters_and_the_oldest_is_paid_first():
    moves = [TaxMove(date(2026, 12, 31), 500, 100), TaxMove(date(2026, 4, 1), 1_000, 200)]
    moves.append(TaxMove(date(2026, 6, 30), 50, 10))

    first, second = list_periods(moves, paid=250)

    assert (first.from_on, first.until_on, first.due_on) == (date(2026, 4, 1), date(2026, 7, 1), date(2026, 7, 14))
    assert (first.gross, first.tax, first.paid, first.open) == (1_050, 210, 210, 0)
    assert (second.from_on, second.until_on, second.due_on) == (date(2026, 10, 1), date(2027, 1, 1), date(2027, 1, 14))
    assert (second.tax, second.paid, second.open) == (100, 40, 60)
