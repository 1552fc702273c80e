"""Investors' money over REST: receipts and payments that a second person lets in, interest, write-off, statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.investors import investors_place, read_statement
from bonds.api.money_moved import PAYMENTS_WRITE, read_moved
from bonds.api.standing import READ, WRITE, actor_of, place_of, read_given
from bonds.documents.investors import STATEMENT, statement_subject
from bonds.operations.moving import record_distribution_paid, record_drawdown
from bonds.policies import investors as policies
from bonds.queries.investors import CallPartMissing, DistributionMissing, get_call_part, get_distribution
from bonds.serializers.investor_runs import InvestorPeriodSerializer, InvestorStatementFileSerializer
from bonds.serializers.investors import CommitmentChangeSerializer, MovedGivenSerializer, WhyGivenSerializer
from documents import operations as document_operations
from foundation import clock
from foundation.idempotency import IdempotentMixin
from payments.serializers import RecordedSerializer


class DrawdownsApi(IdempotentMixin, APIView):
    """Receipts for a part of a call."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

    @extend_schema(
        operation_id="investors_drawdown",
        summary="Record that an investor paid what it was called for",
        request=MovedGivenSerializer,
        responses={201: RecordedSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, part: str) -> Response:
        """Write a receipt down, and ask a second person; nothing is posted before."""
        place = place_of(request, slug, reference, policies.may_record_investors_money)
        found = get_call_part(public_id=part)
        if found.call.contract_id != place.contract.pk:
            raise CallPartMissing("There is no such part of a call.", part=part)
        made = record_drawdown(part=found, **read_moved(request, MovedGivenSerializer))
        return Response(RecordedSerializer(made).data, status=status.HTTP_201_CREATED)


class PaymentsApi(IdempotentMixin, APIView):
    """Payments of what a party is due."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": PAYMENTS_WRITE}

    @extend_schema(
        operation_id="investors_distribution_paid",
        summary="Record that a party was paid what it is due by a run",
        request=MovedGivenSerializer,
        responses={201: RecordedSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, distribution: str) -> Response:
        """Write a payment down, and ask a second person; nothing is posted before."""
        place = place_of(request, slug, reference, policies.may_record_investors_money)
        due = get_distribution(public_id=distribution)
        if due.run.contract_id != place.contract.pk:
            raise DistributionMissing("Nobody is due such a payment.", distribution=distribution)
        made = record_distribution_paid(due=due, **read_moved(request, MovedGivenSerializer))
        return Response(RecordedSerializer(made).data, status=status.HTTP_201_CREATED)


class InterestApi(IdempotentMixin, APIView):
    """Interest in the books."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="investors_accrue",
        summary="Book the interest that was earned until today",
        request=None,
        responses=CommitmentChangeSerializer(many=True),
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Book it; a second time changes nothing, and the answer lists nothing."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        made = operations.accrue_interest(contract=place.contract, actor=actor_of(request), at=clock.now())
        return Response(CommitmentChangeSerializer(made, many=True).data)


class WriteOffApi(IdempotentMixin, APIView):
    """The end of what investors lost."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="investors_write_off",
        summary="Write off what is lost",
        request=WhyGivenSerializer,
        responses={201: CommitmentChangeSerializer(many=True)},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Write it off, once, when nothing is left to share out: the investors' side is over by it."""
        place = place_of(request, slug, reference, policies.may_keep_investors)
        given = read_given(WhyGivenSerializer, request)
        made = operations.write_off(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(CommitmentChangeSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


class StatementFileApi(IdempotentMixin, APIView):
    """The statement as a PDF."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": READ}

    @extend_schema(
        operation_id="investors_statement_file",
        summary="Make the statement of an investor as a PDF",
        request=InvestorPeriodSerializer,
        responses={201: InvestorStatementFileSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Make it; as long as nothing changes, asking again gives the same document."""
        place = investors_place(request, slug, reference)
        document = document_operations.make_document(
            kind=STATEMENT,
            organisation=place.contract.organisation,
            subject=statement_subject(read_statement(request, place, request.data)),
            actor=actor_of(request),
            at=clock.now(),
            issued_on=clock.today(),
        )
        facts = {"document": document.public_id, "reference": document.reference}
        return Response(InvestorStatementFileSerializer(facts).data, status=status.HTTP_201_CREATED)
