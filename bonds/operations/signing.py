"""Parties sign a version; with the last signature it is in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import ContractVersion, OutcomesContract, Party, Signature
from bonds.operations.committing import check_commitments, take_commitments
from bonds.operations.errors import NotASigner, NothingOpenToChange, VersionChanged
from bonds.operations.locks import lock_contract
from bonds.operations.records import change_contract_state, change_version_state
from bonds.operations.signing_mails import tell_in_force
from bonds.queries.terms import signing_parties
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations


@transaction.atomic
def sign_version(*, version: ContractVersion, party: Party, digest: str, actor: Actor, at: datetime) -> ContractVersion:
    """Sign a version for a party. With the last of the signatures it is in force, and the first one opens the books.

    Signing twice changes nothing.

    Args:
        version: With the parties.
        party: For whom; a payer, the contract holder, or an investor of whom the version says something new.
        digest: Of what the signatory saw.
        actor: Who signs for the party.
        at: Now.

    Raises:
        NothingOpenToChange: the version is not with the parties.
        NotASigner: the party does not sign this version.
        VersionChanged: it is not what the signatory saw.
        CommitmentsBroken: with it, what investors were called for meanwhile would not be covered any more.
    """
    contract = lock_contract(version.contract_id)
    version = ContractVersion.objects.get(pk=version.pk)
    version.contract = contract
    if Signature.objects.filter(version=version, party=party, digest=digest).exists():
        return version
    if version.state != states.VersionState.PROPOSED.value:
        raise NothingOpenToChange(_("This version is not with the parties for signature."), state=version.state)
    if version.digest != digest:
        raise VersionChanged(_("The terms are not what you saw any more. Please read them again before you sign."))
    signers = signing_parties(version)
    if party.pk not in {one.pk for one in signers}:
        raise NotASigner(_("This party does not sign this version."), party=party.code)
    Signature.objects.create(version=version, party=party, digest=digest, signed_by=actor.ref, signed_at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.version_signed_by_party",
        at=at,
        organisation=party.organisation.public_id,
        subject=version.public_id,
        after={"party": party.code, "digest": digest},
    )
    signed = set(Signature.objects.filter(version=version, digest=digest).values_list("party_id", flat=True))
    if {one.pk for one in signers} <= signed:
        _put_in_force(contract, version, actor=actor, at=at)
    return version


def _put_in_force(contract: OutcomesContract, version: ContractVersion, *, actor: Actor, at: datetime) -> None:
    check_commitments(contract, version)
    version.signed_at = at
    change_version_state(version=version, to=states.VersionState.SIGNED, actor=actor.ref, at=at)
    if contract.state == states.ContractState.DRAFT.value:
        _open_books(contract, at=at)
        change_contract_state(contract=contract, to=states.ContractState.SIGNED, actor=actor.ref, at=at)
    elif contract.state in {states.ContractState.SIGNED.value, states.ContractState.VARIED.value}:
        change_contract_state(
            contract=contract, to=states.ContractState.VARIED, actor=actor.ref, at=at, reason=version.reason
        )
    take_commitments(contract, version, actor=actor, at=at)
    tell_in_force(version, at=at)


def _open_books(contract: OutcomesContract, *, at: datetime) -> None:
    """The vehicle's book, and the memo book whose accounts never reach its trial balance.

    Source: treasury specification A6 (chart of an outcomes-contract vehicle), A8 (memo accounts in a separate book).
    """
    owner, currency = contract.organisation.public_id, contract.currency
    ledger_operations.open_book(
        slug=contract.book_slug,
        organisation=owner,
        name=contract.name,
        currency=currency,
        template="vehicle",
        kind=f"contract:{contract.reference}",
        at=at,
    )
    ledger_operations.open_book(
        slug=contract.memo_slug,
        organisation=owner,
        name=f"{contract.name} (memo)",
        currency=currency,
        template="memo",
        kind=f"memo:{contract.reference}",
        at=at,
    )
