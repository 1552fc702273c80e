"""What a version that reaches back changes of accepted lines, over REST."""

from __future__ import annotations

from typing import ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.jobs import answer_begun
from bonds.api.standing import READ, WRITE, actor_of, place_of
from bonds.policies import adjusting as policies
from bonds.queries.adjustment_previews import look_at_adjustments
from bonds.serializers.adjusting import (
    AdjustmentSerializer,
    AdjustmentsSerializer,
    BegunSerializer,
    describe_adjustments,
)
from bonds.serializers.jobs import JobBegunSerializer
from foundation import clock
from foundation.idempotency import IdempotentMixin
from foundation.models import Job


class AdjustmentsApi(IdempotentMixin, APIView):
    """Lines that come to another amount under the version that holds for their day now."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="contracts_adjustments",
        summary="What a version that reaches back changes",
        responses=AdjustmentsSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Work it out without keeping anything."""
        place = place_of(request, slug, reference, policies.may_see_adjustments)
        return Response(describe_adjustments(place.contract, look_at_adjustments(place.contract)))

    @extend_schema(
        operation_id="contracts_adjust",
        summary="Work earlier results out again",
        request=None,
        responses={201: BegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Take back each line that comes out otherwise, and put an adjustment line in its place."""
        place = place_of(request, slug, reference, policies.may_adjust)
        done = operations.begin_adjustment(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:adjustments", args=[slug, reference]),
        )
        if isinstance(done, Job):
            return Response({"adjustment": None, "job": done.public_id}, status=201)
        return Response({"adjustment": AdjustmentSerializer(done).data, "job": None}, status=201)


class AdjustmentPreviewApi(IdempotentMixin, APIView):
    """Finding out what a version that reaches back changes, where there is so much that a worker does it."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="contracts_adjustments_preview",
        summary="Have it found out what a version that reaches back changes",
        request=None,
        responses={202: JobBegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Begin the job; nothing changes by it. What it finds is read at the adjustments."""
        place = place_of(request, slug, reference, policies.may_adjust)
        job = operations.begin_adjustment_preview(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:adjustments", args=[slug, reference]),
        )
        return answer_begun(job)
