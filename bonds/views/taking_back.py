"""Taking accepted lines of a claim back: ticked, looked at in advance, then confirmed by the verifier."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from bonds import operations
from bonds.forms.invoices import TakeBackForm
from bonds.operations.errors import UndoneOtherwise
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import claims as queries
from bonds.queries.invoices import number_of
from bonds.queries.undoing import LinePlan, digest_of, plan_undoing, sum_by_payer
from bonds.states import ACCEPTED_STATES
from bonds.views.claims import LINES_A_PAGE, OneClaimMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision

_STATES = [state.value for state in ACCEPTED_STATES]


@method_decorator(never_cache, name="dispatch")
class TakeBackView(OneClaimMixin, FormView[TakeBackForm]):
    """What would come of taking ticked lines back, and doing it once it was seen."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/claims/take_back.html"
    form_class = TakeBackForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_take_back(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the lines that can be taken back, those that are ticked, and what was looked at."""
        if self.is_own:
            raise PermissionDenied(_("Whoever claims never verifies."))
        rows = queries.lines_in(claim=self.claim).filter(state__in=_STATES)
        ticked = self.request.POST.getlist("lines") or self.request.GET.getlist("line")
        facts: dict[str, Any] = {
            "page": Paginator(rows, LINES_A_PAGE).get_page(self.request.GET.get("page")),
            "ticked": ticked,
            "plans": [],
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: TakeBackForm) -> HttpResponse:
        """Show what would come of it; do it when that was seen and confirmed."""
        if self.is_own:
            raise PermissionDenied(_("Whoever claims never verifies."))
        if form.cleaned_data["act"] != "confirm" or not form.cleaned_data["seen"]:
            return self._look(form)
        try:
            made = operations.take_back_lines(
                claim=self.claim,
                lines=form.cleaned_data["lines"],
                reason=form.cleaned_data["reason"],
                told=form.cleaned_data["told"],
                seen=form.cleaned_data["seen"],
                verifier=self.party,
                actor=self.actor,
                at=clock.now(),
            )
        except UndoneOtherwise as refused:
            form.add_error(None, refused.message)
            return self._look(form)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        words = ngettext("%(count)s line is taken back.", "%(count)s lines are taken back.", len(made))
        said = words % {"count": len(made)}
        messages.success(self.request, said + " " + _("The provider and the payers have been told by mail."))
        return redirect(self.url("claim", self.claim.number))

    def _look(self, form: TakeBackForm) -> HttpResponse:
        """Show the plan; lines that cannot be taken back now are said."""
        named = set(form.cleaned_data["lines"])
        lines = queries.lines_in(claim=self.claim).filter(public_id__in=named, state__in=_STATES).order_by("pk")
        plans = plan_undoing(list(lines))
        if len(plans) != len(named):
            form.add_error(None, _("Only accepted lines of this claim can be taken back. Please tick again."))
            return self.form_invalid(form)
        facts = {"form": form, "plans": plans, "seen": digest_of(plans)}
        return self.render_to_response(self.get_context_data(**facts | _sums(plans)))


def _sums(plans: list[LinePlan]) -> dict[str, Any]:
    payers = sum_by_payer(plans)
    return {
        "payer_plans": [
            (one, [(number_of(invoice), pence) for invoice, pence in one.credits.items()]) for one in payers
        ],
        "net": sum(plan.result.net_pence for plan in plans),
    }
