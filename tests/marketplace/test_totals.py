"""Applied, cleared and allotted are never mixed up, and the money grows by legal days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.queries.totals import Totals, raised_by_day, totals_of
from shares import operations
from shares.queries.offers import daily_series, raised_so_far
from shares.states import HolderKind
from tests.factories.shares import actor_of
from tests.marketplace.making import OPENS, allot, apply, fail, make_offer, refund_everything

pytestmark = pytest.mark.django_db


def test_totals_keep_applied_and_cleared_apart():
    offer = make_offer()
    apply(offer, 4)
    apply(offer, 2, paid_at=None)
    operations.cancel_application(
        application=(gone := apply(offer, 8, paid_at=None)), actor=actor_of(gone.user), at=OPENS
    )

    totals = totals_of([offer])[offer.pk]

    assert totals == Totals(applied_pence=6 * 25_00, cleared_pence=4 * 25_00, members=1)


def test_what_became_shares_is_allotted_and_still_cleared():
    offer = make_offer(minimum=100)
    apply(offer, 4)
    apply(offer, 2)

    allot(offer)

    assert totals_of([offer])[offer.pk] == Totals(
        applied_pence=150_00, cleared_pence=150_00, allotted_pence=150_00, members=2
    )


def test_an_offer_without_money_has_totals_of_nothing():
    offer = make_offer()

    assert totals_of([offer]) == {offer.pk: Totals()}


def test_a_person_and_the_body_they_act_for_are_two_members():
    offer = make_offer()
    apply(offer, 2, "a@example.org")
    apply(offer, 2, "a@example.org")
    apply(
        offer,
        2,
        "a@example.org",
        holder_kind=HolderKind.BODY_CORPORATE,
        body_name="Cricket Club",
        body_number="12345678",
    )

    assert totals_of([offer])[offer.pk].members == 2


def test_a_failed_offer_still_says_what_had_been_raised_and_what_goes_back():
    offer = make_offer()
    apply(offer, 4)
    apply(offer, 2)

    failed = fail(offer)

    expected = Totals(applied_pence=150_00, cleared_pence=150_00, returned_pence=150_00, members=2)
    assert totals_of([failed])[offer.pk] == expected
    assert totals_of([refund_everything(failed)])[offer.pk] == expected


def test_the_society_s_own_pages_say_the_same():
    offer = make_offer()
    apply(offer, 4, "a@example.org")
    apply(
        offer,
        4,
        "a@example.org",
        holder_kind=HolderKind.REGISTERED_SOCIETY,
        body_name="Mill Society",
        body_number="7116",
    )
    apply(offer, 2, paid_at=None)

    ours, theirs = totals_of([offer])[offer.pk], raised_so_far(offer)

    for name in ("applied_pence", "cleared_pence", "allotted_pence", "returned_pence", "members"):
        assert getattr(ours, name) == getattr(theirs, name)
    series = {day.on: (day.cleared_pence, day.applied_pence) for day in daily_series(offer, until_on=date(2026, 9, 9))}
    assert {on: (cleared, applied) for on, cleared, applied in raised_by_day(offer)}.items() <= series.items()


def test_totals_of_many_offers_take_one_query(django_assert_num_queries):
    offers = [make_offer(f"offer-{n}") for n in range(3)]
    for n, offer in enumerate(offers):
        apply(offer, 2 + n)

    with django_assert_num_queries(1):
        totals = totals_of(offers)

    assert [totals[offer.pk].cleared_pence for offer in offers] == [50_00, 75_00, 100_00]


def test_money_grows_by_the_days_of_london(django_assert_num_queries):
    offer = make_offer()
    # Half past eleven at night in UTC is the next day in London until the clocks go back.
    late = datetime(2026, 9, 1, 23, 30, tzinfo=UTC)
    apply(offer, 4, at=late, paid_at=late + timedelta(minutes=1))
    apply(offer, 2, at=OPENS, paid_at=datetime(2026, 9, 5, 9, 0, tzinfo=UTC))
    apply(offer, 6, at=datetime(2026, 9, 4, 9, 0, tzinfo=UTC), paid_at=None)

    with django_assert_num_queries(1):
        days = raised_by_day(offer)

    assert days == [
        (date(2026, 9, 1), 0, 50_00),
        (date(2026, 9, 2), 100_00, 150_00),
        (date(2026, 9, 4), 100_00, 300_00),
        (date(2026, 9, 5), 150_00, 300_00),
    ]
