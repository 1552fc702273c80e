"""A provider puts a claim together: results that can be claimed now, a look at what they come to, and the sending."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm, Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from bonds import operations, states
from bonds.arithmetic.deadlines import Nation, compute_response_deadline
from bonds.forms import claims as forms
from bonds.models import OutcomeEvent
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.queries import claims as queries
from bonds.queries.evidence import Unclaimed
from bonds.queries.terms import terms_by_version
from bonds.queries.words import say_step
from bonds.views.claims import LINES_A_PAGE, ClaimsPageMixin, OneClaimMixin, say_refused
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job


@method_decorator(never_cache, name="dispatch")
class NewClaimView(ClaimsPageMixin, FormView[forms.EventsForm]):
    """The results that can be claimed today; those that are ticked go into the claim that is being put together."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/claims/new.html"
    form_class = forms.EventsForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    @cached_property
    def results(self) -> list[Unclaimed]:
        """The results that can be claimed, perhaps only on one metric."""
        found = queries.list_claimable(contract=self.contract, provider=self.party, on=clock.today())
        return [one for one in found if not self.metric or one.event.metric == self.metric]

    @property
    def metric(self) -> str:
        """Which results are asked for; all if none is."""
        return self.request.GET.get("metric", "")[:60]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give a page of results, each with what it misses and until when it can be claimed."""
        everything = queries.list_claimable(contract=self.contract, provider=self.party, on=clock.today())
        facts = {
            "page": Paginator(self.results, LINES_A_PAGE).get_page(self.request.GET.get("page")),
            "complete": sum(one.is_complete for one in self.results),
            "metrics": sorted({one.event.metric for one in everything}),
            "metric": self.metric,
            "draft": queries.find_draft(contract=self.contract, provider=self.party),
            "ticked": self.request.POST.getlist("events"),
            "query": self.request.GET.urlencode(),
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: forms.EventsForm) -> HttpResponse:
        """Put them in, or say of each why not."""
        events = self._events(form)
        try:
            claim = operations.put_in_claim(
                contract=self.contract, provider=self.party, events=events, actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
            for one in say_refused(refused, self.metric_names):
                form.add_error(None, one)
            return self.form_invalid(form)
        words = ngettext("%(count)s result is in the claim.", "%(count)s results are in the claim.", len(events))
        messages.success(self.request, words % {"count": len(events)})
        return redirect(self.url("claim", claim.number))

    def _events(self, form: forms.EventsForm) -> list[OutcomeEvent]:
        if form.cleaned_data["act"] == "complete":
            return [one.event for one in self.results if one.is_complete]
        named = form.cleaned_data["events"]
        return list(OutcomeEvent.objects.filter(contract=self.contract, provider=self.party, public_id__in=named))


@method_decorator(never_cache, name="dispatch")
class SubmitClaimView(OneClaimMixin, FormView[Form]):
    """What the claim comes to as things stand, and its sending."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/claims/submit.html"
    form_class = Form
    own_only = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Work the lines out as if they were accepted now."""
        context = super().get_context_data(**kwargs)
        if self.claim.state != states.ClaimState.DRAFT.value:
            return context | {"is_sent": True}
        if context["page"].paginator.count > queries.MOST_PREVIEWED:
            return context | {"is_long": True, "due_on": self._answer_due_on()}
        try:
            worked_out = queries.preview_claim(claim=self.claim, on=clock.today())
        except DomainError as refused:
            return context | {"problem": refused.message}
        gross = sum(max(0, one.gross) for one in worked_out.values())
        net = sum(one.net for one in worked_out.values())
        preview = [(line, worked_out[line.pk], self._why(worked_out[line.pk])) for line in context["page"]]
        due_on = self._answer_due_on()
        return context | {"preview": preview, "gross": gross, "net": net, "cut": gross - net, "due_on": due_on}

    def form_valid(self, form: Form) -> HttpResponse:
        """Submit it, or begin the job that does; or say what stands in the way, line by line."""
        try:
            sent = operations.begin_submission(
                claim=self.claim,
                actor=self.actor,
                at=clock.now(),
                result_path=self.url("claim", self.claim.number),
            )
        except NotFound:
            raise
        except DomainError as refused:
            del self.claim
            form.add_error(None, refused.message)
            for one in say_refused(refused, self.metric_names):
                form.add_error(None, one)
            return self.form_invalid(form)
        if isinstance(sent, Job):
            return redirect("foundation:job", sent.public_id)
        messages.success(self.request, _("Submitted. The verifier has been told by mail."))
        return redirect(self.url("claim", sent.number))

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again with what stands in the way."""
        return self.render_to_response(self.get_context_data(form=form))

    def _why(self, line: Any) -> list[str]:
        """Say what would be cut."""
        cuts = [*line.reductions, *(cut for part in line.shares for cut in part.reductions)]
        return [say_step(cut.reason, cut.facts, currency=self.contract.currency) for cut in cuts]

    def _answer_due_on(self) -> Any:
        versions = terms_by_version(self.contract)
        rules, nation = versions[max(versions)].claims, Nation(self.contract.nation)
        return compute_response_deadline(clock.today(), rules=rules, nation=nation).last_on
