"""The end of a contract: when service and run-off end, what is still to be done, and closing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from bonds import operations
from bonds.policies import Standpoint
from bonds.policies import closing as policies
from bonds.queries.closing import find_obstacles, newest_terms
from bonds.states import ContractState
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision

IN_SERVICE = {ContractState.SIGNED.value, ContractState.VARIED.value}


@method_decorator(never_cache, name="dispatch")
class ClosingView(ContractPageMixin, TemplateView):
    """When it ends, and for the holder what still stands in the way."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/closing.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees it."""
        return policies.may_see_closing(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        terms, today = newest_terms(self.contract), clock.today()
        is_over = terms is not None and terms.service.until_on is not None and today >= terms.service.until_on
        sees = terms is not None and bool(policies.may_see_obstacles(self.actor, self.standpoint))
        is_run_off = self.contract.state == ContractState.RUN_OFF.value
        is_closed = self.contract.state == ContractState.CLOSED.value
        may_begin = bool(policies.may_begin_run_off(self.actor, self.standpoint))
        facts: dict[str, Any] = {
            "terms": terms,
            "sees_obstacles": sees and not is_closed,
            "obstacles": find_obstacles(self.contract, on=today) if sees and not is_closed else [],
            "may_begin_run_off": is_over and self.contract.state in IN_SERVICE and may_begin,
            "may_close": is_run_off and bool(policies.may_close(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


class _EndingView(ContractPageMixin, View):
    """An act that ends something, and back to the page."""

    http_method_names = ("post", "options")

    def back(self) -> HttpResponse:
        """Go back to the page."""
        return redirect("bonds:closing", self.organisation.slug, self.contract.reference)


class RunOffView(_EndingView):
    """Noting that the service is over."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes the contract."""
        return policies.may_begin_run_off(actor, standpoint)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Note it."""
        try:
            operations.begin_run_off(contract=self.contract, actor=self.actor, at=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The contract is in run-off now. Its parties have been told."))
        return self.back()


class CloseView(_EndingView):
    """Closing a contract."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who closes it."""
        return policies.may_close(actor, standpoint)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Close it, or show what is still to be done."""
        try:
            operations.close_contract(
                contract=self.contract, reason=request.POST.get("reason", "")[:2000], actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The contract is closed. Its parties have been told."))
        return self.back()
