"""Contracts, their parties and versions, for those who may see them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bonds.models import ContractVersion, OutcomesContract, Party, PartyRoleHeld
from core.errors import NotFound
from people.models import Organisation


class ContractMissing(NotFound):
    """There is no such contract."""

    code = "bonds.no_contract"


def get_contract(*, reference: str) -> OutcomesContract:
    """Return a contract with the organisation that holds it.

    Raises:
        ContractMissing: there is none.
    """
    contract = OutcomesContract.objects.select_related("organisation").filter(reference=reference).first()
    if contract is None:
        raise ContractMissing(_("There is no such contract."), reference=reference)
    return contract


def find_party(*, contract: OutcomesContract, organisation: Organisation) -> Party | None:
    """Return what an organisation is in a contract, or None."""
    return Party.objects.filter(contract=contract, organisation=organisation).select_related("organisation").first()


def roles_of(*, contract: OutcomesContract, organisation: Organisation) -> frozenset[str]:
    """The roles that an organisation has, or had, in a contract; holding its books makes it the holder."""
    held = PartyRoleHeld.objects.filter(party__contract=contract, party__organisation=organisation)
    roles = frozenset(held.values_list("role", flat=True))
    return roles | {"holder"} if contract.organisation_id == organisation.pk else roles


def newest_version(contract: OutcomesContract) -> ContractVersion:
    """Return the version with the highest number, whatever its state."""
    version = ContractVersion.objects.filter(contract=contract).order_by("-number")[0]
    version.contract = contract
    return version
