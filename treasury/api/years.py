"""The financial year over REST: when it ends, which years there are, and the act that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.access import require
from foundation.idempotency import IdempotentMixin
from people.models import Organisation
from treasury import operations, policies
from treasury.api.books import actor_of, readable_book
from treasury.arithmetic.years import FIRST_DAY
from treasury.models.journals import REASON_LENGTH
from treasury.queries.years import get_year_page

SCOPES: Mapping[str, str] = {"get": "books:read", "post": "books:write"}


class YearSerializer(serializers.Serializer[Any]):
    """A financial year; both its days count."""

    first_on = serializers.DateField()
    last_on = serializers.DateField()
    months = serializers.IntegerField(help_text="12, where the year end did not move.")


class SaidYearEndSerializer(serializers.Serializer[Any]):
    """A year end as it was said once."""

    month = serializers.IntegerField(source="row.month")
    day = serializers.IntegerField(source="row.day", help_text="29 of February is its last day in every year.")
    from_on = serializers.DateField(allow_null=True, help_text="Null where it has always been so.")
    set_at = serializers.DateTimeField(source="row.set_at")
    reason = serializers.CharField(source="row.reason")


class FinancialYearSerializer(serializers.Serializer[Any]):
    """When financial years end."""

    month = serializers.IntegerField(source="end.month")
    day = serializers.IntegerField(source="end.day", help_text="29 of February is its last day in every year.")
    is_set = serializers.BooleanField(help_text="False while nobody has said it and the calendar year is assumed.")
    years = YearSerializer(many=True, help_text="The last one, the one that runs, and the next two.")
    history = SaidYearEndSerializer(many=True, help_text="The last word first.")


class YearEndRequestSerializer(serializers.Serializer[Any]):
    """A year end to set."""

    month = serializers.IntegerField(min_value=1, max_value=12)
    day = serializers.IntegerField(min_value=1, max_value=31, help_text="28 and 29 February are its last day.")
    from_on = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Years that end before this day stay; null if it has always been so.",
    )
    reason = serializers.CharField(
        max_length=REASON_LENGTH, help_text="What it rests on, such as the date of the notice to the FCA."
    )


class FinancialYearApi(IdempotentMixin, APIView):
    """The financial year of the organisation that a book belongs to."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES

    @extend_schema(operation_id="financial_year", summary="The financial year", responses=FinancialYearSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Say when financial years end, and which there are around today."""
        return self._answer(self._organisation(request, slug))

    @extend_schema(
        operation_id="financial_year_set",
        summary="Say when financial years end",
        request=YearEndRequestSerializer,
        responses=FinancialYearSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Let years end on another day from a day on; years that are carried or closed stay as they are."""
        organisation = self._organisation(request, slug)
        require(policies.may_set_year_end(actor_of(request), organisation.public_id))
        given = YearEndRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        operations.set_year_end(
            organisation=organisation,
            month=facts["month"],
            day=facts["day"],
            from_on=facts["from_on"] or FIRST_DAY,
            reason=facts["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return self._answer(organisation)

    @staticmethod
    def _organisation(request: Request, slug: str) -> Organisation:
        return Organisation.objects.get(public_id=readable_book(request, slug).organisation)

    @staticmethod
    def _answer(organisation: Organisation) -> Response:
        return Response(FinancialYearSerializer(get_year_page(organisation=organisation, today=clock.today())).data)
