"""Statements of investors add up, fit together from period to period, and tell the multiple before the rate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.positions import Movement, MovementKind
from bonds.arithmetic.returns import RateState
from bonds.arithmetic.statements import Statement, StatementPeriodEmpty, compute_statements
from tests.bonds.investors.deals import START, commit, deal, moved, tranche

TERMS = deal(
    [tranche("senior", rate="6"), tranche("first_loss")],
    [
        commit("Calder", "senior", 1_000_000),
        commit("Calder", "first_loss", 200_000),
        commit("Nidd", "first_loss", 500_000),
    ],
)
YEAR = timedelta(days=365)
SECOND = START + YEAR
LIFE = [
    moved(START, "Calder", "senior", MovementKind.CALLED, 800_000),
    moved(START, "Calder", "senior", MovementKind.DRAWN, 800_000),
    moved(SECOND - timedelta(days=1), "Calder", "senior", MovementKind.INTEREST, 40_000),
    moved(SECOND, "Calder", "senior", MovementKind.PRINCIPAL, 300_000),
    moved(SECOND + timedelta(days=73), "Calder", "senior", MovementKind.WRITTEN_OFF, 100_000),
    moved(SECOND + timedelta(days=73), "Calder", "senior", MovementKind.GUARANTEED, 50_000),
]


def one(from_on: date, until_on: date) -> Statement:
    statement, _ = compute_statements(TERMS, LIFE, from_on=from_on, until_on=until_on, investor="Calder")
    return statement


def test_the_first_year_of_a_loan():
    first = one(START, SECOND)

    assert (first.principal_before, first.drawn, first.repaid, first.principal_after) == (0, 800_000, 0, 800_000)
    assert (first.interest_before, first.interest_earned, first.interest_paid, first.interest_after) == (
        0, 48_000, 40_000, 8_000,
    )  # fmt: skip
    assert (first.committed, first.undrawn) == (1_000_000, 200_000)


def test_what_moves_on_the_last_day_belongs_to_the_next_period():
    second = one(SECOND, SECOND + YEAR)

    assert (second.principal_before, second.repaid, second.written_off, second.guaranteed) == (
        800_000, 300_000, 100_000, 50_000,
    )  # fmt: skip
    assert second.principal_after == 350_000
    # 73 days on 500,000 and 292 on 350,000.
    assert second.interest_earned == 6_000 + 16_800
    assert (second.interest_before, second.interest_after) == (8_000, 30_800)


def test_the_multiple_counts_only_money_that_has_come_back():
    second = one(SECOND, SECOND + YEAR)

    assert (second.returns.paid_in, second.returns.paid_out) == (800_000, 390_000)
    assert str(second.returns.multiple) == "0.487500"
    assert second.returns.rate < 0
    assert second.returns.rate_state is RateState.UNIQUE


def test_everybody_s_or_one_investor_s():
    everybody = compute_statements(TERMS, LIFE, from_on=START, until_on=SECOND)
    theirs = compute_statements(TERMS, LIFE, from_on=START, until_on=SECOND, investor="Calder")

    assert [(each.investor, each.tranche) for each in everybody] == [
        ("Calder", "senior"), ("Calder", "first_loss"), ("Nidd", "first_loss"),
    ]  # fmt: skip
    assert theirs == everybody[:2]


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_without_days_is_refused(days):
    with pytest.raises(StatementPeriodEmpty):
        one(START, START + timedelta(days=days))


@st.composite
def lives(draw) -> list[Movement]:
    """What moves for one loan, where no more is taken off the principal than is there."""
    movements, outstanding, on = [], 0, START
    for _ in range(draw(st.integers(0, 8))):
        on += timedelta(days=draw(st.integers(0, 300)))
        kind = draw(st.sampled_from([kind for kind in MovementKind if kind is not MovementKind.CANCELLED]))
        less = kind in {MovementKind.PRINCIPAL, MovementKind.GUARANTEED, MovementKind.WRITTEN_OFF}
        amount = draw(st.integers(1, max(1, outstanding if less else 10**9)))
        if less and not outstanding:
            continue
        outstanding += amount if kind is MovementKind.DRAWN else -amount if less else 0
        movements.append(moved(on, "Calder", "senior", kind, amount))
    return movements


@given(movements=lives(), days=st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_statements_add_up_and_fit_together(movements, days):
    last, on = None, START
    for length in days:
        until_on = on + timedelta(days=length)
        statement, *_ = compute_statements(TERMS, movements, from_on=on, until_on=until_on)

        gone = statement.repaid + statement.guaranteed + statement.written_off
        assert statement.principal_after == statement.principal_before + statement.drawn - gone
        settled = statement.interest_paid + statement.interest_released
        unpaid = statement.interest_before + statement.interest_earned - settled
        assert statement.interest_after == unpaid
        if last is not None:
            assert statement.principal_before == last.principal_after
            assert statement.interest_before == last.interest_after
        last, on = statement, until_on
