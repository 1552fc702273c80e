"""Visitors who sign up half-way, and shares that are kept while somebody pays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from foundation.models import OutboxMessage
from payments.models import Payment
from shares import operations, queries
from shares.models import Application, ConsentWording
from shares.operations.applying import digest_of
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def _set(application: Application, number: int, **facts):
    return operations.set_number_of_shares(
        application=application,
        number_of_shares=number,
        actor=make.actor_of(application.user),
        at=facts.pop("at", make.NOW),
        **facts,
    )


# --- Visitors --------------------------------------------------------------------------------


def test_what_a_visitor_began_is_theirs_after_signing_up_on_any_device(offer):
    begun = operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)
    _set(begun.application, 20)
    user = make.make_user()

    [mine] = operations.attach_to_user(
        user=user, claim_tokens=[begun.claim_token], actor=make.actor_of(user), at=make.NOW
    )

    assert (mine.pk, mine.user, mine.number_of_shares) == (begun.application.pk, user, 20)
    assert begun.application.claim_token == digest_of(begun.claim_token) != begun.claim_token


@pytest.mark.parametrize("token", ["", "guessed", "0" * 43])
def test_a_wrong_token_claims_nothing(offer, token):
    operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)
    user = make.make_user()

    claimed = operations.attach_to_user(user=user, claim_tokens=[token], actor=make.actor_of(user), at=make.NOW)

    assert claimed == []
    assert Application.objects.get().user is None


def test_a_claimed_application_cannot_be_claimed_by_somebody_else(offer):
    begun = operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)
    first, second = make.make_user(), make.make_user()
    operations.attach_to_user(user=first, claim_tokens=[begun.claim_token], actor=make.SYSTEM, at=make.NOW)

    operations.attach_to_user(user=second, claim_tokens=[begun.claim_token], actor=make.SYSTEM, at=make.NOW)

    assert Application.objects.get().user == first


def test_the_newer_of_two_unfinished_applications_stays(offer):
    user = make.make_user()
    older = make.started(offer, user=user)
    begun = operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)

    operations.attach_to_user(user=user, claim_tokens=[begun.claim_token], actor=make.SYSTEM, at=make.NOW)

    assert (make.reread(older).state, make.reread(older).end_reason) == ("cancelled", "superseded")
    assert make.reread(begun.application).user == user


def test_an_application_that_is_being_paid_for_is_not_pushed_aside(offer):
    user = make.make_user()
    paying = make.complete(offer, user=user)
    make.reserve(paying)
    begun = operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)

    operations.attach_to_user(user=user, claim_tokens=[begun.claim_token], actor=make.SYSTEM, at=make.NOW)

    assert make.reread(paying).state == "awaiting_payment"
    assert make.reread(begun.application).state == "cancelled"


def test_a_second_start_gives_back_the_unfinished_application(offer):
    user = make.make_user()

    assert make.started(offer, user=user) == make.started(offer, user=user)


# --- Reserving -------------------------------------------------------------------------------


def test_reserving_twice_gives_one_payment(offer):
    application = make.complete(offer, 10)

    first, second = make.reserve(application), make.reserve(application, at=make.NOW + timedelta(minutes=5))

    assert first == second
    assert Payment.objects.count() == 1
    assert make.reread(application).reserved_until == make.NOW + timedelta(minutes=40)
    assert make.balances(offer) == {}


def test_a_reserved_application_cannot_be_changed(offer):
    application = make.complete(offer, 10)
    make.reserve(application)

    with pytest.raises(operations.WrongState):
        _set(application, 500)
    with pytest.raises(operations.WrongState):
        make.give_all_consents(application)

    assert make.reread(application).number_of_shares == 10


def test_shares_left_are_the_maximum_without_reserved_paid_and_allotted(offer):
    make.paid(offer, 500)
    make.reserve(make.complete(offer, 490))
    third = make.started(offer)

    with pytest.raises(operations.SoldOut) as refusal:
        _set(third, 11)
    _set(third, 10)

    assert refusal.value.facts["most_pence"] == 10_000


def test_sold_out_is_said_when_less_than_the_smallest_holding_is_left(offer):
    make.paid(offer, 500)
    make.paid(offer, 496)

    with pytest.raises(operations.SoldOut):
        _set(make.started(offer), 5)


def test_releasing_a_reservation_frees_its_shares_and_closes_the_page(offer):
    application = make.complete(offer, 500)
    payment = make.reserve(application)
    later = make.NOW + timedelta(minutes=40)

    assert not operations.release_reservation(
        application=application, actor=make.SYSTEM, at=later - timedelta(seconds=1)
    )
    assert operations.release_reservation(application=application, actor=make.SYSTEM, at=later)
    assert not operations.release_reservation(application=application, actor=make.SYSTEM, at=later)

    lapsed = make.reread(application)
    assert (lapsed.state, lapsed.end_reason, lapsed.reserved_until) == ("lapsed", "reservation_ended", None)
    assert queries.raised_so_far(offer).shares_left == 1000
    assert OutboxMessage.objects.get(topic="payments.expire_checkout").payload == {"payment_id": payment.pk}


def test_a_lapsed_application_can_be_taken_up_again_with_another_payment(offer):
    application = make.complete(offer, 10)
    first = make.reserve(application)
    later = make.NOW + timedelta(hours=1)
    operations.release_reservation(application=application, actor=make.SYSTEM, at=later)

    second = make.reserve(application, at=later)

    assert second != first
    assert make.reread(application).payment == second


def test_paying_again_after_the_page_ended_begins_anew(offer):
    application = make.complete(offer, 10)
    first = make.reserve(application)

    second = make.reserve(application, at=make.NOW + timedelta(minutes=32))

    assert second != first
    steps = [change.to_state for change in queries.history_of_application(application)]
    assert steps == ["awaiting_payment", "lapsed", "awaiting_payment"]


def test_wordings_in_force_are_the_newest_of_each_code(db):
    ConsentWording.objects.create(
        code="news", version=2, text="New words.", is_required=False, position=7, from_on=date(2026, 3, 11)
    )

    before = {row.code: row.version for row in ConsentWording.objects.in_force(date(2026, 3, 10))}
    after = {row.code: row.version for row in ConsentWording.objects.in_force(date(2026, 3, 11))}

    assert (before["news"], after["news"], after["rules"]) == (1, 2, 1)
