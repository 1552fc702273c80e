"""Disputes over REST: raising one, reading them, and writing down what the adjudicator found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.claim_lines import find_line
from bonds.api.claims import CLAIMS_WRITE, claims_place
from bonds.api.standing import READ, Place, actor_of, place_of, read_given
from bonds.models import Dispute
from bonds.policies import checks as policies
from bonds.policies import claims as claim_policies
from bonds.queries import disputes as queries
from bonds.serializers import checks as shapes
from bonds.states import LineState
from foundation import clock
from foundation.api.pagination import CursorPages
from foundation.idempotency import IdempotentMixin


class DisputePages(CursorPages):
    """Disputes, the newest first."""

    ordering = "-id"


class DisputesApi(ListAPIView[Dispute]):
    """The disputes that an organisation sees."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}
    serializer_class = shapes.DisputeSerializer
    pagination_class = DisputePages

    def get_queryset(self) -> QuerySet[Dispute]:
        """Give them."""
        if getattr(self, "swagger_fake_view", False):
            return Dispute.objects.none()
        return _disputes(self._place)

    def get_serializer_context(self) -> Mapping[str, Any]:
        """Say whose words are read here."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_serializer_context()
        return {**super().get_serializer_context(), "sees_words": _reader(self._place)}

    @cached_property
    def _place(self) -> Place:
        return claims_place(self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]))

    @extend_schema(operation_id="disputes_list", summary="List disputes")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)


class DisputeApi(APIView):
    """One dispute."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(operation_id="disputes_retrieve", summary="Show a dispute", responses=shapes.DisputeSerializer)
    def get(self, request: Request, slug: str, reference: str, dispute: str) -> Response:
        """Show it."""
        place = claims_place(request, slug, reference)
        return Response(_show(place, dispute))


class RaiseDisputeApi(IdempotentMixin, APIView):
    """Disputing the decision about a line."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}

    @extend_schema(
        operation_id="claim_lines_dispute",
        summary="Dispute the decision about a line",
        request=shapes.DisputeGivenSerializer,
        responses={201: shapes.DisputeSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Dispute it, as the provider that claimed it or a payer; the line is at rest until it is decided."""
        place = place_of(request, slug, reference, policies.may_dispute)
        found = find_line(place, line)
        given = read_given(shapes.DisputeGivenSerializer, request)
        dispute = operations.raise_dispute(
            line=found, party=place.party, actor=actor_of(request), at=clock.now(), **given
        )
        return Response(_show(place, dispute.public_id), status=status.HTTP_201_CREATED)


class AdjudicationApi(IdempotentMixin, APIView):
    """What the adjudicator found."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}

    @extend_schema(
        operation_id="disputes_decide",
        summary="Write down what the adjudicator found, and carry it out",
        request=shapes.AdjudicationGivenSerializer,
        responses=shapes.DisputeSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, dispute: str) -> Response:
        """Write it down as the holder or a payer that is no side of the dispute."""
        place = place_of(request, slug, reference, policies.may_adjudicate)
        found = _find(place, dispute)
        given = shapes.AdjudicationGivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data | {"finding": LineState(given.validated_data["finding"])}
        operations.record_adjudication(
            dispute=found, party=place.party, actor=actor_of(request), at=clock.now(), **facts
        )
        return Response(_show(place, dispute))


def _disputes(place: Place) -> QuerySet[Dispute]:
    return queries.disputes_of(
        contract=place.contract,
        organisation=place.organisation,
        sees_all=claim_policies.sees_every_claim(place.standpoint),
    )


def _find(place: Place, public_id: str) -> Dispute:
    return queries.get_dispute_seen(
        contract=place.contract,
        public_id=public_id,
        organisation=place.organisation,
        sees_all=claim_policies.sees_every_claim(place.standpoint),
    )


def _show(place: Place, public_id: str) -> dict[str, Any]:
    context = {"sees_words": _reader(place)}
    shown: dict[str, Any] = shapes.DisputeSerializer(_find(place, public_id), context=context).data
    return shown


def _reader(place: Place) -> Callable[[Dispute], bool]:
    def sees(dispute: Dispute) -> bool:
        return policies.sees_dispute_words(
            place.standpoint,
            claimant=dispute.line.claim.provider.organisation.public_id,
            raised_by=dispute.raised_by.organisation.public_id,
        )

    return sees
