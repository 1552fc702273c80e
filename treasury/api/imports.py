"""Taking another system's journal into the books, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents.exports.text import plain_amount
from foundation import clock
from foundation.access import require
from foundation.idempotency import IdempotentMixin
from ledger.models import Book
from people.models import Organisation
from treasury import policies, queries
from treasury.api.books import actor_of, readable_book
from treasury.arithmetic.imports import DateOrder, ImportKind, ImportOptions
from treasury.models import JournalImport
from treasury.operations import imports as operations
from treasury.queries.imports import ImportPreview, check_import, imports_of

MAX_CHARACTERS = 2_000_000
"""What one request takes; a longer file goes in over the page or the command."""


class ImportRequestSerializer(serializers.Serializer[Any]):
    """Asks for an import."""

    content = serializers.CharField(
        max_length=MAX_CHARACTERS,
        trim_whitespace=False,
        help_text="The CSV: date, reference, account, owner, fund, debit, credit, text.",
    )
    mapping = serializers.CharField(
        max_length=MAX_CHARACTERS,
        default="",
        allow_blank=True,
        trim_whitespace=False,
        help_text="A table of codes as CSV: external, account.",
    )
    name = serializers.CharField(max_length=100, default="journals.csv", help_text="What the file is called.")
    kind = serializers.ChoiceField(choices=[one.value for one in ImportKind], default=ImportKind.JOURNALS.value)
    dates = serializers.ChoiceField(choices=[one.value for one in DateOrder], default=DateOrder.ISO.value)
    commas = serializers.BooleanField(default=False, help_text="Whether amounts may have commas between thousands.")
    opening_on = serializers.DateField(
        default=None, allow_null=True, help_text="For opening balances: the day before the first of your own."
    )
    suspense = serializers.RegexField(
        r"^[0-9]{4,8}$", default="", allow_blank=True, help_text="Account for what opening balances differ by."
    )
    post = serializers.BooleanField(default=False, help_text="False only looks; true posts everything.")


class ImportProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with a line; line 0 is the file."""

    line = serializers.IntegerField()
    problem = serializers.CharField()


class ImportTotalSerializer(serializers.Serializer[Any]):
    """What the file debits and credits to an account."""

    account = serializers.CharField(source="code")
    currency = serializers.CharField()
    debit = serializers.SerializerMethodField()
    credit = serializers.SerializerMethodField()

    def get_debit(self, total: Any) -> str:
        """Write the debits."""
        return plain_amount(total.debit)

    def get_credit(self, total: Any) -> str:
        """Write the credits."""
        return plain_amount(total.credit)


class ImportSerializer(serializers.ModelSerializer[JournalImport]):
    """A file that is in the books."""

    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        """An allow-list."""

        model = JournalImport
        fields = ("id", "sha256", "kind", "opening_on", "rows", "journals", "imported_at")
        read_only_fields = fields


class ImportAnswerSerializer(serializers.Serializer[Any]):
    """What the file holds, and the import when it is in the books."""

    sha256 = serializers.CharField()
    rows = serializers.IntegerField()
    journals = serializers.IntegerField()
    totals = ImportTotalSerializer(many=True)
    problems = ImportProblemSerializer(many=True)
    added = serializers.BooleanField(help_text="Whether this request added anything to the books.")
    imported = ImportSerializer(allow_null=True)


class ImportsApi(IdempotentMixin, APIView):
    """The files that were taken into a book."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": "books:read", "post": "books:write"}

    @extend_schema(
        operation_id="books_imports", summary="Files taken into a book", responses=ImportSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the last hundred, the newest first."""
        return Response(ImportSerializer(imports_of(book=readable_book(request, slug)), many=True).data)

    @extend_schema(
        operation_id="books_import",
        summary="Look at a file of journals, or post all of it",
        request=ImportRequestSerializer,
        responses=ImportAnswerSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say what a file would post, or with `post` post it: all of it or nothing, and only once."""
        book = queries.get_readable_book(actor=actor_of(request), slug=slug)
        require(policies.may_import_journals(actor_of(request), book.organisation))
        given = ImportRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        options = ImportOptions(
            ImportKind(asked["kind"]),
            DateOrder(asked["dates"]),
            asked["commas"],
            asked["opening_on"],
            asked["suspense"],
        )
        preview = check_import(
            book=book,
            content=asked["content"].encode(),
            options=options,
            mapping_content=asked["mapping"].encode() or None,
        )
        if not asked["post"]:
            return Response(_answer(preview, None))
        if preview.problems:
            raise operations.refusal(preview)
        return Response(_answer(preview, _post(book, asked, options, actor=actor_of(request).ref)))


def _post(book: Book, asked: Mapping[str, Any], options: ImportOptions, *, actor: str) -> operations.Imported:
    organisation, at = Organisation.objects.get(public_id=book.organisation), clock.now()
    files = [
        operations.keep_file(organisation=organisation, content=text.encode(), name=asked["name"], at=at)
        for text in (asked["content"], asked["mapping"])
        if text
    ]
    return operations.import_journals(
        book=book,
        organisation=organisation,
        file=files[0],
        mapping_file=files[1] if len(files) > 1 else None,
        options=options,
        actor=actor,
        at=at,
    )


def _answer(preview: ImportPreview, done: operations.Imported | None) -> dict[str, Any]:
    row = done.row if done else preview.earlier
    facts = {
        "sha256": preview.sha256,
        "rows": preview.rows,
        "journals": len(preview.journals),
        "totals": preview.totals,
        "problems": [one._asdict() for one in preview.problems],
        "added": done is not None and not done.replayed,
        "imported": row,
    }
    return ImportAnswerSerializer(facts).data
