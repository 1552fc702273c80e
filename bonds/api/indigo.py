"""A contract as INDIGO data over REST, and trying a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds.api.standing import READ, place_of, read_given
from bonds.arithmetic.indigo import read_indigo
from bonds.arithmetic.indigo_writing import name_cells, write_indigo
from bonds.documents import indigo as files
from bonds.operations.errors import NotRunning
from bonds.policies import contracts as policies
from bonds.queries.indigo import gather_indigo, named_parties
from bonds.serializers import indigo as shapes
from bonds.states import ContractState
from foundation import clock


class IndigoApi(APIView):
    """The contract as INDIGO data. It is asked for by POST because it takes the payers' ids; nothing is kept."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": READ}

    @extend_schema(
        operation_id="contract_indigo",
        summary="Give a contract as INDIGO data",
        request=shapes.IndigoGivenSerializer,
        responses=shapes.IndigoTabsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Give the rows of each tab; `indigo/check/` takes them as a file."""
        place = place_of(request, slug, reference, policies.may_export)
        if place.contract.state == ContractState.DRAFT.value:
            raise NotRunning(_("The contract is a draft."))
        asked = read_given(shapes.IndigoGivenSerializer, request)
        missing = [one.code for one in named_parties(place.contract) if one.code not in asked["identifiers"]]
        if missing:
            raise serializers.ValidationError({"identifiers": [f"These have no id: {missing}."]})
        read = gather_indigo(contract=place.contract, on=clock.today(), **asked)
        return Response(name_cells(write_indigo(read)))


class IndigoCheckApi(APIView):
    """Trying a file of INDIGO data."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": READ}
    parser_classes = (MultiPartParser, JSONParser)

    @extend_schema(
        operation_id="contract_indigo_check",
        summary="Try a file of INDIGO data",
        request={"multipart/form-data": shapes.IndigoFileSerializer},
        responses=shapes.IndigoFoundSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Read it and say what is in it, or list every bad row. Nothing is kept."""
        place_of(request, slug, reference, policies.may_export)
        given = read_given(shapes.IndigoFileSerializer, request)
        content = given["file"].read(files.MOST_BYTES + 1)
        read = read_indigo(files.read_tabs(content), on=clock.today())
        return Response(read.describe())
