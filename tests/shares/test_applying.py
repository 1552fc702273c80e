"""Choosing, filling in, agreeing, reserving: every bad input is refused by the server, and nothing is changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from payments.models import Payment
from shares import operations, queries, states
from shares.models import Application, Consent
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
