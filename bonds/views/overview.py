"""A contract at a glance: the page, its files, and the lists of lines behind its figures."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin

from bonds.arithmetic.overview import View as Seen
from bonds.forms.overview import LinesFilterForm, OverviewForm
from bonds.operations.overview_files import FileFormat, take_overview
from bonds.policies import Standpoint
from bonds.policies import overview as policies
from bonds.queries import contracts as contract_queries
from bonds.queries.line_lists import LineFilter, lines_like, sum_lines
from bonds.queries.overview import NoTermsYet
from bonds.queries.overview_leads import lead_of
from bonds.queries.overview_pages import list_tables
from bonds.queries.overview_tables import say_reason
from bonds.queries.parties import parties_of
from bonds.views.claims import LINES_A_PAGE, ClaimsPageMixin
from bonds.views.mixins import ContractPageMixin
from core.reports import Report
from foundation import clock
from foundation.access import Actor, Decision
from foundation.ratelimits import TooManyAttempts

PAGE: Final = "bonds/overview/overview.html"


class OverviewMixin(ContractPageMixin):
    """The page and its files: what is asked, and the tables that answer it."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees it."""
        return policies.may_see_overview(actor, standpoint)

    @cached_property
    def seen(self) -> Seen:
        """How much the organisation sees."""
        return policies.view_of(self.standpoint)

    @cached_property
    def form(self) -> OverviewForm:
        """What is asked."""
        return OverviewForm(
            {"on": clock.today().isoformat(), "years": "financial"} | self.request.GET.dict(), today=clock.today()
        )

    def list_tables(self) -> list[Report]:
        """Make the tables; none where the question cannot be read or nothing was signed."""
        if not self.form.is_valid():
            return []
        party = contract_queries.find_party(contract=self.contract, organisation=self.organisation)
        seen = policies.lists_seen(self.actor, self.standpoint, party.code if party else "")
        try:
            return list_tables(
                contract=self.contract,
                view=self.seen,
                party=party,
                lead=lead_of(self.organisation, self.contract, **seen),
                **self.form.cleaned_data,
            )
        except NoTermsYet as refused:
            messages.info(self.request, refused.message)
            return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the tables; the first is shown in large figures, the longest folded."""
        tables = kwargs.pop("tables", None)
        facts = {
            "form": self.form,
            "seen": self.seen.value,
            "tables": self.list_tables() if tables is None else tables,
            "query": self.request.GET.urlencode(),
            "on": self.form.cleaned_data.get("on") if self.form.is_bound and self.form.is_valid() else None,
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class OverviewView(OverviewMixin, TemplateView):
    """A contract at a glance."""

    http_method_names = ("get", "head", "options")
    template_name = PAGE


class TablesFileMixin(ContextMixin):
    """Tables of a page as a file; what stands in the way is said on that page."""

    page: ClassVar[str] = PAGE
    about: ClassVar[str] = "overview"

    def get(self: Any, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send the file, or say on the page why not."""
        tables = self.list_tables()
        if not tables:
            return render(request, self.page, self.page_facts([]), status=HTTPStatus.BAD_REQUEST)
        try:
            file = take_overview(
                contract=self.contract,
                organisation=self.organisation,
                tables=tables,
                about=self.about,
                shape=FileFormat(self.kwargs["shape"]),
                table=self.kwargs.get("table", ""),
                actor=self.actor,
                at=clock.now(),
            )
        except TooManyAttempts as refused:
            messages.error(request, refused.message)
            response = render(request, self.page, self.page_facts(tables), status=HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(refused.facts["retry_after"])
            return response
        streamed = StreamingHttpResponse(file.pieces, content_type=file.media_type)
        streamed["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return streamed


@method_decorator(never_cache, name="dispatch")
class OverviewFileView(OverviewMixin, TablesFileMixin, View):
    """The same tables as a file."""

    http_method_names = ("get", "head", "options")

    def page_facts(self, tables: list[Report]) -> dict[str, Any]:
        """Give what the page shows where there is no file."""
        return self.get_context_data(tables=tables)


@method_decorator(never_cache, name="dispatch")
class LinesView(ClaimsPageMixin, TemplateView):
    """Lines over all claims, by what they have in common."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/overview/lines.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give a page of them, with what they come to and what was asked in words."""
        form = LinesFilterForm(self.request.GET.dict())
        asked = form.cleaned_data if form.is_valid() else {}
        wanted = LineFilter(**asked)
        lines = lines_like(
            contract=self.contract, organisation=self.organisation, sees_all=self.sees_all, wanted=wanted
        )
        sums = sum_lines(lines)
        payers = {one.code: one.organisation.name for one in parties_of(self.contract)}
        facts = {
            "form": form,
            "payers": payers,
            "payer_name": payers.get(wanted.payer, wanted.payer),
            "reason_words": say_reason(wanted.reason, wanted.cap) if wanted.reason or wanted.cap else "",
            "sums": sums,
            # Looking for the first hundred of none at all would mean looking at every line once more.
            "page": Paginator(lines if sums.lines else lines.none(), LINES_A_PAGE).get_page(
                self.request.GET.get("page")
            ),
        }
        return super().get_context_data(**facts | kwargs)
