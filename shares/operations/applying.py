"""A visitor asks for shares, step by step; every step may be repeated until payment begins."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import from_minor
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from people.models import Particulars, Person, User
from shares import law, states
from shares.arithmetic import BuyingRoom
from shares.models import Application, Consent, ConsentWording, ShareOffer
from shares.operations import locks
from shares.operations.conditions import check_number, check_offer_open, check_old_enough
from shares.operations.errors import HolderUnknown, UnknownConsent, WrongState
from shares.operations.records import change_application_state
from shares.queries.room import buying_room_for, current_terms
from shares.states import ApplicationState, EndReason

# Where a visitor's session keeps the tokens of what they have begun.
SESSION_KEY = "shares_claim_tokens"
TOKEN_BYTES = 32
BODY_NAME_LENGTH = 200
BODY_NUMBER_LENGTH = 20


@dataclass(frozen=True)
class Started:
    """An application that was begun, and the token by which its visitor can claim it (kept in their session)."""

    application: Application
    claim_token: str


def start_application(*, offer: ShareOffer, user: User | None, actor: Actor, at: datetime) -> Started:
    """Begin an application, or give back the one that this user has begun for the offer and not finished.

    Args:
        offer: An offer that is open.
        user: Who applies; None for a visitor who has not signed up yet.
        actor: Who acts.
        at: When.

    Raises:
        OfferNotOpen: it is not open at that instant.
    """
    check_offer_open(offer, at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        if user is not None:
            # The user's row is the lock: two clicks at once begin one application.
            User.objects.select_for_update(no_key=True).values_list("pk").get(pk=user.pk)
            unfinished = Application.objects.filter(offer=offer, user=user).unfinished().first()
            if unfinished is not None:
                return Started(unfinished, "")
        application = Application.objects.create(
            organisation=offer.organisation,
            offer=offer,
            terms=current_terms(offer),
            user=user,
            claim_token=digest_of(token),
            started_at=at,
        )
        audit.record(
            actor=actor.ref,
            action="shares.application_started",
            at=at,
            organisation=offer.organisation.public_id,
            subject=application.public_id,
        )
    return Started(application, token)


def digest_of(token: str) -> str:
    """Give what is stored of a claim token: a reader of the database cannot claim with it."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def attach_to_user(*, user: User, claim_tokens: Collection[str], actor: Actor, at: datetime) -> list[Application]:
    """Give a user the applications that they began before they signed up or in.

    Where the user has another unfinished application for the same offer, the newer one stays and the older one is
    cancelled, unless the older one is being paid for: then that one stays.

    Args:
        user: Who signed up or in.
        claim_tokens: From the visitor's session.
        actor: Who acts.
        at: When.

    Returns:
        The applications that are the user's now.
    """
    digests = [digest_of(token) for token in claim_tokens if token]
    rows = Application.objects.select_for_update(no_key=True).filter(
        claim_token__in=digests, user__isnull=True, state__in=list(states.EDITABLE_APPLICATION_STATES)
    )
    mine = []
    for application in rows.order_by("pk"):
        if _make_way(user=user, application=application, actor=actor, at=at):
            application.user = user
            application.save(update_fields=["user"])
            mine.append(application)
    return mine


def _make_way(*, user: User, application: Application, actor: Actor, at: datetime) -> bool:
    """Cancel what stands in the way of attaching an application; tell whether it may be attached."""
    others = Application.objects.select_for_update(no_key=True).filter(offer=application.offer_id, user=user)
    for other in others.unfinished().order_by("pk"):
        loser = application if other.state == ApplicationState.AWAITING_PAYMENT.value else other
        change_application_state(
            application=loser,
            to=ApplicationState.CANCELLED,
            actor=actor.ref,
            at=at,
            end_reason=EndReason.SUPERSEDED,
        )
        if loser is application:
            return False
    return True


@transaction.atomic
def set_number_of_shares(
    *,
    application: Application,
    number_of_shares: int,
    actor: Actor,
    at: datetime,
    holder_kind: states.HolderKind = states.HolderKind.INDIVIDUAL,
    body_name: str = "",
    body_number: str = "",
) -> BuyingRoom:
    """Say how many shares are wanted, and for whom. From here the application stands under the present terms.

    Nothing is reserved yet: the same rule is applied again, under a lock, when payment begins.

    Args:
        application: Started or lapsed.
        number_of_shares: Whole shares.
        actor: Who acts.
        at: When.
        holder_kind: Whether the applicant asks for themselves or for a body.
        body_name: Name of the body.
        body_number: Registration number of the body.

    Returns:
        What the holder could have asked for.

    Raises:
        WrongState: payment has begun.
        OfferNotOpen: the offer is not open at that instant.
        HolderUnknown, RegistrationNumberMalformed: a body has to be named, with its number.
        BelowSmallestHolding, HoldingLimitExceeded, SoldOut: the number does not fit; `facts` say what would.
    """
    application = locks.lock_application(application.pk)
    check_editable(application)
    offer = ShareOffer.objects.with_everything().get(pk=application.offer_id)
    check_offer_open(offer, at)
    application.offer = offer
    _set_holder(application, holder_kind=holder_kind, body_name=body_name, body_number=body_number)
    room = buying_room_for(application=application, on=legal_day(at))
    check_number(room, number_of_shares)
    application.terms = current_terms(offer)
    application.number_of_shares = number_of_shares
    application.amount = from_minor(number_of_shares * room.price_pence)
    application.save()
    return room


def _set_holder(application: Application, *, holder_kind: states.HolderKind, body_name: str, body_number: str) -> None:
    """Write down for whom an application asks."""
    application.holder_kind = holder_kind.value
    if holder_kind is states.HolderKind.INDIVIDUAL:
        application.body_name = application.body_number = ""
        return
    name = " ".join(body_name.split())
    if not name or len(name) > BODY_NAME_LENGTH or not body_number.strip():
        raise HolderUnknown(_("Give the name of the society or company and its registration number."))
    if holder_kind is states.HolderKind.REGISTERED_SOCIETY:
        number = law.normalise_registration_number(body_number)
    else:
        number = "".join(body_number.split()).upper()[:BODY_NUMBER_LENGTH]
    application.body_name, application.body_number = name, number


@transaction.atomic
def give_particulars(
    *, application: Application, person: Person, particulars: Particulars, actor: Actor, at: datetime
) -> Application:
    """Say who applies, with what the register of members has to say of them.

    Args:
        application: Started or lapsed, and claimed by a user.
        person: The person of that user.
        particulars: A row of this person's particulars.
        actor: Who acts.
        at: When.

    Raises:
        WrongState: payment has begun.
        ApplicationIncomplete: nobody has signed in for this application.
        TooYoung: the person is below the minimum age of the rules.

    Source: CCBSA 2014 s.30 (name and postal address, e-mail given for notices).
    """
    society = application.offer.society
    application = locks.lock_application(application.pk)
    check_editable(application)
    assert particulars.person_id == person.pk, "particulars belong to the person they are given for"
    assert application.user_id is None or person.user_id in {None, application.user_id}, "a person is their own user's"
    check_old_enough(society, person, legal_day(at))
    application.person = person
    application.particulars = particulars
    application.save(update_fields=["person", "particulars"])
    return application


@transaction.atomic
def give_consents(
    *, application: Application, wording_ids: Collection[int], actor: Actor, at: datetime
) -> list[Consent]:
    """Record each consent that is given, and each that is withdrawn, with its wording and the instant.

    What is required is checked when payment begins, so that nothing ticked is lost before.

    Args:
        application: Started or lapsed.
        wording_ids: Row numbers of the wordings that are ticked.
        actor: Who acts.
        at: When.

    Raises:
        WrongState: payment has begun.
        UnknownConsent: a wording is not among those asked today.
    """
    application = locks.lock_application(application.pk)
    check_editable(application)
    asked = list(ConsentWording.objects.in_force(legal_day(at)))
    unknown = set(wording_ids) - {wording.pk for wording in asked}
    if unknown:
        raise UnknownConsent(_("The declarations have changed. Please read them again."), wordings=sorted(unknown))
    return Consent.objects.bulk_create(
        Consent(application=application, wording=wording, is_given=wording.pk in wording_ids, at=at, by=actor.ref)
        for wording in asked
    )


def check_editable(application: Application) -> None:
    """Let only an application pass that nobody is paying for and nobody has paid.

    Raises:
        WrongState: it is further on.
    """
    if application.state not in states.EDITABLE_APPLICATION_STATES:
        raise WrongState(
            _("This application is %(state)s and cannot be changed.") % {"state": application.get_state_display()},
            state=application.state,
        )
