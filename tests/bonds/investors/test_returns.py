"""Returns: the published vectors, what has no rate, and the payment that reaches a cap to the penny."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.returns import (
    DayCount,
    Flow,
    FlowsAfterPayment,
    RateState,
    compute_payment_to_cap,
    compute_rate,
    compute_returns,
    count_sign_changes,
)

START = date(2020, 1, 1)
VECTOR = [Flow(START, -1000), Flow(date(2021, 1, 1), 750), Flow(date(2022, 1, 1), 500)]


def flows(*amounts: int, every: int = 365) -> list[Flow]:
    return [Flow(START + timedelta(days=every * number), amount) for number, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("day_count", "rate"),
    [
        (DayCount.ACT_365F, "0.1750092646"),
        (DayCount.THIRTY_360, "0.1753905297"),
        (DayCount.ACT_ACT, "0.1753905297"),
        (DayCount.ACT_360, "0.1724162282"),
    ],
)
def test_the_vectors_hold_to_a_thousand_millionth(day_count, rate):
    found = compute_rate(VECTOR, day_count=day_count)

    assert abs(found - Decimal(rate)) < Decimal("1e-9")


def test_the_order_in_which_flows_are_given_changes_nothing():
    assert compute_rate(VECTOR[::-1]) == compute_rate(VECTOR)


def test_the_multiple_and_the_rate_of_the_vector():
    returns = compute_returns(VECTOR)

    assert (returns.paid_in, returns.paid_out, returns.multiple) == (1000, 1250, Decimal("1.250000"))
    assert returns.rate == Decimal("17.50092646")
    assert (returns.rate_state, returns.sign_changes) == (RateState.UNIQUE, 1)


def test_money_that_comes_back_without_more_has_a_rate_of_nought():
    returns = compute_returns(flows(-500, 500))

    assert (returns.multiple, returns.rate, returns.rate_state) == (1, 0, RateState.UNIQUE)


def test_a_total_loss_has_no_rate_and_is_not_nought():
    returns = compute_returns(flows(-500, -200))

    assert (returns.multiple, returns.rate, returns.rate_state) == (0, None, RateState.TOTAL_LOSS)


@pytest.mark.parametrize("amounts", [(), (0, 0), (700, 300)])
def test_without_money_paid_in_there_is_neither_multiple_nor_rate(amounts):
    returns = compute_returns(flows(*amounts))

    assert (returns.multiple, returns.rate, returns.rate_state) == (None, None, RateState.UNDEFINED)


def test_a_loan_paid_back_on_its_own_day_has_a_multiple_and_no_rate():
    returns = compute_returns([Flow(START, -500), Flow(START, 500)])

    assert (returns.multiple, returns.rate, returns.rate_state) == (1, None, RateState.UNDEFINED)


def test_a_rate_beyond_all_meaning_is_none():
    assert compute_rate([Flow(START, -1), Flow(START + timedelta(days=1), 10**9)]) is None


@pytest.mark.parametrize(
    ("amounts", "changes", "state"),
    [
        ((-1000, 1100), 1, RateState.UNIQUE),
        ((-1000, 0, -500, 1700), 1, RateState.UNIQUE),
        ((-1000, 2500, -1560), 2, RateState.NOT_UNIQUE),
        ((-1000, 600, -200, 800), 3, RateState.NOT_UNIQUE),
    ],
)
def test_more_than_one_change_of_sign_is_not_unique(amounts, changes, state):
    returns = compute_returns(flows(*amounts))

    assert (returns.sign_changes, returns.rate_state) == (changes, state)


def test_flows_of_one_day_turn_once_at_most():
    same_day = [Flow(START, -1000), Flow(START, 400), Flow(START, -100), *flows(0, 900)]

    assert count_sign_changes(same_day) == 1


def test_both_rates_of_flows_that_turn_twice_fit():
    """20 % and 30 % a year both value these at nothing: why a rate alone would mislead."""
    twice = flows(-1000, 2500, -1560)

    assert compute_payment_to_cap(twice, on=twice[-1].on, limit=Decimal(20)) == 0
    assert compute_payment_to_cap(twice, on=twice[-1].on, limit=Decimal(30)) == 0
    assert compute_rate(twice) in {Decimal("0.2").quantize(Decimal("1e-12")), Decimal("0.3").quantize(Decimal("1e-12"))}


@pytest.mark.parametrize(
    ("days", "limit", "payment"),
    [
        (0, "10", 100_000),
        (365, "10", 110_000),
        (730, "10", 121_000),
        (365, "0", 100_000),
        (366, "10", 110_028),  # 100,000 x 1.1^(366/365) = 110,028.726…
        (365, "8.93", 108_930),
        (365, "8.9304", 108_930),  # .4 of a penny is not paid
        (365, "8.9309", 108_930),  # nor .9
        (365, "8.931", 108_931),
    ],
)
def test_the_payment_to_a_cap_is_rounded_down(days, limit, payment):
    paid_in = [Flow(START, -100_000)]

    assert compute_payment_to_cap(paid_in, on=START + timedelta(days=days), limit=Decimal(limit)) == payment


def test_who_got_more_than_the_cap_allows_is_paid_nothing():
    assert compute_payment_to_cap(flows(-100, 200), on=START + timedelta(days=365), limit=Decimal(10)) == 0


def test_a_payment_before_earlier_ones_is_refused():
    with pytest.raises(FlowsAfterPayment) as refused:
        compute_payment_to_cap(VECTOR, on=date(2021, 12, 31), limit=Decimal(10))

    assert refused.value.facts["late"] == date(2022, 1, 1)


AMOUNTS = st.integers(10**4, 10**10)
DAYS = st.integers(0, 4000)


@given(
    draws=st.lists(st.tuples(DAYS, AMOUNTS), min_size=1, max_size=6),
    part=st.integers(0, 100),
    wait=st.integers(1, 2000),
    limit=st.decimals(0, 40, places=3),
)
def test_with_one_penny_more_the_cap_would_be_passed(draws, part, wait, limit):
    paid = [Flow(START + timedelta(days=day), -amount) for day, amount in draws]
    between = max(flow.on for flow in paid)
    paid.append(Flow(between, compute_payment_to_cap(paid, on=between, limit=limit) * part // 100))
    last = between + timedelta(days=wait)

    payment = compute_payment_to_cap(paid, on=last, limit=limit)

    assert compute_payment_to_cap([*paid, Flow(last, payment)], on=last, limit=limit) == 0
    if payment:
        assert compute_payment_to_cap([*paid, Flow(last, payment - 1)], on=last, limit=limit) == 1
    reached = compute_rate([*paid, Flow(last, payment)])
    assert reached is None or reached * 100 <= limit + Decimal("1e-6")


def test_the_rate_at_the_cap_is_the_cap():
    paid = [Flow(START, -2_000_000), Flow(date(2021, 5, 3), -1_500_000), Flow(date(2022, 2, 28), 400_000)]
    last = date(2025, 9, 30)

    payment = compute_payment_to_cap(paid, on=last, limit=Decimal("11.37"))

    reached = compute_returns([*paid, Flow(last, payment)])
    assert reached.rate_state is RateState.UNIQUE
    assert Decimal("11.36999") < reached.rate <= Decimal("11.37")


def test_the_published_multiple_of_educate_girls():
    """Invested 292,898 and paid 422,000 US dollars: 1.441 times. In one payment after three years that is 12.9 %.

    Source: GO Lab INDIGO. The contract's limit of 15 % therefore presupposes dated draws, which are not published.
    """
    returns = compute_returns([Flow(date(2015, 6, 1), -29_289_800), Flow(date(2018, 6, 1), 42_200_000)])

    assert returns.multiple.quantize(Decimal("0.001")) == Decimal("1.441")
    assert returns.rate.quantize(Decimal("0.1")) == Decimal("12.9")
