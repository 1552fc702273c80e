"""Erasing words over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.access import Actor, Decision, require
from foundation.idempotency import IdempotentMixin
from ledger import queries as ledger
from treasury import operations, policies
from treasury.api.books import actor_of, readable_book
from treasury.api.journal_serializers import JournalSerializer
from treasury.api.journals import JournalActApi, check_recent_sign_in
from treasury.models import ManualJournal
from treasury.operations import journals
from treasury.queries.journals import get_journal
from treasury.serializers import EntrySerializer, EraseWordsSerializer


class EraseEntryWordsApi(IdempotentMixin, APIView):
    """The words of an entry, gone for good."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "books:write"}

    @extend_schema(
        operation_id="books_erase_words",
        summary="Erase the words of an entry",
        request=EraseWordsSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, slug: str, entry: str) -> Response:
        """Erase them for good, with those of the manual journal behind the entry. Figures and the chain stay."""
        book, actor = readable_book(request, slug), actor_of(request)
        require(policies.may_erase_words(actor, book.organisation))
        if actor.scopes is None:
            check_recent_sign_in(request)
        given = EraseWordsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = ledger.get_entry(book=book, public_id=entry)
        operations.erase_entry_words(entry=found, actor=actor, reason=given.validated_data["reason"], at=clock.now())
        return Response(EntrySerializer(ledger.get_entry(book=book, public_id=entry)).data)


class EraseJournalWordsApi(JournalActApi):
    """The words of a manual journal, gone for good."""

    given_class = EraseWordsSerializer

    def decide(self, actor: Actor, organisation: str) -> Decision:
        """Ask who may erase words."""
        return policies.may_erase_words(actor, organisation)

    @extend_schema(
        operation_id="manual_journal_erase_words",
        summary="Erase the words of a manual journal",
        request=EraseWordsSerializer,
        responses=JournalSerializer,
    )
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Erase those of a posted, refused or withdrawn journal, of its lines and of its entry."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Erase."""
        journals.erase_words(journal=journal, **given, **facts)
        return get_journal(organisation=journal.organisation.public_id, public_id=journal.public_id)
