"""Card payments of an organisation over REST, for reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound
from foundation.access import Actor, require
from payments import policies, queries
from payments.models import Payment, Receipt, Refund, RefundRun
from payments.serializers import (
    MatterSerializer,
    PaymentSerializer,
    ReceiptSerializer,
    RefundRunSerializer,
    RefundSerializer,
)
from people import policies as people_policies
from people import queries as people_queries
from people.models import Organisation

READ_PAYMENTS: Mapping[str, str] = {"get": "payments:read"}


def readable_organisation(request: Request, slug: str) -> Organisation:
    """Return an organisation whose payments the actor may see.

    Raises:
        NotFound: there is none for this actor, who holds no role there.
        NotAllowed: the actor has a role there that does not see payments.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    organisation = people_queries.get_organisation(slug)
    decision = policies.may_see_payments(actor, organisation)
    if decision.code == people_policies.NO_ROLE:
        raise NotFound("There is no such organisation.")
    require(decision)
    return organisation


class PaymentListView(ListAPIView[Payment]):
    """Payments to an organisation."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_PAYMENTS
    serializer_class = PaymentSerializer

    def get_queryset(self) -> QuerySet[Payment]:
        """Give those that the actor may see."""
        if getattr(self, "swagger_fake_view", False):
            return Payment.objects.none()
        return queries.payments_of(readable_organisation(self.request, str(self.kwargs["slug"])))

    @extend_schema(operation_id="payments_list", summary="List payments")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List payments, the newest first."""
        return super().get(request, *args, **kwargs)


class PaymentView(APIView):
    """One payment."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_PAYMENTS

    @extend_schema(operation_id="payments_retrieve", summary="Show a payment", responses=PaymentSerializer)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Show a payment."""
        organisation = readable_organisation(request, slug)
        return Response(PaymentSerializer(queries.get_payment(organisation=organisation, public_id=public_id)).data)


class ReceiptListView(ListAPIView[Receipt]):
    """Money that came to an organisation."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_PAYMENTS
    serializer_class = ReceiptSerializer

    def get_queryset(self) -> QuerySet[Receipt]:
        """Give those that the actor may see."""
        if getattr(self, "swagger_fake_view", False):
            return Receipt.objects.none()
        return queries.receipts_of(readable_organisation(self.request, str(self.kwargs["slug"])))

    @extend_schema(operation_id="payments_receipts_list", summary="List receipts")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List receipts, the newest first."""
        return super().get(request, *args, **kwargs)


class RefundListView(ListAPIView[Refund]):
    """Money that goes back from an organisation."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_PAYMENTS
    serializer_class = RefundSerializer

    def get_queryset(self) -> QuerySet[Refund]:
        """Give those that the actor may see."""
        if getattr(self, "swagger_fake_view", False):
            return Refund.objects.none()
        return queries.refunds_of(readable_organisation(self.request, str(self.kwargs["slug"])))

    @extend_schema(operation_id="payments_refunds_list", summary="List refunds")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List refunds, the newest first."""
        return super().get(request, *args, **kwargs)


class RefundRunListView(ListAPIView[RefundRun]):
    """Runs of refunds of an organisation."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_PAYMENTS
    serializer_class = RefundRunSerializer

    def get_queryset(self) -> QuerySet[RefundRun]:
        """Give those that the actor may see."""
        if getattr(self, "swagger_fake_view", False):
            return RefundRun.objects.none()
        return queries.runs_of(readable_organisation(self.request, str(self.kwargs["slug"])))

    @extend_schema(operation_id="payments_refund_runs_list", summary="List runs of refunds")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List runs of refunds, the newest first."""
        return super().get(request, *args, **kwargs)


class MatterListView(APIView):
    """What needs a person."""

    required_scopes: ClassVar[Mapping[str, str]] = READ_PAYMENTS

    @extend_schema(
        operation_id="payments_attention_list",
        summary="List what needs attention",
        responses=MatterSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """List what needs a person, with the reason and the next step; at most 200."""
        organisation = readable_organisation(request, slug)
        return Response(MatterSerializer(queries.open_matters(organisation), many=True).data)
