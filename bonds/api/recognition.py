"""When income is recognised under a contract, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations, states
from bonds.api.standing import READ, WRITE, actor_of, place_of
from bonds.policies import invoices as policies
from bonds.queries.recognition import sum_early
from bonds.serializers import recognition as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin


class RecognitionApi(IdempotentMixin, APIView):
    """When income is recognised."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="recognition_list",
        summary="List when income is recognised under a contract",
        responses=shapes.RecognitionsSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List it, the newest first; without any, income is recognised when a result is accepted."""
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        rows = place.contract.recognition_policies.order_by("-from_on", "-pk")
        facts = {"policies": rows, "early_pence": sum_early(place.contract)}
        return Response(shapes.RecognitionsSerializer(facts).data)

    @extend_schema(
        operation_id="recognition_record",
        summary="Record when income is recognised from a day on",
        request=shapes.RecognitionGivenSerializer,
        responses={201: shapes.RecognitionSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Record it; claims that were submitted stay as they were booked."""
        place = place_of(request, slug, reference, policies.may_issue_invoices)
        given = shapes.RecognitionGivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data | {"recognise_at": states.Recognition(given.validated_data["recognise_at"])}
        made = operations.record_recognition(contract=place.contract, actor=actor_of(request), at=clock.now(), **facts)
        return Response(shapes.RecognitionSerializer(made).data, status=status.HTTP_201_CREATED)
