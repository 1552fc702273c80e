"""What payers have paid too much or are owed, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.invoice_acts import key_of
from bonds.api.standing import READ, actor_of, place_of
from bonds.policies import invoices as policies
from bonds.queries import overpayments as queries
from bonds.serializers import overpayments as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin
from payments.api.recorded import check_recent_sign_in


class OverpaymentsApi(APIView):
    """What payers have paid too much or are owed."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="overpayments_list",
        summary="List what payers have paid too much or are owed",
        responses=shapes.OverpaymentsSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List it: the holder sees all, a payer its own."""
        place = place_of(request, slug, reference, policies.may_see_invoices)
        whose = None if policies.sees_every_invoice(place.standpoint) else place.organisation
        facts = {
            "payers": queries.list_owed(place.contract, organisation=whose),
            "credits": queries.list_credits(place.contract, organisation=whose),
            "refunds": queries.records_of(place.contract, organisation=whose).with_everything(),
        }
        return Response(shapes.OverpaymentsSerializer(facts).data)


class RefundsApi(IdempotentMixin, APIView):
    """Paying back a payer."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "payments:write"}

    @extend_schema(
        operation_id="overpayments_refund",
        summary="Record that a payer was paid back",
        request=shapes.RefundGivenSerializer,
        responses={201: shapes.RefundShownSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, payer: str) -> Response:
        """Write it down, in whole or in part; a second person lets it into the books."""
        place = place_of(request, slug, reference, policies.may_record_receipt)
        owed = queries.get_owed(contract=place.contract, code=payer)
        check_recent_sign_in(request)
        given = shapes.RefundGivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor = actor_of(request)
        made = operations.record_overpayment_refund(
            payer=owed.payer,
            key=key_of(request, actor),
            actor=actor,
            at=clock.now(),
            today=clock.today(),
            **given.validated_data,
        )
        return Response(shapes.RefundShownSerializer(made).data, status=status.HTTP_201_CREATED)
