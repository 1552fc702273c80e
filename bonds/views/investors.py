"""The investors' side on pages: what all of them, or one of them, committed, paid in, earned and got back."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds.arithmetic.tranches import InvestorTerms
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from bonds.policies import Standpoint
from bonds.policies import investors as policies
from bonds.queries.calls import list_calls
from bonds.queries.endings import find_end
from bonds.queries.investor_money import waiting_by_subject
from bonds.queries.investor_overview import find_overview, names_for
from bonds.queries.investors import find_investor_terms
from bonds.queries.runs import list_dues, runs_of
from bonds.queries.terms import version_starts
from bonds.queries.told_counts import count_results
from bonds.queries.waterfall_words import Names
from bonds.states import RUNNING_STATES
from bonds.views.mixins import ContractPageMixin
from foundation import clock
from foundation.access import Actor, Decision


class InvestorsPageMixin(ContractPageMixin):
    """A page for those who see investors' money; what they do not see does not exist for them."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees it."""
        return policies.may_see_investors(actor, standpoint)

    @cached_property
    def sees_all(self) -> bool:
        """Whether the places of all investors are seen here."""
        return policies.sees_every_investor(self.actor, self.standpoint)

    @cached_property
    def only(self) -> str:
        """Code of the one party whose place is seen; empty where all are."""
        return "" if self.sees_all else self.party.code

    @cached_property
    def terms(self) -> InvestorTerms | None:
        """What the investors agreed."""
        return find_investor_terms(self.contract)

    @cached_property
    def names(self) -> Names:
        """What codes stand for, and what may be named here."""
        return names_for(self.contract, only=self.only)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what every page of investors asks."""
        is_running = self.contract.state in {one.value for one in RUNNING_STATES}
        facts = {
            "sees_all": self.sees_all,
            "may_keep": is_running and bool(policies.may_keep_investors(self.actor, self.standpoint)),
            "may_record": is_running and bool(policies.may_record_investors_money(self.actor, self.standpoint)),
            "tranche_names": self.names.tranches,
        }
        return super().get_context_data(**facts | kwargs)

    def url(self, name: str, *more: object) -> str:
        """Give an address of this contract."""
        return reverse(f"bonds:{name}", args=[self.organisation.slug, self.contract.reference, *more])


@method_decorator(never_cache, name="dispatch")
class InvestorsView(InvestorsPageMixin, TemplateView):
    """Where investors stand: all of them for the contract holder, one's own place for an investor."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/investors/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        today = clock.today()
        overview = find_overview(self.contract, on=today, investor=self.only)
        dues = list_dues(self.contract, investor=self.only, is_open=True, on=today)
        waiting = waiting_by_subject(DISTRIBUTION_PURPOSE, [one.due.public_id for one in dues]) if self.sees_all else {}
        facts = {
            "overview": overview,
            "today": today,
            "version_number": max((number for _on, number in version_starts(self.contract)), default=1),
            "calls": list_calls(self.contract, investor=self.only),
            "runs": runs_of(self.contract),
            "end": find_end(self.contract),
            "dues": [(one, waiting.get(one.due.public_id, [])) for one in dues],
            "results": [] if self.sees_all else count_results(self.contract, on=today),
        }
        return super().get_context_data(**facts | kwargs)
