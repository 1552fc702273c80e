"""What the API of contracts shares: who asks, for which organisation, about which contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from bonds.models import OutcomesContract, Party
from bonds.policies import Standpoint, may_act_in_contract
from bonds.queries import contracts as queries
from foundation import clock
from foundation.access import Actor, Decision, require
from people.models import Organisation
from people.policies import NO_ROLE, may_act_as
from people.queries import NoSuchOrganisation, get_organisation

READ: Final = "contracts:read"
WRITE: Final = "contracts:write"
Policy = Callable[[Actor, Standpoint], Decision]


@dataclass(frozen=True, slots=True)
class Place:
    """From where a request looks at a contract.

    Attributes:
        organisation: For whom.
        contract: At what.
        standpoint: As what.
    """

    organisation: Organisation
    contract: OutcomesContract
    standpoint: Standpoint

    @property
    def party(self) -> Party:
        """The organisation as a party of the contract.

        Raises:
            ContractMissing: it holds the books and is no party yet.
        """
        found = queries.find_party(contract=self.contract, organisation=self.organisation)
        if found is None:
            raise _no_contract()
        return found


def actor_of(request: Request) -> Actor:
    """Give the actor that authentication found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def organisation_of(request: Request, slug: str, policy: Callable[[Actor, Organisation], Decision]) -> Organisation:
    """Return the organisation of an address, for whoever the policy lets act for it.

    Raises:
        ContractMissing: there is none, or the actor holds no role in it.
        Refused: the actor's role, or a missing second factor, stands in the way.
    """
    try:
        organisation = get_organisation(slug)
    except NoSuchOrganisation:
        raise _no_contract() from None
    _require(policy(actor_of(request), organisation))
    return organisation


def place_of(request: Request, slug: str, reference: str, policy: Policy = may_act_in_contract) -> Place:
    """Return from where a request looks at a contract, for whoever the policy lets do this.

    Args:
        request: With its actor.
        slug: Of the organisation from whose standpoint one looks.
        reference: Of the contract.
        policy: Who may do this; any officer of a party unless another rule is given.

    Raises:
        ContractMissing: there is none, the organisation has no part in it, or the actor none in the organisation.
        Refused: the actor's role, or a missing second factor, stands in the way.
    """
    organisation = organisation_of(request, slug, may_act_as)
    contract = queries.get_contract(reference=reference)
    parts = queries.roles_of(contract=contract, organisation=organisation, on=clock.today())
    standpoint = Standpoint(organisation.public_id, *parts)
    _require(may_act_in_contract(actor_of(request), standpoint))
    _require(policy(actor_of(request), standpoint))
    return Place(organisation, contract, standpoint)


def read_given(serializer: type[serializers.Serializer[Any]], request: Request, data: Any = None) -> Mapping[str, Any]:
    """Read what was sent.

    Args:
        serializer: What it has to look like.
        request: With the body, which is read unless something else is given.
        data: What to read instead.

    Raises:
        ValidationError: with every field that is wrong.
    """
    given = serializer(data=request.data if data is None else data)
    given.is_valid(raise_exception=True)
    facts: Mapping[str, Any] = given.validated_data
    return facts


def _require(decision: Decision) -> None:
    if decision.code == NO_ROLE:
        raise _no_contract()
    require(decision)


def _no_contract() -> queries.ContractMissing:
    return queries.ContractMissing(_("There is no such contract."))
