"""Files of manual journals and the limit that one person may post alone, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents.exports.text import plain_amount
from foundation import clock
from foundation.access import require
from foundation.files import stream
from foundation.idempotency import IdempotentMixin
from ledger.models import MAX_AMOUNT
from people.models import Organisation
from treasury import policies
from treasury.api.books import actor_of, readable_book
from treasury.api.journal_serializers import JournalSerializer
from treasury.api.journals import check_recent_sign_in, journal_of
from treasury.models.journals import REASON_LENGTH
from treasury.operations import journals as operations
from treasury.queries import journals as journal_queries


class JournalFileRequestSerializer(serializers.Serializer[Any]):
    """A file to attach: PDF, picture, sheet or plain text, at most 10 MB."""

    file = serializers.FileField(max_length=200)


class JournalFilesApi(APIView):
    """The files of a manual journal."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "books:write"}
    # JSON holds no file; it is read to say so in the words of all other problems.
    parser_classes = (MultiPartParser, JSONParser)

    @extend_schema(
        operation_id="manual_journal_attach",
        summary="Attach a file to a manual journal",
        request={"multipart/form-data": JournalFileRequestSerializer},
        responses={201: JournalSerializer},
    )
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Attach it while the journal can be changed; what waited for a second person is a draft again.

        The same file again changes nothing.
        """
        found = journal_of(request, slug, journal)
        actor = actor_of(request)
        require(policies.may_write_journals(actor, found.book.organisation))
        given = JournalFileRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        operations.attach_file(
            journal=found,
            content=upload.read(operations.MAX_FILE_BYTES + 1),
            name=upload.name,
            actor=actor,
            at=clock.now(),
        )
        return Response(JournalSerializer(journal_of(request, slug, journal)).data, status=status.HTTP_201_CREATED)


class JournalFileApi(APIView):
    """One file of a manual journal."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": "books:read", "delete": "books:write"}

    @extend_schema(
        operation_id="manual_journal_file",
        summary="A file of a manual journal",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, journal: str, file: str) -> HttpResponseBase:
        """Send it, and write down that it was taken."""
        found = journal_of(request, slug, journal)
        stored = operations.read_attachment(journal=found, public_id=file, actor=actor_of(request), at=clock.now())
        return stream(stored, inline=False)

    @extend_schema(
        operation_id="manual_journal_detach",
        summary="Take a file off a manual journal",
        responses=JournalSerializer,
    )
    def delete(self, request: Request, slug: str, journal: str, file: str) -> Response:
        """Take it off while the journal can be changed, and give the journal as it is now."""
        found = journal_of(request, slug, journal)
        actor = actor_of(request)
        require(policies.may_write_journals(actor, found.book.organisation))
        operations.detach_file(journal=found, public_id=file, actor=actor, at=clock.now())
        return Response(JournalSerializer(journal_of(request, slug, journal)).data)


class JournalLimitSerializer(serializers.Serializer[Any]):
    """Up to how much one person may post alone."""

    limit = serializers.SerializerMethodField(help_text="In pounds; 0.00 means that every journal needs two people.")
    is_set = serializers.SerializerMethodField(help_text="False while nobody has set it and the cautious one holds.")
    set_at = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    def get_limit(self, found: journal_queries.Limit) -> str:
        """Write it in pounds."""
        return plain_amount(found.pence)

    def get_is_set(self, found: journal_queries.Limit) -> bool:
        """Tell whether somebody set it."""
        return found.row is not None

    def get_set_at(self, found: journal_queries.Limit) -> str | None:
        """Say when."""
        return found.row.set_at.isoformat() if found.row else None

    def get_reason(self, found: journal_queries.Limit) -> str:
        """Say what it rests on."""
        return found.row.reason if found.row else ""


class JournalLimitRequestSerializer(serializers.Serializer[Any]):
    """A limit to set."""

    limit = serializers.DecimalField(
        max_digits=15, decimal_places=2, min_value=0, max_value=MAX_AMOUNT // 100, help_text="In pounds."
    )
    reason = serializers.CharField(
        max_length=REASON_LENGTH, help_text="What it rests on, such as the number of the board's minute."
    )


class JournalLimitApi(IdempotentMixin, APIView):
    """Up to how much one person may post alone: read by officers, set by the board."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": "books:read", "post": "books:write"}

    @extend_schema(
        operation_id="manual_journal_limit", summary="The limit of manual journals", responses=JournalLimitSerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        """Give the limit that holds for the organisation of a book."""
        book = readable_book(request, slug)
        organisation = Organisation.objects.get(public_id=book.organisation)
        return Response(JournalLimitSerializer(journal_queries.find_limit(organisation)).data)

    @extend_schema(
        operation_id="manual_journal_limit_set",
        summary="Set the limit of manual journals",
        request=JournalLimitRequestSerializer,
        responses=JournalLimitSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Set it from now on, in a session that was proved lately, never by a key.

        The same limit again is no news. Whoever keeps the books does not set their own.
        """
        book = readable_book(request, slug)
        actor = actor_of(request)
        require(policies.may_set_journal_limit(actor, book.organisation))
        if actor.scopes is None:
            check_recent_sign_in(request)
        given = JournalLimitRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        organisation = Organisation.objects.get(public_id=book.organisation)
        operations.set_limit(
            organisation=organisation,
            pence=int(given.validated_data["limit"] * 100),
            reason=given.validated_data["reason"],
            actor=actor,
            at=clock.now(),
        )
        return Response(JournalLimitSerializer(journal_queries.find_limit(organisation)).data)
