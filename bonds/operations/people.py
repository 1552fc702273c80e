"""People come to a provider: referred, recognised or added, started, and the clocks of what has to last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.identities import Identifiers
from bonds.arithmetic.months import compute_age
from bonds.arithmetic.terms import Terms
from bonds.models import Clock, OutcomesContract, Participant, Party, PartyRoleHeld, Referral, Start
from bonds.operations.result_errors import (
    ClockConflict,
    DayNotPossible,
    LadderUnknown,
    NotAPayer,
    NotAProvider,
    PersonOfAnotherContract,
    ReferralExists,
    ReferralNotYours,
    SubgroupUnknown,
)
from bonds.operations.results import lock_running
from bonds.queries.people import find_person, identities_of, ladders_of
from bonds.queries.terms import terms_by_version, version_on, version_starts
from foundation import audit
from foundation.access import Actor

OLDEST: Final = 120


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody started with a provider.

    Attributes:
        start: The start, with its person.
        was_known: Whether anybody under the contract had met them before.
        was_elsewhere: Whether another provider had; which one is not told.
    """

    start: Start
    was_known: bool
    was_elsewhere: bool


@transaction.atomic
def record_referral(
    *,
    contract: OutcomesContract,
    commissioner: Party,
    provider: Party,
    referred_on: date,
    reference: str,
    actor: Actor,
    at: datetime,
    today: date,
) -> Referral:
    """Write down that a commissioner sent somebody to a provider; who it was is known once they start.

    The same referral again (commissioner, reference, provider, day) changes nothing.

    Args:
        contract: Signed and not closed.
        commissioner: Who referred; a payer on that day.
        provider: To whom; a provider on that day.
        referred_on: The day, not in the future.
        reference: The commissioner's own number for it; no name.
        actor: Who acts for one of the two.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning: nothing can be recorded under the contract now.
        DayNotPossible: the day has not come yet.
        NotAPayer, NotAProvider: a party does not have this part on that day.
        ReferralExists: the commissioner's reference names another referral.
    """
    contract = lock_running(contract)
    if referred_on > today:
        raise DayNotPossible(_("The day of the referral has not come yet."), on=referred_on.isoformat())
    if not _held(contract, commissioner, states.PAYER_ROLES, referred_on):
        raise NotAPayer(_("On that day this party was no commissioner of the contract."), party=commissioner.code)
    _check_provider(contract, provider, referred_on)
    same = Referral.objects.filter(contract=contract, commissioner=commissioner, reference=reference.strip()).first()
    if same is not None:
        if (same.provider_id, same.referred_on) == (provider.pk, referred_on):
            return same
        raise ReferralExists(_("This reference names another referral already."), reference=reference.strip())
    referral = Referral.objects.create(
        contract=contract,
        commissioner=commissioner,
        provider=provider,
        referred_on=referred_on,
        reference=reference.strip(),
        recorded_by=actor.ref,
        recorded_at=at,
    )
    _note(
        "bonds.referral_recorded",
        provider,
        referral.public_id,
        actor=actor,
        at=at,
        after={"commissioner": commissioner.code, "provider": provider.code, "referred_on": referred_on.isoformat()},
    )
    return referral


@transaction.atomic
def admit_person(
    *,
    contract: OutcomesContract,
    provider: Party,
    identifiers: Identifiers,
    started_on: date,
    subgroups: Collection[str] = (),
    referral: Referral | None = None,
    actor: Actor,
    at: datetime,
    today: date,
) -> Admitted:
    """Recognise somebody, or add them under a new pseudonym, and write down that they started with a provider.

    Who they are is used once, to compute a keyed digest and the age on that day, and is not kept. The same start
    again (person, provider, day) changes nothing.

    Args:
        contract: Signed and not closed.
        provider: With whom they start; a provider on that day.
        identifiers: Who they are.
        started_on: The day, not in the future, within the service.
        subgroups: Codes of the groups that they belong to, as the terms of that day name them.
        referral: By which they came; the provider's own, used by nobody yet.
        actor: Who acts for the provider.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning: nothing can be recorded under the contract now.
        DayNotPossible: in the future, outside of the service, or before the person was born.
        NotAProvider: the party is no provider on that day.
        SubgroupUnknown: the terms know no such group.
        ReferralNotYours: the referral is another's, used, or later than the start.
        UnreadableIdentifier: a name or a day of birth cannot be right; the message does not repeat it.
    """
    contract = lock_running(contract)
    _check_provider(contract, provider, started_on)
    terms = _check_start(contract, started_on, today)
    _check_subgroups(terms, subgroups)
    age = _compute_age(identifiers, started_on)
    _check_referral(referral, contract, provider, started_on)
    known = find_person(contract=contract, identifiers=identifiers)
    elsewhere = known is not None and known.starts.exclude(provider=provider).exists()
    person = known or _add_person(contract, identifiers, actor=actor, at=at)
    there = Start.objects.filter(participant=person, provider=provider, started_on=started_on).first()
    if there is not None:
        return Admitted(there, was_known=True, was_elsewhere=elsewhere)
    if referral is not None and Start.objects.filter(referral=referral).exists():
        raise ReferralNotYours(_("Somebody has started from this referral already."))
    start = Start.objects.create(
        participant=person,
        provider=provider,
        referral=referral,
        started_on=started_on,
        age=age,
        subgroups=sorted(set(subgroups)),
        recorded_by=actor.ref,
        recorded_at=at,
    )
    facts = {"person": person.public_id, "started_on": started_on.isoformat(), "was_known": known is not None}
    _note("bonds.person_started", provider, start.public_id, actor=actor, at=at, after=facts)
    return Admitted(start, was_known=known is not None, was_elsewhere=elsewhere)


@transaction.atomic
def start_clock(
    *,
    contract: OutcomesContract,
    provider: Party,
    participant: Participant,
    ladder: str,
    started_on: date,
    event: states.ClockEvent,
    actor: Actor,
    at: datetime,
    today: date,
) -> Clock:
    """Start the clock of something that has to last; or start it again, after it was lost, from a later day.

    The same again (person, ladder, day) changes nothing.

    Args:
        contract: Signed and not closed.
        provider: With whom the person started.
        participant: Whose clock it is.
        ladder: Its name, as the terms of that day have it.
        started_on: From when; not before the person's start with the provider, not in the future.
        event: Start for the first time, restart for each later one.
        actor: Who acts for the provider.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning: nothing can be recorded under the contract now.
        PersonOfAnotherContract: the person has not started with the provider.
        LadderUnknown: the terms of that day have nothing of this name.
        DayNotPossible: in the future, or before the person's start.
        ClockConflict: a first start where it runs already, or a restart that is not later than the last.
    """
    contract = lock_running(contract)
    starts = participant.starts.filter(provider=provider).order_by("started_on")
    first = starts.first()
    if participant.contract_id != contract.pk or first is None:
        raise PersonOfAnotherContract(_("This person has not started with you. Record the start first."))
    if started_on > today or started_on < first.started_on:
        raise DayNotPossible(
            _("A clock starts on a day from the person's start with you until today."), on=started_on.isoformat()
        )
    if ladder not in ladders_of(contract, on=started_on):
        raise LadderUnknown(_("The terms have nothing of this name that has to last."), ladder=ladder)
    clocks = Clock.objects.filter(participant=participant, ladder=ladder)
    there = clocks.filter(started_on=started_on).first()
    if there is not None:
        return there
    _check_clock(clocks.order_by("started_on").last(), event, started_on)
    clock = Clock.objects.create(
        participant=participant,
        ladder=ladder,
        event=event.value,
        started_on=started_on,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    facts = {"ladder": ladder, "event": event.value, "started_on": started_on.isoformat()}
    _note("bonds.clock_started", provider, clock.public_id, actor=actor, at=at, after=facts)
    return clock


def _check_clock(last: Clock | None, event: states.ClockEvent, started_on: date) -> None:
    if last is None and event is states.ClockEvent.RESTART:
        raise ClockConflict(_("This clock has not started yet, so it cannot start again."))
    if last is not None and event is states.ClockEvent.START:
        raise ClockConflict(
            _("This clock runs already. If the result was lost, say that it starts again."),
            since=last.started_on.isoformat(),
        )
    if last is not None and started_on < last.started_on:
        raise ClockConflict(
            _("The clock was started later than that; it can only start again after it."),
            since=last.started_on.isoformat(),
        )


def _add_person(contract: OutcomesContract, identifiers: Identifiers, *, actor: Actor, at: datetime) -> Participant:
    """Give the next pseudonym; the contract is locked, and nobody is ever taken away."""
    number = Participant.objects.filter(contract=contract).count() + 1
    identity = identities_of(contract=contract, identifiers=identifiers)[0]
    return Participant.objects.create(
        contract=contract,
        pseudonym=f"P-{number:04d}",
        identity_digest=identity.digest,
        digest_version=identity.version,
        recorded_by=actor.ref,
        recorded_at=at,
    )


def _check_start(contract: OutcomesContract, started_on: date, today: date) -> Terms:
    if started_on > today:
        raise DayNotPossible(_("The day of the start has not come yet."), on=started_on.isoformat())
    number = version_on(version_starts(contract), started_on)
    terms = terms_by_version(contract)[number] if number is not None else None
    if terms is None or not terms.service.holds(started_on):
        raise DayNotPossible(_("On that day the service of the contract was not running."), on=started_on.isoformat())
    return terms


def _check_subgroups(terms: Terms, subgroups: Collection[str]) -> None:
    unknown = sorted(set(subgroups) - terms.subgroups.keys())
    if unknown:
        raise SubgroupUnknown(
            _("The terms know no group “%(name)s”.") % {"name": unknown[0]},
            unknown=unknown,
            known=sorted(terms.subgroups),
        )


def _compute_age(identifiers: Identifiers, started_on: date) -> int:
    """The age in whole years on the day of the start: all that is kept of a date of birth."""
    if identifiers.born_on > started_on:
        raise DayNotPossible(_("The date of birth is after the start."))
    age = compute_age(identifiers.born_on, started_on)
    if age > OLDEST:
        raise DayNotPossible(_("By this date of birth the person would be older than anybody. Please check the year."))
    return age


def _check_referral(referral: Referral | None, contract: OutcomesContract, provider: Party, started_on: date) -> None:
    if referral is None:
        return
    if (referral.contract_id, referral.provider_id) != (contract.pk, provider.pk):
        raise ReferralNotYours(_("This referral was made to another provider."))
    if referral.referred_on > started_on:
        raise ReferralNotYours(_("This referral was made after the start."), on=referral.referred_on.isoformat())


def _check_provider(contract: OutcomesContract, provider: Party, on: date) -> None:
    if not _held(contract, provider, states.CLAIMING_ROLES, on):
        raise NotAProvider(_("On that day this party was no provider of the contract."), party=provider.code)


def _held(contract: OutcomesContract, party: Party, roles: Collection[states.PartyRole], on: date) -> bool:
    held = PartyRoleHeld.objects.filter(party=party, party__contract=contract)
    return held.of(roles).held_on(on).exists()


def _note(action: str, party: Party, subject: str, *, actor: Actor, at: datetime, after: dict[str, Any]) -> None:
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=party.organisation.public_id,
        subject=subject,
        after=after,
    )
