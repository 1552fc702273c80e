"""Plans over REST: list, one with its tables, where the next begins, and making it from rows or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.arithmetic.dealing import Assumed
from bonds.arithmetic.overview import View
from bonds.arithmetic.plans import Expected, read_file
from bonds.arithmetic.spans import Every
from bonds.models import PaymentPlan
from bonds.policies import plans as policies
from bonds.policies.overview import view_of
from bonds.queries.plan_tables import PlanDesk, list_plan_tables
from bonds.queries.plans import draft_next_plan, get_plan
from bonds.serializers import plans as said
from documents.exports.report_facts import report_facts
from foundation import clock
from foundation.idempotency import IdempotentMixin

_EVERY = OpenApiParameter("every", enum=[one.value for one in Every], description="Of plan 0; later ones keep to it.")


class PlansApi(IdempotentMixin, APIView):
    """The plans of a contract."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="contract_plans", summary="List plans", responses=said.PlanSerializer(many=True))
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them, the newest first."""
        place = place_of(request, slug, reference, policies.may_see_plans)
        plans = PaymentPlan.objects.filter(contract=place.contract).order_by("-number")
        return Response(said.PlanSerializer(plans, many=True).data)

    @extend_schema(
        operation_id="contract_plans_make",
        summary="Make the next plan",
        request=said.NewPlanSerializer,
        responses={201: said.PlanSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Make it: periods that have ended say what happened, the others what is expected."""
        place = place_of(request, slug, reference, policies.may_make_plan)
        asked = read_given(said.NewPlanSerializer, request)
        periods = draft_next_plan(contract=place.contract, on=clock.today(), every=Every(asked["every"])).periods
        expected = []
        for number, row in enumerate(asked["rows"]):
            if row["period_on"] not in periods.edges[:-1]:
                raise serializers.ValidationError({"rows": [f"{number}: a period is named by its first day."]})
            period = periods.number_of(row["period_on"])
            expected.append(Expected(period, row["result"], row["count"], row["amount_pence"]))
        plan = _make(request, place, asked, expected)
        return Response(said.PlanSerializer(plan).data, status=status.HTTP_201_CREATED)


class NextPlanApi(APIView):
    """Where the next plan begins."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_plans_next",
        summary="Show where the next plan begins",
        parameters=[_EVERY],
        responses=said.NextPlanSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give its number, what is locked, and what the last plan expects of the rest."""
        place = place_of(request, slug, reference, policies.may_make_plan)
        every = request.query_params.get("every", Every.QUARTER.value)
        if every not in {one.value for one in Every}:
            raise serializers.ValidationError({"every": ["month or quarter"]})
        draft = draft_next_plan(contract=place.contract, on=clock.today(), every=Every(every))
        facts = {
            "number": draft.number,
            "every": draft.every.value,
            "locked_until_on": draft.locked_until_on,
            "periods": list(draft.periods.edges[draft.locked : -1]),
            "rows": [
                {
                    "period_on": draft.periods.edges[one.period - 1],
                    "result": one.metric,
                    "count": one.count,
                    "amount_pence": one.pence,
                }
                for one in draft.expected
            ],
            "people": draft.assumed.people,
            "groups": draft.assumed.groups,
        }
        return Response(said.NextPlanSerializer(facts).data)


class PlanApi(APIView):
    """One plan."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_plan",
        summary="Show a plan beside what has happened",
        responses=said.PlanTablesSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Give its tables: of the organisation's own part, or of all."""
        place = place_of(request, slug, reference, policies.may_see_plans)
        plan = get_plan(contract=place.contract, number=number)
        payer = place.party.code if view_of(place.standpoint) is View.PAYER else ""
        tables = list_plan_tables(PlanDesk(place.contract, plan, clock.today(), payer))
        return Response({"plan": said.PlanSerializer(plan).data, "tables": [report_facts(one) for one in tables]})


class PlanFileApi(IdempotentMixin, APIView):
    """Files of what is expected."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="contract_plans_file",
        summary="Look at a file of what is expected, or make the next plan of it",
        request=said.PlanFileSerializer,
        responses=said.PlanFileAnswerSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Name every bad row; with `make` and without one, make the plan."""
        place = place_of(request, slug, reference, policies.may_make_plan)
        asked = read_given(said.PlanFileSerializer, request)
        draft = draft_next_plan(contract=place.contract, on=clock.today(), every=Every(asked["every"]))
        content = asked["content"].encode()
        expected, problems = read_file(content, periods=draft.periods, locked=draft.locked, terms=draft.terms)
        plan = _make(request, place, asked, expected) if asked["make"] and not problems else None
        facts = {"rows": len(expected), "problems": [one._asdict() for one in problems], "plan": plan}
        return Response(said.PlanFileAnswerSerializer(facts).data)


def _make(request: Request, place: Place, asked: Mapping[str, Any], expected: list[Expected]) -> PaymentPlan:
    return operations.make_plan(
        contract=place.contract,
        number=asked["number"],
        expected=expected,
        reason=asked["reason"],
        every=Every(asked["every"]),
        assumed=Assumed(asked["people"], asked["groups"]),
        actor=actor_of(request),
        at=clock.now(),
    )
