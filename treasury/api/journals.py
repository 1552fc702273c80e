"""Manual journals over REST: written, checked, submitted, decided and reversed, as on the pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotAllowed
from foundation import clock
from foundation.access import Actor, Decision, require
from foundation.idempotency import IdempotentMixin
from ledger.models import Book
from people.authentication import is_sign_in_recent
from people.models import Organisation
from treasury import policies
from treasury.api.books import actor_of, readable_book
from treasury.api.journal_serializers import (
    JournalApprovalSerializer,
    JournalChangeSerializer,
    JournalCheckSerializer,
    JournalContentSerializer,
    JournalReasonSerializer,
    JournalReversalSerializer,
    JournalSerializer,
    JournalSummarySerializer,
    JournalVersionSerializer,
    check_facts,
)
from treasury.models import ManualJournal
from treasury.operations import journals as operations
from treasury.queries import journals as journal_queries
from treasury.queries.journal_checks import check_journal
from treasury.states import JournalState

SCOPES: Mapping[str, str] = {"get": "books:read", "post": "books:write", "put": "books:write"}


class RecentSignInNeeded(NotAllowed):
    """Somebody is signed in, but gave their password or code too long ago for this act."""

    code = "treasury.recent_sign_in_needed"


def journal_of(request: Request, slug: str, public_id: str) -> ManualJournal:
    """Return a journal of a book that the actor may read.

    Raises:
        BookMissing, JournalMissing: there is none for this actor.
        Refused: the actor may not read the books as they come.
    """
    book = readable_book(request, slug)
    return journal_queries.get_journal(organisation=book.organisation, public_id=public_id, book=book)


def writable_book(request: Request, slug: str) -> Book:
    """Return a book in which the actor may write journals.

    Raises:
        BookMissing, Refused: as `journal_of`; or the actor is no treasurer there.
    """
    book = readable_book(request, slug)
    require(policies.may_write_journals(actor_of(request), book.organisation))
    return book


def check_recent_sign_in(request: Request) -> None:
    """Let only a session pass that was proved in the last minutes, as the pages do.

    Raises:
        RecentSignInNeeded: it was not.
    """
    if not is_sign_in_recent(request):
        raise RecentSignInNeeded(_("Sign in again on a page of the site, then repeat this within a few minutes."))


class JournalListView(IdempotentMixin, ListAPIView[ManualJournal]):
    """The manual journals of a book."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES
    serializer_class = JournalSummarySerializer

    def get_queryset(self) -> QuerySet[ManualJournal]:
        """Give the journals of a book that the actor may read, perhaps only those in one state."""
        if getattr(self, "swagger_fake_view", False):
            return ManualJournal.objects.none()
        state = self.request.query_params.get("state", "")
        if state and state not in {one.value for one in JournalState}:
            raise serializers.ValidationError({"state": [_("There is no such state.")]})
        return journal_queries.journals_for_api(book=readable_book(self.request, self.kwargs["slug"]), state=state)

    @extend_schema(
        operation_id="manual_journals_list",
        summary="List manual journals",
        parameters=[OpenApiParameter("state", enum=[one.value for one in JournalState], description="Only these.")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="manual_journals_write",
        summary="Write a draft of a manual journal",
        request=JournalContentSerializer,
        responses={201: JournalSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep a draft, also while it does not balance yet; nothing is posted."""
        book = writable_book(request, slug)
        given = JournalContentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        journal = operations.write_draft(
            organisation=Organisation.objects.get(public_id=book.organisation),
            book=book,
            typed=given.typed(),
            actor=actor_of(request),
            at=clock.now(),
            today=clock.today(),
        )
        return Response(JournalSerializer(journal).data, status=status.HTTP_201_CREATED)


class JournalCheckApi(APIView):
    """Checking what would be written."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "books:read"}

    @extend_schema(
        operation_id="manual_journals_check",
        summary="Check a manual journal",
        request=JournalContentSerializer,
        responses=JournalCheckSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say everything that is wrong, and the transfers that it would become; nothing is kept."""
        book = writable_book(request, slug)
        given = JournalContentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        check = check_journal(book=book, typed=given.typed(), today=clock.today())
        limit = journal_queries.find_limit(Organisation.objects.get(public_id=book.organisation))
        reasons = journal_queries.why_second_person(check=check, limit=limit)
        return Response(check_facts(check, reasons))


class JournalView(APIView):
    """One manual journal."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES

    @extend_schema(operation_id="manual_journal", summary="A manual journal", responses=JournalSerializer)
    def get(self, request: Request, slug: str, journal: str) -> Response:
        """Give it whole, with the digest that a second person agrees to."""
        return Response(JournalSerializer(journal_of(request, slug, journal)).data)

    @extend_schema(
        operation_id="manual_journal_change",
        summary="Write a manual journal anew",
        request=JournalChangeSerializer,
        responses=JournalSerializer,
    )
    def put(self, request: Request, slug: str, journal: str) -> Response:
        """Replace the content. What waited for a second person is a draft again."""
        found = journal_of(request, slug, journal)
        require(policies.may_write_journals(actor_of(request), found.book.organisation))
        given = JournalChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        changed = operations.change_draft(
            journal=found,
            version=given.validated_data["version"],
            typed=given.typed(),
            actor=actor_of(request),
            at=clock.now(),
            today=clock.today(),
        )
        return Response(JournalSerializer(changed).data)


class JournalActApi(IdempotentMixin, APIView, ABC):
    """An act on a manual journal; doing it twice does it once."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "books:write"}
    given_class: ClassVar[type[serializers.Serializer[Any]]]
    # Whether it may change the books, so that somebody in a session has to have proved lately who they are.
    is_sensitive: ClassVar[bool] = True

    def decide(self, actor: Actor, organisation: str) -> Decision:
        """Ask who may write journals."""
        return policies.may_write_journals(actor, organisation)

    @abstractmethod
    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Do it."""

    def run(self, request: Request, slug: str, public_id: str) -> Response:
        """Find the journal, ask who may, do it, and give the journal as it is now."""
        found = journal_of(request, slug, public_id)
        actor = actor_of(request)
        require(self.decide(actor, found.book.organisation))
        if self.is_sensitive and actor.scopes is None:
            check_recent_sign_in(request)
        given = self.given_class(data=request.data)
        given.is_valid(raise_exception=True)
        done = self.act(found, given.validated_data, actor=actor, at=clock.now())
        return Response(JournalSerializer(done).data)


class SubmitJournalApi(JournalActApi):
    """Sending a draft on."""

    given_class = JournalVersionSerializer

    @extend_schema(operation_id="manual_journal_submit", request=JournalVersionSerializer, responses=JournalSerializer)
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Post it where one person may, otherwise ask a second person."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Submit."""
        return operations.submit_journal(journal=journal, today=clock.today(), **given, **facts)


class PostJournalApi(JournalActApi):
    """Posting what one person may post alone."""

    given_class = JournalVersionSerializer

    @extend_schema(operation_id="manual_journal_post", request=JournalVersionSerializer, responses=JournalSerializer)
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Post it, or be refused where a second person has to agree."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Post."""
        return operations.post_journal(journal=journal, today=clock.today(), **given, **facts)


class WithdrawJournalApi(JournalActApi):
    """Giving a journal up."""

    is_sensitive = False
    given_class = serializers.Serializer

    @extend_schema(operation_id="manual_journal_withdraw", request=None, responses=JournalSerializer)
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Withdraw it for good."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Withdraw."""
        return operations.withdraw_journal(journal=journal, **facts)


class ReverseJournalApi(JournalActApi):
    """Undoing a posted journal."""

    given_class = JournalReversalSerializer

    @extend_schema(
        operation_id="manual_journal_reverse", request=JournalReversalSerializer, responses=JournalSerializer
    )
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Write its mirror as a journal of its own, posted or waiting for a second person; give that one."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Reverse."""
        return operations.reverse_journal(journal=journal, today=clock.today(), **given, **facts)


class ApproveJournalApi(JournalActApi):
    """The second person's yes: in a session that was proved lately, never by a key."""

    given_class = JournalApprovalSerializer

    def decide(self, actor: Actor, organisation: str) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_journals(actor, organisation)

    @extend_schema(
        operation_id="manual_journal_approve", request=JournalApprovalSerializer, responses=JournalSerializer
    )
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Agree to exactly what was read; it is posted at once."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Approve."""
        return operations.approve_journal(journal=journal, today=clock.today(), **given, **facts)


class RefuseJournalApi(JournalActApi):
    """The second person's no."""

    is_sensitive = False
    given_class = JournalReasonSerializer

    def decide(self, actor: Actor, organisation: str) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_journals(actor, organisation)

    @extend_schema(operation_id="manual_journal_refuse", request=JournalReasonSerializer, responses=JournalSerializer)
    def post(self, request: Request, slug: str, journal: str) -> Response:
        """Refuse, and say why."""
        return self.run(request, slug, journal)

    def act(self, journal: ManualJournal, given: dict[str, Any], **facts: Any) -> ManualJournal:
        """Refuse."""
        return operations.refuse_journal(journal=journal, **given, **facts)
