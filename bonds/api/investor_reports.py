"""Reports to investors over REST: the list, one report, a look before it is issued, issuing, taking back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds.api.standing import READ, WRITE, Place, actor_of, place_of, read_given
from bonds.models import InvestorReport
from bonds.operations import reporting
from bonds.policies import investor_reports as policies
from bonds.queries import investor_reports as queries
from bonds.serializers import investor_reports as shapes
from foundation import clock
from foundation.idempotency import IdempotentMixin


class ReportsApi(IdempotentMixin, APIView):
    """The reports of a contract; the holder issues the next one here."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="investor_reports_list",
        summary="List reports to investors",
        responses=shapes.InvestorReportSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them, newest first; an investor gets those of which they have a copy."""
        place = place_of(request, slug, reference, policies.may_see_reports)
        rows = queries.reports_of(place.contract)
        if not policies.sees_every_copy(actor_of(request), place.standpoint):
            rows = rows.filter(copies__party__organisation=place.organisation)
        return Response(shapes.InvestorReportSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="investor_reports_issue",
        summary="Issue a report to all investors",
        request=shapes.ReportGivenSerializer,
        responses={201: shapes.InvestorReportWholeSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Fix what the period was; workers make each investor's copy, and mail tells the investor when it is there."""
        place = place_of(request, slug, reference, policies.may_issue_reports)
        given = read_given(shapes.ReportGivenSerializer, request)
        report, _making = reporting.issue_report(
            contract=place.contract, actor=actor_of(request), at=clock.now(), **given
        )
        return Response(report_facts(request, place, report), status=status.HTTP_201_CREATED)


class PreviewApi(APIView):
    """A look at a report before it is issued."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="investor_reports_preview",
        summary="See what a report would say",
        request=shapes.ReportGivenSerializer,
        responses=shapes.ReportPreviewSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Say it; nothing is kept and nobody is told."""
        place = place_of(request, slug, reference, policies.may_issue_reports)
        given = read_given(shapes.ReportGivenSerializer, request)
        seen = reporting.preview_report(
            contract=place.contract,
            from_on=given["from_on"],
            until_on=given["until_on"],
            expected=given["expected"],
            today=clock.today(),
        )
        shown = {"from_on": seen.from_on, "until_on": seen.until_on, "facts": seen.common, "own": seen.own}
        return Response(shapes.ReportPreviewSerializer(shown).data)


class ReportApi(APIView):
    """One report."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="investor_reports_retrieve",
        summary="Show a report to investors",
        responses=shapes.InvestorReportWholeSerializer,
    )
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Show what all are told, with the copies that the organisation may see."""
        place = place_of(request, slug, reference, policies.may_see_reports)
        return Response(report_facts(request, place, queries.get_report(contract=place.contract, number=number)))


class WithdrawApi(IdempotentMixin, APIView):
    """Taking back the last report."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": WRITE}

    @extend_schema(
        operation_id="investor_reports_withdraw",
        summary="Take back the last report",
        request=shapes.ReportWithdrawalSerializer,
        responses=shapes.InvestorReportSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Cancel its copies and tell the investors; its period can be reported again."""
        place = place_of(request, slug, reference, policies.may_issue_reports)
        report = queries.get_report(contract=place.contract, number=number)
        given = read_given(shapes.ReportWithdrawalSerializer, request)
        reporting.withdraw_report(report=report, reason=given["reason"], actor=actor_of(request), at=clock.now())
        return Response(
            shapes.InvestorReportSerializer(queries.get_report(contract=place.contract, number=number)).data
        )


def report_facts(request: Request, place: Place, report: InvestorReport) -> dict[str, Any]:
    """Give a report with the copies that an organisation may see.

    Raises:
        ReportMissing: it is an investor that has no copy.
    """
    made = queries.documents_of(report)
    copies = queries.copies_of(report)
    if not policies.sees_every_copy(actor_of(request), place.standpoint):
        copies = [one for one in copies if one.party.organisation_id == place.organisation.pk]
        if not copies:
            raise queries.ReportMissing(_("There is no such report."), number=report.number)
    return {
        "report": shapes.InvestorReportSerializer(report).data,
        "words": report.words,
        "facts": report.facts,
        "copies": [
            {
                "investor": one.party.code,
                "document": made[one.public_id].public_id,
                "is_made": hasattr(made[one.public_id], "file"),
                "facts": one.facts,
            }
            for one in copies
        ],
    }
