"""Providers' pay over REST: balances, booking, dues with their reasons, payments, statements, compensation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.jobs import answer_begun
from bonds.api.money_moved import PAYMENTS_WRITE
from bonds.api.standing import READ, WRITE, Place, Policy, actor_of, place_of, read_given
from bonds.models import Party, ProviderDue, ProviderStatement, ReferralCompensation
from bonds.policies import providers as policies
from bonds.policies import results as result_policies
from bonds.queries import provider_pay as queries
from bonds.queries import provider_statements as statements
from bonds.queries.provider_dues import find_unbooked, results_of
from bonds.serializers import providers as said
from bonds.serializers.contracts import ReasonSerializer
from bonds.serializers.jobs import JobBegunSerializer
from documents.exports.report_facts import report_facts
from foundation import clock
from foundation.access import Actor, require
from foundation.api.pagination import CursorPages
from foundation.idempotency import HEADER, IdempotentMixin
from foundation.models import Job
from payments import policies as payment_policies
from payments.api.recorded import check_recent_sign_in

MOST_UNBOOKED = 1_000


class ProviderPayApi(IdempotentMixin, APIView):
    """Where providers stand; here what they are due is booked."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="provider_pay_list",
        summary="Where providers stand: due, paid, to be paid",
        responses=said.PayBalanceSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List the balances: all of them to the holder, its own to a provider."""
        place = place_of(request, slug, reference, policies.may_see_pay)
        found = queries.balances_of(place.contract)
        if not policies.sees_every_account(place.standpoint):
            found = [one for one in found if one.provider.organisation_id == place.organisation.pk]
        return Response(said.PayBalanceSerializer(found, many=True).data)

    @extend_schema(
        operation_id="provider_pay_book",
        summary="Book what providers are due by today",
        request=None,
        responses={201: said.AccrualSerializer, 202: JobBegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Book all that is due and not in the books; nothing is booked twice. Much of it becomes a job."""
        place = place_of(request, slug, reference, policies.may_book_dues)
        made = operations.begin_booking(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:provider-pay", args=[slug, reference]),
        )
        if isinstance(made, Job):
            return answer_begun(made)
        return Response(said.AccrualSerializer(made).data, status=status.HTTP_201_CREATED)


class UnbookedApi(APIView):
    """What a booking would book."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="provider_pay_unbooked",
        summary="Look at what a booking now would book",
        responses=said.UnbookedSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Show it; nothing is kept."""
        place = place_of(request, slug, reference, policies.may_book_dues)
        found = find_unbooked(place.contract, on=clock.today())
        shown = found.dues[:MOST_UNBOOKED]
        facts = {"pence": found.pence, "count": len(found.dues), "dues": shown}
        return Response(said.UnbookedSerializer(facts, context={"results": results_of(shown)}).data)


class DuesApi(ListAPIView[ProviderDue]):
    """What was booked for a provider, each amount with why it is what it is."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}
    serializer_class = said.ProviderDueSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[ProviderDue]:
        """Give the dues of the address's provider."""
        if getattr(self, "swagger_fake_view", False):
            return ProviderDue.objects.none()
        self._place, provider = account_of(self.request, self.kwargs)
        return queries.dues_of(provider)

    def get_serializer_context(self) -> dict[str, Any]:
        """Say the currency."""
        place = getattr(self, "_place", None)
        return {**super().get_serializer_context(), "currency": place.contract.currency if place else "GBP"}

    @extend_schema(operation_id="provider_dues_list", summary="List what a provider was due, with every reason")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)


class StatementApi(APIView):
    """A provider's statement of any days."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="provider_statement",
        summary="A provider's statement of some days",
        parameters=[
            OpenApiParameter("from_on", OpenApiTypes.DATE, description="First day; that of service if left out."),
            OpenApiParameter("until_on", OpenApiTypes.DATE, description="The day after the last; else tomorrow."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Write it from the same value as page, CSV and PDF."""
        place, provider = account_of(request, kwargs)
        whole = {"from_on": statements.first_day_of(place.contract), "until_on": clock.today() + statements.ONE_DAY}
        given = read_given(said.NewStatementSerializer, request, whole | request.query_params.dict())
        if given["until_on"] <= given["from_on"]:
            raise serializers.ValidationError({"until_on": ["This has to lie after the first day."]})
        return Response(report_facts(statements.build_statement(provider, **given)))


class StatementsApi(IdempotentMixin, ListAPIView[ProviderStatement]):
    """Statements that a provider was issued."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}
    serializer_class = said.ProviderStatementSerializer

    def get_queryset(self) -> QuerySet[ProviderStatement]:
        """Give those of the address's provider."""
        if getattr(self, "swagger_fake_view", False):
            return ProviderStatement.objects.none()
        return ProviderStatement.objects.filter(provider=account_of(self.request, self.kwargs)[1])

    @extend_schema(operation_id="provider_statements_list", summary="List the statements of a provider")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="provider_statements_issue",
        summary="Issue a statement to a provider",
        request=said.NewStatementSerializer,
        responses={201: said.ProviderStatementSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Issue it; its PDF is made by a worker, and the provider is told by mail."""
        _place, provider = account_of(request, kwargs, policies.may_book_dues)
        given = read_given(said.NewStatementSerializer, request)
        made = operations.issue_provider_statement(provider=provider, actor=actor_of(request), at=clock.now(), **given)
        return Response(said.ProviderStatementSerializer(made).data, status=status.HTTP_201_CREATED)


class ProviderPaymentsApi(IdempotentMixin, APIView):
    """Payments to a provider."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

    @extend_schema(
        operation_id="provider_payments_record",
        summary="Record that a provider was paid",
        request=said.NewProviderPaymentSerializer,
        responses={201: said.RecordedPaymentSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Write it down; a second person lets it into the books, in a session."""
        place, provider = account_of(request, kwargs, policies.may_pay_providers)
        actor = actor_of(request)
        require(payment_policies.may_record_money(actor, place.contract.organisation))
        check_recent_sign_in(request)
        given = read_given(said.NewProviderPaymentSerializer, request)
        made = operations.pay_provider(
            provider=provider,
            key=_key_of(request, actor),
            actor=actor,
            at=clock.now(),
            today=clock.today(),
            **given,
        )
        return Response(said.RecordedPaymentSerializer(made).data, status=status.HTTP_201_CREATED)


class CompensationsApi(IdempotentMixin, ListAPIView[ReferralCompensation]):
    """Compensation for people who were not referred."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}
    serializer_class = said.CompensationSerializer

    def get_queryset(self) -> QuerySet[ReferralCompensation]:
        """Give those that concern the caller's organisation; all to those who see every result."""
        if getattr(self, "swagger_fake_view", False):
            return ReferralCompensation.objects.none()
        place = place_of(
            self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]), result_policies.may_see_results
        )
        sees_all = policies.sees_every_account(place.standpoint)
        return queries.compensations_of(contract=place.contract, party=None if sees_all else place.party)

    @extend_schema(operation_id="compensations_list", summary="List compensation for people not referred")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what the holder accepted, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="compensations_accept",
        summary="Accept what a commissioner owes for people it did not refer",
        request=said.NewCompensationSerializer,
        responses={201: said.CompensationSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Accept it: the commissioner is invoiced, and the provider is due the same."""
        place = place_of(request, slug, reference, policies.may_book_dues)
        given = read_given(said.NewCompensationSerializer, request)
        made = operations.accept_compensation(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(said.CompensationSerializer(made).data, status=status.HTTP_201_CREATED)


class UndoCompensationApi(IdempotentMixin, APIView):
    """Undoing a compensation that was accepted wrongly."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="compensations_undo",
        summary="Undo compensation for people not referred",
        request=ReasonSerializer,
        responses=said.CompensationSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, compensation: str) -> Response:
        """Undo it: credited or set off for the commissioner, taken back from the provider; both are told why."""
        place = place_of(request, slug, reference, policies.may_book_dues)
        made = queries.get_compensation(contract=place.contract, public_id=compensation)
        reason = read_given(ReasonSerializer, request)["reason"]
        undone = operations.undo_compensation(compensation=made, reason=reason, actor=actor_of(request), at=clock.now())
        return Response(said.CompensationSerializer(undone.compensation).data)


def account_of(
    request: Request, parts: Mapping[str, Any], policy: Policy = policies.may_see_pay
) -> tuple[Place, Party]:
    """Return the place and the provider of an address, for whoever may see that account.

    Raises:
        ContractMissing: there is no such contract for whoever asks.
        ProviderMissing: there is no such provider.
        Refused: the actor's role, or that it is another provider's account, stands in the way.
    """
    place = place_of(request, str(parts["slug"]), str(parts["reference"]), policy)
    provider = queries.get_provider(contract=place.contract, code=str(parts["provider"]))
    owner = provider.organisation.public_id
    require(policies.may_see_account(actor_of(request), place.standpoint, provider=owner))
    provider.contract = place.contract
    return place, provider


def _key_of(request: Request, actor: Actor) -> str:
    """Name a record by the caller's own key, where there is one, so that sent twice it is recorded once."""
    key = request.headers.get(HEADER) or uuid4().hex
    return f"api:{hashlib.sha256(f'{actor.ref}:{key}'.encode()).hexdigest()}"
