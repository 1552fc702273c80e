"""Versions of a contract as people read them: who has signed, and whose signature is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bonds.models import ContractVersion, OutcomesContract, Party, Signature
from bonds.queries.terms import signing_parties
from bonds.states import VersionState
from core.errors import NotFound
from people.models import Organisation


class VersionMissing(NotFound):
    """There is no such version of the contract."""

    code = "bonds.no_version"


@dataclass(frozen=True, slots=True)
class Signing:
    """A party that signs a version.

    Attributes:
        party: Which.
        signed_at: When it signed these very words; None while it has not.
        signed_by: Reference of who signed for it.
    """

    party: Party
    signed_at: datetime | None = None
    signed_by: str = ""


def versions_of(contract: OutcomesContract) -> list[ContractVersion]:
    """All versions, the newest first."""
    return list(ContractVersion.objects.filter(contract=contract).select_related("contract").order_by("-number"))


def get_version(*, contract: OutcomesContract, number: int) -> ContractVersion:
    """Return a version by its number.

    Raises:
        VersionMissing: there is none.
    """
    found = ContractVersion.objects.filter(contract=contract, number=number).select_related("contract").first()
    if found is None:
        raise VersionMissing(_("There is no such version."), number=number)
    return found


def version_before(version: ContractVersion) -> ContractVersion | None:
    """The last signed version before one; None before the first."""
    rows = ContractVersion.objects.filter(contract_id=version.contract_id, number__lt=version.number)
    return rows.filter(state=VersionState.SIGNED.value).order_by("-number").first()


def signings_of(version: ContractVersion) -> list[Signing]:
    """Each party that signs a version, with its signature of the words as they are; none for a version in writing."""
    if version.state not in {VersionState.PROPOSED.value, VersionState.SIGNED.value}:
        return []
    rows = Signature.objects.filter(version=version, digest=version.digest).select_related("party__organisation")
    signed = {one.party_id: Signing(one.party, one.signed_at, one.signed_by) for one in rows}
    parties = {one.pk: one for one in signing_parties(version)} if version.state == VersionState.PROPOSED.value else {}
    waiting = [Signing(party) for pk, party in parties.items() if pk not in signed]
    return sorted([*signed.values(), *waiting], key=lambda one: one.party.code)


def may_still_sign(version: ContractVersion, organisation: Organisation) -> bool:
    """Whether an organisation's signature is missing under a version that is with the parties."""
    if version.state != VersionState.PROPOSED.value:
        return False
    return any(one.party.organisation_id == organisation.pk and one.signed_at is None for one in signings_of(version))
