"""Money recorded by hand over REST: written down by key or in a session, decided by a second person in a session."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotAllowed, NotFound
from foundation import clock
from foundation.access import Actor, Decision, require
from foundation.idempotency import HEADER, IdempotentMixin
from payments import operations, policies, queries
from payments.models import RecordedMoney
from payments.serializers import (
    NewRecordedSerializer,
    RecordedReasonSerializer,
    RecordedReversalSerializer,
    RecordedSerializer,
)
from payments.states import DIRECTIONS, RECORDED_STATES
from people import policies as people_policies
from people import queries as people_queries
from people.authentication import is_sign_in_recent
from people.models import Organisation

SCOPES: Mapping[str, str] = {"get": "payments:read", "post": "payments:write"}


class RecentSignInNeeded(NotAllowed):
    """Somebody is signed in, but gave their password or code too long ago for this act."""

    code = "payments.recent_sign_in_needed"


def actor_of(request: Request) -> Actor:
    """Give the actor that authentication found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def organisation_of(request: Request, slug: str) -> Organisation:
    """Return an organisation whose recorded money the actor may see.

    Raises:
        NotFound: there is none for this actor, who holds no role there.
        Refused: the actor has a role there that does not see it.
    """
    organisation = people_queries.get_organisation(slug)
    decision = policies.may_see_recorded(actor_of(request), organisation)
    if decision.code == people_policies.NO_ROLE:
        raise NotFound(_("There is no such organisation."))
    require(decision)
    return organisation


def check_recent_sign_in(request: Request) -> None:
    """Let a key pass, and a session only if it was proved in the last minutes, as the pages do.

    Raises:
        RecentSignInNeeded: it was not.
    """
    if actor_of(request).scopes is None and not is_sign_in_recent(request):
        raise RecentSignInNeeded(_("Sign in again on a page of the site, then repeat this within a few minutes."))


class RecordedListApi(ListAPIView[RecordedMoney]):
    """What an organisation recorded by hand."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES
    serializer_class = RecordedSerializer

    def get_queryset(self) -> QuerySet[RecordedMoney]:
        """Give what the actor may see, perhaps only in one state or one direction."""
        if getattr(self, "swagger_fake_view", False):
            return RecordedMoney.objects.none()
        chosen = {"state": RECORDED_STATES, "direction": DIRECTIONS}
        asked = {name: self.request.query_params.get(name, "") for name in chosen}
        wrong = {
            name: [_("There is no such one.")] for name, value in asked.items() if value not in {"", *chosen[name]}
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return queries.recorded_of(organisation=organisation_of(self.request, str(self.kwargs["slug"])), **asked)

    @extend_schema(
        operation_id="recorded_list",
        summary="List recorded receipts and payments",
        parameters=[
            OpenApiParameter("state", enum=list(RECORDED_STATES), description="Only these."),
            OpenApiParameter("direction", enum=list(DIRECTIONS), description="Only receipts, or only payments."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)


class RecordApi(IdempotentMixin, APIView, ABC):
    """Writing money down; a second person is asked, and nothing is posted before."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES

    @abstractmethod
    def record(self, **asked: Any) -> RecordedMoney:
        """Write it down."""

    def run(self, request: Request, slug: str) -> Response:
        """Ask who may, read what was sent, and write it down."""
        organisation, actor = organisation_of(request, slug), actor_of(request)
        require(policies.may_record_money(actor, organisation))
        check_recent_sign_in(request)
        given = NewRecordedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = self.record(
            organisation=organisation,
            book=queries.get_book_with_bank(organisation=organisation, slug=given.validated_data["book"]),
            facts=given.facts(),
            key=key_of(request, actor),
            actor=actor,
            at=clock.now(),
            today=clock.today(),
        )
        return Response(RecordedSerializer(made).data, status=status.HTTP_201_CREATED)


class RecordReceiptApi(RecordApi):
    """Money that came."""

    @extend_schema(
        operation_id="recorded_receipt",
        summary="Record a receipt",
        request=NewRecordedSerializer,
        responses={201: RecordedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Write a receipt down, and ask a second person."""
        return self.run(request, slug)

    def record(self, **asked: Any) -> RecordedMoney:
        """Write the receipt down."""
        return operations.record_receipt(**asked)


class RecordPaymentApi(RecordApi):
    """Money that was paid."""

    @extend_schema(
        operation_id="recorded_payment",
        summary="Record a payment",
        request=NewRecordedSerializer,
        responses={201: RecordedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Write a payment down, and ask a second person."""
        return self.run(request, slug)

    def record(self, **asked: Any) -> RecordedMoney:
        """Write the payment down."""
        return operations.record_payment(**asked)


class RecordedApi(APIView):
    """One record."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES

    @extend_schema(
        operation_id="recorded_retrieve", summary="Show a recorded receipt or payment", responses=RecordedSerializer
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Show it, with the transfers that it posts."""
        organisation = organisation_of(request, slug)
        return Response(RecordedSerializer(queries.get_recorded(organisation=organisation, public_id=public_id)).data)


class RecordedActApi(IdempotentMixin, APIView, ABC):
    """An act on a record; doing it twice does it once."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "payments:write"}
    given_class: ClassVar[type[serializers.Serializer[Any]]] = serializers.Serializer
    # Whether somebody in a session has to have proved lately who they are.
    is_sensitive: ClassVar[bool] = False

    @abstractmethod
    def decide(self, actor: Actor, organisation: Organisation) -> Decision:
        """Ask who may."""

    @abstractmethod
    def act(self, record: RecordedMoney, given: dict[str, Any], *, actor: Actor) -> RecordedMoney:
        """Do it."""

    def run(self, request: Request, slug: str, public_id: str) -> Response:
        """Find the record, ask who may, do it, and give the record as it is now."""
        organisation, actor = organisation_of(request, slug), actor_of(request)
        record = queries.get_recorded(organisation=organisation, public_id=public_id)
        require(self.decide(actor, organisation))
        if self.is_sensitive:
            check_recent_sign_in(request)
        given = self.given_class(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(RecordedSerializer(self.act(record, given.validated_data, actor=actor)).data)


class ApproveRecordedApi(RecordedActApi):
    """The second person's yes: in a session that was proved lately, never by a key."""

    is_sensitive = True

    def decide(self, actor: Actor, organisation: Organisation) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_recorded(actor, organisation)

    @extend_schema(
        operation_id="recorded_approve",
        summary="Approve a recorded receipt or payment",
        request=None,
        responses=RecordedSerializer,
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Agree to it; it is posted at once."""
        return self.run(request, slug, public_id)

    def act(self, record: RecordedMoney, given: dict[str, Any], *, actor: Actor) -> RecordedMoney:
        """Approve."""
        return operations.approve_recorded(record=record, actor=actor, at=clock.now(), today=clock.today())


class RefuseRecordedApi(RecordedActApi):
    """The second person's no."""

    given_class = RecordedReasonSerializer

    def decide(self, actor: Actor, organisation: Organisation) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_recorded(actor, organisation)

    @extend_schema(
        operation_id="recorded_refuse",
        summary="Refuse a recorded receipt or payment",
        request=RecordedReasonSerializer,
        responses=RecordedSerializer,
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Refuse it, and say why; nothing is posted."""
        return self.run(request, slug, public_id)

    def act(self, record: RecordedMoney, given: dict[str, Any], *, actor: Actor) -> RecordedMoney:
        """Refuse."""
        return operations.refuse_recorded(record=record, actor=actor, at=clock.now(), **given)


class WithdrawRecordedApi(RecordedActApi):
    """Taking a record back."""

    def decide(self, actor: Actor, organisation: Organisation) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_money(actor, organisation)

    @extend_schema(
        operation_id="recorded_withdraw",
        summary="Withdraw a recorded receipt or payment",
        request=None,
        responses=RecordedSerializer,
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Take it back while nobody has decided."""
        return self.run(request, slug, public_id)

    def act(self, record: RecordedMoney, given: dict[str, Any], *, actor: Actor) -> RecordedMoney:
        """Withdraw."""
        return operations.withdraw_recorded(record=record, actor=actor, at=clock.now())


class ReverseRecordedApi(RecordedActApi):
    """Undoing what is in the books by mistake."""

    is_sensitive = True
    given_class = RecordedReversalSerializer

    def decide(self, actor: Actor, organisation: Organisation) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_money(actor, organisation)

    @extend_schema(
        operation_id="recorded_reverse",
        summary="Reverse a recorded receipt or payment",
        request=RecordedReversalSerializer,
        responses=RecordedSerializer,
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Ask a second person to undo it by its mirror; the reversal is a record of its own, and is what comes back."""
        return self.run(request, slug, public_id)

    def act(self, record: RecordedMoney, given: dict[str, Any], *, actor: Actor) -> RecordedMoney:
        """Ask for the reversal."""
        return operations.reverse_recorded(record=record, actor=actor, at=clock.now(), today=clock.today(), **given)


def key_of(request: Request, actor: Actor) -> str:
    """Name the record by the caller's own key, so that a request that died half-way is not recorded twice."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return f"api:{uuid4().hex}"
    return f"api:{hashlib.sha256(f'{actor.ref} {request.path} {sent}'.encode()).hexdigest()}"
