"""People under a contract by pseudonym, referrals, and how these stand against what was guaranteed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.identities import Identifiers, Identity, compute_identity, derive_contract_key
from bonds.arithmetic.terms import ReferralGuarantee
from bonds.models import (
    Clock,
    OutcomesContract,
    Participant,
    Party,
    PartyRoleHeld,
    Referral,
    ReferralCompensation,
    Start,
)
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import NotFound


class PersonMissing(NotFound):
    """There is nobody with this pseudonym, or nobody who may be seen here."""

    code = "bonds.no_person"


class ReferralMissing(NotFound):
    """There is no such referral."""

    code = "bonds.no_referral"


@dataclass(frozen=True, slots=True)
class GuaranteeStanding:
    """How referrals stand against what a commissioner guaranteed to a provider for a period.

    Attributes:
        guarantee: As the terms in force have it.
        came: Referrals whose day lies in the period.
        too_few: How many are missing at the least; 0 when there are enough.
        too_many: How many came above the most; 0 where there is none.
        is_over: Whether the period has ended.
        compensation_pence: What is due for those that are too few, once it has ended; 0 before.
        accepted: What the contract holder accepted for days of the period; None while nothing was.
    """

    guarantee: ReferralGuarantee
    came: int
    too_few: int
    too_many: int
    is_over: bool
    compensation_pence: int
    accepted: ReferralCompensation | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is due that the holder has not accepted yet."""
        return self.compensation_pence > 0 and self.accepted is None and self.guarantee.period.from_on is not None


def identities_of(*, contract: OutcomesContract, identifiers: Identifiers) -> list[Identity]:
    """What a person is known by under a contract: by the site's present secret first, then by those it had before.

    The key is made of secret and salt each time, and is stored nowhere.

    Raises:
        UnreadableIdentifier: a name or a day cannot be right.
    """
    salt = bytes(contract.identity_salt)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [derive_contract_key(secret=one.encode(), salt=salt) for one in secrets]
    return [compute_identity(identifiers, key=key) for key in keys]


def find_person(*, contract: OutcomesContract, identifiers: Identifiers) -> Participant | None:
    """Return the person whom identifiers are of, if anybody met them under this contract before."""
    digests = [one.digest for one in identities_of(contract=contract, identifiers=identifiers)]
    return Participant.objects.filter(contract=contract, identity_digest__in=digests).order_by("pk").first()


def people_of(*, contract: OutcomesContract, provider: Party | None) -> QuerySet[Participant]:
    """People under a contract, of one provider or all, with their first day and the number of their results."""
    people = Participant.objects.filter(contract=contract)
    if provider is not None:
        people = people.filter(starts__provider=provider)
    own = Q(events__withdrawal__isnull=True)
    if provider is not None:
        own &= Q(events__provider=provider)
    counted = people.annotate(
        first_on=Min("starts__started_on"), result_count=Count("events", filter=own, distinct=True)
    )
    return counted.order_by("-first_on", "-pk")


def get_person(*, contract: OutcomesContract, pseudonym: str, provider: Party | None) -> Participant:
    """Return a person by pseudonym; one who started with a provider where one is given.

    Raises:
        PersonMissing: there is nobody.
    """
    found = people_of(contract=contract, provider=provider).filter(pseudonym=pseudonym).first()
    if found is None:
        raise PersonMissing(_("There is nobody with this pseudonym."), pseudonym=pseudonym)
    return found


def starts_of(person: Participant, *, provider: Party | None) -> list[Start]:
    """When somebody started, with one provider or all of them; oldest first."""
    starts = Start.objects.filter(participant=person).select_related("provider", "referral__commissioner")
    if provider is not None:
        starts = starts.filter(provider=provider)
    return list(starts.order_by("started_on", "pk"))


def clocks_of(person: Participant) -> list[Clock]:
    """The clocks of what has to last, oldest first."""
    return list(Clock.objects.filter(participant=person).order_by("started_on", "pk"))


def ladders_of(contract: OutcomesContract, *, on: date) -> list[str]:
    """The names of what has to last, by the terms of a day."""
    number = version_on(version_starts(contract), on)
    if number is None:
        return []
    metrics = terms_by_version(contract)[number].metrics
    return sorted({metric.ladder.name for metric in metrics if metric.ladder is not None})


def parties_with(contract: OutcomesContract, *roles: states.PartyRole) -> list[Party]:
    """Parties that have, or had, one of some roles, by code."""
    held = PartyRoleHeld.objects.filter(party__contract=contract).of(roles).values("party")
    return list(Party.objects.filter(pk__in=held).select_related("organisation").order_by("code"))


def referrals_of(
    *, contract: OutcomesContract, provider: Party | None = None, commissioner: Party | None = None
) -> QuerySet[Referral]:
    """Referrals to a provider, or by a commissioner, or all; the newest first, each with the start it led to."""
    found = Referral.objects.filter(contract=contract)
    if provider is not None and commissioner is not None:
        found = found.filter(Q(provider=provider) | Q(commissioner=commissioner))
    elif provider is not None:
        found = found.filter(provider=provider)
    elif commissioner is not None:
        found = found.filter(commissioner=commissioner)
    related = found.select_related("commissioner__organisation", "provider__organisation", "start__participant")
    return related.order_by("-referred_on", "-pk")


def open_referrals(*, contract: OutcomesContract, provider: Party) -> list[Referral]:
    """Referrals to a provider from which nobody has started yet, oldest first."""
    found = referrals_of(contract=contract, provider=provider).filter(start__isnull=True)
    return list(found.order_by("referred_on", "pk"))


def get_referral(*, contract: OutcomesContract, provider: Party, public_id: str) -> Referral:
    """Return a referral to a provider.

    Raises:
        ReferralMissing: there is none.
    """
    found = referrals_of(contract=contract, provider=provider).filter(public_id=public_id).first()
    if found is None:
        raise ReferralMissing(_("There is no such referral."), id=public_id)
    return found


def guarantee_standings(*, contract: OutcomesContract, on: date) -> list[GuaranteeStanding]:
    """How referrals stand against each guarantee of the terms that are in force.

    Args:
        contract: Signed.
        on: Today; referrals dated later are not there yet.

    Source: GO Lab, barriers to outcome contracts (minimum and maximum referrals as terms of the contract).
    """
    number = version_on(version_starts(contract), on)
    if number is None:
        return []
    referrals = Referral.objects.filter(contract=contract, referred_on__lte=on)
    days = list(referrals.values_list("commissioner__code", "provider__code", "referred_on"))
    related = ("commissioner", "provider__contract", "invoice__contract")
    standing = ReferralCompensation.objects.filter(contract=contract, undoing=None)
    accepted = list(standing.select_related(*related, "due"))
    return [_stand(one, days, accepted, on) for one in terms_by_version(contract)[number].guarantees]


def _stand(
    guarantee: ReferralGuarantee, days: list[tuple[str, str, date]], accepted: list[ReferralCompensation], on: date
) -> GuaranteeStanding:
    came = sum(
        1
        for commissioner, provider, day in days
        if (commissioner, provider) == (guarantee.commissioner, guarantee.provider) and guarantee.period.holds(day)
    )
    until = guarantee.period.until_on
    is_over = until is not None and on >= until
    too_few = max(0, guarantee.least - came)
    return GuaranteeStanding(
        guarantee=guarantee,
        came=came,
        too_few=too_few,
        too_many=max(0, came - guarantee.most) if guarantee.most is not None else 0,
        is_over=is_over,
        compensation_pence=too_few * guarantee.compensation if is_over else 0,
        accepted=next((one for one in accepted if _is_for(one, guarantee)), None),
    )


def _is_for(made: ReferralCompensation, guarantee: ReferralGuarantee) -> bool:
    """Whether a compensation made good some day of a guarantee's period."""
    pair = (made.commissioner.code, made.provider.code)
    begins, ends = guarantee.period.from_on or date.min, guarantee.period.until_on or date.max
    return pair == (guarantee.commissioner, guarantee.provider) and made.from_on < ends and begins < made.until_on
