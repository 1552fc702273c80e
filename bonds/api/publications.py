"""Contracts on show over REST, for everybody and read only; and the holder's decision to show one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.models import OutcomesContract
from bonds.policies import contracts as policies
from bonds.queries import publications as queries
from bonds.serializers import publications as shapes
from foundation import clock
from foundation.api.pagination import CursorPages
from foundation.idempotency import IdempotentMixin


class PublicPages(CursorPages):
    """Contracts by name."""

    ordering = "name"


class PublicContractsApi(ListAPIView[OutcomesContract]):
    """The contracts on show."""

    is_public = True
    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}
    serializer_class = shapes.PublicContractRowSerializer
    pagination_class = PublicPages

    def get_queryset(self) -> QuerySet[OutcomesContract]:
        """Give them."""
        return queries.public_contracts()

    @extend_schema(operation_id="public_contracts_list", summary="List the outcome contracts on show")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them by name."""
        return super().get(request, *args, **kwargs)


class PublicContractApi(APIView):
    """One contract on show."""

    is_public = True
    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="public_contracts_get",
        summary="Read one outcome contract on show",
        responses={
            200: shapes.PublicContractSerializer,
            404: OpenApiResponse(description="No such contract on show."),
        },
    )
    def get(self, _request: Request, reference: str) -> Response:
        """Give what is paid for, by whom, and results so far, without small numbers."""
        shown = queries.get_public_contract(reference=reference, on=clock.today())
        return Response(shapes.PublicContractSerializer(shown).data)


class PublicationApi(IdempotentMixin, APIView):
    """Whether a contract is on show; its holder shows it here."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="contract_publication",
        summary="Show whether a contract is on show",
        responses=shapes.PublicationSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Say it."""
        return Response(_publication(place_of(request, slug, reference, policies.may_publish)))

    @extend_schema(
        operation_id="contract_publish",
        summary="Show a contract to everybody",
        request=shapes.PublishGivenSerializer,
        responses=shapes.PublicationSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Show it from now on, with the prices of some results kept private."""
        place = place_of(request, slug, reference, policies.may_publish)
        given = read_given(shapes.PublishGivenSerializer, request)
        operations.publish_contract(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(_publication(place))


class UnpublishApi(IdempotentMixin, APIView):
    """Taking the public page back."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="contract_unpublish",
        summary="Show a contract to nobody any more but its parties",
        request=None,
        responses=shapes.PublicationSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Take it back."""
        place = place_of(request, slug, reference, policies.may_publish)
        operations.withdraw_publication(contract=place.contract, actor=actor_of(request), at=clock.now())
        return Response(_publication(place))


def _publication(place: Place) -> dict[str, Any]:
    found = queries.find_publication(place.contract)
    if found is None:
        return {"is_public": False, "at": None, "private_prices": []}
    return {"is_public": True, "at": found.at.isoformat(), "private_prices": found.private_prices}
