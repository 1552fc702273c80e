"""Reports to investors on pages: the list, one report, issuing one after a look at it, taking it back."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from bonds import states
from bonds.forms.investor_reports import ReportForm
from bonds.models import InvestorReport
from bonds.operations import reporting
from bonds.policies import Standpoint
from bonds.policies import investor_reports as policies
from bonds.queries import investor_reports as queries
from bonds.queries.report_view import lay_out_report
from bonds.queries.results import metrics_of
from bonds.views.contract import WriterFormView
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision


class ReportPageMixin(ContractPageMixin):
    """A page for the holder and for investors."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may see reports."""
        return policies.may_see_reports(actor, standpoint)

    @property
    def sees_all(self) -> bool:
        """Whether all copies are shown, or the organisation's own."""
        return policies.sees_every_copy(self.actor, self.standpoint)


@method_decorator(never_cache, name="dispatch")
class ReportsView(ReportPageMixin, TemplateView):
    """All reports of a contract, newest first."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/reports/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect them; an investor sees those of which they have a copy."""
        rows = queries.reports_of(self.contract)
        if not self.sees_all:
            rows = rows.filter(copies__party__organisation=self.organisation)
        is_signed = self.contract.state != states.ContractState.DRAFT.value
        may_issue = bool(policies.may_issue_reports(self.actor, self.standpoint))
        facts = {
            "reports": [(one, one.until_on - timedelta(days=1)) for one in rows],
            "may_issue": may_issue and is_signed and bool(queries.investors_of(self.contract)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class ReportView(ReportPageMixin, TemplateView):
    """One report: an investor reads their own copy here, the holder what all were told and whose copies are made."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/reports/report.html"

    @cached_property
    def issued(self) -> InvestorReport:
        """The report of the address."""
        return queries.get_report(contract=self.contract, number=int(self.kwargs["number"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        issued, made = self.issued, queries.documents_of(self.issued)
        own = queries.find_copy(report=issued, organisation=self.organisation)
        if own is None and not self.sees_all:
            raise Http404
        copies = queries.copies_of(issued) if self.sees_all else []
        last = queries.reports_of(self.contract).standing().first()
        facts = {
            "issued": issued,
            "last_on": issued.until_on - timedelta(days=1),
            "own": own,
            "document": made.get(own.public_id) if own else None,
            "copies": [(one, made.get(one.public_id)) for one in copies],
            "report": lay_out_report(issued.facts, own.facts if own else None),
            "words": issued.words,
            "on_page": True,
            "may_withdraw": last is not None
            and last.pk == issued.pk
            and bool(policies.may_issue_reports(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class IssueReportView(ReportPageMixin, FormView[ReportForm]):
    """Issuing a report: the form, then what it will say to each investor, and only then the act."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/reports/new.html"
    form_class = ReportForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may issue."""
        return policies.may_issue_reports(actor, standpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its results and its first day."""
        begins = queries.next_from_on(self.contract)
        if begins is None or not queries.investors_of(self.contract):
            raise Http404
        metrics = {code: metric.name for code, metric in metrics_of(self.contract).items()}
        return super().get_form_kwargs() | {"metrics": metrics, "from_on": begins, "today": clock.today()}

    def form_valid(self, form: ReportForm) -> HttpResponse:
        """Show what it will say, or issue it; whatever stands in the way is said with all that was typed."""
        try:
            if "issue" in self.request.POST:
                return self._issue(form)
            seen = reporting.preview_report(contract=self.contract, today=clock.today(), **form.facts())
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **self._preview(seen, form)))

    def _issue(self, form: ReportForm) -> HttpResponse:
        report, job = reporting.issue_report(
            contract=self.contract,
            words=form.cleaned_data["words"],
            actor=self.actor,
            at=clock.now(),
            **form.facts(),
        )
        words = _("Report %(number)s is issued. Each investor is told by mail as soon as their copy is made.")
        messages.success(self.request, words % {"number": report.number})
        return redirect("foundation:job", job.public_id)

    def _preview(self, seen: reporting.ReportPreview, form: ReportForm) -> dict[str, Any]:
        names = {one.code: one.organisation.name for one in queries.investors_of(self.contract)}
        return {
            "seen": seen,
            "report": lay_out_report(seen.common),
            "words": form.cleaned_data["words"],
            "own_reports": [(code, names[code], lay_out_report(seen.common, own)) for code, own in seen.own.items()],
            "on_page": True,
        }


class WithdrawReportView(WriterFormView):
    """Taking back the last report."""

    title = gettext_lazy("Take the report back")
    about = gettext_lazy(
        "Its copies do not count any more, and whoever checks one is told so. Investors are told by mail, and the "
        "period can be reported again."
    )
    button = gettext_lazy("Take it back")
    done = gettext_lazy("Taken back. Investors are told.")
    follows = "bonds:investor-reports"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may issue."""
        return policies.may_issue_reports(actor, standpoint)

    def act(self, typed: dict[str, Any]) -> None:
        """Take it back."""
        report = queries.get_report(contract=self.contract, number=int(self.kwargs["number"]))
        reporting.withdraw_report(report=report, reason=typed["reason"], actor=self.actor, at=clock.now())
