"""Who gets to a page of a contract, and what such a page knows."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from bonds.models import OutcomesContract, Party
from bonds.policies import Standpoint, may_act_in_contract
from bonds.queries import contracts as queries
from core.errors import NotFound
from foundation import clock
from foundation.access import Actor, Decision
from people.policies import may_act_as
from people.views import OfficerPageMixin


class ContractPageMixin(OfficerPageMixin):
    """A page of one contract, from the standpoint of the organisation of the address.

    To people without a role in the organisation the page does not exist, nor does a contract in which the organisation
    has no part. A page with a rule of its own overrides `decide_here`, not `decide`.
    """

    contract: OutcomesContract
    standpoint: Standpoint

    def decide(self, actor: Actor) -> Decision:
        """Find the contract for an officer of the organisation, then ask the page's own rule."""
        officer = may_act_as(actor, self.organisation)
        if not officer:
            return officer
        try:
            self.contract = queries.get_contract(reference=str(self.kwargs["reference"]))
        except queries.ContractMissing as missing:
            raise Http404(missing.message) from missing
        parts = queries.roles_of(contract=self.contract, organisation=self.organisation, on=clock.today())
        self.standpoint = Standpoint(self.organisation.public_id, *parts)
        part = may_act_in_contract(actor, self.standpoint)
        return self.decide_here(actor, self.standpoint) if part else part

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask the policy of this page: every officer of a party, unless it is overridden."""
        return may_act_in_contract(actor, standpoint)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Turn what the domain does not find into a page that says so."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotFound as missing:
            raise Http404(missing.message) from missing

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the template the contract, and as what the organisation sees it."""
        facts = {"contract": self.contract, "standpoint": self.standpoint}
        return super().get_context_data(**facts | kwargs)

    @property
    def party(self) -> Party:
        """The organisation as a party of the contract.

        Raises:
            Http404: it holds the books and is no party yet.
        """
        found = queries.find_party(contract=self.contract, organisation=self.organisation)
        if found is None:
            raise Http404
        return found
