"""What has to hold before somebody may apply or pay; each check raises and says what would be right."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from core.money import format_pounds
from core.periods import legal_day
from people.models import Person
from shares.arithmetic import Bound, BuyingRoom
from shares.models import Application, Consent, ConsentWording, ShareOffer, Society
from shares.operations.errors import (
    ApplicationIncomplete,
    BelowSmallestHolding,
    ConsentMissing,
    HoldingLimitExceeded,
    OfferNotOpen,
    SoldOut,
    TermsChanged,
    TooYoung,
)
from shares.states import OfferState


def check_offer_open(offer: ShareOffer, at: datetime) -> None:
    """Let only an offer pass that takes applications at an instant; the instant of closing is already too late.

    Raises:
        OfferNotOpen: not yet, not now, or not any more.
    """
    if offer.state != OfferState.OPEN.value:
        raise OfferNotOpen(
            _("This offer takes no applications now: it is %(state)s.") % {"state": offer.get_state_display()},
            state=offer.state,
        )
    if at < offer.opens_at:
        raise OfferNotOpen(_("This offer is not open yet."), opens_at=offer.opens_at.isoformat())
    if at >= offer.closes_at:
        raise OfferNotOpen(_("This offer has closed."), closes_at=offer.closes_at.isoformat())


def check_number(room: BuyingRoom, number_of_shares: int) -> None:
    """Let only a number of shares pass that fits into what may be bought.

    Args:
        room: What the holder may buy now.
        number_of_shares: What they ask for.

    Raises:
        BelowSmallestHolding: too few, or not above zero.
        SoldOut: more than the offer has left.
        HoldingLimitExceeded: the holding would pass the law's, the rules' or the offer's limit.
    """
    facts = {
        "number_of_shares": number_of_shares,
        "held_pence": room.held_pence,
        "pending_pence": room.pending_pence,
        "least_pence": room.least_pence,
        "most_pence": room.most_pence,
        "bound": room.bound.value,
    }
    if room.shares_left < room.least_shares and number_of_shares > 0:
        raise SoldOut(_("All the shares of this offer are taken."), **facts)
    if number_of_shares > room.most_shares:
        if room.bound is Bound.OFFER_MAXIMUM:
            raise SoldOut(
                _("Only %(left)s is left in this offer.")
                % {"left": format_pounds(room.shares_left * room.price_pence)},
                **facts,
            )
        raise HoldingLimitExceeded(_limit_message(room), **facts)
    if number_of_shares < room.least_shares:
        raise BelowSmallestHolding(
            _("The smallest amount you can buy is %(least)s.") % {"least": format_pounds(room.least_pence)}, **facts
        )


def _limit_message(room: BuyingRoom) -> str:
    """Say which limit binds, and what may still be bought under it."""
    reasons = {
        Bound.LEGAL_LIMIT: _("By law nobody may hold more than %(limit)s in one society."),
        Bound.RULES_LIMIT: _("The rules of the society allow nobody to hold more than %(limit)s."),
        Bound.OFFER_LIMIT: _("In this offer nobody may hold more than %(limit)s."),
        Bound.OFFER_MAXIMUM: "",
    }
    limit = reasons[room.bound] % {"limit": format_pounds(room.limit_pence or 0)}
    if not room.may_buy:
        return limit + " " + _("You hold or have applied for as much already.")
    return limit + " " + _("You may still buy up to %(most)s.") % {"most": format_pounds(room.most_pence)}


def check_old_enough(society: Society, person: Person, on: date) -> None:
    """Let only a person pass who has the minimum age of the society's rules.

    Raises:
        TooYoung: they have not, or their date of birth is not known.

    Source: the society's rules; no statutory minimum since 2011 (Community Shares Handbook 4.6).
    """
    if not society.minimum_age:
        return
    born_on = person.date_of_birth
    if born_on is None:
        raise TooYoung(_("Please give your date of birth: the rules of the society set a minimum age."))
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    age = on.year - born_on.year - (0 if had_birthday else 1)
    if age < society.minimum_age:
        raise TooYoung(
            _("The rules of the society ask members to be %(age)s or older.") % {"age": society.minimum_age},
            minimum_age=society.minimum_age,
        )


def check_complete(application: Application) -> None:
    """Let only an application pass that has everything the register needs.

    Raises:
        ApplicationIncomplete: `facts["missing"]` names what is not there.
    """
    parts = {
        "user": application.user_id,
        "number_of_shares": application.number_of_shares,
        "particulars": application.particulars_id,
        "person": application.person_id,
    }
    missing = [name for name, value in parts.items() if not value]
    if missing:
        raise ApplicationIncomplete(_("Your application is not complete yet."), missing=missing)


def check_terms_read(application: Application, offer: ShareOffer) -> None:
    """Let only an application pass that stands under the terms the offer has now.

    Raises:
        TermsChanged: there is a newer version.
    """
    if application.terms_id != offer.current_terms_id:
        raise TermsChanged(_("The terms of this offer have changed. Please read them, and choose your amount again."))


def check_consents(application: Application, at: datetime) -> None:
    """Let only an application pass whose applicant said yes to everything required, under the present terms.

    The latest answer to a wording counts, and only one that was given after the terms were written.

    Raises:
        ConsentMissing: `facts["codes"]` names what is missing.
    """
    answers = {
        consent.wording_id: consent.is_given
        for consent in Consent.objects.filter(application=application, at__gte=application.terms.recorded_at)
    }
    missing = [
        wording.code
        for wording in ConsentWording.objects.in_force(legal_day(at))
        if wording.is_required and not answers.get(wording.pk)
    ]
    if missing:
        raise ConsentMissing(_("Please agree to each declaration before you pay."), codes=missing)
