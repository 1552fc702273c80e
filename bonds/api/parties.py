"""Parties and their roles over REST."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.contracts import WriterAct
from bonds.api.standing import READ, WRITE, actor_of, place_of, read_given
from bonds.policies import contracts as policies
from bonds.queries.parties import get_party, get_role, parties_of
from bonds.serializers.contracts import (
    AddPartySerializer,
    EndRoleSerializer,
    GiveRoleSerializer,
    PartyRoleSerializer,
    PartySerializer,
)
from bonds.states import PartyRole
from foundation import clock
from foundation.idempotency import IdempotentMixin
from people.queries import get_organisation


class PartiesApi(IdempotentMixin, APIView):
    """The parties of a contract."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="contracts_parties", summary="Parties of a contract", responses=PartySerializer(many=True)
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them by short name, with their roles."""
        contract = place_of(request, slug, reference).contract
        return Response(PartySerializer(parties_of(contract), many=True).data)

    @extend_schema(
        operation_id="contracts_add_party",
        summary="Add a party",
        request=AddPartySerializer,
        responses={201: PartySerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Make an organisation a party; its roles are given next."""
        contract = place_of(request, slug, reference, policies.may_write_contract).contract
        given = read_given(AddPartySerializer, request)
        organisation = get_organisation(given["organisation"])
        party = operations.add_party(
            contract=contract,
            organisation=organisation,
            code=given["code"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response(PartySerializer(party).data, status=201)


class RolesApi(WriterAct):
    """The roles of a party."""

    @extend_schema(
        operation_id="contracts_give_role",
        summary="Give a role",
        request=GiveRoleSerializer,
        responses={201: PartyRoleSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, code: str) -> Response:
        """Give a party a role. Whoever claims never verifies."""
        contract = self.writing_place(request, slug, reference).contract
        party = get_party(contract=contract, code=code)
        typed = read_given(GiveRoleSerializer, request)
        held = operations.give_role(
            party=party,
            role=PartyRole(typed["role"]),
            from_on=typed["from_on"],
            until_on=typed["until_on"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response(PartyRoleSerializer(held).data, status=201)


class EndRoleApi(WriterAct):
    """The end of a role."""

    @extend_schema(
        operation_id="contracts_end_role",
        summary="End a role",
        request=EndRoleSerializer,
        responses=PartyRoleSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, role: str) -> Response:
        """End a role from a day on; what was done in it stays."""
        contract = self.writing_place(request, slug, reference).contract
        held = get_role(contract=contract, public_id=role)
        given = read_given(EndRoleSerializer, request)
        ended = operations.end_role(held=held, until_on=given["until_on"], actor=actor_of(request), at=clock.now())
        return Response(PartyRoleSerializer(ended).data)
