"""Investors' positions, calls on them and statements over REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.arithmetic.calls import CallPart
from bonds.models import Party
from bonds.operations.calling import work_out_call
from bonds.operations.committing import digest_of_parts, work_out_cancellation
from bonds.policies import investors as policies
from bonds.queries.calls import get_call, list_calls
from bonds.queries.investor_overview import find_overview
from bonds.queries.investor_statements import PartyStatement, get_statement
from bonds.queries.parties import get_party
from bonds.queries.told_counts import count_results
from bonds.serializers import investor_runs as run_shapes
from bonds.serializers import investors as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin


class InvestorsApi(APIView):
    """The investors' side of a contract."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investors_retrieve", summary="Where investors stand", responses=shapes.InvestorsSerializer
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give what was committed, called, paid in, earned and got back; an investor sees its own only."""
        place = investors_place(request, slug, reference)
        only = own_code(request, place)
        overview = find_overview(place.contract, on=clock.today(), investor=only)
        facts = {
            "total": overview.total if overview and overview.rows else None,
            "commitments": overview.rows if overview else [],
            "results": count_results(place.contract, on=clock.today()) if only else [],
        }
        return Response(shapes.InvestorsSerializer(facts).data)


class CallsApi(IdempotentMixin, APIView):
    """Calls on the investors."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="investors_calls",
        summary="List calls on investors",
        responses=shapes.CapitalCallSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them, the newest first; an investor sees its own parts."""
        place = investors_place(request, slug, reference)
        return Response(
            shapes.CapitalCallSerializer(list_calls(place.contract, investor=own_code(request, place)), many=True).data
        )

    @extend_schema(
        operation_id="investors_call",
        summary="Call on the investors",
        request=shapes.CallGivenSerializer,
        responses={201: shapes.CapitalCallSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Ask each commitment for its part; the officers of each investor are told by mail."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        made = operations.call_capital(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            **read_given(shapes.CallGivenSerializer, request),
        )
        shown = get_call(contract=place.contract, number=made.number)
        return Response(shapes.CapitalCallSerializer(shown).data, status=status.HTTP_201_CREATED)


class CallPreviewApi(APIView):
    """How a call would be divided."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": READ}

    @extend_schema(
        operation_id="investors_call_preview",
        summary="Show how a call would be divided",
        request=shapes.AmountGivenSerializer,
        responses=shapes.PlannedPartsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Work it out; nothing is kept."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        given = read_given(shapes.AmountGivenSerializer, request)
        return Response(_planned(work_out_call(contract=place.contract, on=clock.today(), **given)))


class CallApi(APIView):
    """One call."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investors_call_retrieve", summary="A call on investors", responses=shapes.CapitalCallSerializer
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Give it with its parts and what was paid in; an investor sees its own part."""
        place = investors_place(request, slug, reference)
        shown = get_call(contract=place.contract, number=number, investor=own_code(request, place))
        return Response(shapes.CapitalCallSerializer(shown).data)


class CancellationsApi(IdempotentMixin, APIView):
    """What will never be called."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="investors_cancel_preview",
        summary="Show how a cancellation would be divided",
        parameters=[shapes.AmountGivenSerializer],
        responses=shapes.PlannedPartsSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Work it out; nothing is kept."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        given = read_given(shapes.AmountGivenSerializer, request, request.query_params)
        return Response(_planned(work_out_cancellation(contract=place.contract, on=clock.today(), **given)))

    @extend_schema(
        operation_id="investors_cancel",
        summary="Give up what is not needed",
        request=shapes.CancellationGivenSerializer,
        responses={201: shapes.CommitmentChangeSerializer(many=True)},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Cancel so much of what was committed and not called, each commitment by what it has left."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        made = operations.cancel_commitments(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            **read_given(shapes.CancellationGivenSerializer, request),
        )
        return Response(shapes.CommitmentChangeSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


class StatementsApi(APIView):
    """Statements of investors."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investors_statement",
        summary="The statement of an investor",
        parameters=[run_shapes.InvestorPeriodSerializer],
        responses=run_shapes.InvestorStatementSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give a period: an investor's own; the contract holder says whose."""
        place = investors_place(request, slug, reference)
        statement = read_statement(request, place, request.query_params)
        facts = {
            "investor": statement.party.code,
            "from_on": statement.from_on,
            "until_on": statement.until_on,
            "lines": [line for _name, line in statement.lines],
            "moves": [move for move, _name, _words in statement.moves],
            "returns": statement.returns,
        }
        return Response(run_shapes.InvestorStatementSerializer(facts).data)


def investors_place(request: Request, slug: str, reference: str) -> Place:
    """Return from where a request looks at investors' money.

    Raises:
        ContractMissing: there is no such contract for whoever asks.
        Refused: the organisation's part, or the actor's office, sees none of it.
    """
    return place_of(request, slug, reference, policies.may_see_investors)


def own_code(request: Request, place: Place) -> str:
    """Give the code of the one party whose place is seen; empty where all are."""
    return "" if policies.sees_every_investor(actor_of(request), place.standpoint) else place.party.code


def read_statement(request: Request, place: Place, data: Any) -> PartyStatement:
    """Work out the statement that a request asks for.

    Raises:
        StatementMissing: the party invests nothing, or may not be seen here.
        StatementPeriodEmpty: the period ends on or before the day it begins.
    """
    given = read_given(run_shapes.InvestorPeriodSerializer, request, data)
    return get_statement(
        contract=place.contract,
        party=_asked_party(request, place, given["investor"]),
        from_on=given["from_on"],
        until_on=given["until_on"],
    )


def _asked_party(request: Request, place: Place, asked: str) -> Party:
    only = own_code(request, place)
    return get_party(contract=place.contract, code=only or asked)


def _planned(parts: Sequence[CallPart]) -> Mapping[str, Any]:
    facts = {"parts": parts, "digest": digest_of_parts(parts)}
    return shapes.PlannedPartsSerializer(facts).data
