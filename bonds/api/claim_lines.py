"""One line of a claim over REST: why its amount is what it is, evidence, questions and answers, doubts and checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.claims import CLAIMS_WRITE, claims_place, words_reader
from bonds.api.standing import READ, Place, actor_of, place_of, read_given
from bonds.models import ClaimLine
from bonds.operations.viewing import note_evidence_seen
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.queries import claims as queries
from bonds.queries.evidence import EvidenceMissing
from bonds.serializers import claims as shapes
from foundation import clock, files
from foundation.access import Actor, Decision, require
from foundation.idempotency import IdempotentMixin


class LineApi(APIView):
    """One line."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="claim_lines_retrieve",
        summary="Show why the amount of a line is what it is",
        responses=shapes.LineInFullSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Show it with every step; evidence, questions and answers only to verifier and claimant."""
        place = claims_place(request, slug, reference)
        return Response(line_facts(place, find_line(place, line), actor=actor_of(request)))


class LineEvidenceApi(APIView):
    """A file that shows the result of a line."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="claim_lines_evidence",
        summary="Read a file of evidence",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, reference: str, line: str, evidence: str) -> HttpResponseBase:
        """Stream it to verifier and claimant; that it was opened is noted."""
        place, actor = claims_place(request, slug, reference), actor_of(request)
        found = find_line(place, line)
        require(_may_see_evidence(actor, place, found))
        seen = queries.evidence_seen(found, organisation=place.organisation)
        item = next((one for one in seen if one.public_id == evidence), None)
        if item is None or item.file is None:
            raise EvidenceMissing(_("There is no such file."), id=evidence)
        note_evidence_seen(line=found, item=item, organisation=place.organisation, actor=actor, at=clock.now())
        return files.stream(item.file, inline=False)


class LineActApi(IdempotentMixin, APIView, ABC):
    """An act on a line; doing it twice does it once."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}
    given_class: ClassVar[type[serializers.Serializer[Any]]] = shapes.TextGivenSerializer
    own_only: ClassVar[bool] = False

    def decide(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_verify(actor, standpoint)

    @abstractmethod
    def act(self, place: Place, line: ClaimLine, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Do it."""

    def run(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Find the line, ask who may, do it, and give the line as it is now."""
        place, actor = place_of(request, slug, reference, self.decide), actor_of(request)
        found = find_line(place, line, own_only=self.own_only)
        given = read_given(self.given_class, request)
        self.act(place, found, given, actor=actor)
        return Response(line_facts(place, find_line(place, line), actor=actor))


class QueryLineApi(LineActApi):
    """A question to the provider."""

    @extend_schema(
        operation_id="claim_lines_query",
        summary="Ask the provider about a line",
        request=shapes.TextGivenSerializer,
        responses=shapes.LineInFullSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Ask; the time for the verifier's answer stands still meanwhile."""
        return self.run(request, slug, reference, line)

    def act(self, place: Place, line: ClaimLine, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Ask."""
        operations.query_line(line=line, verifier=place.party, actor=actor, at=clock.now(), **given)


class AnswerLineApi(LineActApi):
    """The provider's answer."""

    own_only = True

    def decide(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    @extend_schema(
        operation_id="claim_lines_answer",
        summary="Answer a question about a line",
        request=shapes.TextGivenSerializer,
        responses=shapes.LineInFullSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Answer; the line is with the verifier again."""
        return self.run(request, slug, reference, line)

    def act(self, place: Place, line: ClaimLine, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Answer."""
        operations.answer_query(line=line, party=place.party, actor=actor, at=clock.now(), **given)


class FlagLineApi(LineActApi):
    """A doubt."""

    given_class = shapes.DoubtGivenSerializer

    @extend_schema(
        operation_id="claim_lines_put_aside",
        summary="Put a line aside with a doubt",
        request=shapes.DoubtGivenSerializer,
        responses=shapes.LineInFullSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Put it aside: nothing is decided, and silence does not accept it."""
        return self.run(request, slug, reference, line)

    def act(self, place: Place, line: ClaimLine, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Put it aside."""
        operations.flag_line(line=line, verifier=place.party, actor=actor, at=clock.now(), **given)


class CheckLineApi(LineActApi):
    """A check before payment."""

    given_class = shapes.CheckGivenSerializer

    @extend_schema(
        operation_id="claim_lines_check",
        summary="Write down a check before payment",
        request=shapes.CheckGivenSerializer,
        responses=shapes.LineInFullSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, line: str) -> Response:
        """Write it down; it decides nothing by itself."""
        return self.run(request, slug, reference, line)

    def act(self, place: Place, line: ClaimLine, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Keep it."""
        operations.check_line(line=line, verifier=place.party, actor=actor, at=clock.now(), **given)


def find_line(place: Place, public_id: str, *, own_only: bool = False) -> ClaimLine:
    """Return a line of a claim that the organisation sees; only of its own where that is asked for.

    Raises:
        LineMissing: there is none.
    """
    sees_all = policies.sees_every_claim(place.standpoint) and not own_only
    return queries.get_line_seen(
        contract=place.contract, public_id=public_id, organisation=place.organisation, sees_all=sees_all
    )


def line_facts(place: Place, line: ClaimLine, *, actor: Actor) -> dict[str, Any]:
    """Give a line as it is now, with what whoever asks may see of it."""
    facts: dict[str, Any] = {
        "line": shapes.LineSerializer(line, context={"sees_words": words_reader(place)}).data,
        "evidence": None,
        "messages": None,
    }
    if _may_see_evidence(actor, place, line):
        seen = queries.evidence_seen(line, organisation=place.organisation)
        facts["evidence"] = shapes.FileShownSerializer(seen, many=True).data
        facts["messages"] = shapes.MessageShownSerializer(line.messages.all(), many=True).data
    return facts


def _may_see_evidence(actor: Actor, place: Place, line: ClaimLine) -> Decision:
    claimant = line.claim.provider.organisation.public_id
    return policies.may_see_evidence(actor, place.standpoint, claimant=claimant)
