"""Legs become transfers that debit and credit each account with exactly what the legs say."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury.arithmetic.legs import (
    Difference,
    Leg,
    LegsCancelOut,
    LegsUnbalanced,
    LegUnusable,
    PairedLine,
    find_differences,
    pair_legs,
)

SIDES = [("1200", ""), ("4000", ""), ("2150", "app_1"), ("2150", "app_2"), ("7200", "")]


def debit(account: str, pence: int, owner: str = "", fund: str = "", currency: str = "GBP") -> Leg:
    return Leg(account, owner, fund, currency, pence, 0)


def credit(account: str, pence: int, owner: str = "", fund: str = "", currency: str = "GBP") -> Leg:
    return Leg(account, owner, fund, currency, 0, pence)


def test_one_debit_and_one_credit_are_one_transfer():
    assert pair_legs([debit("1200", 5), credit("4000", 5)]) == [PairedLine("1200", "4000", 5, "", "", "", "GBP")]


def test_equal_amounts_find_each_other_first():
    legs = [debit("7200", 30), debit("7500", 70), credit("1200", 70), credit("2100", 30, "sup_1")]

    assert [(one.debit, one.credit, one.amount) for one in pair_legs(legs)] == [
        ("7200", "2100", 30),
        ("7500", "1200", 70),
    ]


def test_wages_with_deductions_take_one_transfer_a_leg():
    legs = [debit("7000", 1_000), debit("7006", 138), credit("2210", 338), credit("1200", 800)]

    assert [(one.debit, one.credit, one.amount) for one in pair_legs(legs)] == [
        ("7000", "2210", 338),
        ("7000", "1200", 662),
        ("7006", "1200", 138),
    ]


def test_funds_and_currencies_do_not_mix():
    legs = [
        debit("1200", 5),
        debit("1200", 7, fund="roof"),
        debit("1300", 9, currency="EUR"),
        credit("4000", 5),
        credit("4000", 7, fund="roof"),
        credit("4001", 9, currency="EUR"),
    ]

    assert [(one.amount, one.fund, one.currency) for one in pair_legs(legs)] == [
        (5, "", "GBP"),
        (7, "roof", "GBP"),
        (9, "", "EUR"),
    ]


def test_what_does_not_balance_is_refused_with_the_difference():
    legs = [debit("1200", 5), credit("4000", 4), debit("1200", 1, fund="roof"), credit("4000", 2)]

    with pytest.raises(LegsUnbalanced) as refused:
        pair_legs(legs)

    assert refused.value.facts["differences"] == [Difference("GBP", "", -1), Difference("GBP", "roof", 1)]
    assert find_differences(legs) == refused.value.facts["differences"]


@pytest.mark.parametrize(
    "leg", [Leg("1", "", "", "GBP", 0, 0), Leg("1", "", "", "GBP", 1, 1), Leg("1", "", "", "GBP", -1, 0)]
)
def test_a_leg_has_one_amount_above_zero(leg):
    with pytest.raises(LegUnusable) as refused:
        pair_legs([debit("1200", 5), leg])

    assert refused.value.facts["number"] == 2


def test_an_account_on_both_sides_is_never_paired_with_itself():
    legs = [debit("7200", 5), debit("1200", 5), credit("4000", 5), credit("1200", 5)]

    assert [(one.debit, one.credit, one.amount) for one in pair_legs(legs)] == [
        ("1200", "4000", 5),
        ("7200", "1200", 5),
    ]


def test_an_account_that_only_pays_itself_is_refused():
    with pytest.raises(LegsCancelOut):
        pair_legs([debit("1200", 5), credit("1200", 5)])


@st.composite
def balanced_legs(draw) -> list[Leg]:
    amounts = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    legs = [debit(*_with(draw, amount)) for amount in amounts]
    left = sum(amounts)
    while left:
        amount = draw(st.integers(1, left))
        legs.append(credit(*_with(draw, amount)))
        left -= amount
    return draw(st.permutations(legs))


def _with(draw, amount: int) -> tuple[str, int, str]:
    account, owner = draw(st.sampled_from(SIDES))
    return account, amount, owner


@given(balanced_legs())
def test_transfers_say_what_the_legs_say(legs):
    debited_legs, credited_legs = Counter(), Counter()
    for leg in legs:
        debited_legs[leg.account, leg.owner] += leg.debit_pence
        credited_legs[leg.account, leg.owner] += leg.credit_pence
    total = sum(debited_legs.values())
    if any(debited_legs[side] + credited_legs[side] > total for side in SIDES):
        with pytest.raises(LegsCancelOut):
            pair_legs(legs)
        return

    paired = pair_legs(legs)

    assert paired == pair_legs(list(legs))
    assert all((one.debit, one.debit_owner) != (one.credit, one.credit_owner) and one.amount > 0 for one in paired)
    debited, credited = Counter(), Counter()
    for one in paired:
        debited[one.debit, one.debit_owner] += one.amount
        credited[one.credit, one.credit_owner] += one.amount
    assert (debited, credited) == (+debited_legs, +credited_legs)
