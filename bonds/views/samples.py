"""Samples of paid lines on pages: drawing one, looking at its lines, and closing it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from bonds import operations
from bonds.forms.checks import DrawForm, FindingsForm
from bonds.models import SampleRun
from bonds.operations.sampling import FoundLine
from bonds.policies import Standpoint
from bonds.policies import checks as policies
from bonds.policies import claims as claim_policies
from bonds.queries import samples as queries
from bonds.queries.sample_words import say_recovery, steps_of
from bonds.views.claims import ClaimsPageMixin
from bonds.views.page_acts import PageAct
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job

ITEMS_A_PAGE = 50
SAMPLES_A_PAGE = 50
SEED_BYTES = 16
ONE_DAY = timedelta(days=1)


class SamplesPageMixin(ClaimsPageMixin):
    """A page for those who see samples."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees samples."""
        return policies.may_see_samples(actor, standpoint)


class VerifierPageMixin(SamplesPageMixin):
    """A page for the verifier alone."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return claim_policies.may_verify(actor, standpoint)


@method_decorator(never_cache, name="dispatch")
class SampleListView(SamplesPageMixin, TemplateView):
    """The samples of a contract, newest first: every draw stays on the list, so that nobody draws until it suits."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/checks/samples.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give a page of them."""
        samples = queries.samples_of(self.contract)
        page = Paginator(samples, SAMPLES_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**{"page": page} | kwargs)


@method_decorator(never_cache, name="dispatch")
class DrawSampleView(VerifierPageMixin, FormView[DrawForm]):
    """Counting what a draw would choose from, then drawing."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/checks/draw.html"
    form_class = DrawForm

    def get_initial(self) -> dict[str, Any]:
        """A seed by chance, for those who have no better one."""
        return {"seed": secrets.token_hex(SEED_BYTES)}

    def form_valid(self, form: DrawForm) -> HttpResponse:
        """Count, or draw and lead to the sample."""
        typed = form.cleaned_data
        period = {"from_on": typed["from_on"], "until_on": typed["last_on"] + ONE_DAY}
        if typed["act"] == "count":
            counted = queries.count_population(self.contract, **period)
            return self.render_to_response(self.get_context_data(form=form, counted=counted))
        try:
            sample = operations.draw_paid_sample(
                contract=self.contract,
                seed=typed["seed"],
                verifier=self.party,
                actor=self.actor,
                at=clock.now(),
                **period,
            )
        except NotFound:
            raise
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Drawn. Look at each line, and write down what you find."))
        return redirect(self.url("sample", sample.number))


class OneSampleMixin(SamplesPageMixin):
    """A page of one sample."""

    @cached_property
    def sample(self) -> SampleRun:
        """The sample of the address."""
        return queries.get_sample(contract=self.contract, number=int(self.kwargs["number"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect its lines with their findings, and how far it has come."""
        # With the numbers of a list beside its own fields.
        sample: Any = self.sample
        page = Paginator(queries.items_of(sample), ITEMS_A_PAGE).get_page(self.request.GET.get("page"))
        closing = getattr(sample, "closing", None)
        may_find = closing is None and bool(claim_policies.may_verify(self.actor, self.standpoint))
        form = kwargs.pop("findings_form", None) or FindingsForm(items=list(page.object_list))
        facts: dict[str, Any] = {
            "sample": sample,
            "last_on": sample.until_on - ONE_DAY,
            "page": page,
            "closing": closing,
            "left": sample.drawn - sample.looked_at,
            "sees_notes": bool(claim_policies.may_verify(self.actor, self.standpoint)),
            "findings_form": form if may_find and form.items else None,
            "may_close": may_find and sample.drawn == sample.looked_at,
            "query": self.request.GET.urlencode(),
        }
        if closing is not None:
            facts["steps"] = say_recovery(closing.facts["steps"], self.contract.currency)
            facts["recovered"] = queries.recovered_by(sample)
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class SampleView(OneSampleMixin, TemplateView):
    """One sample: how it was drawn, each line, what was found, and what came of it."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/checks/sample.html"


@method_decorator(never_cache, name="dispatch")
class FindingsView(OneSampleMixin, VerifierPageMixin, PageAct):
    """Writing down what was found about the marked lines of a page, all of them or none."""

    template_name = "bonds/checks/sample.html"
    form_class = FindingsForm
    form_name = "findings_form"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the lines of the page that was sent."""
        page = Paginator(queries.items_of(self.sample), ITEMS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_form_kwargs() | {"items": list(page.object_list)}

    def forget(self) -> None:
        """Read the sample again."""
        del self.sample

    def after(self) -> str:
        """Lead back to the same page of the sample."""
        query = self.request.GET.urlencode()
        return self.url("sample", self.sample.number) + (f"?{query}" if query else "")

    def act(self, form: FindingsForm) -> str:
        """Keep them."""
        findings = [FoundLine(*one) for one in form.findings()]
        operations.record_findings(
            sample=self.sample, findings=findings, verifier=self.party, actor=self.actor, at=clock.now()
        )
        words = ngettext("%(count)s finding is written down.", "%(count)s findings are written down.", len(findings))
        return words % {"count": len(findings)}


@method_decorator(never_cache, name="dispatch")
class CloseSampleView(VerifierPageMixin, TemplateView):
    """What closing a sample takes back and recovers, step by step; then closing it."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/checks/close.html"

    @cached_property
    def sample(self) -> SampleRun:
        """The sample of the address."""
        return queries.get_sample(contract=self.contract, number=int(self.kwargs["number"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Work it out without keeping anything, or say what stands in the way."""
        facts: dict[str, Any] = {"sample": self.sample}
        if hasattr(self.sample, "closing"):
            facts["problem"] = _("This sample has been closed.")
        else:
            try:
                closing = queries.preview_closing(self.sample)
            except DomainError as refused:
                facts["problem"] = refused.message
            else:
                facts |= {
                    "closing": closing,
                    "steps": say_recovery(steps_of(closing.recovery), self.contract.currency),
                    "payers": closing.payers,
                }
        return super().get_context_data(**facts | kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Close it, or begin the job that does."""
        here = self.url("sample", self.sample.number)
        try:
            closed = operations.begin_sample_closing(
                sample=self.sample, verifier=self.party, actor=self.actor, at=clock.now(), result_path=here
            )
        except NotFound:
            raise
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            if isinstance(closed, Job):
                return redirect("foundation:job", closed.public_id)
            messages.success(request, _("Closed. Those concerned have been told by mail."))
        return redirect(here)


@method_decorator(never_cache, name="dispatch")
class PopulationView(OneSampleMixin, View):
    """All lines that could be drawn, as a file with which anybody can draw again."""

    http_method_names = ("get", "head", "options")

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Give the file: ids and pence, in the order in which they are hashed."""
        rows = ["line,paid_pence", *(f"{line.id},{line.paid}" for line in queries.list_population(self.sample))]
        response = HttpResponse("\r\n".join([*rows, ""]), content_type="text/csv; charset=utf-8")
        name = f"{self.contract.reference}-sample-{self.sample.number}-population.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
