"""Offers on show over REST: open to everybody, read only."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.clock import now
from marketplace.queries.offer_page import get_offer_page
from marketplace.queries.offers import cards_for, public_offers
from marketplace.serializers import OfferDetailSerializer, OfferSerializer
from shares.models.choices import VENTURE_KINDS

KINDS = [key for key, _label in VENTURE_KINDS]


class OfferListApi(GenericAPIView[Any]):
    """Offers on show, the newest first."""

    is_public = True
    required_scopes: ClassVar[dict[str, str]] = {"get": "offers:read"}
    serializer_class: Any = OfferSerializer

    @extend_schema(
        operation_id="offers_list",
        summary="List the share offers on show",
        parameters=[
            OpenApiParameter("venture_kind", str, enum=KINDS, description="Only this kind; an unknown one finds none.")
        ],
        responses={200: OfferSerializer(many=True), 404: OpenApiResponse(description="No such cursor.")},
    )
    def get(self, request: Request) -> Response:
        """Give one page of cards."""
        shown = self.paginate_queryset(public_offers(kind=request.query_params.get("venture_kind", "")))
        cards: Any = cards_for(shown or [], at=now())
        return self.get_paginated_response(OfferSerializer(cards, many=True).data)


class OfferDetailApi(GenericAPIView[Any]):
    """One offer with its terms and risks."""

    is_public = True
    required_scopes: ClassVar[dict[str, str]] = {"get": "offers:read"}
    serializer_class: Any = OfferDetailSerializer

    @extend_schema(
        operation_id="offers_get",
        summary="Read one share offer",
        responses={200: OfferDetailSerializer, 404: OpenApiResponse(description="No such offer on show.")},
    )
    def get(self, _request: Request, slug: str) -> Response:
        """Give the offer."""
        return Response(OfferDetailSerializer(get_offer_page(slug=slug, at=now())).data)
