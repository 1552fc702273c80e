"""Samples over REST, and all that waits for the verifier, to be accepted at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.claims import CLAIMS_WRITE
from bonds.api.jobs import answer_begun
from bonds.api.standing import READ, Place, actor_of, place_of, read_given
from bonds.models import SampleItem, SampleRun
from bonds.operations.sampling import FoundLine
from bonds.policies import checks as policies
from bonds.policies import claims as claim_policies
from bonds.queries import samples as queries
from bonds.queries.sample_words import SaidStep, say_recovery, steps_of
from bonds.queries.waiting import preview_waiting
from bonds.serializers import checks as shapes
from bonds.serializers.jobs import JobBegunSerializer
from foundation import clock
from foundation.api.pagination import CursorPages
from foundation.idempotency import IdempotentMixin
from foundation.models import Job


class SamplePages(CursorPages):
    """Samples, the newest first."""

    ordering = "-number"


class ItemPages(CursorPages):
    """Drawn lines in the order of the draw."""

    ordering = "place"


class SamplesApi(IdempotentMixin, ListAPIView[SampleRun]):
    """The samples of a contract; the verifier draws another one here."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": CLAIMS_WRITE}
    serializer_class = shapes.SampleSerializer
    pagination_class = SamplePages

    def get_queryset(self) -> QuerySet[SampleRun]:
        """Give them with their numbers."""
        if getattr(self, "swagger_fake_view", False):
            return SampleRun.objects.none()
        place = _place(self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]))
        return queries.samples_of(place.contract)

    @extend_schema(operation_id="samples_list", summary="List the samples of paid lines")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="samples_draw",
        summary="Draw a sample of paid lines",
        request=shapes.DrawGivenSerializer,
        responses={201: shapes.SampleSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Draw it from the seed; the share that is drawn is in the terms. Every draw stays on the list."""
        place = place_of(request, slug, reference, claim_policies.may_verify)
        given = read_given(shapes.DrawGivenSerializer, request)
        sample = operations.draw_paid_sample(
            contract=place.contract,
            verifier=place.party,
            actor=actor_of(request),
            at=clock.now(),
            **given,
        )
        found = queries.get_sample(contract=place.contract, number=sample.number)
        return Response(shapes.SampleSerializer(found).data, status=status.HTTP_201_CREATED)


class SampleApi(APIView):
    """One sample."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(operation_id="samples_retrieve", summary="Show a sample", responses=shapes.SampleSerializer)
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Show how it was drawn, and how far it has come."""
        place = _place(request, slug, reference)
        return Response(shapes.SampleSerializer(queries.get_sample(contract=place.contract, number=number)).data)


class SampleLinesApi(ListAPIView[SampleItem]):
    """The drawn lines of a sample."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}
    serializer_class = shapes.SampleLineSerializer
    pagination_class = ItemPages

    def get_queryset(self) -> QuerySet[SampleItem]:
        """Give the drawn lines with their findings."""
        if getattr(self, "swagger_fake_view", False):
            return SampleItem.objects.none()
        return queries.items_of(queries.get_sample(contract=self._place.contract, number=int(self.kwargs["number"])))

    def get_serializer_context(self) -> Mapping[str, Any]:
        """Say whether notes are read here: by the verifier alone."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_serializer_context()
        sees = bool(claim_policies.may_verify(actor_of(self.request), self._place.standpoint))
        return {**super().get_serializer_context(), "sees_notes": sees}

    @property
    def _place(self) -> Place:
        if not hasattr(self, "_found"):
            self._found = _place(self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]))
        return self._found

    @extend_schema(operation_id="samples_lines_list", summary="List the drawn lines of a sample with what was found")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them in the order of the draw."""
        return super().get(request, *args, **kwargs)


class FindingsApi(IdempotentMixin, APIView):
    """What the verifier found."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}

    @extend_schema(
        operation_id="samples_find",
        summary="Write down what was found about drawn lines",
        request=shapes.FindingsGivenSerializer,
        responses=shapes.SampleSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Write findings down, all or none, each line once."""
        place = place_of(request, slug, reference, claim_policies.may_verify)
        sample = queries.get_sample(contract=place.contract, number=number)
        given = read_given(shapes.FindingsGivenSerializer, request)
        findings = [FoundLine(one["id"], one["stands"], one["note"]) for one in given["findings"]]
        operations.record_findings(
            sample=sample, findings=findings, verifier=place.party, actor=actor_of(request), at=clock.now()
        )
        return Response(shapes.SampleSerializer(queries.get_sample(contract=place.contract, number=number)).data)


class ClosingApi(IdempotentMixin, APIView):
    """What closing a sample comes to; and closing it."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": CLAIMS_WRITE}

    @extend_schema(
        operation_id="samples_closing",
        summary="Show what closing a sample comes to, or came to",
        responses=shapes.SampleClosingSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Work it out step by step; as long as it is open, nothing is kept."""
        place = _place(request, slug, reference)
        return Response(_closing(queries.get_sample(contract=place.contract, number=number)))

    @extend_schema(
        operation_id="samples_close",
        summary="Close a sample",
        request=None,
        responses={200: shapes.SampleClosingSerializer, 202: JobBegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Take back what does not stand, and set off what is recovered for the rest; much becomes a job."""
        place = place_of(request, slug, reference, claim_policies.may_verify)
        sample = queries.get_sample(contract=place.contract, number=number)
        closed = operations.begin_sample_closing(
            sample=sample,
            verifier=place.party,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:sample", args=[slug, reference, number]),
        )
        if isinstance(closed, Job):
            return answer_begun(closed)
        return Response(_closing(queries.get_sample(contract=place.contract, number=number)))


class PopulationApi(APIView):
    """All lines that could be drawn."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="samples_population",
        summary="Give all that is needed to draw a sample again",
        responses=shapes.PopulationSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Give the lines as they were when it was drawn, and say whether drawing again gives the same."""
        place = _place(request, slug, reference)
        sample = queries.get_sample(contract=place.contract, number=number)
        facts = {
            "seed": sample.seed,
            "population_digest": sample.population_digest,
            "is_the_same": queries.draw_again(sample),
            "lines": queries.list_population(sample),
        }
        return Response(shapes.PopulationSerializer(facts).data)


class WaitingApi(IdempotentMixin, APIView):
    """What waits and misses nothing; the verifier accepts it here."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": CLAIMS_WRITE}

    @extend_schema(
        operation_id="claims_waiting",
        summary="Show what waits and misses nothing",
        parameters=[shapes.WaitingAskedSerializer],
        responses=shapes.WaitingSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Show it with what it would come to now."""
        place = place_of(request, slug, reference, claim_policies.may_verify)
        asked = shapes.WaitingAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        waiting = preview_waiting(contract=place.contract, verifier=place.party, **asked.validated_data)
        return Response(shapes.WaitingSerializer(waiting).data)

    @extend_schema(
        operation_id="claims_accept_waiting",
        summary="Accept what waits and misses nothing",
        request=shapes.AcceptWaitingGivenSerializer,
        responses={200: shapes.AcceptedAllSerializer, 202: shapes.AcceptedAllSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Accept exactly what was looked at; much of it becomes a job."""
        place = place_of(request, slug, reference, claim_policies.may_verify)
        given = read_given(shapes.AcceptWaitingGivenSerializer, request)
        after = given["after"]
        waiting = preview_waiting(contract=place.contract, verifier=place.party, after=after)
        done = operations.begin_acceptance(
            contract=place.contract,
            count=waiting.count,
            verifier=place.party,
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:claims", args=[slug, reference]),
            **given,
        )
        if isinstance(done, Job):
            facts: dict[str, Any] = {"lines": None, "claims": None, "job": done.public_id}
            return Response(facts, status=status.HTTP_202_ACCEPTED)
        return Response({"lines": done.lines, "claims": done.claims, "job": ""})


def _place(request: Request, slug: str, reference: str) -> Place:
    return place_of(request, slug, reference, policies.may_see_samples)


def _closing(sample: SampleRun) -> dict[str, Any]:
    currency = sample.contract.currency
    closing = getattr(sample, "closing", None)
    if closing is None:
        preview = queries.preview_closing(sample)
        recovery = preview.recovery
        facts: dict[str, Any] = {
            "is_closed": False,
            "invalid_count": recovery.invalid,
            "invalid_pence": recovery.found,
            "extrapolated_pence": recovery.extrapolated,
            "steps": _steps(say_recovery(steps_of(recovery), currency)),
            "payers": [{"payer": payer.code, "pence": pence} for payer, pence in preview.payers],
        }
        return facts
    return {
        "is_closed": True,
        "invalid_count": closing.invalid_count,
        "invalid_pence": closing.invalid_pence,
        "extrapolated_pence": closing.extrapolated_pence,
        "steps": _steps(say_recovery(closing.facts["steps"], currency)),
        "payers": [{"payer": payer.code, "pence": pence} for payer, pence in queries.recovered_by(sample)],
    }


def _steps(said: list[SaidStep]) -> list[dict[str, Any]]:
    return [step._asdict() for step in said]
