"""What a provider is due: fees by month and part of a month, prices of results, shares of what they earn."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.provider_pay import (
    AcceptedResult,
    FeeMonth,
    Movement,
    PayKind,
    PayTerms,
    compute_balance,
    compute_compensation,
    compute_fee,
    compute_result_pay,
    is_fee_due,
    less_booked,
    list_months,
    take_back,
)
from bonds.arithmetic.terms import Period, ProviderTerms, ReferralGuarantee
from tests.factories.bonds import SERVICE_FROM, small_terms

APRIL = FeeMonth(date(2025, 4, 1), date(2025, 5, 1), date(2025, 7, 1))
FEBRUARY = FeeMonth(date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))


def agreed(*rows, **changed):
    return PayTerms({1: small_terms(providers=rows, **changed)}, [(SERVICE_FROM, 1)])


def a_row(provider="hearthside", **more):
    return ProviderTerms(provider=provider, **more)


def result(**changed):
    facts = {"metric": "moved_in", "achieved_on": date(2025, 4, 10), "units": 1, "earned": 50_000, "version": 1}
    return AcceptedResult(**facts | changed)


# Fees


def test_a_whole_month_is_the_whole_fee_with_its_step():
    due = compute_fee("hearthside", APRIL, agreed(a_row(fee=120_000)))

    assert (due.kind, due.pence) == (PayKind.FEE, 120_000)
    assert [(step.name, step.amount, dict(step.facts)) for step in due.steps] == [
        (
            "monthly_fee",
            120_000,
            {
                "fee": 120_000,
                "from": "2025-04-01",
                "until": "2025-05-01",
                "version": 1,
                "days": 30,
                "of_days": 30,
            },
        )
    ]


@pytest.mark.parametrize(
    ("from_on", "until_on", "pence"),
    [
        (date(2025, 4, 11), None, 66_667),  # 20 of 30 days of £1,000
        (None, date(2025, 4, 11), 33_333),
        (date(2025, 4, 1), date(2025, 4, 2), 3_333),
        (date(2025, 4, 30), date(2025, 6, 1), 3_333),  # the last day is what is left after 29
        (date(2025, 4, 16), None, 50_000),
        (date(2025, 5, 1), None, 0),
        (None, date(2025, 4, 1), 0),
    ],
)
def test_part_of_a_month_is_divided_by_days(from_on, until_on, pence):
    row = a_row(fee=100_000, period=Period(from_on=from_on, until_on=until_on))

    assert compute_fee("hearthside", APRIL, agreed(row)).pence == pence


def test_half_a_penny_is_rounded_up_once():
    row = a_row(fee=1, period=Period(from_on=None, until_on=date(2025, 4, 16)))
    rest = a_row(fee=1, period=Period(from_on=date(2025, 4, 16)))

    assert compute_fee("hearthside", APRIL, agreed(row)).pence == 1
    assert compute_fee("hearthside", APRIL, agreed(rest)).pence == 0


def test_nothing_is_due_before_or_after_service_or_to_somebody_else():
    terms = agreed(a_row(fee=100_000), service=Period(from_on=date(2025, 4, 16), until_on=date(2026, 2, 8)))

    assert compute_fee("hearthside", APRIL, terms).pence == 50_000
    assert compute_fee("hearthside", FEBRUARY, terms).pence == 25_000
    assert compute_fee("lanternhouse", APRIL, terms).pence == 0
    assert compute_fee("lanternhouse", APRIL, terms).steps == ()


def test_two_rows_of_one_provider_add_up():
    terms = agreed(a_row(fee=100_000), a_row(fee=20_000, period=Period(from_on=date(2025, 4, 16))))

    due = compute_fee("hearthside", APRIL, terms)

    assert due.pence == 50_000 + 60_000
    assert [step.amount for step in due.steps] == [50_000, 110_000]


def test_a_variation_in_the_middle_of_a_month_divides_it():
    first, second = small_terms(providers=(a_row(fee=90_000),)), small_terms(providers=(a_row(fee=120_000),))
    terms = PayTerms({1: first, 2: second}, [(SERVICE_FROM, 1), (date(2025, 4, 11), 2)])

    due = compute_fee("hearthside", APRIL, terms)

    assert due.pence == 30_000 + 80_000
    assert [step.facts["version"] for step in due.steps] == [1, 2]


def test_before_the_first_version_nothing_is_due():
    terms = PayTerms({1: small_terms(providers=(a_row(fee=90_000),))}, [(date(2025, 4, 21), 1)])

    assert compute_fee("hearthside", APRIL, terms).pence == 30_000


def test_months_count_from_the_first_day_of_service_and_fill_quarters():
    months = list(list_months(date(2025, 1, 31), date(2025, 6, 1)))

    assert [(one.from_on, one.until_on) for one in months] == [
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2025, 2, 28), date(2025, 3, 31)),
        (date(2025, 3, 31), date(2025, 4, 30)),
        (date(2025, 4, 30), date(2025, 5, 31)),
        (date(2025, 5, 31), date(2025, 6, 30)),
    ]
    assert {one.quarter_until_on for one in months[:3]} == {date(2025, 4, 30)}
    assert {one.quarter_until_on for one in months[3:]} == {date(2025, 7, 31)}
    assert list(list_months(date(2025, 1, 31), date(2025, 1, 31))) == []


def test_a_fee_falls_due_with_its_month_or_its_quarter():
    monthly, quarterly = agreed(a_row(fee=1)), agreed(a_row(fee=1, is_quarterly=True))

    assert not is_fee_due("hearthside", APRIL, monthly, on=date(2025, 4, 30))
    assert is_fee_due("hearthside", APRIL, monthly, on=date(2025, 5, 1))
    assert not is_fee_due("hearthside", APRIL, quarterly, on=date(2025, 6, 30))
    assert is_fee_due("hearthside", APRIL, quarterly, on=date(2025, 7, 1))


def test_what_was_booked_of_a_month_is_not_booked_again_and_goes_back_where_it_was_too_much():
    due = compute_fee("hearthside", APRIL, agreed(a_row(fee=100)))

    assert less_booked(due, 0) == due
    assert less_booked(due, 100).pence == 0
    assert less_booked(due, 130).pence == -30
    assert less_booked(due, 130).steps[-1].name == "booked_before"


# Results


def test_a_result_pays_its_price_and_a_share_of_what_it_earned():
    terms = agreed(a_row(per_outcome={"moved_in": 30_000}, success_percent=1_250)).versions[1]

    dues = compute_result_pay("hearthside", result(units=2, earned=100_004), terms)

    assert [(one.kind, one.pence) for one in dues] == [(PayKind.OUTCOME, 60_000), (PayKind.SUCCESS, 12_501)]
    assert dict(dues[1].steps[0].facts) == {"metric": "moved_in", "earned": 100_004, "percent": 1_250, "version": 1}


def test_a_price_is_due_though_a_cap_left_nothing_to_earn():
    terms = agreed(a_row(per_outcome={"moved_in": 30_000}, success_percent=1_000)).versions[1]

    dues = compute_result_pay("hearthside", result(earned=0), terms)

    assert [(one.kind, one.pence) for one in dues] == [(PayKind.OUTCOME, 30_000)]


@pytest.mark.parametrize(
    "changed",
    [
        {"metric": "stayed_3m", "earned": 0},
        {"units": 0, "earned": 0},
        {"achieved_on": date(2025, 7, 1)},
        {"units": 0, "earned": -50_000},
    ],
)
def test_nothing_is_due_for_what_the_terms_do_not_pay(changed):
    row = a_row(per_outcome={"moved_in": 30_000}, success_percent=1_000, period=Period(until_on=date(2025, 7, 1)))

    assert compute_result_pay("hearthside", result(**changed), agreed(row).versions[1]) == ()


def test_a_result_that_is_taken_back_takes_its_dues_with_it():
    (due,) = compute_result_pay("hearthside", result(), agreed(a_row(success_percent=333)).versions[1])

    back = take_back(due)

    assert (due.pence, back.pence) == (1_665, -1_665)
    assert [step.name for step in back.steps] == ["success_share", "taken_back"]


# Referrals and balances


@pytest.mark.parametrize(("came", "pence"), [(0, 80_000), (3, 20_000), (4, 0), (9, 0)])
def test_each_person_who_was_not_referred_is_made_good(came, pence):
    guarantee = ReferralGuarantee(
        commissioner="northmoor", provider="hearthside", least=4, most=8, period=Period(), compensation=20_000
    )

    due = compute_compensation(guarantee, came)

    assert due.pence == pence
    assert due.steps[0].facts["too_few"] == max(0, 4 - came)


def test_a_balance_may_fall_below_zero_and_says_so():
    dues = [Movement(date(2025, 4, 30), 100), Movement(date(2025, 5, 2), 50), Movement(date(2025, 5, 31), -200)]
    paid = [Movement(date(2025, 5, 1), 100), Movement(date(2025, 6, 1), 1)]

    balance = compute_balance(dues, payments=paid, period=Period(from_on=date(2025, 5, 1), until_on=date(2025, 6, 1)))

    assert balance == (100, -150, 100, -150)


# Properties

DAYS = st.dates(date(2025, 4, 1), date(2025, 5, 1))


@given(fee=st.integers(1, 10**9), cuts=st.lists(DAYS, max_size=6))
def test_parts_of_a_month_always_sum_to_the_fee(fee, cuts):
    edges = sorted({APRIL.from_on, *cuts, APRIL.until_on})
    rows = [a_row(fee=fee, period=Period(from_on=begins, until_on=ends)) for begins, ends in pairwise(edges)]

    parts = [compute_fee("hearthside", APRIL, agreed(row)).pence for row in rows]

    assert sum(parts) == fee
    assert min(parts) >= 0
    assert compute_fee("hearthside", APRIL, agreed(*rows)).pence == fee


@given(service_from_on=st.dates(date(2020, 1, 1), date(2030, 12, 31)), days=st.integers(0, 1500))
def test_months_have_no_gap_and_no_overlap(service_from_on, days):
    until = service_from_on + timedelta(days=days)

    months = list(list_months(service_from_on, until))

    assert [one.until_on for one in months[:-1]] == [one.from_on for one in months[1:]]
    assert all(one.from_on < one.until_on <= one.quarter_until_on for one in months)
    assert not days or months[-1].from_on < until <= months[-1].until_on


@given(
    earned=st.integers(-(10**9), 10**9),
    units=st.integers(0, 1000),
    price=st.integers(0, 10**6),
    percent=st.integers(0, 10_000),
)
def test_a_share_never_passes_what_was_earned_and_going_back_leaves_nothing(earned, units, price, percent):
    terms = agreed(a_row(per_outcome={"moved_in": price}, success_percent=percent)).versions[1]

    dues = compute_result_pay("hearthside", result(earned=earned, units=units), terms)

    by_kind = {one.kind: one.pence for one in dues}
    assert by_kind.get(PayKind.OUTCOME, 0) == price * units
    assert 0 <= by_kind.get(PayKind.SUCCESS, 0) <= max(0, earned)
    assert all(one.pence > 0 and one.steps[-1].amount == one.pence for one in dues)
    assert sum(one.pence + take_back(one).pence for one in dues) == 0


@given(booked=st.integers(0, 10**6), fee=st.integers(1, 10**6))
def test_what_is_booked_and_what_is_left_is_the_fee(booked, fee):
    due = compute_fee("hearthside", APRIL, agreed(a_row(fee=fee)))

    assert less_booked(due, booked).pence + booked == fee


@given(
    moved=st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2025, 12, 31)), st.integers(-(10**6), 10**6))),
    cut=st.dates(date(2025, 1, 2), date(2025, 12, 30)),
)
def test_one_period_begins_where_the_last_one_ended(moved, cut):
    dues = [Movement(*one) for one in moved]
    begin, end = date(2025, 1, 1), date(2026, 1, 1)

    first = compute_balance(dues, payments=(), period=Period(from_on=begin, until_on=cut))
    second = compute_balance(dues, payments=(), period=Period(from_on=cut, until_on=end))

    assert first.before == 0
    assert first.after == second.before
    assert second.after == sum(one.pence for one in dues)
