"""Calls by what is left to call, to the penny; drawings, recycling, cancelling, and who bears a downside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.calls import (
    CallAboveUndrawn,
    CallNotPositive,
    DownsideAboveCapital,
    DrawingAboveCall,
    check_drawing,
    compute_facilities,
    share_call,
    share_cancellation,
    share_downside,
)
from bonds.arithmetic.positions import MovementKind, compute_positions
from tests.bonds.investors.deals import START, YEAR_ON, all_drawn, commit, deal, moved, tranche

# The commitments of The Skill Mill's four investors, in pence. Source: GO Lab INDIGO, investments.
SKILL_MILL = deal(
    [tranche("senior")],
    [
        commit("First", "senior", 36_250_000),
        commit("Second", "senior", 36_250_000),
        commit("Third", "senior", 17_500_000),
        commit("Fourth", "senior", 10_000_000),
    ],
)


def facilities(terms, movements=(), on=YEAR_ON):
    return compute_facilities(compute_positions(terms, movements, on=on))


def amounts(parts):
    return [part.amount for part in parts]


def test_a_call_is_divided_by_what_is_left_to_call():
    parts = share_call(SKILL_MILL, facilities(SKILL_MILL), amount=10_000_000)

    assert amounts(parts) == [3_625_000, 3_625_000, 1_750_000, 1_000_000]
    assert [part.left for part in parts] == [32_625_000, 32_625_000, 15_750_000, 9_000_000]


@pytest.mark.parametrize(("amount", "parts"), [(1, [1]), (2, [1, 1]), (3, [1, 1, 1]), (10, [4, 3, 2, 1])])
def test_odd_pennies_go_to_the_largest_remainder(amount, parts):
    """Of 10 pence, 3.625, 3.625, 1.75 and 1: two pence over go to .75 and to the earlier of the two .625."""
    assert amounts(share_call(SKILL_MILL, facilities(SKILL_MILL), amount=amount)) == parts


def test_all_can_be_called_and_not_a_penny_more():
    found = facilities(SKILL_MILL)

    assert amounts(share_call(SKILL_MILL, found, amount=100_000_000)) == [
        36_250_000,
        36_250_000,
        17_500_000,
        10_000_000,
    ]
    with pytest.raises(CallAboveUndrawn) as refused:
        share_call(SKILL_MILL, found, amount=100_000_001)
    assert refused.value.facts == {"amount": 100_000_001, "callable": 100_000_000}


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_is_not_called_cancelled_or_drawn(amount):
    found = facilities(SKILL_MILL)

    for act in (
        lambda: share_call(SKILL_MILL, found, amount=amount),
        lambda: share_cancellation(found, amount=amount),
        lambda: check_drawing(found[0], amount=amount),
        lambda: share_downside([each.position for each in found], amount=amount),
    ):
        with pytest.raises(CallNotPositive):
            act()


def test_what_was_called_and_is_awaited_is_not_called_again():
    called = [moved(START, "First", "senior", MovementKind.CALLED, 36_250_000)]

    first, second, *_ = facilities(SKILL_MILL, called)

    assert (first.undrawn, first.awaited, first.callable) == (36_250_000, 36_250_000, 0)
    assert (second.undrawn, second.awaited, second.callable) == (36_250_000, 0, 36_250_000)
    assert amounts(share_call(SKILL_MILL, facilities(SKILL_MILL, called), amount=6_375)) == [3_625, 1_750, 1_000]


@pytest.mark.parametrize("amount", [1, 999, 1_000])
def test_what_was_called_may_be_paid_in(amount):
    (first, *_) = facilities(SKILL_MILL, [moved(START, "First", "senior", MovementKind.CALLED, 1_000)])

    check_drawing(first, amount=amount)


def test_a_penny_more_than_was_called_is_refused():
    (first, *_) = facilities(SKILL_MILL, [moved(START, "First", "senior", MovementKind.CALLED, 1_000)])

    with pytest.raises(DrawingAboveCall) as refused:
        check_drawing(first, amount=1_001)

    assert refused.value.facts == {"amount": 1_001, "awaited": 1_000}


@pytest.mark.parametrize(("is_recycled", "left"), [(True, 400), (False, 0)])
def test_repaid_principal_is_called_again_where_the_terms_say_so(is_recycled, left):
    terms = deal([tranche("senior", is_recycled=is_recycled)], [commit("Calder", "senior", 1_000)])
    movements = [*all_drawn(terms), moved(YEAR_ON, "Calder", "senior", MovementKind.PRINCIPAL, 400)]

    (facility,) = facilities(terms, movements)

    assert (facility.undrawn, facility.callable) == (left, left)


def test_half_of_a_commitment_can_be_cancelled_for_good():
    """As Peterborough's third cohort was: half of the five million was never called."""
    terms = deal(
        [tranche("senior")], [commit("Calder", "senior", 300_000_000), commit("Wharfe", "senior", 200_000_000)]
    )
    called = [
        moved(START, "Calder", "senior", MovementKind.CALLED, 150_000_000),
        moved(START, "Wharfe", "senior", MovementKind.CALLED, 100_000_000),
    ]

    parts = share_cancellation(facilities(terms, called), amount=250_000_000)

    assert amounts(parts) == [150_000_000, 100_000_000]
    gone = [moved(YEAR_ON, part.investor, part.tranche, MovementKind.CANCELLED, part.amount) for part in parts]
    assert [each.callable for each in facilities(terms, [*called, *gone])] == [0, 0]
    with pytest.raises(CallAboveUndrawn):
        share_cancellation(facilities(terms, [*called, *gone]), amount=1)


LAYERED = deal(
    [tranche("senior"), tranche("mezzanine"), tranche("first_loss"), tranche("recoverable_grant")],
    [
        commit("Calder", "senior", 600),
        commit("Wharfe", "senior", 300),
        commit("Wharfe", "mezzanine", 200),
        commit("Aire", "first_loss", 70),
        commit("Nidd", "first_loss", 30),
        commit("Fund", "recoverable_grant", 50),
    ],
)


def test_groups_of_tranches_are_called_one_after_the_other():
    by_group = deal(
        LAYERED.tranches,
        LAYERED.commitments,
        calls=(("first_loss", "recoverable_grant"), ("senior", "mezzanine")),
    )

    within = share_call(by_group, facilities(by_group), amount=15)
    across = share_call(by_group, facilities(by_group), amount=150 + 110)

    assert [(part.investor, part.amount) for part in within] == [("Aire", 7), ("Nidd", 3), ("Fund", 5)]
    assert [(part.investor, part.amount) for part in across] == [
        ("Aire", 70), ("Nidd", 30), ("Fund", 50), ("Calder", 60), ("Wharfe", 30), ("Wharfe", 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "borne"),
    [
        (10, [("Aire", 7), ("Nidd", 3)]),
        (100, [("Aire", 70), ("Nidd", 30)]),
        (101, [("Aire", 70), ("Nidd", 30), ("Wharfe", 1)]),
        (303, [("Aire", 70), ("Nidd", 30), ("Wharfe", 200), ("Calder", 2), ("Wharfe", 1)]),
    ],
)
def test_who_is_repaid_last_bears_a_downside_first(amount, borne):
    positions = compute_positions(LAYERED, all_drawn(LAYERED), on=YEAR_ON)

    assert [(part.investor, part.amount) for part in share_downside(positions, amount=amount)] == borne


def test_nobody_bears_more_than_they_paid_in_and_a_grant_nothing():
    positions = compute_positions(LAYERED, all_drawn(LAYERED), on=YEAR_ON)

    assert sum(amounts(share_downside(positions, amount=1_200))) == 1_200
    with pytest.raises(DownsideAboveCapital) as refused:
        share_downside(positions, amount=1_201)
    assert refused.value.facts["above"] == 1


def test_the_investors_of_dc_water_owe_three_million_three_hundred_thousand_dollars():
    """Below a runoff cut of 18.6 % the investors of 25 million pay 3.3 million. Two equal ones: fictional."""
    terms = deal(
        [tranche("senior")], [commit("Calder", "senior", 1_250_000_000), commit("Wharfe", "senior", 1_250_000_000)]
    )
    positions = compute_positions(terms, all_drawn(terms), on=YEAR_ON)

    assert amounts(share_downside(positions, amount=330_000_000)) == [165_000_000, 165_000_000]


@given(
    commitments=st.lists(st.integers(1, 10**10), min_size=1, max_size=8),
    shares=st.lists(st.integers(1, 60), min_size=1, max_size=6),
)
def test_calls_sum_to_the_penny_and_never_pass_a_commitment(commitments, shares):
    terms = deal([tranche("senior")], [commit(f"I{n}", "senior", amount) for n, amount in enumerate(commitments)])
    movements = []
    for share in shares:
        found = facilities(terms, movements)
        amount = sum(each.callable for each in found) * share // 100
        if not amount:
            break

        parts = share_call(terms, found, amount=amount)

        assert sum(amounts(parts)) == amount
        assert all(part.left >= 0 for part in parts)
        for kind in (MovementKind.CALLED, MovementKind.DRAWN):
            movements += [moved(START, part.investor, part.tranche, kind, part.amount) for part in parts]
    assert all(0 <= each.drawn <= each.committed for each in facilities(terms, movements))
