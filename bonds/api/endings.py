"""Endings and guarantees over REST: a look, the act, and money of guarantees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds.api.money_moved import PAYMENTS_WRITE, read_moved
from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.models import OutcomesContract, WaterfallRun
from bonds.operations import guaranteeing, winding_up
from bonds.policies import endings as policies
from bonds.queries import endings as queries
from bonds.queries.guarantees import GuaranteeMissing, get_guarantee
from bonds.queries.investors import find_investor_terms
from bonds.queries.run_words import PARTS
from bonds.serializers import endings as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin


class EndingsApi(APIView):
    """What was ended."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="endings_list", summary="List endings and guarantees", responses=shapes.EndingsSerializer
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them; other parties than the holder see guarantees that they give or get."""
        place = place_of(request, slug, reference, policies.may_see_endings)
        sees_all = policies.sees_every_guarantee(actor_of(request), place.standpoint)
        rows = queries.guarantees_for(place.contract, organisation=None if sees_all else place.organisation)
        sees_runs = policies.sees_runs(actor_of(request), place.standpoint)
        runs = queries.endings_of(place.contract) if sees_runs else []
        return Response(
            {
                "endings": [_ending(run) for run, _steps in runs],
                "guarantees": [
                    {
                        "id": one.call.public_id,
                        "guarantor": one.call.guarantor.code,
                        "investor": one.call.commitment.party.code,
                        "tranche": one.call.commitment.tranche,
                        "pence": one.call.pence,
                        "received_pence": one.received,
                        "passed_on_pence": one.passed_on,
                    }
                    for one in rows
                ],
            }
        )


class WindUpPreviewApi(APIView):
    """A look at the end."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="endings_wind_up_preview",
        summary="See how the deal would be wound up today",
        responses=shapes.EndingPreviewSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Say it; nothing is kept."""
        place = place_of(request, slug, reference, policies.may_end)
        ending = winding_up.work_out_final_run(contract=place.contract, on=clock.today())
        return Response(_preview(place.contract, ending))


class WindUpApi(IdempotentMixin, APIView):
    """Winding up."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="endings_wind_up",
        summary="Wind the deal up",
        request=shapes.WindUpGivenSerializer,
        responses={201: shapes.EndingSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Release the reserve, share out all cash, call on guarantors, and write off the rest: one explained run."""
        place = place_of(request, slug, reference, policies.may_end)
        given = read_given(shapes.WindUpGivenSerializer, request)
        run = winding_up.wind_up(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(_ending(run), status=status.HTTP_201_CREATED)


class RedemptionPreviewApi(APIView):
    """A look at the early end of a tranche."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="endings_redeem_preview",
        summary="See how a tranche would be ended today",
        request=shapes.RedemptionPreviewGivenSerializer,
        responses=shapes.EndingPreviewSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Say it; nothing is kept."""
        place = place_of(request, slug, reference, policies.may_end)
        given = read_given(shapes.RedemptionPreviewGivenSerializer, request)
        ending = winding_up.work_out_redemption(contract=place.contract, on=clock.today(), **given)
        return Response(_preview(place.contract, ending))


class RedemptionsApi(IdempotentMixin, APIView):
    """Ending a tranche early."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="endings_redeem",
        summary="End a tranche early",
        request=shapes.RedemptionGivenSerializer,
        responses={201: shapes.EndingSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Return what the terms say for today, and write off the rest."""
        place = place_of(request, slug, reference, policies.may_end)
        given = read_given(shapes.RedemptionGivenSerializer, request)
        run = winding_up.redeem_tranche(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(_ending(run), status=status.HTTP_201_CREATED)


class GuaranteeMoneyApi(IdempotentMixin, APIView):
    """Money of a guarantee that moved."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

    def record(self, request: Request, slug: str, reference: str, guarantee: str, *, is_receipt: bool) -> Response:
        """Find the guarantee, ask who may, and write it down."""
        place = place_of(request, slug, reference, policies.may_move_guarantees)
        call = _guarantee(place, guarantee)
        moved = read_moved(request, shapes.GuaranteeMoneyGivenSerializer)
        made = guaranteeing.record_guarantee(call=call, is_receipt=is_receipt, **moved)
        return Response(shapes.GuaranteeRecordSerializer(made).data, status=status.HTTP_201_CREATED)


class GuaranteeReceiptsApi(GuaranteeMoneyApi):
    """From a guarantor."""

    @extend_schema(
        operation_id="guarantees_receive",
        summary="Record that a guarantor paid",
        request=shapes.GuaranteeMoneyGivenSerializer,
        responses={201: shapes.GuaranteeRecordSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, guarantee: str) -> Response:
        """Write it down; a second person lets it into the books."""
        return self.record(request, slug, reference, guarantee, is_receipt=True)


class GuaranteePayoutsApi(GuaranteeMoneyApi):
    """To an investor."""

    @extend_schema(
        operation_id="guarantees_pass_on",
        summary="Record that a guarantor's money went on to the investor",
        request=shapes.GuaranteeMoneyGivenSerializer,
        responses={201: shapes.GuaranteeRecordSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, guarantee: str) -> Response:
        """Write it down; a second person lets it into the books."""
        return self.record(request, slug, reference, guarantee, is_receipt=False)


def _guarantee(place: Place, public_id: str) -> Any:
    call = get_guarantee(public_id=public_id)
    if call.run.contract_id != place.contract.pk:
        raise GuaranteeMissing(_("Nobody guarantees this."), guarantee=public_id)
    return call


def _ending(run: WaterfallRun) -> dict[str, Any]:
    return {
        "id": run.public_id,
        "number": run.number,
        "kind": run.kind,
        "run_on": run.run_on,
        "reason": run.reason,
        "is_withdrawn": hasattr(run, "withdrawal"),
        "steps": _say(run.contract, run.steps),
    }


def _preview(contract: OutcomesContract, ending: winding_up.Ending) -> dict[str, Any]:
    return {"digest": ending.digest, "steps": _say(contract, ending.steps)}


def _say(contract: OutcomesContract, steps: queries.Steps) -> list[dict[str, Any]]:
    terms = find_investor_terms(contract)
    assert terms is not None, "what ends has terms"
    said = queries.say_steps(steps, terms=terms)
    return [_shown(step) | {"words": one.words} for step, one in zip(steps, said, strict=True)]


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    """Who got how much of a step is between each party and the holder, so it is not shown here."""
    return {**step, "facts": {name: value for name, value in step["facts"].items() if name not in PARTS}}
