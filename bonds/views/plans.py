"""Plans on pages: the list, one with what happened since, its files, and making the next one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from bonds import operations
from bonds.arithmetic.dealing import caps_persons, groups_that_pay
from bonds.arithmetic.overview import View as Seen
from bonds.arithmetic.plans import Expected, read_file, write_file
from bonds.arithmetic.spans import Every
from bonds.arithmetic.uploads import MAX_BYTES
from bonds.forms.plans import PlanFileForm, PlanForm
from bonds.models import PaymentPlan
from bonds.policies import Standpoint
from bonds.policies import plans as policies
from bonds.policies.overview import view_of
from bonds.queries.overview import get_terms_on
from bonds.queries.plan_tables import PlanDesk, list_plan_tables
from bonds.queries.plans import Draft, draft_next_plan, get_plan, name_groups
from bonds.views.mixins import ContractPageMixin
from bonds.views.overview import TablesFileMixin
from core.errors import DomainError
from core.reports import Report
from foundation import clock
from foundation.access import Actor, Decision


class PlansMixin(ContractPageMixin):
    """A page for those who see plans."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees them."""
        return policies.may_see_plans(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether this officer may make the next one."""
        may_make = bool(policies.may_make_plan(self.actor, self.standpoint))
        return super().get_context_data(**{"may_make": may_make} | kwargs)


@method_decorator(never_cache, name="dispatch")
class PlansView(PlansMixin, TemplateView):
    """The plans of a contract, the newest first."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/plans/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List them."""
        plans = PaymentPlan.objects.filter(contract=self.contract).order_by("-number")
        return super().get_context_data(**{"plans": plans} | kwargs)


class OnePlanMixin(PlansMixin):
    """A page or file of one plan."""

    @cached_property
    def plan(self) -> PaymentPlan:
        """The plan of the address."""
        return get_plan(contract=self.contract, number=int(self.kwargs["number"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it assumes of people."""
        terms = get_terms_on(self.contract, clock.today())
        asks = {"caps_persons": caps_persons(terms), "has_groups": bool(groups_that_pay(terms))}
        return super().get_context_data(**{"groups": name_groups(self.plan, terms)} | asks | kwargs)

    def list_tables(self) -> list[Report]:
        """Make its tables: of the organisation's own part, or of all."""
        payer = self.party.code if view_of(self.standpoint) is Seen.PAYER else ""
        return list_plan_tables(PlanDesk(self.contract, self.plan, clock.today(), payer))


@method_decorator(never_cache, name="dispatch")
class PlanView(OnePlanMixin, TemplateView):
    """One plan beside what has happened."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/plans/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give its tables."""
        return super().get_context_data(**{"plan": self.plan, "tables": self.list_tables()} | kwargs)


@method_decorator(never_cache, name="dispatch")
class PlanFileView(OnePlanMixin, TablesFileMixin, View):
    """The tables of a plan as a file."""

    http_method_names = ("get", "head", "options")
    page = "bonds/plans/plan.html"
    about = "plan"

    def page_facts(self, tables: list[Report]) -> dict[str, Any]:
        """Give what the page shows where there is no file."""
        return self.get_context_data(plan=self.plan, tables=tables)


class MakingMixin(ContractPageMixin):
    """A page of whoever makes the next plan."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who makes plans."""
        return policies.may_make_plan(actor, standpoint)

    def draft(self, every: str) -> Draft:
        """Tell where the next plan begins."""
        chosen = Every(every) if every in {one.value for one in Every} else Every.QUARTER
        return draft_next_plan(contract=self.contract, on=clock.today(), every=chosen)

    def facts(self, draft: Draft) -> dict[str, Any]:
        """Give what the page of the next plan says."""
        return {
            "draft": draft,
            "locked": [draft.periods.label_of(number) for number in draft.periods.numbers[: draft.locked]],
            "file_form": PlanFileForm(initial={"every": draft.every.value}, auto_id="id_file_%s"),
        }


@method_decorator(never_cache, name="dispatch")
class MakePlanView(MakingMixin, FormView[PlanForm]):
    """The next plan: what has ended is locked, the rest is asked, filled in from the last plan."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/plans/make.html"
    form_class = PlanForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form where the plan begins."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return super().get_form_kwargs() | {"draft": self.draft(given.get("every", ""))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the periods."""
        form = kwargs.setdefault("form", self.get_form())
        return super().get_context_data(**self.facts(form.draft) | kwargs)

    def form_valid(self, form: PlanForm) -> HttpResponse:
        """Make it, or say why not and keep what was typed."""
        try:
            plan = operations.make_plan(
                contract=self.contract,
                number=form.cleaned_data["number"],
                expected=form.expected(),
                reason=form.cleaned_data["reason"],
                every=Every(form.cleaned_data["every"]),
                assumed=form.assumed(),
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Plan %(number)s is kept. It never changes.") % {"number": plan.number})
        return redirect("bonds:plan", self.organisation.slug, self.contract.reference, plan.number)


@method_decorator(never_cache, name="dispatch")
class PlanUploadView(MakingMixin, FormView[PlanFileForm]):
    """A file of what is expected: every bad row is listed; a good file fills in the form, which is then kept or not."""

    http_method_names = ("post", "options")
    template_name = "bonds/plans/make.html"
    form_class = PlanFileForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the ids that it has on the page."""
        return super().get_form_kwargs() | {"auto_id": "id_file_%s"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the page of the next plan, with the file's form as it was sent."""
        sent = kwargs.pop("form")
        draft = self.draft(self.request.POST.get("every", ""))
        facts = self.facts(draft) | {"form": PlanForm(draft=draft, expected=kwargs.pop("expected", None))}
        return super().get_context_data(**facts | {"file_form": sent} | kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Read the file; show what it says, or every row that is wrong."""
        draft = self.draft(form.cleaned_data["every"])
        content = form.cleaned_data["file"].read(MAX_BYTES + 1)
        expected, problems = read_file(content, periods=draft.periods, locked=draft.locked, terms=draft.terms)
        if problems:
            form.add_error(
                "file", _("Nothing of the file was kept: %(count)s rows are wrong.") % {"count": len(problems)}
            )
            return self.render_to_response(self.get_context_data(form=form, problems=problems))
        return self.render_to_response(self.get_context_data(form=form, expected=expected, is_read=True))


@method_decorator(never_cache, name="dispatch")
class PlanTemplateView(MakingMixin, View):
    """The file to be filled in: each result in each period that has not ended, with what the last plan expects."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send it."""
        draft = self.draft(request.GET.get("every", ""))
        known = {(one.period, one.metric): one for one in draft.expected}
        rows = [
            known.get((period, metric.code), Expected(period, metric.code, 0))
            for period in draft.periods.numbers[draft.locked :]
            for metric in draft.terms.metrics
        ]
        response = HttpResponse(write_file(rows, periods=draft.periods), content_type="text/csv; charset=utf-8")
        name = f"{self.contract.reference}-plan-{draft.number}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
