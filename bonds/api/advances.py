"""Advance payments over REST."""

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
from bonds.api.standing import READ, WRITE, actor_of, place_of, read_given
from bonds.policies import invoices as policies
from bonds.queries import advances as queries
from bonds.serializers import advances as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin


class AdvancesApi(IdempotentMixin, APIView):
    """What payers pay before results."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="advances_list",
        summary="List advance payments with what became of them",
        responses=shapes.AdvancesSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them: the holder sees all, a payer its own."""
        place = place_of(request, slug, reference, policies.may_see_invoices)
        whose = None if policies.sees_every_invoice(place.standpoint) else place.organisation
        facts = {
            "advances": queries.list_advances(place.contract, organisation=whose),
            "foreseen": queries.list_foreseen(place.contract, on=clock.today(), organisation=whose),
        }
        return Response(shapes.AdvancesSerializer(facts).data)

    @extend_schema(
        operation_id="advances_ask",
        summary="Ask a payer for an advance that the terms foresee",
        request=shapes.AskedSerializer,
        responses={201: shapes.AdvanceSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Ask for it: the payer is told by mail, and nothing is posted before the money comes."""
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        given = read_given(shapes.AskedSerializer, request)
        made = operations.ask_for_advance(
            contract=place.contract, code=given["code"], actor=actor_of(request), at=clock.now()
        )
        return Response(shapes.AdvanceSerializer(queries.standing_of(made)).data, status=status.HTTP_201_CREATED)


class AdvanceMoneyApi(IdempotentMixin, APIView):
    """Money of an advance that moved."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

    def record(self, request: Request, slug: str, reference: str, number: int, *, is_receipt: bool) -> Response:
        """Ask who may, find the advance, and write it down."""
        place = place_of(request, slug, reference, policies.may_record_receipt)
        advance = queries.get_advance_seen(contract=place.contract, number=number).advance
        moved = read_moved(request, shapes.AdvanceMoneyGivenSerializer)
        made = operations.record_advance(advance=advance, is_receipt=is_receipt, **moved)
        return Response(shapes.AdvanceRecordSerializer(made).data, status=status.HTTP_201_CREATED)


class AdvanceReceiptsApi(AdvanceMoneyApi):
    """From the payer."""

    @extend_schema(
        operation_id="advances_receive",
        summary="Record that an advance was paid",
        request=shapes.AdvanceMoneyGivenSerializer,
        responses={201: shapes.AdvanceRecordSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Write it down, in whole or in part; a second person lets it into the books."""
        return self.record(request, slug, reference, number, is_receipt=True)


class AdvanceRefundsApi(AdvanceMoneyApi):
    """Back to the payer."""

    @extend_schema(
        operation_id="advances_refund",
        summary="Record that what was not earned of an advance was paid back",
        request=shapes.AdvanceMoneyGivenSerializer,
        responses={201: shapes.AdvanceRecordSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Write it down; a second person lets it into the books. What was earned is not paid back."""
        return self.record(request, slug, reference, number, is_receipt=False)
