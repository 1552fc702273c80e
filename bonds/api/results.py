"""Results, evidence, files of results and what is missing, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds.api.people import RECORD, SCOPES, facts_of, scope_of
from bonds.api.standing import READ, Place, actor_of, place_of, read_given
from bonds.models import OutcomeEvent
from bonds.operations import evidence as evidence_operations
from bonds.operations import results as operations
from bonds.operations import uploads as upload_operations
from bonds.policies import results as policies
from bonds.queries import evidence as evidence_queries
from bonds.queries import results as queries
from bonds.queries.people import get_person
from bonds.queries.uploads import check_upload
from bonds.serializers import results as said
from foundation import clock
from foundation.files import stream
from foundation.idempotency import IdempotentMixin


class ResultsApi(IdempotentMixin, ListAPIView[OutcomeEvent]):
    """What people and groups achieved."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES
    serializer_class = said.ResultSerializer

    def get_queryset(self) -> QuerySet[OutcomeEvent]:
        """Give the results that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return OutcomeEvent.objects.none()
        place = place_of(self.request, self.kwargs["slug"], self.kwargs["reference"], policies.may_see_results)
        return queries.results_of(contract=place.contract, provider=scope_of(place))

    @extend_schema(operation_id="contract_results_list", summary="Results under a contract")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="contract_results_record",
        summary="Record a result of a person or of a group",
        request=said.NewResultSerializer,
        responses={201: said.ResultSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Record it. A result that is there already is refused, whichever provider recorded it."""
        place = place_of(request, slug, reference, policies.may_record_results)
        given = read_given(said.NewResultSerializer, request)
        event = _record(request, place, given)
        return Response(said.ResultSerializer(event).data, status=status.HTTP_201_CREATED)


class ResultApi(APIView):
    """One result."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(operation_id="contract_result", summary="A result", responses=said.ResultSerializer)
    def get(self, request: Request, slug: str, reference: str, event: str) -> Response:
        """Give it."""
        place = place_of(request, slug, reference, policies.may_see_results)
        found = queries.get_result(contract=place.contract, public_id=event, provider=scope_of(place))
        return Response(said.ResultSerializer(found).data)


class WithdrawalApi(IdempotentMixin, APIView):
    """Taking a result back."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": RECORD}

    @extend_schema(
        operation_id="contract_result_withdraw",
        summary="Withdraw a result",
        request=said.WithdrawalSerializer,
        responses=said.ResultSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, event: str) -> Response:
        """Say that it was not so; it stays in the record and counts for nothing. Twice changes nothing."""
        place = place_of(request, slug, reference, policies.may_record_results)
        found = queries.get_result(contract=place.contract, public_id=event, provider=place.party)
        given = read_given(said.WithdrawalSerializer, request)
        operations.withdraw_result(event=found, reason=given["reason"], actor=actor_of(request), at=clock.now())
        again = queries.get_result(contract=place.contract, public_id=event, provider=place.party)
        return Response(said.ResultSerializer(again).data)


class ResultEvidenceApi(APIView):
    """What shows a result."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES
    parser_classes = (MultiPartParser, JSONParser)

    @extend_schema(
        operation_id="contract_result_evidence",
        summary="Evidence of a result",
        responses=said.EvidenceSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str, event: str) -> Response:
        """List it, with that of the person which names no result."""
        place = place_of(request, slug, reference, policies.may_see_results)
        found = queries.get_result(contract=place.contract, public_id=event, provider=scope_of(place))
        return Response(said.EvidenceSerializer(evidence_queries.evidence_of(found), many=True).data)

    @extend_schema(
        operation_id="contract_result_evidence_add",
        summary="Hand in evidence of a result",
        request={
            "multipart/form-data": said.NewEvidenceSerializer,
            "application/json": said.NewEvidenceSerializer,
        },
        responses={201: said.EvidenceSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, event: str) -> Response:
        """Keep it once, for all payers. The same evidence again changes nothing."""
        place = place_of(request, slug, reference, policies.may_record_results)
        found = queries.get_result(contract=place.contract, public_id=event, provider=place.party)
        return _add_evidence(request, place, event=found)


class PersonEvidenceApi(APIView):
    """What is known of a person, such as a sighting."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": RECORD}
    parser_classes = (MultiPartParser, JSONParser)

    @extend_schema(
        operation_id="contract_person_evidence_add",
        summary="Hand in evidence about a person",
        request={
            "multipart/form-data": said.NewEvidenceSerializer,
            "application/json": said.NewEvidenceSerializer,
        },
        responses={201: said.EvidenceSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, person: str) -> Response:
        """Keep it. The same evidence again changes nothing."""
        place = place_of(request, slug, reference, policies.may_record_results)
        found = get_person(contract=place.contract, pseudonym=person, provider=place.party)
        return _add_evidence(request, place, participant=found)


class EvidenceFileApi(APIView):
    """The file of some evidence."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_evidence_file",
        summary="The file of some evidence",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, reference: str, evidence: str) -> HttpResponseBase:
        """Send it to the provider who handed it in, or to the verifier; that it was taken is written down."""
        place = place_of(request, slug, reference, policies.may_see_evidence)
        scope = None if policies.sees_all_evidence(place.standpoint) else place.party
        item = evidence_queries.get_evidence(contract=place.contract, public_id=evidence, provider=scope)
        stored = evidence_operations.read_evidence_file(
            item=item, organisation=place.organisation.public_id, actor=actor_of(request), at=clock.now()
        )
        if stored is None:
            raise evidence_queries.EvidenceMissing("This evidence is a number without a file.", id=evidence)
        return stream(stored, inline=False)


class MissingApi(APIView):
    """What is still missing."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_missing",
        summary="What results miss before the time to claim is over",
        responses=said.UnclaimedSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List the results that are in no claim yet, the most urgent first."""
        place = place_of(request, slug, reference, policies.may_see_results)
        rows = evidence_queries.list_unclaimed(contract=place.contract, provider=scope_of(place), on=clock.today())
        return Response(said.UnclaimedSerializer(rows, many=True).data)


class UploadsApi(IdempotentMixin, APIView):
    """Files of results."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": RECORD}

    @extend_schema(
        operation_id="contract_results_upload",
        summary="Look at a file of results, or record all of it",
        request=said.UploadRequestSerializer,
        responses=said.UploadAnswerSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Say what a file would record, or with `record` record it: all of it or nothing, and only once."""
        place = place_of(request, slug, reference, policies.may_record_results)
        given = read_given(said.UploadRequestSerializer, request)
        content, today = given["content"].encode(), clock.today()
        check = check_upload(contract=place.contract, provider=place.party, content=content, today=today)
        added = False
        if given["record"]:
            done = upload_operations.upload_results(
                contract=place.contract,
                provider=place.party,
                content=content,
                actor=actor_of(request).ref,
                at=clock.now(),
                today=today,
            )
            check.recorded, added = done.results, not done.replayed
        facts = {
            "batch": check.batch,
            "rows": check.rows,
            "by_metric": dict(check.by_metric),
            "problems": [one._asdict() for one in check.problems],
            "problem_count": check.problem_count,
            "recorded": check.recorded,
            "added": added,
        }
        return Response(said.UploadAnswerSerializer(facts).data)


def _record(request: Request, place: Place, asked: Mapping[str, Any]) -> OutcomeEvent:
    what = {name: asked[name] for name in ("metric", "achieved_on", "quantity")}
    if asked["person"]:
        person = get_person(contract=place.contract, pseudonym=asked["person"], provider=place.party)
        return operations.record_result(participant=person, **what, **facts_of(request, place))
    return operations.record_group_result(
        cohort=asked["cohort"], measurement=asked["measurement"], **what, **facts_of(request, place)
    )


def _add_evidence(request: Request, place: Place, **whose: Any) -> Response:
    given = read_given(said.NewEvidenceSerializer, request)
    asked = dict(given)
    upload = asked.pop("file", None)
    file = None
    if upload is not None:
        file = evidence_operations.NewFile(upload.read(evidence_operations.MAX_FILE_BYTES + 1), upload.name)
    item = evidence_operations.add_evidence(file=file, **asked, **whose, **facts_of(request, place))
    return Response(said.EvidenceSerializer(item).data, status=status.HTTP_201_CREATED)
