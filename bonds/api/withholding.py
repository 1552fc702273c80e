"""Tax on investors' interest over REST: whose is withheld, by period, and payments of it to HMRC."""

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
from bonds.operations.paying_tax import record_tax_paid
from bonds.policies import investors as policies
from bonds.queries.parties import get_party
from bonds.queries.withholding import find_tax_standing
from bonds.serializers import withholding as shapes
from bonds.serializers.investors import MovedGivenSerializer
from foundation import clock
from foundation.idempotency import IdempotentMixin
from payments.serializers import RecordedSerializer


class TaxApi(APIView):
    """Tax on interest."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investors_tax",
        summary="From whose interest tax is withheld, and what was paid over",
        responses=shapes.TaxStandingSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give it as it is today."""
        place = place_of(request, slug, reference, policies.may_see_tax)
        return Response(shapes.TaxStandingSerializer(find_tax_standing(place.contract, on=clock.today())).data)


class WithholdingApi(IdempotentMixin, APIView):
    """Whether tax is withheld."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="investors_withholding",
        summary="Write down whether tax is withheld from an investor's interest",
        request=shapes.WithholdingGivenSerializer,
        responses={201: shapes.WithholdingRuleSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Write it down for payments from a day on; the investor is told by mail."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        given = dict(read_given(shapes.WithholdingGivenSerializer, request))
        party = get_party(contract=place.contract, code=given.pop("investor"))
        made = operations.record_withholding(party=party, actor=actor_of(request), at=clock.now(), **given)
        return Response(shapes.WithholdingRuleSerializer(made).data, status=status.HTTP_201_CREATED)


class TaxPaymentsApi(IdempotentMixin, APIView):
    """Payments of tax to HMRC."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

    @extend_schema(
        operation_id="investors_tax_paid",
        summary="Record that withheld tax was paid over",
        request=MovedGivenSerializer,
        responses={201: RecordedSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Write a payment down, and ask a second person; nothing is posted before."""
        place = place_of(request, slug, reference, policies.may_record_investors_money)
        made = record_tax_paid(contract=place.contract, **read_moved(request, MovedGivenSerializer))
        return Response(RecordedSerializer(made).data, status=status.HTTP_201_CREATED)
