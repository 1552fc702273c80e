"""The end of a contract over REST."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.policies import closing as policies
from bonds.queries.closing import find_obstacles
from bonds.serializers.closing import CloseContractSerializer, ContractEndSerializer, describe_closing
from bonds.states import ContractState
from foundation import clock
from foundation.idempotency import IdempotentMixin


class ClosingApi(APIView):
    """When a contract ends."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ}

    @extend_schema(operation_id="contracts_closing", summary="The end of a contract", responses=ContractEndSerializer)
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give its days, and to the holder's officers what is still to be done."""
        place = place_of(request, slug, reference, policies.may_see_closing)
        return Response(_describe(request, place))


class RunOffApi(IdempotentMixin, APIView):
    """Noting that the service is over."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="contracts_run_off", summary="Begin the run-off", request=None, responses=ContractEndSerializer
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Note it: nobody new starts, what lasts is still claimed."""
        place = place_of(request, slug, reference, policies.may_begin_run_off)
        contract = operations.begin_run_off(contract=place.contract, actor=actor_of(request), at=clock.now())
        return Response(_describe(request, Place(place.organisation, contract, place.standpoint)))


class CloseApi(IdempotentMixin, APIView):
    """Closing a contract."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="contracts_close",
        summary="Close a contract",
        request=CloseContractSerializer,
        responses=ContractEndSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Close it for good; a refusal lists all that is still to be done."""
        place = place_of(request, slug, reference, policies.may_close)
        given = read_given(CloseContractSerializer, request)
        contract = operations.close_contract(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(_describe(request, Place(place.organisation, contract, place.standpoint)))


def _describe(request: Request, place: Place) -> dict[str, Any]:
    """Draft and closed contracts have nothing left to do."""
    is_open = place.contract.state not in {ContractState.DRAFT.value, ContractState.CLOSED.value}
    may_see = policies.may_see_obstacles(actor_of(request), place.standpoint)
    obstacles = find_obstacles(place.contract, on=clock.today()) if is_open and may_see else None
    return describe_closing(place.contract, obstacles)
