"""Societies and their offers, up to the day on which they open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from moneyed import Money

from config.demo_people import STAFF
from config.seed.people import ROLES_SINCE, roles_in
from config.seed.places import DemoOffer
from config.seed.standin import PracticeTill
from config.seed.words import write_content
from core.periods import start_of_day
from foundation.access import Actor, system_actor
from ledger.operations import open_book
from payments.operations import open_provider_account
from people import operations as people_operations
from people import queries as people_queries
from people.models import Organisation, OrganisationKind, User
from shares import operations, states
from shares.models import ShareOffer

SEED = system_actor("demo-seed")


def actor_of(user: User) -> Actor:
    """Make the actor that a signed-in user with a second factor is."""
    return people_queries.actor_for_user(user, second_factor=True)


def found_society(place: DemoOffer, *, users: dict[str, User], till: PracticeTill, at: datetime) -> Organisation:
    """Make a society with its officers, book, card account and share class."""
    organisation = people_operations.found_organisation(
        slug=place.slug, name=place.name, actor=SEED.ref, at=at, kind=_organisation_kind(place)
    )
    for demo, role in roles_in(place.slug):
        people_operations.appoint_officer(
            user=users[demo.email], organisation=organisation, role=role, from_on=ROLES_SINCE, actor=SEED.ref, at=at
        )
    open_book(slug=place.slug, organisation=organisation.public_id, name=place.name, at=at)
    account_id = "acct_demo" + "".join(letter for letter in place.slug if letter.isalnum())
    till.turn("accounts", id=account_id, name=place.name)
    open_provider_account(organisation=organisation, account_id=account_id, at=at)
    society = operations.register_society(
        organisation=organisation,
        registration_number=place.number,
        legal_form=states.LegalForm(place.legal_form),
        registered_office=f"The Reading Room, {place.place}",
        maximum_holding=Money(place.largest, "GBP"),
        minimum_holding=Money(place.price, "GBP"),
        jurisdiction=states.Jurisdiction(place.jurisdiction),
        actor=SEED,
        at=at,
    )
    operations.add_share_class(
        society=society, name="Community shares", nominal_value=Money(place.price, "GBP"), actor=SEED, at=at
    )
    return organisation


def publish_offer(place: DemoOffer, organisation: Organisation, *, users: dict[str, User], today: date) -> ShareOffer:
    """Draft, submit, approve and open an offer on its day."""
    opens_at = opening(place, today)
    before = opens_at - timedelta(days=2)
    society = organisation.society
    share_class = society.share_classes.get()
    offer = operations.draft_offer(
        share_class=share_class,
        slug=place.offer_slug,
        title=place.title,
        summary=place.summary,
        venture_kind=states.VentureKind(place.kind),
        place_name=place.place,
        outcode=place.outcode,
        opens_at=opens_at,
        closes_at=closing(place, today),
        actor=SEED,
        at=before,
    )
    minimum, optimum, maximum = (Money(target, "GBP") for target in place.targets)
    operations.write_terms(
        offer=offer,
        minimum=minimum,
        optimum=optimum,
        maximum=maximum,
        smallest_holding=Money(place.smallest, "GBP"),
        largest_holding=Money(place.largest, "GBP"),
        content=write_content(place),
        actor=SEED,
        at=before,
    )
    operations.submit_offer(offer=offer, actor=SEED, at=before)
    offer = operations.approve_offer(offer=offer, actor=actor_of(users[STAFF.email]), at=before + timedelta(hours=5))
    return operations.open_offer(offer=offer, actor=SEED, at=opens_at)


def opening(place: DemoOffer, today: date) -> datetime:
    """Give the instant at which an offer opens: nine in the morning, London time."""
    return start_of_day(today - timedelta(days=place.opened_days_ago)) + timedelta(hours=9)


def closing(place: DemoOffer, today: date) -> datetime:
    """Give the instant at which an offer closes: six in the evening, London time."""
    last = today + timedelta(days=place.open_for_days - place.opened_days_ago)
    return start_of_day(last) + timedelta(hours=18)


def _organisation_kind(place: DemoOffer) -> str:
    if place.legal_form == "co_operative":
        return OrganisationKind.CO_OPERATIVE_SOCIETY
    return OrganisationKind.COMMUNITY_BENEFIT_SOCIETY
