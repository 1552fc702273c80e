"""Ending a tranche early, winding the deal up, and guarantees, on pages: look first, then do it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from bonds.forms.endings import EndForm, GuaranteeForm
from bonds.operations import guaranteeing, winding_up
from bonds.policies import Standpoint
from bonds.policies import endings as policies
from bonds.queries import endings as queries
from bonds.queries.guarantees import GuaranteeStanding, get_guarantee, standing_of
from bonds.queries.investors import find_investor_terms
from bonds.views.mixins import ContractPageMixin
from bonds.views.money_moved import MoneyMovedView
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from payments.models import RecordedMoney
from people.views import RecentAuthenticationMixin


@method_decorator(never_cache, name="dispatch")
class EndingsView(ContractPageMixin, TemplateView):
    """What was ended, with every step in words, and who guarantees what."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/endings/list.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may see it."""
        return policies.may_see_endings(actor, standpoint)

    @property
    def sees_runs(self) -> bool:
        """Whether the runs are shown: to the holder and to investors."""
        return policies.sees_runs(self.actor, self.standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it; other parties see guarantees that they give or get."""
        sees_all = policies.sees_every_guarantee(self.actor, self.standpoint)
        end = queries.find_end(self.contract)
        may_end = bool(policies.may_end(self.actor, self.standpoint)) and not end.is_over
        facts = {
            "endings": queries.endings_of(self.contract) if self.sees_runs else [],
            "sees_runs": self.sees_runs,
            "end": end,
            "guarantees": queries.guarantees_for(self.contract, organisation=None if sees_all else self.organisation),
            "tranches": queries.tranches_to_end(self.contract, on=clock.today()) if may_end else [],
            "may_end": may_end and find_investor_terms(self.contract) is not None,
            "may_move": bool(policies.may_move_guarantees(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class EndView(ContractPageMixin, RecentAuthenticationMixin, FormView[EndForm], ABC):
    """Something ends: the page shows each step as it would be today, and the form does exactly that."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/endings/end.html"
    form_class = EndForm
    title: ClassVar[str | Promise]
    about: ClassVar[str | Promise]
    button: ClassVar[str | Promise]
    page: ClassVar[str]

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may end it."""
        return policies.may_end(actor, standpoint)

    @abstractmethod
    def work_out(self) -> winding_up.Ending:
        """Work out how it would end today."""

    @abstractmethod
    def end(self, typed: dict[str, Any]) -> None:
        """End it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what would happen, or why it cannot."""
        # With its address: after somebody proved who they are, the form may come back under another one.
        address = reverse(f"bonds:{self.page}", kwargs=self.kwargs)
        facts: dict[str, Any] = {"title": self.title, "about": self.about, "button": self.button, "address": address}
        try:
            ending = self.work_out()
        except NotFound:
            raise
        except DomainError as refused:
            facts["obstacle"] = refused.message
        else:
            terms = find_investor_terms(self.contract)
            assert terms is not None, "what ends has terms"
            facts["steps"] = queries.say_steps(ending.steps, terms=terms)
            facts["digest"] = ending.digest
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: EndForm) -> HttpResponse:
        """End it, or say what stands in the way; the page shows how it would end now."""
        typed = form.cleaned_data
        try:
            self.end({"reason": typed["reason"], "seen": typed["seen"]})
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Done. Each step stands below; what parties are due is paid by two people."))
        return redirect("bonds:endings", self.organisation.slug, self.contract.reference)


class WindUpView(EndView):
    """Winding the deal up."""

    page = "wind-up"
    title = gettext_lazy("Wind the deal up")
    about = gettext_lazy(
        "The reserve is released, all cash is shared out one last time, guarantors are asked for what is missing, and "
        "what nobody will pay is written off. Afterwards nobody is called on and cash is not shared out again. While "
        "nothing of it is paid, it can be taken back."
    )
    button = gettext_lazy("Wind it up")

    def work_out(self) -> winding_up.Ending:
        """Work out the last run."""
        return winding_up.work_out_final_run(contract=self.contract, on=clock.today())

    def end(self, typed: dict[str, Any]) -> None:
        """Make the last run."""
        winding_up.wind_up(contract=self.contract, actor=self.actor, at=clock.now(), **typed)


class RedeemView(EndView):
    """Ending one tranche early."""

    page = "redeem"
    title = gettext_lazy("End a tranche early")
    about = gettext_lazy(
        "Its investors get back the part of their money that the terms say for today, and lose the rest. Cash is "
        "shared out by the order of the terms, and what the tranche may still be called for is given up."
    )
    button = gettext_lazy("End the tranche")

    def work_out(self) -> winding_up.Ending:
        """Work out how the tranche would end."""
        tranche = str(self.kwargs["tranche"])
        return winding_up.work_out_redemption(contract=self.contract, tranche=tranche, on=clock.today())

    def end(self, typed: dict[str, Any]) -> None:
        """End it."""
        tranche = str(self.kwargs["tranche"])
        winding_up.redeem_tranche(contract=self.contract, tranche=tranche, actor=self.actor, at=clock.now(), **typed)


class GuaranteeMoneyView(MoneyMovedView):
    """A guarantor paid, or what it paid went on to the investor; a second person lets it into the books."""

    template_name = "bonds/endings/guarantee.html"
    form_class = GuaranteeForm
    refusal_field = None
    key_prefix = ""
    is_receipt: bool = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes money down."""
        return policies.may_move_guarantees(actor, standpoint)

    @cached_property
    def owed(self) -> GuaranteeStanding:
        """The guarantee of the address."""
        call = get_guarantee(public_id=str(self.kwargs["guarantee"]))
        if call.run.contract_id != self.contract.pk:
            raise Http404
        return standing_of(call)

    @property
    def open_pence(self) -> int:
        """What is still owed, or what came and was not paid on."""
        return self.owed.open if self.is_receipt else self.owed.held

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is open."""
        page = "guarantee-receipt" if self.is_receipt else "guarantee-payout"
        address = reverse(f"bonds:{page}", kwargs=self.kwargs)
        facts = {"owed": self.owed, "is_receipt": self.is_receipt, "address": address}
        return super().get_context_data(**facts | kwargs)

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write it down."""
        return guaranteeing.record_guarantee(call=self.owed.call, is_receipt=self.is_receipt, **typed)
