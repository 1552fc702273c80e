"""Who is told for a party: its officers who can sign in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bonds.models import OutcomesContract, Party, PartyRoleHeld
from bonds.states import PartyRole
from people.models import OfficerRole, Organisation, User


def officers_to_tell(organisation: Organisation) -> list[User]:
    """The officers of an organisation today, each once."""
    roles = OfficerRole.objects.current().filter(organisation=organisation)
    users = User.objects.filter(pk__in=roles.values("user_id"), is_active=True)
    return list(users.select_related("person").order_by("pk"))


def parties_holding(*, contract: OutcomesContract, roles: Collection[PartyRole], on: date) -> list[Party]:
    """The parties that hold one of some roles on a day, each once with its organisation."""
    held = PartyRoleHeld.objects.filter(party__contract=contract).of(roles).held_on(on)
    parties = Party.objects.filter(pk__in=held.values("party_id"))
    return list(parties.select_related("organisation").order_by("code"))
