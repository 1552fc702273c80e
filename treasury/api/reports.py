"""The reports over REST: one view for all of them, and one for every kind of file."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import FileResponse, StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents.exports.report_facts import report_facts
from foundation import clock
from foundation.access import require
from foundation.api.schema import ProblemSerializer
from foundation.files import stream as stream_file
from ledger.models import Book
from people.models import Organisation
from treasury import policies
from treasury.api.books import READ_BOOKS, CsvRenderer, actor_of, readable_book
from treasury.exports import Audience
from treasury.forms import ReportForm
from treasury.operations.report_files import take_report_file
from treasury.operations.report_records import ReportFormat
from treasury.operations.reports import ReportPromise, download_report
from treasury.queries.reports import KINDS, PAGE_LINES, Window, build_report
from treasury.serializers import (
    ReportKindSerializer,
    ReportPageSerializer,
    ReportPromiseSerializer,
    ReportQuestionSerializer,
    ReportSerializer,
)
from treasury.views.downloads import stream
from treasury.views.reports import kept_path, read_question

RETRY_SECONDS = 2


def valid_question(request: Request, book: Book, slug: str) -> ReportForm:
    """Read the question as the pages do.

    Raises:
        ReportMissing: there is no such report.
        ValidationError: what is asked cannot be read.
    """
    form = read_question(request.query_params.dict(), book=book, slug=slug)
    if not form.is_valid():
        raise ValidationError({name: [str(one) for one in found] for name, found in form.errors.items()})
    return form


class ReportListView(APIView):
    """Which reports there are."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS

    @extend_schema(operation_id="books_reports", summary="Reports of a book", responses=ReportKindSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List the reports, and what each can be asked."""
        readable_book(request, slug)
        return Response(ReportKindSerializer(list(KINDS.values()), many=True).data)


class ReportApiView(APIView):
    """One report."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS

    @extend_schema(
        operation_id="books_report",
        summary="A report",
        parameters=[ReportPageSerializer],
        responses=ReportSerializer,
    )
    def get(self, request: Request, slug: str, kind: str) -> Response:
        """Give a report as the pages show it, each figure with what it leads to; the general ledger in pages."""
        book = readable_book(request, slug)
        form = valid_question(request, book, kind)
        window = Window(after=form.cleaned_data.get("after"), limit=PAGE_LINES)
        report = build_report(book=book, slug=kind, asked=form.asked(), window=window, with_names=False)
        return Response(report_facts(report))


class _XlsxRenderer(CsvRenderer):
    """XLSX."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


class _PdfRenderer(CsvRenderer):
    """PDF."""

    media_type = "application/pdf"
    format = "pdf"


class _ReportFileView(APIView):
    """One report as a file, for the treasurer."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS
    shape: ClassVar[ReportFormat]

    def _file(self, request: Request, slug: str, kind: str) -> StreamingHttpResponse | Response:
        book = readable_book(request, slug)
        require(policies.may_export_books(actor_of(request), book.organisation))
        form = valid_question(request, book, kind)
        organisation = Organisation.objects.get(public_id=book.organisation)
        download = download_report(
            book=book,
            organisation=organisation,
            slug=kind,
            asked=form.asked(),
            shape=self.shape,
            audience=Audience.MACHINE,
            actor=actor_of(request),
            at=clock.now(),
            result_path=kept_path(organisation=organisation.slug, book=book.slug),
        )
        return _promised(download, book) if isinstance(download, ReportPromise) else stream(download)


def _promised(promise: ReportPromise, book: Book) -> Response:
    """Answer that a worker makes the file: where to see how far it is, and where the file will be."""
    facts = {
        "job": reverse("api:job", args=[promise.job.public_id]),
        "file": reverse("api:kept-report", args=[book.slug, promise.report_file]),
    }
    headers = {"Location": facts["job"], "Retry-After": str(RETRY_SECONDS)}
    # Whatever kind of file was asked for, this answer is none.
    return Response(facts, status=202, headers=headers, content_type="application/json")


def _described(shape: str, media_type: str) -> dict[str, Any]:
    """Give what the three files say alike in the API's own description."""
    return {
        "operation_id": f"books_report_{shape}",
        "summary": f"A report as {shape.upper()}",
        "parameters": [ReportQuestionSerializer],
        "responses": {
            (200, media_type): OpenApiTypes.STR if shape == "csv" else OpenApiTypes.BINARY,
            **({(202, "application/json"): ReportPromiseSerializer} if shape == "pdf" else {}),
            (422, "application/problem+json"): ProblemSerializer,
        },
    }


class ReportCsvView(_ReportFileView):
    """One report as CSV."""

    renderer_classes = (CsvRenderer, JSONRenderer)
    shape = ReportFormat.CSV

    @extend_schema(**_described("csv", CsvRenderer.media_type))
    def get(self, request: Request, slug: str, kind: str) -> StreamingHttpResponse | Response:
        """Give the report as CSV for another program, however long it is."""
        return self._file(request, slug, kind)


class ReportXlsxView(_ReportFileView):
    """One report as a workbook."""

    renderer_classes = (_XlsxRenderer, JSONRenderer)
    shape = ReportFormat.XLSX

    @extend_schema(**_described("xlsx", _XlsxRenderer.media_type))
    def get(self, request: Request, slug: str, kind: str) -> StreamingHttpResponse | Response:
        """Give the report as a workbook; 422 where a sheet would have more than 100,000 rows."""
        return self._file(request, slug, kind)


class ReportPdfView(_ReportFileView):
    """One report as PDF."""

    renderer_classes = (_PdfRenderer, JSONRenderer)
    shape = ReportFormat.PDF

    @extend_schema(**_described("pdf", _PdfRenderer.media_type))
    def get(self, request: Request, slug: str, kind: str) -> StreamingHttpResponse | Response:
        """Give the report as an accessible PDF, or 202 where it has more than 80 rows; 422 beyond 3,000."""
        return self._file(request, slug, kind)


class KeptReportApi(APIView):
    """A long report as PDF, once a worker has made it."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS
    renderer_classes = (_PdfRenderer, JSONRenderer)

    @extend_schema(
        operation_id="books_report_kept",
        summary="A long report as PDF",
        responses={
            (200, _PdfRenderer.media_type): OpenApiTypes.BINARY,
            (404, "application/problem+json"): ProblemSerializer,
            (409, "application/problem+json"): ProblemSerializer,
        },
    )
    def get(self, request: Request, slug: str, report_file: str) -> FileResponse:
        """Give a report that a worker made; 409 until it is made, 404 once the seven days are over."""
        book = readable_book(request, slug)
        require(policies.may_export_books(actor_of(request), book.organisation))
        file = take_report_file(book=book, public_id=report_file, actor=actor_of(request), at=clock.now())
        return stream_file(file, inline=False)
