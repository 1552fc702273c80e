"""Sharing out cash over REST: what a run would do, what runs did and why, and what parties are due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.investors import investors_place, own_code
from bonds.api.jobs import answer_begun
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.models import WaterfallRun
from bonds.operations.distributing import work_out_run
from bonds.policies import investors as policies
from bonds.queries.investor_overview import names_for
from bonds.queries.runs import get_run, list_dues, runs_of
from bonds.queries.waterfall_words import explain_steps
from bonds.serializers import investor_runs as shapes
from bonds.serializers.investors import WhyGivenSerializer
from bonds.serializers.jobs import JobBegunSerializer
from foundation import clock
from foundation.idempotency import IdempotentMixin
from foundation.models import Job


class RunsApi(IdempotentMixin, APIView):
    """Runs of the waterfall."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="investors_runs",
        summary="List runs of the waterfall",
        responses=shapes.WaterfallRunSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them, the newest first."""
        place = investors_place(request, slug, reference)
        return Response(shapes.WaterfallRunSerializer(runs_of(place.contract), many=True).data)

    @extend_schema(
        operation_id="investors_share_out",
        summary="Share out the cash",
        request=shapes.ShareOutGivenSerializer,
        responses={201: shapes.WaterfallRunInFullSerializer, 202: JobBegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Share out what is in the bank and was not promised; nothing leaves the bank by it."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        run = operations.begin_sharing_out(
            contract=place.contract,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:investors", args=[slug, reference]),
            **read_given(shapes.ShareOutGivenSerializer, request),
        )
        if isinstance(run, Job):
            return answer_begun(run)
        shown = get_run(contract=place.contract, number=run.number)
        return Response(_in_full(place, shown), status=status.HTTP_201_CREATED)


class RunPreviewApi(APIView):
    """What a run would do."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": READ}

    @extend_schema(
        operation_id="investors_share_out_preview",
        summary="Show how cash would be shared out",
        request=shapes.MonthlyCostSerializer,
        responses=shapes.WaterfallPreviewSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Work it out stage by stage; nothing is kept."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        given = read_given(shapes.MonthlyCostSerializer, request)
        worked = work_out_run(contract=place.contract, on=clock.today(), **given)
        facts = {
            "cash_pence": worked.cash_pence,
            "promised_pence": worked.promised_pence,
            "kept_pence": worked.result.kept,
            "stages": explain_steps(worked.steps, names_for(place.contract)),
            "digest": worked.digest,
        }
        return Response(shapes.WaterfallPreviewSerializer(facts).data)


class RunApi(APIView):
    """One run."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investors_run",
        summary="A run of the waterfall, and why",
        responses=shapes.WaterfallRunInFullSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Give it stage by stage; an investor sees its own parts, and others' only as sums."""
        place = investors_place(request, slug, reference)
        run = get_run(contract=place.contract, number=number)
        return Response(_in_full(place, run, only=own_code(request, place)))


class WithdrawRunApi(IdempotentMixin, APIView):
    """Taking a run back."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="investors_run_take_back",
        summary="Take back a run of which nothing was paid",
        request=WhyGivenSerializer,
        responses=shapes.WaterfallRunInFullSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Take it back: its cash can be shared out again."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        run = get_run(contract=place.contract, number=number)
        given = read_given(WhyGivenSerializer, request)
        operations.withdraw_run(run=run, actor=actor_of(request), at=clock.now(), **given)
        return Response(_in_full(place, get_run(contract=place.contract, number=number)))


class DistributionsApi(APIView):
    """What parties are due by all runs."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investors_distributions",
        summary="What parties are due by runs, and were paid",
        responses=shapes.DistributionSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List it in the order of the runs; an investor sees its own."""
        place = investors_place(request, slug, reference)
        dues = list_dues(place.contract, investor=own_code(request, place), on=clock.today())
        return Response(shapes.DistributionSerializer(dues, many=True).data)


def _in_full(place: Place, run: WaterfallRun, *, only: str = "") -> Mapping[str, Any]:
    facts = {
        "run": run,
        "stages": explain_steps(run.steps, names_for(place.contract, only=only)),
        "dues": list_dues(place.contract, run=run, investor=only, on=clock.today()),
    }
    return shapes.WaterfallRunInFullSerializer(facts).data
