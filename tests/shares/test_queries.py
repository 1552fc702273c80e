"""The three totals, the chart's days, the controls of the month end, what a person holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shares import handlers, operations, queries
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def test_applied_cleared_and_allotted_are_never_mixed_up(offer):
    make.paid(offer, 60)
    make.paid(offer, 50)
    make.reserve(make.complete(offer, 30))
    make.complete(offer, 20)

    raised = queries.raised_so_far(offer)

    assert (raised.applied_pence, raised.cleared_pence, raised.allotted_pence) == (140_000, 110_000, 0)
    assert (raised.applications, raised.members, raised.shares_left) == (2, 2, 860)
    assert (raised.percent_of_minimum, raised.is_minimum_reached) == (110, True)

    make.closed_offer(offer)
    make.allot(offer)
    after = queries.raised_so_far(offer)
    assert (after.applied_pence, after.cleared_pence, after.allotted_pence) == (110_000, 110_000, 110_000)


def test_nothing_raised_is_nothing_of_the_minimum(offer):
    raised = queries.raised_so_far(offer)

    assert (raised.percent_of_minimum, raised.is_minimum_reached, raised.members) == (0, False, 0)


def test_what_failed_to_come_together_is_told_apart(offer):
    make.paid(offer, 50)
    make.closed_offer(offer)
    operations.fail_offer(
        offer=offer, reason="minimum missed", is_contingency=False, actor=make.SECRETARY, at=make.AFTER
    )
    make.drive("shares.refund_offer", at=make.AFTER)

    raised = queries.raised_so_far(offer)

    assert (raised.cleared_pence, raised.returned_pence) == (0, 50_000)


def test_two_applications_of_one_person_are_one_member(offer):
    user = make.make_user()
    make.paid(offer, 50, user=user)
    make.paid(offer, 50, user=user)

    assert queries.raised_so_far(offer).members == 1


def test_the_days_of_an_offer_run_up_by_the_legal_day(offer):
    """In summer time, half an hour before midnight in UTC is the next day in London."""
    late = make.CLOSES_AT.replace(month=4, day=10, hour=23, minute=30)
    make.paid(offer, 50, at=make.NOW)
    make.paid(offer, 60, at=late)
    make.reserve(make.complete(offer, 10, at=late), at=late)

    rows = {row.on: row for row in queries.daily_series(offer, until_on=date(2026, 4, 12))}

    assert min(rows) == date(2026, 3, 2)
    assert max(rows) == date(2026, 4, 12)
    assert rows[date(2026, 3, 9)].cleared_pence == 0
    assert rows[date(2026, 3, 10)].cleared_pence == 50_000
    assert rows[date(2026, 4, 10)].cleared_pence == 50_000
    assert (rows[date(2026, 4, 11)].cleared_pence, rows[date(2026, 4, 11)].applied_pence) == (110_000, 120_000)


def test_before_the_opening_there_are_no_days(offer):
    assert queries.daily_series(offer, until_on=date(2026, 3, 1)) == []


def test_the_series_of_a_failed_offer_stays_as_it_closed(offer):
    make.paid(offer, 50)
    make.closed_offer(offer)
    operations.fail_offer(offer=offer, reason="x", is_contingency=False, actor=make.SECRETARY, at=make.AFTER)
    make.drive("shares.refund_offer", at=make.AFTER)

    assert queries.daily_series(make.reread_offer(offer), until_on=make.AFTER.date())[-1].cleared_pence == 50_000


def test_the_month_ends_agree_before_and_after_allotment(offer):
    march, april, june = date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 1)
    make.paid(offer, 100)
    owner = offer.organisation

    held_in_march = queries.open_applications(organisation=owner, on=date(2026, 3, 31))
    make.closed_offer(offer)
    make.allot(offer)

    assert [pence for _, pence in held_in_march] == [100_000]
    assert queries.open_applications(organisation=owner, on=date(2026, 5, 31)) == []
    # Looked at again afterwards, March still says what was true in March.
    assert [pence for _, pence in queries.open_applications(organisation=owner, on=date(2026, 3, 31))] == [100_000]
    for from_on, until_on in ((march, april), (date(2026, 5, 1), june)):
        assert list(handlers.find_open_application_problems(owner.public_id, from_on, until_on)) == []
        assert list(handlers.find_register_problems(owner.public_id, from_on, until_on)) == []


@pytest.mark.breaks_invariants
def test_the_month_end_shows_money_that_no_application_explains(offer):
    from ledger import operations as ledger_operations
    from ledger.operations import Line

    ledger_operations.post(
        book=make.book_of(offer.organisation),
        key="stray",
        kind="test",
        effective_on=date(2026, 3, 10),
        lines=[Line(debit="1200", credit="2150", amount=700, credit_owner="app_nobody")],
        actor="system:tests",
        recorded_at=make.NOW,
    )

    problems = list(
        handlers.find_open_application_problems(offer.organisation.public_id, date(2026, 3, 1), date(2026, 4, 1))
    )

    assert problems == ["app_nobody: 700 in the books, 0 by the applications"]


def test_owners_in_the_ledger_have_labels(offer):
    application = make.paid(offer, 100)
    make.closed_offer(offer)
    make.allot(offer)
    member = offer.society.members.get()

    assert handlers.label_applications([application.public_id]) == {application.public_id: application.person.full_name}
    assert handlers.label_members([member.public_id]) == {member.public_id: f"1 {member.person.full_name}"}


def test_a_person_who_holds_nothing_has_no_holding(offer):
    application = make.paid(offer, 100)

    assert queries.holdings_of_person(person=application.person, on=make.AFTER.date()) == []
    assert queries.find_member(society=offer.society, person=application.person) is None


def test_totals_by_state_add_up(offer):
    make.paid(offer, 50)
    make.complete(offer, 20)

    totals = {row.state: (row.count, row.pence) for row in queries.totals_by_state(offer)}

    assert totals == {"paid": (1, 50_000), "started": (1, 20_000)}


def test_reading_the_register_takes_few_queries_whatever_its_size(offer, django_assert_num_queries):
    for _ in range(6):
        make.paid(offer, 20)
    make.closed_offer(offer)
    make.allot(offer)

    with django_assert_num_queries(4):
        assert len(queries.register_of_members(society=offer.society, on=make.AFTER.date())) == 6


def test_reserving_takes_a_known_number_of_queries(offer, django_assert_max_num_queries):
    application = make.complete(offer, 10)

    with django_assert_max_num_queries(24):
        make.reserve(application)


def test_allotment_takes_the_same_number_of_queries_for_few_and_for_many(django_assert_max_num_queries, db):
    for count in (2, 12):
        offer = make.open_offer(terms=make.Terms(minimum=make.pounds(10)))
        for _ in range(count):
            make.paid(offer, 10)
        make.closed_offer(offer)
        with django_assert_max_num_queries(45):
            make.allot(offer, minute=f"B/{count}")


def test_the_register_ends_a_membership_when_the_last_share_is_gone(offer):
    from shares.models import RegisterEntry

    make.paid(offer, 100)
    make.closed_offer(offer)
    make.allot(offer)
    first = RegisterEntry.objects.get()
    left_on = make.AFTER.date() + timedelta(days=400)
    from ledger import operations as ledger_operations
    from ledger.operations import Line

    entry = RegisterEntry.objects.create(
        society=first.society,
        number=2,
        kind="withdrawal",
        member=first.member,
        share_class=first.share_class,
        particulars=first.particulars,
        shares=-100,
        amount_paid=make.pounds(-1_000),
        entered_on=left_on,
        recorded_at=make.AFTER,
        recorded_by="user:usr_1",
    )
    type(first.society).objects.filter(pk=first.society_id).update(last_entry_number=2)
    ledger_operations.post(
        book=make.book_of(offer.organisation),
        key=f"withdrawal:{entry.public_id}",
        kind="test.withdrawal",
        effective_on=left_on,
        lines=[
            Line(
                debit="3000",
                credit="2160",
                amount=100_000,
                debit_owner=first.member.public_id,
                credit_owner=first.member.public_id,
            )
        ],
        actor="system:tests",
        recorded_at=make.AFTER,
    )

    [before] = queries.register_of_members(society=offer.society, on=left_on - timedelta(days=1))
    [after] = queries.register_of_members(society=offer.society, on=left_on)

    assert (before.shares, before.ceased_on) == (100, None)
    assert (after.shares, after.paid_pence, after.ceased_on) == (0, 0, left_on)
