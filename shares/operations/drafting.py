"""From a blank page to an approved offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from moneyed import Money

from core.errors import InvalidInput
from core.money import to_minor
from foundation import audit
from foundation.access import Actor
from shares import law, states
from shares.models import OfferTerms, ShareClass, ShareOffer
from shares.operations import locks
from shares.operations.errors import ContentMissing, ReasonMissing, TermsUnsound, WrongState
from shares.operations.records import change_offer_state
from shares.states import OfferState

_LONGEST = timedelta(days=law.LONGEST_OFFER_DAYS)
_SPOKEN_FOR = frozenset({OfferState.DRAFT.value, OfferState.OPEN.value, OfferState.PAUSED.value})


@transaction.atomic
def draft_offer(
    *,
    share_class: ShareClass,
    slug: str,
    title: str,
    summary: str,
    venture_kind: states.VentureKind,
    place_name: str,
    outcode: str,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
    at: datetime,
) -> ShareOffer:
    """Begin an offer; nobody but the society and platform staff sees it yet.

    Args:
        share_class: What is offered; the society is its society.
        slug: Address of the offer's page.
        title: Heading.
        summary: Two or three sentences.
        venture_kind: What the money is for.
        place_name: Village, town or quarter.
        outcode: Postcode district, such as "GL56".
        opens_at: Instant from which people may apply.
        closes_at: Instant from which they may not any more.
        actor: Who acts.
        at: When.

    Raises:
        TermsUnsound: the offer would close before it opens, or run longer than six months.

    Source: Community Shares Handbook 4.5.5 (six weeks to six months).
    """
    _check_period(opens_at, closes_at)
    society = share_class.society
    offer = ShareOffer.objects.create(
        organisation=society.organisation,
        society=society,
        share_class=share_class,
        slug=slug,
        title=title,
        summary=summary,
        venture_kind=venture_kind.value,
        place_name=place_name,
        outcode=outcode.strip().upper(),
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="shares.offer_drafted",
        at=at,
        organisation=society.organisation.public_id,
        subject=offer.public_id,
        after={"slug": slug},
    )
    return offer


@transaction.atomic
def write_terms(
    *,
    offer: ShareOffer,
    minimum: Money,
    optimum: Money,
    maximum: Money,
    smallest_holding: Money,
    largest_holding: Money,
    content: Mapping[str, str],
    actor: Actor,
    at: datetime,
    cooling_off_days: int = law.DEFAULT_COOLING_OFF_DAYS,
) -> OfferTerms:
    """Write the next version of an offer's terms; earlier versions stay for those who applied under them.

    While the offer runs this is a material change: whoever has not paid yet has to read and agree again.

    Args:
        offer: A draft, or an offer that is open or paused.
        minimum: Below this the offer fails.
        optimum: The whole project.
        maximum: Above this nothing is accepted.
        smallest_holding: Least a member may hold.
        largest_holding: Most a member may hold.
        content: The texts of the offer document by the names of their fields.
        actor: Who acts.
        at: When.
        cooling_off_days: Days after payment in which an applicant may change their mind.

    Raises:
        WrongState: the offer is neither a draft nor running.
        TermsUnsound: targets or holdings contradict each other, the rules or the law.
        InvalidInput: `content` names a field that does not exist.

    Source: Community Shares Handbook 4.4 (targets), 4.7 (addendum after a material change).
    """
    offer = locks.lock_offer(offer.pk)
    if offer.state not in _SPOKEN_FOR:
        raise WrongState(_("The terms cannot be changed any more."), state=offer.state)
    unknown = set(content) - set(OfferTerms.content_fields())
    if unknown:
        raise InvalidInput(_("An offer document has no such part."), fields=sorted(unknown))
    latest = offer.terms.aggregate(latest=Max("version"))["latest"] or 0
    terms = OfferTerms(
        offer=offer,
        version=latest + 1,
        recorded_at=at,
        recorded_by=actor.ref,
        minimum=minimum,
        optimum=optimum,
        maximum=maximum,
        price=offer.share_class.nominal_value,
        smallest_holding=smallest_holding,
        largest_holding=largest_holding,
        cooling_off_days=cooling_off_days,
        **content,
    )
    _check_terms(offer, terms)
    if offer.state != OfferState.DRAFT.value:
        _check_content(offer, terms)
    terms.save()
    offer.current_terms = terms
    offer.save(update_fields=["current_terms"])
    audit.record(
        actor=actor.ref,
        action="shares.terms_written",
        at=at,
        organisation=offer.organisation.public_id,
        subject=offer.public_id,
        after={"version": terms.version, "maximum_pence": to_minor(maximum)},
    )
    return terms


def _check_terms(offer: ShareOffer, terms: OfferTerms) -> None:
    """Let only terms pass that agree with themselves, the society's rules and the law.

    Raises:
        TermsUnsound: the message says what does not agree.

    Source: CCBSA 2014 s.24; Community Shares Handbook 3.2.7, 4.4.
    """
    price, minimum, optimum, maximum, smallest, largest = (
        to_minor(amount)
        for amount in (
            terms.price,
            terms.minimum,
            terms.optimum,
            terms.maximum,
            terms.smallest_holding,
            terms.largest_holding,
        )
    )
    rules_smallest, rules_largest = (
        to_minor(offer.society.minimum_holding),
        to_minor(offer.society.maximum_holding),
    )
    checks = (
        (0 < minimum <= optimum <= maximum, _("The minimum may not pass the optimum, nor the optimum the maximum.")),
        (0 < smallest <= largest, _("The smallest holding may not pass the largest.")),
        (smallest <= maximum, _("The smallest holding may not pass the maximum of the offer.")),
        (smallest % price == 0 and largest % price == 0, _("Holdings have to be multiples of the price of a share.")),
        (maximum % price == 0, _("The maximum has to be a multiple of the price of a share.")),
        (smallest >= rules_smallest, _("The rules of the society ask for a larger smallest holding.")),
        (largest <= rules_largest, _("The rules of the society allow no holding this large.")),
    )
    for holds, message in checks:
        if not holds:
            raise TermsUnsound(message)


@transaction.atomic
def submit_offer(*, offer: ShareOffer, actor: Actor, at: datetime) -> ShareOffer:
    """Ask platform staff to approve an offer.

    Raises:
        WrongState: it is not a draft.
        ContentMissing: the document lacks something; `facts["fields"]` names the fields.

    Source: Community Shares Handbook 4.2, 7.6 (what an offer document has to contain).
    """
    offer = locks.lock_offer(offer.pk)
    if offer.current_terms is None:
        raise ContentMissing(_("The offer has no terms yet."), fields=["terms"])
    _check_content(offer, offer.current_terms)
    change_offer_state(offer=offer, to=OfferState.SUBMITTED, actor=actor.ref, at=at)
    return offer


@transaction.atomic
def return_offer(*, offer: ShareOffer, reason: str, actor: Actor, at: datetime) -> ShareOffer:
    """Send a submitted or approved offer back to its authors, who may change it then.

    Raises:
        WrongState: it is neither submitted nor approved.
        ReasonMissing: the authors have to know why.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say what has to be put right."))
    offer = locks.lock_offer(offer.pk)
    change_offer_state(offer=offer, to=OfferState.DRAFT, actor=actor.ref, at=at, reason=reason)
    return offer


@transaction.atomic
def approve_offer(*, offer: ShareOffer, actor: Actor, at: datetime, reason: str = "") -> ShareOffer:
    """Find that an offer says everything it has to say, so that the society may open it.

    Args:
        offer: A submitted offer.
        actor: Platform staff.
        at: When.
        reason: What the approval rests on.

    Raises:
        WrongState: it is not submitted.
        ContentMissing: the document lacks something.
    """
    offer = locks.lock_offer(offer.pk)
    assert offer.current_terms is not None, "the database refuses a submitted offer without terms"
    _check_content(offer, offer.current_terms)
    change_offer_state(offer=offer, to=OfferState.APPROVED, actor=actor.ref, at=at, reason=reason)
    return offer


def _check_content(offer: ShareOffer, terms: OfferTerms) -> None:
    missing = law.missing_content(terms.content(), has_traded=offer.society.has_traded)
    if missing:
        raise ContentMissing(_("The offer document is not complete yet."), fields=missing)


def _check_period(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise TermsUnsound(_("The offer has to close after it opens."))
    if closes_at - opens_at > _LONGEST:
        raise TermsUnsound(_("An offer may run for six months at most."), days=law.LONGEST_OFFER_DAYS)
