"""The reports on pages and as files: one view for all of them, and one for every kind of file."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.generic import TemplateView, View

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from foundation.ratelimits import TooManyAttempts
from ledger.models import Book
from treasury import policies
from treasury.exports import Audience
from treasury.exports.report_limits import ReportTooLong
from treasury.forms import ReportForm
from treasury.operations.reports import ReportFormat, download_report
from treasury.queries import books_of
from treasury.queries.reports import KINDS, PAGE_LINES, Window, accounts_of, build_report, funds_of, get_kind
from treasury.views.downloads import stream
from treasury.views.mixins import BooksPageMixin


def read_question(data: Mapping[str, str], *, book: Book, slug: str) -> ReportForm:
    """Give the form of a report, filled in with what was asked.

    Raises:
        ReportMissing: there is no such report.
    """
    kind = get_kind(slug)
    return ReportForm(
        data,
        kind=kind,
        funds=funds_of(book) if "fund" in kind.fields else (),
        accounts=accounts_of(book, kind.accounts) if "account" in kind.fields else (),
        today=clock.today(),
    )


def asked_query(form: ReportForm, request: HttpRequest) -> str:
    """Write the question again as an address has it, for the files of the same report."""
    query = request.GET.copy()
    for name in {"after"} | (set(query) - set(form.fields)):
        query.pop(name, None)
    return query.urlencode()


class ReportsView(BooksPageMixin, TemplateView):
    """Which reports there are."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/reports/index.html"

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """List them."""
        book = self.get_book()
        return super().get_context_data(
            book=book, books=books_of(self.organisation.public_id), kinds=list(KINDS.values())
        )


class ReportView(BooksPageMixin, TemplateView):
    """One report."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/reports/report.html"

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Build it; a question that cannot be read leaves the page without figures and keeps what was typed."""
        book, kind = self.get_book(), get_kind(self.kwargs["kind"])
        form = read_question(self.request.GET.dict(), book=book, slug=kind.slug)
        report = None
        if form.is_valid():
            window = Window(after=form.cleaned_data.get("after"), limit=PAGE_LINES)
            report = build_report(book=book, slug=kind.slug, asked=form.asked(), window=window)
        query = asked_query(form, self.request)
        return super().get_context_data(
            book=book,
            kind=kind,
            form=form,
            report=report,
            query=query,
            next_query="&".join(filter(None, (query, f"after={report.next}"))) if report and report.next else "",
            later_page=bool(report and form.cleaned_data.get("after")),
            formats=list(ReportFormat),
        )


class ReportFileView(BooksPageMixin, View):
    """One report as a file."""

    http_method_names = ("get", "head", "options")

    def decide(self, actor: Actor) -> Decision:
        """Ask who may take the books away."""
        return policies.may_export_books(actor, self.organisation.public_id)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send the file, or say on a page why not."""
        book, slug = self.get_book(), self.kwargs["kind"]
        form = read_question(request.GET.dict(), book=book, slug=slug)
        if not form.is_valid():
            return self._refuse(request, book, form, HTTPStatus.BAD_REQUEST)
        is_machine = request.GET.get("for") == Audience.MACHINE.value
        try:
            download = download_report(
                book=book,
                organisation_name=self.organisation.name,
                slug=slug,
                asked=form.asked(),
                shape=ReportFormat(self.kwargs["shape"]),
                audience=Audience.MACHINE if is_machine else Audience.HUMAN,
                actor=self.actor,
                at=clock.now(),
            )
        except ReportTooLong as refused:
            return self._refuse(request, book, form, HTTPStatus.UNPROCESSABLE_ENTITY, refused)
        except TooManyAttempts as refused:
            response = self._refuse(request, book, form, HTTPStatus.TOO_MANY_REQUESTS, refused)
            response["Retry-After"] = str(refused.facts["retry_after"])
            return response
        return stream(download)

    def _refuse(
        self, request: HttpRequest, book: Book, form: ReportForm, status: HTTPStatus, why: DomainError | None = None
    ) -> HttpResponse:
        if why is not None:
            messages.error(request, why.message)
        facts = self.get_context_data(book=book, kind=get_kind(self.kwargs["kind"]), form=form, report=None)
        return render(request, "treasury/reports/report.html", facts, status=status)
