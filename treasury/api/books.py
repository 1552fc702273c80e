"""The books over REST, for reading."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.access import Actor, require
from ledger import queries as ledger
from ledger.models import Book, Entry
from treasury import operations, policies, queries
from treasury.exports import Audience
from treasury.exports.trial_balance import trial_balance_facts
from treasury.operations import JournalFormat
from treasury.serializers import (
    AsOfSerializer,
    BookSerializer,
    EntryFilterSerializer,
    EntrySerializer,
    PeriodSerializer,
    TrialBalanceSerializer,
)
from treasury.views.downloads import stream

READ_BOOKS: Mapping[str, str] = {"get": "books:read"}


def actor_of(request: Request) -> Actor:
    """Give the actor that authentication found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def readable_book(request: Request, slug: str) -> Book:
    """Return a book that the actor may read.

    Raises:
        BookMissing: there is none for this actor.
        NotAllowed: the actor has a role there, but may not read the books as they come.
    """
    book = queries.get_readable_book(actor=actor_of(request), slug=slug)
    require(policies.may_read_books(actor_of(request), book.organisation))
    return book


class BookListView(ListAPIView[Book]):
    """The books of the actor's organisations."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS
    serializer_class = BookSerializer

    def get_queryset(self) -> QuerySet[Book]:
        """Give the books of organisations whose books the actor may read."""
        if getattr(self, "swagger_fake_view", False):
            return Book.objects.none()
        actor = actor_of(self.request)
        return queries.books_for(one for one in actor.roles if policies.may_read_books(actor, one))

    @extend_schema(operation_id="books_list", summary="List the books")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the books."""
        return super().get(request, *args, **kwargs)


class TrialBalanceView(APIView):
    """The trial balance of a book."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS

    @extend_schema(
        operation_id="books_trial_balance",
        summary="Trial balance of a book",
        parameters=[AsOfSerializer],
        responses=TrialBalanceSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Give the balance of every account that was used, now or at the end of a day."""
        asked = AsOfSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        on = asked.validated_data.get("on")
        book = readable_book(request, slug)
        return Response(trial_balance_facts(ledger.trial_balance(book=book, on=on), book=book, on=on))


class EntryListView(ListAPIView[Entry]):
    """The entries of a book, newest first."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS
    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[Entry]:
        """Give the entries of a book that the actor may read."""
        if getattr(self, "swagger_fake_view", False):
            return Entry.objects.none()
        book = readable_book(self.request, self.kwargs["slug"])
        asked = EntryFilterSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return ledger.entries_page(book=book, wanted=ledger.EntryFilter(**asked.validated_data))

    @extend_schema(operation_id="books_entries", summary="Entries of a book", parameters=[EntryFilterSerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List entries with their transfers, newest recorded first; pages by cursor."""
        return super().get(request, *args, **kwargs)


class _FileRenderer(BaseRenderer):
    """Lets a client ask for the file's own type; the file itself is streamed, only a refusal is rendered, as JSON."""

    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Write a refusal."""
        return JSONRenderer().render(data, "application/json", renderer_context)


class CsvRenderer(_FileRenderer):
    """CSV."""

    media_type = "text/csv"
    format = "csv"


class PlainRenderer(_FileRenderer):
    """Plain text."""

    media_type = "text/plain"
    format = "txt"


class _JournalView(APIView):
    """The journal of a book as a file, for the treasurer."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_BOOKS
    shape: ClassVar[JournalFormat]

    def _file(self, request: Request, slug: str) -> StreamingHttpResponse:
        asked = PeriodSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        book = readable_book(request, slug)
        require(policies.may_export_books(actor_of(request), book.organisation))
        download = operations.download_journal(
            book=book,
            shape=self.shape,
            audience=Audience.MACHINE,
            from_on=asked.validated_data.get("from_on"),
            until_on=asked.validated_data.get("until_on"),
            actor=actor_of(request),
            at=clock.now(),
        )
        return stream(download)


class JournalCsvView(_JournalView):
    """The journal as CSV for another program."""

    renderer_classes = (CsvRenderer, JSONRenderer)
    shape = JournalFormat.CSV

    @extend_schema(
        operation_id="books_journal_csv",
        summary="Journal as CSV",
        parameters=[PeriodSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Give two rows for each transfer; text is stripped of what a spreadsheet would take for a formula."""
        return self._file(request, slug)


class JournalTextView(_JournalView):
    """The journal as plain text."""

    renderer_classes = (PlainRenderer, JSONRenderer)
    shape = JournalFormat.PLAINTEXT

    @extend_schema(
        operation_id="books_journal_txt",
        summary="Journal for hledger, ledger and beancount",
        parameters=[PeriodSerializer],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Give one plain-text journal that hledger, ledger and beancount all read."""
        return self._file(request, slug)
