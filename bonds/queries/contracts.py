"""Contracts, their parties and versions, for those who may see them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from bonds.models import ContractVersion, OutcomesContract, Party, PartyRoleHeld
from bonds.states import PartyRole
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


def roles_of(
    *, contract: OutcomesContract, organisation: Organisation, on: date
) -> tuple[frozenset[str], frozenset[str]]:
    """The roles that an organisation has, had or will have in a contract, and which of them ended by a day.

    Holding its books makes it the holder, whatever roles were written down.
    """
    held = PartyRoleHeld.objects.filter(party__contract=contract, party__organisation=organisation)
    periods = set(held.values_list("role", "until_on"))
    if contract.organisation_id == organisation.pk:
        periods.add((PartyRole.HOLDER.value, None))
    going_on = {role for role, until_on in periods if until_on is None or until_on > on}
    return frozenset(role for role, _until in periods), frozenset(role for role, _until in periods) - going_on


def newest_version(contract: OutcomesContract) -> ContractVersion:
    """Return the version with the highest number, whatever its state."""
    version = ContractVersion.objects.filter(contract=contract).order_by("-number")[0]
    version.contract = contract
    return version
