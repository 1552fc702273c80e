"""Choosing, filling in, agreeing, reserving: every bad input is refused by the server, and nothing is changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from foundation.models import OutboxMessage
from payments.models import Payment
from shares import operations, queries, states
from shares.models import Application, Consent, ConsentWording
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


# --- Choosing a number ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [
        (4, operations.BelowSmallestHolding, "shares.below_smallest_holding"),
        (0, operations.BelowSmallestHolding, "shares.below_smallest_holding"),
        (-5, operations.BelowSmallestHolding, "shares.below_smallest_holding"),
        (-(10**12), operations.BelowSmallestHolding, "shares.below_smallest_holding"),
        (501, operations.HoldingLimitExceeded, "shares.holding_limit_exceeded"),
        (10**12, operations.HoldingLimitExceeded, "shares.holding_limit_exceeded"),
    ],
)
def test_a_number_outside_what_may_be_bought_is_refused_and_nothing_is_kept(offer, number, error, code):
    application = make.started(offer)

    with pytest.raises(error) as refusal:
        _set(application, number)

    assert refusal.value.code == code
    assert (refusal.value.facts["least_pence"], refusal.value.facts["most_pence"]) == (5_000, 500_000)
    assert make.reread(application).number_of_shares == 0
    assert make.balances(offer) == {}


@pytest.mark.parametrize("number", [5, 6, 499, 500])
def test_a_number_at_or_within_the_bounds_is_taken(offer, number):
    application = make.started(offer)

    _set(application, number)

    assert make.reread(application).amount == make.pounds(number * 10)


def test_held_reserved_and_paid_shares_count_against_the_largest_holding(offer):
    user = make.make_user()
    make.paid(offer, 300, user=user)
    make.reserve(make.complete(offer, 150, user=user))

    room = queries.buying_room(offer=offer, user=user, on=make.NOW.date())

    assert (room.held_pence, room.pending_pence, room.most_shares, room.least_shares) == (0, 450_000, 50, 1)
    with pytest.raises(operations.HoldingLimitExceeded):
        _set(make.started(offer, user=make.make_user()), 501)


def test_two_open_applications_together_cannot_pass_the_largest_holding(offer):
    user = make.make_user()
    other = make.open_offer(society=offer.society)
    first, second = make.complete(offer, 300, user=user), make.complete(other, 300, user=user)
    make.reserve(first)

    with pytest.raises(operations.HoldingLimitExceeded) as refusal:
        make.reserve(second)

    assert refusal.value.facts["most_pence"] == 200_000
    assert Payment.objects.count() == 1
    assert make.reread(second).state == "started"


LAW = make.Terms(
    maximum=make.pounds(1_000_000), optimum=make.pounds(900_000), largest=make.pounds(100_000), minimum=make.pounds(1)
)


def test_nobody_passes_the_statutory_limit(db):
    offer = make.open_offer(terms=LAW)
    application = make.started(offer)
    _set(application, 10_000)

    with pytest.raises(operations.HoldingLimitExceeded) as refusal:
        _set(application, 10_001)

    assert refusal.value.facts["bound"] == "legal_limit"


def test_a_company_is_bound_by_the_statutory_limit(db):
    application = make.started(make.open_offer(terms=LAW))

    with pytest.raises(operations.HoldingLimitExceeded):
        _set(
            application,
            10_001,
            holder_kind=states.HolderKind.BODY_CORPORATE,
            body_name="Brewery Ltd",
            body_number="01234567",
        )


def test_a_registered_society_is_exempt_from_the_statutory_limit(db):
    offer = make.open_offer(terms=LAW)
    application = make.paid(
        offer,
        25_000,
        holder_kind=states.HolderKind.REGISTERED_SOCIETY,
        body_name="Neighbouring Society Limited",
        body_number="rs 007642",
    )
    make.closed_offer(offer)

    make.allot(offer)

    assert application.body_number == "RS7642"
    [row] = queries.register_of_members(society=offer.society, on=make.AFTER.date())
    assert row.paid_pence == 25_000_000
    assert row.name.startswith("Neighbouring Society Limited (RS7642)")


def test_a_lower_limit_of_the_rules_binds_a_registered_society_too(offer):
    application = make.started(offer)

    with pytest.raises(operations.HoldingLimitExceeded) as refusal:
        _set(
            application,
            501,
            holder_kind=states.HolderKind.REGISTERED_SOCIETY,
            body_name="Neighbouring Society Limited",
            body_number="7822",
        )

    assert refusal.value.facts["bound"] == "offer_limit"


@pytest.mark.parametrize(("name", "number"), [("", "7822"), ("Society", ""), ("  ", "7822")])
def test_a_body_without_name_or_number_is_refused(offer, name, number):
    with pytest.raises(operations.HolderUnknown):
        _set(
            make.started(offer),
            10,
            holder_kind=states.HolderKind.REGISTERED_SOCIETY,
            body_name=name,
            body_number=number,
        )


def test_a_made_up_registration_number_gives_no_exemption(db):
    from shares.law import RegistrationNumberMalformed

    application = make.started(make.open_offer(terms=LAW))

    with pytest.raises(RegistrationNumberMalformed):
        _set(
            application,
            10_001,
            holder_kind=states.HolderKind.REGISTERED_SOCIETY,
            body_name="Me",
            body_number="not a number",
        )


def test_northern_ireland_has_its_own_dated_limit(db):
    society = make.make_society(jurisdiction=states.Jurisdiction.NORTHERN_IRELAND, maximum_holding=make.pounds(100_000))
    offer = make.open_offer(society=society, terms=LAW)

    room = queries.buying_room(offer=offer, user=None, on=make.NOW.date())

    assert (room.limit_pence, room.bound.value) == (2_000_000, "legal_limit")


def test_the_smallest_holding_is_for_newcomers_only(offer):
    user = make.make_user()
    make.paid(offer, 5, user=user)

    application = make.complete(offer, 1, user=user)
    make.pay(make.reserve(application))

    assert make.reread(application).state == "paid"


# --- When ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "at",
    [
        make.OPENS_AT - timedelta(seconds=1),
        make.CLOSES_AT,
        make.CLOSES_AT + timedelta(seconds=1),
        make.CLOSES_AT + timedelta(days=400),
    ],
    ids=["a second early", "at the very closing", "a second late", "a year late"],
)
def test_outside_its_hours_an_offer_takes_no_application_and_no_reservation(offer, at):
    ready = make.complete(offer, 10)

    for act in (
        lambda: operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=at),
        lambda: make.reserve(ready, at=at),
        lambda: _set(ready, 11, at=at),
    ):
        with pytest.raises(operations.OfferNotOpen):
            act()

    assert make.reread(ready).state == "started"
    assert not Payment.objects.exists()


def test_one_second_before_the_closing_is_in_time(offer):
    ready = make.complete(offer, 10)

    make.reserve(ready, at=make.CLOSES_AT - timedelta(seconds=1))

    assert make.reread(ready).state == "awaiting_payment"


@pytest.mark.parametrize("reach", ["draft", "submitted", "approved", "paused", "closed"])
def test_an_offer_that_is_not_open_takes_no_application(db, reach):
    builders = {"draft": make.draft_offer, "submitted": make.submitted_offer, "approved": make.approved_offer}
    offer = builders[reach]() if reach in builders else make.open_offer()
    if reach == "paused":
        offer = operations.pause_offer(offer=offer, reason="flood", actor=make.SECRETARY, at=make.NOW)
    if reach == "closed":
        offer = operations.close_offer(offer=offer, reason="stopped", actor=make.SECRETARY, at=make.NOW)

    with pytest.raises(operations.OfferNotOpen):
        operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)

    assert not Application.objects.exists()


# --- What has to be there ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing",
    ["read_document", "may_lose_all", "no_compensation", "withdrawal_not_certain", "rules", "register"],
)
def test_each_required_consent_is_asked_for_by_the_server(offer, missing):
    application = make.complete(offer)
    make.give_all_consents(application, without=missing, at=make.NOW + timedelta(minutes=1))

    with pytest.raises(operations.ConsentMissing) as refusal:
        make.reserve(application, at=make.NOW + timedelta(minutes=2))

    assert refusal.value.facts == {"codes": [missing]}
    assert make.reread(application).state == "started"
    assert not Payment.objects.exists()


def test_consents_are_kept_with_wording_version_and_instant(offer):
    application = make.complete(offer)

    rows = Consent.objects.filter(application=application).select_related("wording")
    assert {row.wording.code for row in rows if row.is_given} == {
        "read_document",
        "may_lose_all",
        "no_compensation",
        "withdrawal_not_certain",
        "rules",
        "register",
    }
    assert {(row.wording.version, row.at) for row in rows} == {(1, make.NOW)}


def test_a_wording_that_is_not_asked_is_refused(offer):
    application = make.started(offer)
    with pytest.raises(operations.UnknownConsent):
        operations.give_consents(application=application, wording_ids=[10**6], actor=make.SYSTEM, at=make.NOW)
    assert not Consent.objects.exists()


def test_new_terms_have_to_be_read_and_agreed_to_again(offer):
    application = make.complete(offer)
    at = make.NOW + timedelta(hours=1)
    make.write_terms(offer, make.Terms(maximum=make.pounds(20_000)), at=at)

    with pytest.raises(operations.TermsChanged):
        make.reserve(application, at=at)
    _set(application, 10, at=at)
    with pytest.raises(operations.ConsentMissing):
        make.reserve(application, at=at)
    make.give_all_consents(application, at=at)
    make.reserve(application, at=at)

    assert make.reread(application).terms.version == 2


@pytest.mark.parametrize("part", ["number", "particulars", "everything"])
def test_an_incomplete_application_cannot_be_paid(offer, part):
    application = make.started(offer)
    if part == "particulars":
        _set(application, 10)
    if part == "number":
        make.give_particulars(application, application.user)
    make.give_all_consents(application)

    with pytest.raises(operations.ApplicationIncomplete):
        make.reserve(application)

    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("born_on", "is_old_enough"),
    [(date(2010, 3, 10), True), (date(2010, 3, 11), False), (date(2020, 1, 1), False), (None, False)],
    ids=["sixteen today", "sixteen tomorrow", "a child", "unknown"],
)
def test_the_minimum_age_of_the_rules_is_kept(offer, born_on, is_old_enough):
    if is_old_enough:
        assert make.complete(offer, born_on=born_on).person.date_of_birth == born_on
        return
    with pytest.raises(operations.TooYoung):
        make.complete(offer, born_on=born_on)


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
