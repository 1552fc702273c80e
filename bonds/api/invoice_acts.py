"""What is recorded about invoices over REST: receipts, purchase orders, and how VAT looks at a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations, states
from bonds.api.invoices import find_invoice
from bonds.api.money_moved import PAYMENTS_WRITE, read_moved
from bonds.api.standing import READ, WRITE, actor_of, place_of
from bonds.policies import invoices as policies
from bonds.queries import invoice_lists as queries
from bonds.queries.parties import PartyMissing, get_party
from bonds.serializers import invoices as shapes
from foundation import clock
from foundation.access import require
from foundation.idempotency import IdempotentMixin


class ReceiptsApi(IdempotentMixin, APIView):
    """What came for an invoice."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": PAYMENTS_WRITE}

    @extend_schema(
        operation_id="invoices_receipts_list",
        summary="List what was recorded as paid for an invoice",
        responses=shapes.ReceiptShownSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """List it, reversals too; what is requested waits for a second person."""
        _place, invoice = find_invoice(request, slug, reference, number)
        return Response(shapes.ReceiptShownSerializer(queries.receipts_of(invoice), many=True).data)

    @extend_schema(
        operation_id="invoices_receipt",
        summary="Record that an invoice was paid",
        request=shapes.ReceiptGivenSerializer,
        responses={201: shapes.ReceiptShownSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Write it down, in whole or in part; a second person decides under the recorded money of the organisation."""
        place, invoice = find_invoice(request, slug, reference, number)
        require(policies.may_record_receipt(actor_of(request), place.standpoint))
        record = operations.record_invoice_receipt(
            invoice=invoice, **read_moved(request, shapes.ReceiptGivenSerializer)
        )
        return Response(shapes.ReceiptShownSerializer(record).data, status=status.HTTP_201_CREATED)


class OrdersApi(IdempotentMixin, APIView):
    """Purchase orders."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="purchase_orders_list",
        summary="List purchase orders with what is left of them",
        responses=shapes.OrderUsedSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List those that the organisation sees, the newest of each payer first."""
        place = place_of(request, slug, reference, policies.may_see_invoices)
        orders = queries.orders_seen(
            contract=place.contract,
            organisation=place.organisation,
            sees_all=policies.sees_every_invoice(place.standpoint),
            today=clock.today(),
        )
        return Response(shapes.OrderUsedSerializer(orders, many=True).data)

    @extend_schema(
        operation_id="purchase_orders_record",
        summary="Record a purchase order",
        request=shapes.OrderGivenSerializer,
        responses={201: shapes.OrderShownSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Record it: a payer its own, the contract holder for any payer."""
        place = place_of(request, slug, reference, policies.may_record_orders)
        given = shapes.OrderGivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        payer = get_party(contract=place.contract, code=given.validated_data["payer"])
        if payer.organisation_id != place.organisation.pk and not policies.sees_every_invoice(place.standpoint):
            raise PartyMissing(_("There is no such party."), code=payer.code)
        order = operations.record_purchase_order(payer=payer, actor=actor_of(request), at=clock.now(), **given.facts())
        return Response(shapes.OrderShownSerializer(order).data, status=status.HTTP_201_CREATED)


class VatApi(IdempotentMixin, APIView):
    """How VAT looks at a contract."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="vat_treatments_list",
        summary="List how VAT looks at a contract",
        responses=shapes.VatSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List what was recorded, the newest first; without any, payments are outside the scope of VAT."""
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        rows = place.contract.vat_treatments.order_by("-from_on", "-pk")
        return Response(shapes.VatSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="vat_treatments_record",
        summary="Record how VAT looks at a contract from a day on",
        request=shapes.VatGivenSerializer,
        responses={201: shapes.VatSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Record it; invoices that were issued stay as they are."""
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        given = shapes.VatGivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data | {"category": states.VatCategory(given.validated_data["category"])}
        made = operations.record_vat_treatment(
            contract=place.contract, actor=actor_of(request), at=clock.now(), **facts
        )
        return Response(shapes.VatSerializer(made).data, status=status.HTTP_201_CREATED)
