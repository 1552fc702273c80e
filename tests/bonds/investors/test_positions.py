"""Where an investor stands: outstanding, earned, room below each kind of cap; and what cannot have moved."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bonds.arithmetic.positions import (
    AmountNotPositive,
    MovementKind,
    MovementUnknown,
    RepaidMoreThanDrawn,
    compute_declared,
    compute_positions,
    compute_room,
)
from bonds.arithmetic.tranches import InterestKind
from tests.bonds.investors.deals import (
    START,
    YEAR_ON,
    all_drawn,
    commit,
    deal,
    irr,
    moved,
    position,
    simple_cap,
    times,
    tranche,
)


def one(amount: int = 1_000_000, *, own: dict | None = None, **more):
    return deal([tranche("senior", **more)], [commit("Calder", "senior", amount, **(own or {}))])


def test_the_published_loan_stands_at_what_its_ledger_leaves():
    """Street Impact Brighton, in pounds; days within the published months are chosen here (verified: false).

    Source: GO Lab INDIGO, transactions.
    """
    terms = one(155_000, rate="6.5")
    ledger = [
        (date(2018, 3, 29), MovementKind.DRAWN, 155_000),
        (date(2018, 9, 23), MovementKind.INTEREST, 4_913),
        (date(2019, 3, 24), MovementKind.INTEREST, 5_024),
        (date(2019, 6, 23), MovementKind.INTEREST, 2_512),
        (date(2019, 9, 23), MovementKind.INTEREST, 2_539),
        (date(2019, 12, 23), MovementKind.PRINCIPAL, 32_539),
        (date(2020, 3, 23), MovementKind.PRINCIPAL, 47_026),
    ]
    movements = [moved(on, "Calder", "senior", kind, amount) for on, kind, amount in ledger]

    due = [position(terms, movements[:number], ledger[number][0]).interest_due for number in range(1, 5)]
    last = position(terms, movements, date(2020, 3, 23))

    assert due == [4_913, 5_024, 2_512, 2_539]
    assert (last.principal, last.repaid, last.returned) == (75_435, 79_565, 14_988)
    # 91 days on 155,000 and 91 on 122,461, which the published ledger does not show as paid.
    assert last.interest_due == 2_512 + 1_985


def test_the_order_in_which_movements_are_given_changes_nothing():
    terms = one(rate="5")
    movements = [
        moved(START, "Calder", "senior", MovementKind.DRAWN, 600_000),
        moved(START + timedelta(days=30), "Calder", "senior", MovementKind.DRAWN, 400_000),
        moved(START + timedelta(days=60), "Calder", "senior", MovementKind.PRINCIPAL, 100_000),
    ]

    there, back = (position(terms, given, YEAR_ON) for given in (movements, movements[::-1]))

    assert (there.principal, there.interest_due, there.balances) == (back.principal, back.interest_due, back.balances)


def test_what_moves_later_is_left_out():
    terms = one(rate="5")
    movements = [*all_drawn(terms), moved(YEAR_ON, "Calder", "senior", MovementKind.PRINCIPAL, 400_000)]

    assert position(terms, movements, YEAR_ON - timedelta(days=1)).principal == 1_000_000
    assert position(terms, movements, YEAR_ON).principal == 600_000


def test_unpaid_interest_earns_nothing():
    terms = one(rate="10")

    assert position(terms, all_drawn(terms), START + timedelta(days=730)).interest_due == 200_000


def test_interest_ends_on_its_last_day():
    terms = one(rate="10", interest_until_on=START + timedelta(days=73))

    assert position(terms, all_drawn(terms), YEAR_ON).interest_due == 20_000


def test_an_investor_s_own_rate_goes_before_the_tranche_s():
    terms = one(rate="10", own={"rate": Decimal(4)})

    assert position(terms, all_drawn(terms), YEAR_ON).interest_due == 40_000


def test_fixed_coupons_are_due_when_their_period_is_over():
    terms = one(interest=InterestKind.COUPON, rate=Decimal(3), coupon_months=6, coupon_from_on=START)

    due = [position(terms, all_drawn(terms), on).interest_due for on in (date(2023, 9, 30), date(2023, 10, 1), YEAR_ON)]

    assert due == [0, 15_000, 15_000]


def test_a_declared_coupon_is_due_until_it_is_paid():
    terms = one(interest=InterestKind.DECLARED)
    movements = [*all_drawn(terms), moved(YEAR_ON, "Calder", "senior", MovementKind.DECLARED, 75_000)]

    before = position(terms, movements, YEAR_ON)
    after = position(terms, [*movements, moved(YEAR_ON, "Calder", "senior", MovementKind.INTEREST, 75_000)], YEAR_ON)

    assert (before.interest_due, after.interest_due) == (75_000, 0)


def test_newpin_s_first_coupon():
    """7.5 % on 7 million Australian dollars is 525,000. Source: Newpin Social Benefit Bond, first year."""
    terms = one(700_000_000, interest=InterestKind.DECLARED)

    assert compute_declared(position(terms, all_drawn(terms), YEAR_ON), rate=Decimal("7.5")) == 52_500_000


@pytest.mark.parametrize(
    ("cap", "room"),
    [
        (irr("10"), 1_100_000),
        (irr("0"), 1_000_000),
        (simple_cap("10"), 1_100_000),
        (times("1"), 1_000_000),
        (times("1.2345678"), 1_234_567),
    ],
)
def test_a_year_s_room_below_each_kind_of_cap(cap, room):
    terms = one(return_caps=(cap,))

    assert compute_room(position(terms, all_drawn(terms), YEAR_ON)) == room


@pytest.mark.parametrize(("cap", "room"), [(irr("10"), 935_000), (simple_cap("10"), 935_000), (times("1.2"), 950_000)])
def test_what_was_paid_before_is_off_the_room(cap, room):
    terms = one(return_caps=(cap,))
    middle = START + timedelta(days=365)
    paid = [
        moved(middle, "Calder", "senior", MovementKind.INTEREST, 100_000),
        moved(middle, "Calder", "senior", MovementKind.PRINCIPAL, 150_000),
    ]

    assert compute_room(position(terms, [*all_drawn(terms), *paid], START + timedelta(days=730))) == room


def test_of_two_caps_the_lower_holds():
    terms = one(return_caps=(times("1.5"), irr("8")))

    assert compute_room(position(terms, all_drawn(terms), YEAR_ON)) == 1_080_000
    assert compute_room(position(terms, all_drawn(terms), START + timedelta(days=3650))) == 1_500_000


@pytest.mark.parametrize(("own", "room"), [({}, 1_100_000), ({"return_caps": (irr("5"),)}, 1_050_000)])
def test_an_investor_s_own_caps_go_before_the_tranche_s(own, room):
    terms = one(own=own, return_caps=(irr("10"),))

    assert compute_room(position(terms, all_drawn(terms), YEAR_ON)) == room


def test_without_a_cap_nothing_limits():
    terms = one(own={"return_caps": ()}, return_caps=(irr("10"),))

    assert compute_room(position(terms, all_drawn(terms), YEAR_ON)) is None


def test_who_got_more_than_the_cap_has_no_room():
    terms = one(return_caps=(times("1.1"),))
    movements = [*all_drawn(terms), moved(START, "Calder", "senior", MovementKind.UPSIDE, 1_200_000)]

    assert compute_room(position(terms, movements, YEAR_ON)) == 0


def test_a_downside_is_paid_in_and_not_outstanding():
    terms = one(return_caps=(times("1"),))
    movements = [*all_drawn(terms), moved(YEAR_ON, "Calder", "senior", MovementKind.DOWNSIDE, 50_000)]

    stood = position(terms, movements, YEAR_ON)

    assert (stood.principal, compute_room(stood)) == (1_000_000, 1_050_000)


def test_somebody_without_a_commitment_is_refused():
    terms = one()

    with pytest.raises(MovementUnknown) as refused:
        compute_positions(terms, [moved(START, "Calder", "junior", MovementKind.DRAWN, 1)], on=YEAR_ON)

    assert refused.value.facts == {"investor": "Calder", "tranche": "junior"}


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_of_nothing_or_less_is_refused(amount):
    with pytest.raises(AmountNotPositive):
        compute_positions(one(), [moved(START, "Calder", "senior", MovementKind.DRAWN, amount)], on=YEAR_ON)


def test_repaying_a_penny_more_than_was_drawn_is_refused():
    terms = one(1_000)
    repaid = moved(YEAR_ON, "Calder", "senior", MovementKind.PRINCIPAL, 1_001)

    with pytest.raises(RepaidMoreThanDrawn) as refused:
        compute_positions(terms, [*all_drawn(terms), repaid], on=YEAR_ON)

    assert refused.value.facts["above"] == 1


def test_money_drawn_and_repaid_on_one_day_needs_no_order():
    terms = one(1_000)
    movements = [moved(START, "Calder", "senior", MovementKind.PRINCIPAL, 1_000), *all_drawn(terms)]

    assert position(terms, movements, YEAR_ON).principal == 0
