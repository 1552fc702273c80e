"""Whether calls on investors are posted when they are made, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.standing import READ, WRITE, actor_of, place_of, read_given
from bonds.policies import investors as policies
from bonds.queries.notices import awaited_of_commitments
from bonds.serializers import notices as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin


class NoticePoliciesApi(IdempotentMixin, APIView):
    """Calls in the books."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="investors_notices",
        summary="List whether calls on investors are posted",
        responses=shapes.NoticePoliciesSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List it, the newest first; without any, calls are not posted."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        rows = place.contract.notice_policies.order_by("-from_on", "-pk")
        awaited = sum(awaited_of_commitments(place.contract).values())
        return Response(shapes.NoticePoliciesSerializer({"policies": rows, "awaited_pence": awaited}).data)

    @extend_schema(
        operation_id="investors_notices_record",
        summary="Record whether calls on investors are posted from a day on",
        request=shapes.NoticePolicyGivenSerializer,
        responses={201: shapes.NoticePolicySerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Record it; calls that were made stay as they were booked."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        given = read_given(shapes.NoticePolicyGivenSerializer, request)
        made = operations.record_notice_policy(
            contract=place.contract, actor=actor_of(request), at=clock.now(), **given
        )
        return Response(shapes.NoticePolicySerializer(made).data, status=status.HTTP_201_CREATED)
