"""Claims over REST: lists, one claim, its lines with their whole path, and what a provider does with a claim."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations, states
from bonds.api.jobs import answer_begun
from bonds.api.standing import READ, Place, actor_of, place_of, read_given
from bonds.models import Claim, ClaimLine, OutcomeEvent
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.policies.checks import sees_words
from bonds.queries import claims as queries
from bonds.serializers import claims as shapes
from bonds.serializers.jobs import JobBegunSerializer
from foundation import clock
from foundation.access import Actor, Decision
from foundation.api.pagination import CursorPages
from foundation.idempotency import IdempotentMixin
from foundation.models import Job

CLAIMS_WRITE = "claims:write"
CLAIM_STATES = [state.value for state in states.ClaimState]
LINE_STATES = [state.value for state in states.LineState]


class LinePages(CursorPages):
    """Lines in their order."""

    ordering = "id"


class ClaimListApi(IdempotentMixin, ListAPIView[Claim]):
    """The claims that an organisation sees; a provider puts results into its next one here."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": CLAIMS_WRITE}
    serializer_class = shapes.ClaimSerializer

    def get_queryset(self) -> QuerySet[Claim]:
        """Give what the organisation sees, perhaps only in one state."""
        if getattr(self, "swagger_fake_view", False):
            return Claim.objects.none()
        place = claims_place(self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]))
        claims = queries.claims_of(
            contract=place.contract,
            organisation=place.organisation,
            sees_all=policies.sees_every_claim(place.standpoint),
        )
        return _in_state(claims, self.request, CLAIM_STATES)

    @extend_schema(
        operation_id="claims_list",
        summary="List claims",
        parameters=[OpenApiParameter("state", enum=CLAIM_STATES, description="Only these.")],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="claims_put_in",
        summary="Put results into the claim that is being put together",
        request=shapes.ResultsGivenSerializer,
        responses={201: shapes.ClaimSumsSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Put results in; the draft is made if there is none. All of them or none."""
        place = place_of(request, slug, reference, policies.may_claim)
        named = read_given(shapes.ResultsGivenSerializer, request)["events"]
        found = OutcomeEvent.objects.filter(contract=place.contract, provider=place.party, public_id__in=named)
        events = list(found)
        if len(events) != len(set(named)):
            raise serializers.ValidationError({"events": [_("Some of these are no results of this provider.")]})
        claim = operations.put_in_claim(
            contract=place.contract, provider=place.party, events=events, actor=actor_of(request), at=clock.now()
        )
        return Response(claim_facts(place, claim.number), status=status.HTTP_201_CREATED)


class ClaimApi(APIView):
    """One claim."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="claims_retrieve", summary="Show what a claim comes to", responses=shapes.ClaimSumsSerializer
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Show it, with gross, every kind of reduction, and each payer's part."""
        return Response(claim_facts(claims_place(request, slug, reference), number))


class ClaimLinesApi(ListAPIView[ClaimLine]):
    """The lines of a claim, each with the whole path of its amount."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}
    serializer_class = shapes.LineSerializer
    pagination_class = LinePages

    def get_queryset(self) -> QuerySet[ClaimLine]:
        """Give the lines, perhaps only in one state or on one result."""
        if getattr(self, "swagger_fake_view", False):
            return ClaimLine.objects.none()
        place = claims_place(self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]))
        lines = queries.explained_lines(find_claim(place, int(self.kwargs["number"])))
        metric = self.request.query_params.get("metric", "")
        if "\0" in metric:
            raise serializers.ValidationError({"metric": [_("There is no such one.")]})
        lines = _in_state(lines, self.request, LINE_STATES)
        return lines.filter(event__metric=metric) if metric else lines

    def get_serializer_context(self) -> Mapping[str, Any]:
        """Say whose words are read here."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_serializer_context()
        place = claims_place(self.request, str(self.kwargs["slug"]), str(self.kwargs["reference"]))
        return {**super().get_serializer_context(), "sees_words": words_reader(place)}

    @extend_schema(
        operation_id="claims_lines_list",
        summary="List the lines of a claim with why each amount is what it is",
        parameters=[
            OpenApiParameter("state", enum=LINE_STATES, description="Only these."),
            OpenApiParameter("metric", description="Only lines on this result, by its code."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them in their order."""
        return super().get(request, *args, **kwargs)


class ClaimActApi(IdempotentMixin, APIView, ABC):
    """An act on a claim; doing it twice does it once."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}
    given_class: ClassVar[type[serializers.Serializer[Any]]] = serializers.Serializer
    # Whether only the claiming provider finds the claim.
    own_only: ClassVar[bool] = True

    def decide(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    @abstractmethod
    def act(self, place: Place, claim: Claim, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Do it."""

    def run(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Find the claim, ask who may, do it, and give the claim as it is now."""
        place = place_of(request, slug, reference, self.decide)
        claim = find_claim(place, number, own_only=self.own_only)
        self.act(place, claim, read_given(self.given_class, request), actor=actor_of(request))
        return Response(claim_facts(place, number))


class TakeLinesApi(ClaimActApi):
    """Taking lines out of a draft."""

    given_class = shapes.LinesGivenSerializer

    @extend_schema(
        operation_id="claims_take_out",
        summary="Take lines out of a claim that is being put together",
        request=shapes.LinesGivenSerializer,
        responses=shapes.ClaimSumsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Take them out."""
        return self.run(request, slug, reference, number)

    def act(self, place: Place, claim: Claim, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Take them out."""
        operations.take_from_claim(claim=claim, actor=actor, at=clock.now(), **given)


class SubmitClaimApi(IdempotentMixin, APIView):
    """Sending a claim to the verifier."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}

    @extend_schema(
        operation_id="claims_submit",
        summary="Submit a claim",
        request=None,
        responses={200: shapes.ClaimSumsSerializer, 202: JobBegunSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Send it; the verifier's time runs from today. A claim of many lines becomes a job."""
        place = place_of(request, slug, reference, policies.may_claim)
        sent = operations.begin_submission(
            claim=find_claim(place, number, own_only=True),
            actor=actor_of(request),
            at=clock.now(),
            result_path=reverse("bonds:claim", args=[slug, reference, number]),
        )
        return answer_begun(sent) if isinstance(sent, Job) else Response(claim_facts(place, number))


class WithdrawLinesApi(ClaimActApi):
    """Taking back lines that were submitted."""

    given_class = shapes.LinesAndReasonSerializer

    @extend_schema(
        operation_id="claims_withdraw",
        summary="Withdraw lines that are not decided",
        request=shapes.LinesAndReasonSerializer,
        responses=shapes.ClaimSumsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Withdraw them; their results may be claimed again."""
        return self.run(request, slug, reference, number)

    def act(self, place: Place, claim: Claim, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Withdraw them."""
        operations.withdraw_lines(claim=claim, actor=actor, at=clock.now(), **given)


class AcceptLinesApi(ClaimActApi):
    """The verifier's yes."""

    given_class = shapes.LinesAndNoteSerializer
    own_only = False

    def decide(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_verify(actor, standpoint)

    @extend_schema(
        operation_id="claims_accept",
        summary="Accept lines",
        request=shapes.LinesAndNoteSerializer,
        responses=shapes.ClaimSumsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Accept lines, all that are named or none; each is worked out, kept with its path, and earned."""
        return self.run(request, slug, reference, number)

    def act(self, place: Place, claim: Claim, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Accept them."""
        operations.accept_lines(claim=claim, verifier=place.party, actor=actor, at=clock.now(), **given)


class RejectLinesApi(ClaimActApi):
    """The verifier's no."""

    given_class = shapes.LinesAndReasonSerializer
    own_only = False

    def decide(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_verify(actor, standpoint)

    @extend_schema(
        operation_id="claims_reject",
        summary="Reject lines",
        request=shapes.LinesAndReasonSerializer,
        responses=shapes.ClaimSumsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Reject lines and say why, all that are named or none; they pay nothing."""
        return self.run(request, slug, reference, number)

    def act(self, place: Place, claim: Claim, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Reject them."""
        operations.reject_lines(claim=claim, verifier=place.party, actor=actor, at=clock.now(), **given)


def claims_place(request: Request, slug: str, reference: str) -> Place:
    """Return from where a request looks at claims.

    Raises:
        ContractMissing: there is no such contract for whoever asks.
        Refused: the organisation's part, as an investor's, sees no claims.
    """
    return place_of(request, slug, reference, policies.may_see_claims)


def words_reader(place: Place) -> Callable[[ClaimLine], bool]:
    """Give what tells whether the words that go with decisions on a line are read from a place."""

    def sees(line: ClaimLine) -> bool:
        return sees_words(place.standpoint, claimant=line.claim.provider.organisation.public_id)

    return sees


def find_claim(place: Place, number: int, *, own_only: bool = False) -> Claim:
    """Return a claim that the organisation sees; only its own where that is asked for.

    Raises:
        ClaimMissing: there is none.
    """
    sees_all = policies.sees_every_claim(place.standpoint) and not own_only
    return queries.get_claim_seen(
        contract=place.contract, number=number, organisation=place.organisation, sees_all=sees_all
    )


def claim_facts(place: Place, number: int) -> dict[str, Any]:
    """Give a claim as it is now, with its sums."""
    claim = find_claim(place, number)
    sums = queries.sum_claim(claim)
    return {
        "claim": shapes.ClaimSerializer(claim).data,
        "accepted_count": sums.accepted,
        "gross_pence": sums.gross,
        "net_pence": sums.net,
        "reductions": [{"reason": reason, "pence": pence} for reason, pence in sums.reductions],
        "payers": [{"payer": payer.code, "pence": pence} for payer, pence in sums.payers],
        "taken_back_count": sums.taken_back,
        "taken_back_pence": sums.taken_back_net,
    }


def _in_state(rows: QuerySet[Any], request: Request, known: list[str]) -> QuerySet[Any]:
    asked = request.query_params.get("state", "")
    if asked and asked not in known:
        raise serializers.ValidationError({"state": [_("There is no such one.")]})
    return rows.filter(state=asked) if asked else rows
