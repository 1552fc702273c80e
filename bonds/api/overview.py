"""A contract at a glance over REST: the same tables as on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds.api.standing import READ, actor_of, place_of
from bonds.arithmetic.spans import YearKind
from bonds.policies import overview as policies
from bonds.queries.contracts import find_party
from bonds.queries.overview_leads import lead_of
from bonds.queries.overview_pages import list_tables
from bonds.serializers.overview import OverviewAskedSerializer, OverviewSerializer
from documents.exports.report_facts import report_facts
from foundation import clock


class OverviewApi(APIView):
    """A contract at a glance."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_overview",
        summary="Show what a contract comes to at the end of a day",
        parameters=[OverviewAskedSerializer],
        responses=OverviewSerializer,
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give the tables of the page, as much of them as the organisation sees."""
        place = place_of(request, slug, reference, policies.may_see_overview)
        asked = OverviewAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        on = asked.validated_data.get("on", clock.today())
        years = YearKind(asked.validated_data.get("years", YearKind.FINANCIAL))
        view = policies.view_of(place.standpoint)
        party = find_party(contract=place.contract, organisation=place.organisation)
        seen = policies.lists_seen(actor_of(request), place.standpoint, party.code if party else "")
        tables = list_tables(
            contract=place.contract,
            view=view,
            party=party,
            on=on,
            years=years,
            lead=lead_of(place.organisation, place.contract, **seen),
        )
        facts = {
            "contract": place.contract.reference,
            "view": view.value,
            "on": on.isoformat(),
            "years": years.value,
            "tables": [report_facts(one) for one in tables],
        }
        return Response(facts)
