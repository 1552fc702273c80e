"""Advance payments on pages: what the terms foresee, asking for it, what came, what was earned and what went back."""

from __future__ import annotations

from functools import cached_property
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
from bonds.policies import invoices as policies
from bonds.queries import advances as queries
from bonds.views.invoices import InvoicesPageMixin
from bonds.views.money_moved import MoneyMovedView
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from payments.models import RecordedMoney


@method_decorator(never_cache, name="dispatch")
class AdvancesView(InvoicesPageMixin, TemplateView):
    """What payers pay before results, and what became of it."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/advances/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        advances = queries.list_advances(self.contract, organisation=self.whose)
        facts = {
            "advances": advances,
            "foreseen": queries.list_foreseen(self.contract, on=clock.today(), organisation=self.whose),
            "unearned": sum(one.unearned for one in advances),
            "may_move": bool(policies.may_record_receipt(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


class AskView(InvoicesPageMixin, View):
    """Asking a payer for an advance."""

    http_method_names = ("post", "options")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who issues invoices."""
        return policies.may_issue_invoices(actor, standpoint)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask for it, or say what stands in the way."""
        try:
            made = operations.ask_for_advance(
                contract=self.contract, code=request.POST.get("advance", ""), actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            words = _("%(payer)s was asked by mail.") % {"payer": made.payer.organisation.name}
            messages.success(request, words)
        return redirect(self.url("advances"))


class AdvanceMoneyView(InvoicesPageMixin, MoneyMovedView):
    """Writing down that an advance came, or that what was not earned went back; a second person decides."""

    template_name = "bonds/advances/money.html"
    is_receipt: bool = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_receipt(actor, standpoint)

    @cached_property
    def standing(self) -> queries.AdvanceStanding:
        """The advance of the address."""
        return queries.get_advance_seen(contract=self.contract, number=int(self.kwargs["number"]))

    @property
    def open_pence(self) -> int:
        """What is still to come, or what was not earned."""
        return self.standing.open if self.is_receipt else self.standing.unearned

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is open."""
        page = "advance-receipt" if self.is_receipt else "advance-refund"
        address = self.url(page, self.standing.advance.number)
        facts = {"one": self.standing, "is_receipt": self.is_receipt, "address": address}
        return super().get_context_data(**facts | kwargs)

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write it down."""
        return operations.record_advance(advance=self.standing.advance, is_receipt=self.is_receipt, **typed)
