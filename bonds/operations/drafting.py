"""Writing a contract: opening it, its terms, and putting a version to the parties."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.deadlines import Nation
from bonds.models import ContractVersion, OutcomesContract
from bonds.operations.errors import (
    ContractExists,
    NothingOpenToChange,
    ReasonMissing,
    TermsUnreadable,
    VariationTooEarly,
    VersionIncomplete,
    VersionOpen,
)
from bonds.operations.locks import lock_contract
from bonds.operations.parties import check_open_to_change
from bonds.operations.records import change_version_state
from bonds.operations.signing_mails import tell_proposal_taken_back, tell_proposed
from bonds.queries.terms import find_problems, version_digest
from foundation import audit
from foundation.access import Actor
from people.models import Organisation

LONGEST_TERMS: Final = 500_000
State = states.VersionState


@transaction.atomic
def open_contract(
    *,
    organisation: Organisation,
    reference: str,
    name: str,
    purpose: str,
    effective_on: date,
    currency: str = "GBP",
    nation: Nation = Nation.ENGLAND_AND_WALES,
    actor: Actor,
    at: datetime,
) -> OutcomesContract:
    """Begin a contract: a draft with an empty version 1. Books are opened when it is signed.

    Args:
        organisation: Who will hold the contract and its books.
        reference: Unique short name, as in "--contract REF".
        name: What people call it.
        purpose: What is paid for, in plain words.
        effective_on: From which day version 1 holds.
        currency: ISO 4217; all of its money.
        nation: Whose bank holidays count in "working days".
        actor: Who acts.
        at: Now.

    Raises:
        ContractExists: the reference is taken.
    """
    try:
        with transaction.atomic():
            contract = OutcomesContract.objects.create(
                organisation=organisation,
                reference=reference,
                name=name,
                purpose=purpose,
                currency=currency,
                nation=nation.value,
                book_slug=reference.lower(),
                memo_slug=f"{reference.lower()}-memo",
                created_at=at,
            )
    except IntegrityError as error:
        raise ContractExists(_("Another contract has this reference."), reference=reference) from error
    _add_version(contract, number=1, effective_on=effective_on, reason="", actor=actor, at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.contract_opened",
        at=at,
        organisation=organisation.public_id,
        subject=contract.public_id,
        after={"reference": reference},
    )
    return contract


@transaction.atomic
def write_terms(
    *, contract: OutcomesContract, terms: Any = None, investor_terms: Any = None, actor: Actor, at: datetime
) -> ContractVersion:
    """Write what the version that is being written says. It may still be incomplete: nothing that was typed is lost.

    Args:
        contract: With a version being written.
        terms: The whole of the terms as JSON; None leaves them.
        investor_terms: The whole of the investors' terms as JSON; None leaves them.
        actor: Who acts.
        at: Now.

    Raises:
        NothingOpenToChange: no version is being written.
        TermsUnreadable: it is no object, or longer than half a million characters.
    """
    contract = lock_contract(contract.pk)
    version = check_open_to_change(contract)
    for name, data in (("terms", terms), ("investor_terms", investor_terms)):
        if data is not None:
            _check_readable(data)
            setattr(version, name, data)
    version.save()
    audit.record(
        actor=actor.ref,
        action="bonds.terms_written",
        at=at,
        organisation=contract.organisation.public_id,
        subject=version.public_id,
        after={"version": version.number, "digest": version_digest(version)},
    )
    return version


@transaction.atomic
def propose_version(*, contract: OutcomesContract, actor: Actor, at: datetime) -> ContractVersion:
    """Fix the version that is being written and put it to the parties for signature.

    Raises:
        NothingOpenToChange: no version is being written.
        VersionIncomplete: something is missing or cannot be meant; `facts["problems"]` lists all of it.
    """
    contract = lock_contract(contract.pk)
    version = check_open_to_change(contract)
    problems = find_problems(version)
    if problems:
        raise VersionIncomplete(
            _("The terms are not complete yet: %(count)s things are still to be put right.") % {"count": len(problems)},
            problems=problems,
        )
    version.digest = version_digest(version)
    version.proposed_at = at
    change_version_state(version=version, to=State.PROPOSED, actor=actor.ref, at=at)
    tell_proposed(version, at=at)
    return version


@transaction.atomic
def take_back_version(*, contract: OutcomesContract, reason: str, actor: Actor, at: datetime) -> ContractVersion:
    """Take back a version that is with the parties, to write on it. Signatures count only for the same words.

    Raises:
        NothingOpenToChange: no version is with the parties.
        ReasonMissing: the parties have to be told why.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the version is taken back: the parties have seen it."))
    version = _open_version(lock_contract(contract.pk), State.PROPOSED)
    tell_proposal_taken_back(version, reason=reason.strip(), at=at)
    change_version_state(version=version, to=State.DRAFT, actor=actor.ref, at=at, reason=reason)
    return version


@transaction.atomic
def begin_variation(
    *, contract: OutcomesContract, effective_on: date, reason: str, actor: Actor, at: datetime
) -> ContractVersion:
    """Begin the next version with the words of the last one that was signed.

    What is achieved from `effective_on` on is paid by it. If that day has passed, lines that were accepted under the
    version before get adjustment lines once it is signed; they are never edited.

    Args:
        contract: Signed, and not closed.
        effective_on: From which day it holds; not before version 1 does.
        reason: Why the contract is varied.
        actor: Who acts.
        at: Now.

    Raises:
        WrongState: the contract is still a draft, or closed.
        VersionOpen: another version is being written or signed.
        VariationTooEarly: it would hold from before the contract began.
        ReasonMissing: the record has to say why.

    Source: GO Lab, barriers to outcome contracts (variations and their reasons as records of their own).
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the contract is varied: the record keeps the reason."))
    contract = lock_contract(contract.pk)
    if contract.state not in {one.value for one in states.RUNNING_STATES}:
        raise NothingOpenToChange(_("Only a contract that is signed and not closed can be varied."))
    newest = ContractVersion.objects.filter(contract=contract).order_by("-number")[0]
    if newest.state in {State.DRAFT.value, State.PROPOSED.value}:
        raise VersionOpen(_("A variation is under way already."), number=newest.number)
    signed = list(ContractVersion.objects.filter(contract=contract).signed())
    if effective_on < signed[0].effective_on:
        raise VariationTooEarly(_("A variation cannot hold from before the contract began."), first=signed[0].number)
    version = _add_version(
        contract, number=newest.number + 1, effective_on=effective_on, reason=reason, actor=actor, at=at
    )
    version.terms, version.investor_terms = signed[-1].terms, signed[-1].investor_terms
    version.save()
    audit.record(
        actor=actor.ref,
        action="bonds.variation_begun",
        at=at,
        organisation=contract.organisation.public_id,
        subject=version.public_id,
        after={"version": version.number, "effective_on": effective_on.isoformat()},
        reason=reason,
    )
    return version


@transaction.atomic
def withdraw_version(*, contract: OutcomesContract, reason: str, actor: Actor, at: datetime) -> ContractVersion:
    """Drop a variation that is being written or signed; what was signed before goes on.

    Raises:
        NothingOpenToChange: there is none, or it is version 1: a contract begins with that one.
        ReasonMissing: the record has to say why.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the variation is dropped: the record keeps the reason."))
    contract = lock_contract(contract.pk)
    version = _open_version(contract, State.DRAFT, State.PROPOSED)
    if contract.state == states.ContractState.DRAFT.value:
        raise NothingOpenToChange(_("Version 1 is still being written; there is nothing to go back to."))
    change_version_state(version=version, to=State.WITHDRAWN, actor=actor.ref, at=at, reason=reason)
    return version


def _open_version(contract: OutcomesContract, *wanted: State) -> ContractVersion:
    found = ContractVersion.objects.filter(contract=contract, state__in=[one.value for one in wanted]).first()
    if found is None:
        raise NothingOpenToChange(_("There is no such version now."))
    found.contract = contract
    return found


def _add_version(
    contract: OutcomesContract, *, number: int, effective_on: date, reason: str, actor: Actor, at: datetime
) -> ContractVersion:
    return ContractVersion.objects.create(
        contract=contract,
        number=number,
        effective_on=effective_on,
        reason=reason,
        drafted_by=actor.ref,
        drafted_at=at,
    )


def _check_readable(data: Any) -> None:
    """Let only an object pass that the database can keep: neither a zero byte nor half a character, in names either."""
    words = json.dumps(data, ensure_ascii=False) if isinstance(data, dict) else ""
    if not words or len(words) > LONGEST_TERMS or "\\u0000" in words or not _is_whole_text(words):
        raise TermsUnreadable(_("These are no terms of a contract."))


def _is_whole_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True
