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
from bonds.api.money_moved import PAYMENTS_WRITE, read_moved
from bonds.api.standing import READ, place_of
from bonds.policies import invoices as policies
from bonds.queries import overpayments as queries
from bonds.serializers import overpayments as shapes
from foundation.idempotency import IdempotentMixin


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

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

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
        made = operations.record_overpayment_refund(
            payer=owed.payer, **read_moved(request, shapes.RefundGivenSerializer)
        )
        return Response(shapes.RefundShownSerializer(made).data, status=status.HTTP_201_CREATED)
