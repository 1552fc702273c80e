"""The reports on pages and as files: one view for all of them, one for every kind of file, one for long PDFs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.errors import DomainError
from documents.exports.report_limits import ReportTooLong
from foundation import clock
from foundation.access import Actor, Decision
from foundation.files import stream as stream_file
from foundation.ratelimits import TooManyAttempts
from ledger.models import Book
from treasury import policies
from treasury.arithmetic.years import Years, month_of_day
from treasury.exports import Audience
from treasury.forms import ReportForm
from treasury.operations.report_files import ReportNotMade, take_report_file
from treasury.operations.report_records import ReportFormat
from treasury.operations.reports import ReportPromise, download_report
from treasury.queries import books_of
from treasury.queries.reports import KINDS, PAGE_LINES, Window, accounts_of, build_report, funds_of, get_kind
from treasury.queries.years import find_years
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
        years=find_years(book.organisation),
    )


def asked_query(form: ReportForm, request: HttpRequest) -> str:
    """Write the question again as an address has it, for the files of the same report."""
    query = request.GET.copy()
    for name in {"after"} | (set(query) - set(form.fields)):
        query.pop(name, None)
    return query.urlencode()


@dataclass(frozen=True, slots=True)
class Preset:
    """Days that are asked for often: their words, the question as an address has it, and whether it is this one."""

    words: str
    query: str
    is_current: bool


def presets(form: ReportForm, request: HttpRequest, today: date) -> list[Preset]:
    """Give the days that people mostly want, with everything else that was asked kept."""
    years = form.years
    others = request.GET.copy()
    for name in {"after", "from_on", "through_on", "on"} | (set(others) - set(form.fields)):
        others.pop(name, None)
    found = []
    for words, days in _days_as_of(years, today) if "on" in form.fields else _days_between(years, today):
        texts = {name: day.isoformat() for name, day in days.items()}
        query = others.copy()
        query.update(texts)
        is_current = all(form.data.get(name) == text for name, text in texts.items())
        found.append(Preset(words, query.urlencode(), is_current))
    return found


def _days_between(years: Years, today: date) -> list[tuple[str, dict[str, date]]]:
    now = years.year_of(today)
    last = years.year_before(now)
    return [
        (_("This month"), {"from_on": month_of_day(today).first_on, "through_on": today}),
        (_("This quarter"), {"from_on": years.quarter_of(today).first_on, "through_on": today}),
        (_("This financial year"), {"from_on": now.first_on, "through_on": today}),
        (_("Last financial year"), {"from_on": last.first_on, "through_on": last.last_on}),
    ]


def _days_as_of(years: Years, today: date) -> list[tuple[str, dict[str, date]]]:
    one = timedelta(days=1)
    return [
        (_("Today"), {"on": today}),
        (_("End of last month"), {"on": month_of_day(today).first_on - one}),
        (_("End of last quarter"), {"on": years.quarter_of(today).first_on - one}),
        (_("End of last financial year"), {"on": years.end_before(years.year_of(today).last_on)}),
    ]


def kept_path(*, organisation: str, book: str) -> str:
    """Give the address of a long report as PDF, {report} standing for its public id.

    Args:
        organisation: Slug of the organisation.
        book: Slug of the book.
    """
    return reverse("treasury:kept-report", args=[organisation, book, "REPORT"]).replace("REPORT", "{report}")


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
            presets=presets(form, self.request, clock.today()),
        )


class ReportFileView(BooksPageMixin, View):
    """One report as a file, or the page that shows how far a long one is."""

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
                organisation=self.organisation,
                slug=slug,
                asked=form.asked(),
                shape=ReportFormat(self.kwargs["shape"]),
                audience=Audience.MACHINE if is_machine else Audience.HUMAN,
                actor=self.actor,
                at=clock.now(),
                result_path=kept_path(organisation=self.organisation.slug, book=book.slug),
            )
        except ReportTooLong as refused:
            return self._refuse(request, book, form, HTTPStatus.UNPROCESSABLE_ENTITY, refused)
        except TooManyAttempts as refused:
            response = self._refuse(request, book, form, HTTPStatus.TOO_MANY_REQUESTS, refused)
            response["Retry-After"] = str(refused.facts["retry_after"])
            return response
        if isinstance(download, ReportPromise):
            return redirect("foundation:job", download.job.public_id)
        return stream(download)

    def _refuse(
        self, request: HttpRequest, book: Book, form: ReportForm, status: HTTPStatus, why: DomainError | None = None
    ) -> HttpResponse:
        if why is not None:
            messages.error(request, why.message)
        facts = self.get_context_data(book=book, kind=get_kind(self.kwargs["kind"]), form=form, report=None)
        return render(request, "treasury/reports/report.html", facts, status=status)


class KeptReportView(BooksPageMixin, View):
    """A long report as PDF, once a worker has made it."""

    http_method_names = ("get", "head", "options")

    def decide(self, actor: Actor) -> Decision:
        """Ask who may take the books away."""
        return policies.may_export_books(actor, self.organisation.public_id)

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send the file, or lead to the page that shows how far it is."""
        try:
            file = take_report_file(
                book=self.get_book(), public_id=self.kwargs["report_file"], actor=self.actor, at=clock.now()
            )
        except ReportNotMade as early:
            return redirect("foundation:job", early.facts["job"])
        return stream_file(file, inline=False)
