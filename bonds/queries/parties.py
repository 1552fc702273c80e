"""Parties of a contract with their roles, for pages and the API."""

from __future__ import annotations

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from bonds.models import Approach, OutcomesContract, Party, PartyRoleHeld
from bonds.states import PartyRole
from core.errors import NotFound


class PartyMissing(NotFound):
    """There is no such party, or no such role of one, in this contract."""

    code = "bonds.no_party"


def parties_of(contract: OutcomesContract) -> list[Party]:
    """The parties by short name, each with its organisation, its roles and the newest words on its approach."""
    rows = Party.objects.filter(contract=contract).select_related("organisation")
    roles = Prefetch("roles", PartyRoleHeld.objects.order_by("from_on", "role"))
    return list(rows.prefetch_related(roles, Prefetch("approaches", Approach.objects.order_by("-pk"))).order_by("code"))


def parties_in(parties: list[Party], roles: frozenset[PartyRole]) -> list[tuple[str, str]]:
    """Short name and name of those that hold, or held, one of these roles.

    Args:
        parties: With their roles.
        roles: Any of these.
    """
    wanted = {role.value for role in roles}
    return [(one.code, one.organisation.name) for one in parties if wanted & {held.role for held in one.roles.all()}]


def get_party(*, contract: OutcomesContract, code: str) -> Party:
    """Return a party by its short name.

    Raises:
        PartyMissing: there is none.
    """
    found = Party.objects.filter(contract=contract, code=code).select_related("contract", "organisation").first()
    if found is None:
        raise PartyMissing(_("There is no such party."), code=code)
    return found


def get_party_by_id(*, public_id: str) -> Party:
    """Return a party by its opaque id, with contract and organisations.

    Raises:
        PartyMissing: there is none.
    """
    related = ("contract", "contract__organisation", "organisation")
    found = Party.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise PartyMissing(_("There is no such party."), party=public_id)
    return found


def get_role(*, contract: OutcomesContract, public_id: str) -> PartyRoleHeld:
    """Return a role that a party of the contract holds.

    Raises:
        PartyMissing: there is none.
    """
    rows = PartyRoleHeld.objects.filter(party__contract=contract, public_id=public_id)
    found = rows.select_related("party", "party__contract", "party__organisation").first()
    if found is None:
        raise PartyMissing(_("There is no such role."), role=public_id)
    return found
