"""Invoices over REST: what waits, issuing it, lists, one invoice with its fields, its lines and its PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.jobs import answer_begun
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of
from bonds.models import Invoice, InvoiceLine
from bonds.policies import invoices as policies
from bonds.queries import invoice_lists as queries
from bonds.queries.advances import uses_of
from bonds.queries.invoices import PAPERS
from bonds.queries.overpayments import find_credit_of, used_by
from bonds.serializers import invoices as shapes
from bonds.serializers.jobs import JobBegunSerializer
from documents import operations as document_operations
from foundation import clock, files
from foundation.api.pagination import CursorPages
from foundation.idempotency import IdempotentMixin
from foundation.models import Job


class InvoiceLinePages(CursorPages):
    """Lines in their order."""

    ordering = "place"


class InvoiceListApi(IdempotentMixin, ListAPIView[Invoice]):
    """The invoices and credit notes that an organisation sees; the contract holder issues what waits here."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}
    serializer_class = shapes.InvoiceSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        """Give the day along."""
        return {**super().get_serializer_context(), "today": clock.today()}

    def get_queryset(self) -> QuerySet[Invoice]:
        """Give what the organisation sees, perhaps only in one state or to one payer."""
        if getattr(self, "swagger_fake_view", False):
            return Invoice.objects.none()
        place = place_of(
            self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]), policies.may_see_invoices
        )
        state, payer = self.request.query_params.get("state", ""), self.request.query_params.get("payer", "")
        if state not in {"", *queries.CHOICES}:
            raise serializers.ValidationError({"state": [_("There is no such one.")]})
        if "\0" in payer:
            raise serializers.ValidationError({"payer": [_("There is no such one.")]})
        today = clock.today()
        rows = queries.invoices_seen(
            contract=place.contract,
            organisation=place.organisation,
            sees_all=policies.sees_every_invoice(place.standpoint),
            today=today,
        )
        return queries.narrow_invoices(rows, today=today, state=state, payer=payer)

    @extend_schema(
        operation_id="invoices_list",
        summary="List invoices and credit notes",
        parameters=[
            OpenApiParameter("state", enum=list(queries.CHOICES), description="Only these."),
            OpenApiParameter("payer", description="Only those to this payer, by its short name."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first; `state=overdue` gives those whose day has passed."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="invoices_issue",
        summary="Issue invoices for all that waits",
        request=None,
        responses={201: shapes.IssuedSerializer, 202: JobBegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Issue one invoice for each payer and round for what was accepted and not invoiced; much becomes a job.

        What comes to nothing or less is owed to the payer, as by a downside share: a credit note says so.
        """
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        made = operations.begin_issuing(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:invoices", args=[slug, reference]),
        )
        if isinstance(made, Job):
            return answer_begun(made)
        shown = shapes.IssuedSerializer({"invoices": made}, context={"today": clock.today()})
        return Response(shown.data, status=status.HTTP_201_CREATED)


class WaitingApi(APIView):
    """What waits to be invoiced."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="invoices_waiting",
        summary="Show what waits to be invoiced",
        responses=shapes.WaitingToInvoiceSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Show it by round and payer, without VAT."""
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        return Response(shapes.WaitingToInvoiceSerializer(queries.waiting_by_payer(place.contract), many=True).data)


class InvoiceApi(APIView):
    """One invoice or credit note."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="invoices_retrieve",
        summary="Show an invoice with its EN 16931 fields",
        responses=shapes.InvoiceInFullSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Show it, with what came for it, its credit notes and its entries in the books."""
        place, invoice = find_invoice(request, slug, reference, number)
        sees_all = policies.sees_every_invoice(place.standpoint)
        document, credit = queries.find_paper(invoice), find_credit_of(invoice)
        facts = {
            "invoice": invoice,
            "en16931": invoice.facts,
            "receipts": queries.receipts_of(invoice),
            "credit_notes": queries.notes_of(invoice),
            "advances": uses_of(invoice),
            "credits_used": used_by(invoice),
            "credit_pence": credit.credit.pence if credit else 0,
            "credit_left_pence": credit.left if credit else 0,
            "reminded_at": [one.at for one in invoice.reminders.all()],
            "entries": [one.public_id for one in queries.entries_of(invoice)] if sees_all else [],
            "document": document.public_id if document else None,
        }
        return Response(shapes.InvoiceInFullSerializer(facts, context={"today": clock.today()}).data)


class InvoiceLinesApi(ListAPIView[InvoiceLine]):
    """The lines of an invoice."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}
    serializer_class = shapes.InvoiceLineSerializer
    pagination_class = InvoiceLinePages

    def get_queryset(self) -> QuerySet[InvoiceLine]:
        """Give the lines."""
        if getattr(self, "swagger_fake_view", False):
            return InvoiceLine.objects.none()
        kwargs = self.kwargs
        _place, invoice = find_invoice(
            self.request, str(kwargs["slug"]), str(kwargs["reference"]), int(kwargs["number"])
        )
        return queries.lines_of(invoice)

    @extend_schema(operation_id="invoices_lines_list", summary="List the lines of an invoice")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them in their order; `line` leads to why the amount is what it is."""
        return super().get(request, *args, **kwargs)


class InvoicePdfApi(APIView):
    """The PDF of an invoice."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="invoices_pdf",
        summary="Download an invoice as a PDF",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> FileResponse:
        """Give the file of the day of issue; it is made now if no worker has made it yet."""
        _place, invoice = find_invoice(request, slug, reference, number)
        document = document_operations.make_document(
            kind=PAPERS[invoice.kind],
            organisation=invoice.contract.organisation,
            subject=invoice.public_id,
            actor=actor_of(request),
            at=clock.now(),
            issued_on=invoice.issued_on,
        )
        return files.stream(document.file.stored_file, inline=False)


def find_invoice(request: Request, slug: str, reference: str, number: int) -> tuple[Place, Invoice]:
    """Return an invoice that the organisation sees, and from where it looks.

    Raises:
        ContractMissing: there is no such contract for whoever asks.
        Refused: the organisation's part, as a provider's, sees no invoices.
        InvoiceMissing: there is none, or it is to another payer.
    """
    place = place_of(request, slug, reference, policies.may_see_invoices)
    invoice = queries.get_invoice_seen(
        contract=place.contract,
        number=number,
        organisation=place.organisation,
        sees_all=policies.sees_every_invoice(place.standpoint),
    )
    return place, invoice
