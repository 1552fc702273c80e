"""Parties of a contract and their roles, which change only while a version is being written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import Approach, ContractVersion, OutcomesContract, Party, PartyRoleHeld
from bonds.operations.errors import (
    NothingOpenToChange,
    PartyExists,
    RoleConflict,
    RoleHeld,
    RolePeriodEmpty,
)
from bonds.operations.locks import lock_contract
from foundation import audit
from foundation.access import Actor
from people.models import Organisation


@transaction.atomic
def add_party(
    *, contract: OutcomesContract, organisation: Organisation, code: str, actor: Actor, at: datetime
) -> Party:
    """Make an organisation a party; what it does is said by its roles.

    Args:
        contract: With a version being written.
        organisation: Who.
        code: Short name for terms, claims and payments; it never changes.
        actor: Who acts.
        at: Now.

    Raises:
        NothingOpenToChange: no version is being written.
        PartyExists: the organisation or the short name is there already.
    """
    contract = lock_contract(contract.pk)
    check_open_to_change(contract)
    try:
        with transaction.atomic():
            party = Party.objects.create(
                contract=contract, organisation=organisation, code=code, added_at=at, added_by=actor.ref
            )
    except IntegrityError as error:
        raise PartyExists(
            _("This organisation, or another with this short name, is a party already."), code=code
        ) from error
    _note(party, "bonds.party_added", actor=actor, at=at, after={"code": code})
    return party


@transaction.atomic
def give_role(
    *,
    party: Party,
    role: states.PartyRole,
    from_on: date,
    until_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> PartyRoleHeld:
    """Give a party a role from one day until, and without, another.

    Args:
        party: Who.
        role: What it does.
        from_on: First day.
        until_on: The day after the last; None while nobody knows.
        actor: Who acts.
        at: Now.

    Raises:
        NothingOpenToChange: no version is being written.
        RolePeriodEmpty: the role would end before it began.
        RoleHeld: it holds the role in that time already.
        RoleConflict: it would be provider and verifier at any time of the contract.
    """
    contract = lock_contract(party.contract_id)
    check_open_to_change(contract)
    if until_on is not None and until_on <= from_on:
        raise RolePeriodEmpty(_("The role has to end after the day on which it begins."), until_on=until_on)
    _check_conflict(party, role)
    try:
        with transaction.atomic():
            held = PartyRoleHeld.objects.create(party=party, role=role.value, from_on=from_on, until_on=until_on)
    except IntegrityError as error:
        raise RoleHeld(_("The party holds this role in that time already."), role=role.value) from error
    _note(party, "bonds.role_given", actor=actor, at=at, after={"role": role.value, "from_on": from_on.isoformat()})
    return held


@transaction.atomic
def end_role(*, held: PartyRoleHeld, until_on: date, actor: Actor, at: datetime) -> PartyRoleHeld:
    """End a party's role; the day given is the first without it.

    Raises:
        NothingOpenToChange: no version is being written.
        RolePeriodEmpty: it would end before it began.
    """
    contract = lock_contract(held.party.contract_id)
    check_open_to_change(contract)
    held = PartyRoleHeld.objects.select_related("party").get(pk=held.pk)
    if until_on <= held.from_on:
        raise RolePeriodEmpty(_("The role has to end after the day on which it begins."), until_on=until_on)
    before = held.until_on
    held.until_on = until_on
    held.save()
    _note(
        held.party,
        "bonds.role_ended",
        actor=actor,
        at=at,
        before={"until_on": before.isoformat() if before else None},
        after={"role": held.role, "until_on": until_on.isoformat()},
    )
    return held


@transaction.atomic
def describe_approach(
    *, party: Party, title: str, text: str, place_name: str = "", actor: Actor, at: datetime
) -> Approach:
    """Write down how a provider goes about it, in its own words; the earlier words are kept.

    Args:
        party: A provider.
        title: In a few words.
        text: How, at whatever length they like.
        place_name: Where.
        actor: Who acts for the provider.
        at: Now.
    """
    approach = Approach.objects.create(
        party=party, title=title, text=text, place_name=place_name, recorded_by=actor.ref, recorded_at=at
    )
    _note(party, "bonds.approach_described", actor=actor, at=at, after={"approach": approach.public_id})
    return approach


def check_open_to_change(contract: OutcomesContract) -> ContractVersion:
    """Return the version that is being written.

    Raises:
        NothingOpenToChange: there is none, or it is with the parties.
    """
    version = ContractVersion.objects.filter(contract=contract, state=states.VersionState.DRAFT.value).first()
    if version is None:
        raise NothingOpenToChange(
            _("The terms are fixed now. Begin a variation, or take back the version that is with the parties.")
        )
    version.contract = contract
    return version


def _check_conflict(party: Party, role: states.PartyRole) -> None:
    """Let nobody claim and verify under one contract, at whatever times."""
    if role in states.CLAIMING_ROLES:
        others = states.VERIFYING_ROLES
    elif role in states.VERIFYING_ROLES:
        others = states.CLAIMING_ROLES
    else:
        return
    if PartyRoleHeld.objects.filter(party=party).of(others).exists():
        raise RoleConflict(
            _("Whoever claims never verifies: an organisation cannot be provider and verifier of one contract."),
            party=party.code,
        )


def _note(
    party: Party,
    action: str,
    *,
    actor: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=party.contract.organisation.public_id,
        subject=party.public_id,
        before=before,
        after=after,
    )
