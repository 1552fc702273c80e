"""The officers' acts on an offer over REST."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.access import require
from foundation.idempotency import IdempotentMixin
from people.policies import NO_ROLE
from shares import operations, policies
from shares.api.applications import NoOffer, actor_of, get_offer
from shares.models import ShareOffer
from shares.serializers import (
    AllotSerializer,
    AllottedSerializer,
    CloseSerializer,
    FailSerializer,
    OfferStateSerializer,
)

SCOPE = "offers:write"


class OfferAct(IdempotentMixin, APIView):
    """An act of the secretary on an offer of their society."""

    required_scopes: ClassVar[dict[str, str]] = {"post": SCOPE}

    def offer_for(self, request: Request, slug: str) -> ShareOffer:
        """Return the offer if the actor decides about it.

        Raises:
            NoOffer: there is none, or the actor holds no role in its society.
            Refused: the actor's role, or a missing second factor, stands in the way.
        """
        offer = get_offer(request, slug)
        decision = policies.may_decide_offer(actor_of(request), offer)
        if decision.code == NO_ROLE:
            raise NoOffer(_("There is no such offer."))
        require(decision)
        return offer


class CloseOfferApi(OfferAct):
    """Closing an offer."""

    @extend_schema(operation_id="offers_close", request=CloseSerializer, responses=OfferStateSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Take no more applications; the board decides next."""
        offer = self.offer_for(request, slug)
        given = CloseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        closed = operations.close_offer(
            offer=offer, reason=given.validated_data["reason"], actor=actor_of(request), at=clock.now()
        )
        return Response(OfferStateSerializer(closed).data)


class AllotOfferApi(OfferAct):
    """Issuing the shares."""

    @extend_schema(operation_id="offers_allot", request=AllotSerializer, responses=AllottedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Record the board's allotment: register, members, share capital; the certificates follow."""
        offer = self.offer_for(request, slug)
        given = AllotSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        batch = operations.allot_shares(offer=offer, actor=actor_of(request), at=clock.now(), **given.validated_data)
        return Response(AllottedSerializer(batch).data)


class FailOfferApi(OfferAct):
    """Declaring that an offer has failed."""

    @extend_schema(operation_id="offers_fail", request=FailSerializer, responses=OfferStateSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Record the failure; every payment goes back in full."""
        offer = self.offer_for(request, slug)
        given = FailSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        failed = operations.fail_offer(offer=offer, actor=actor_of(request), at=clock.now(), **given.validated_data)
        return Response(OfferStateSerializer(failed).data)
