"""Taking accepted lines back over REST: what would come of it, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations, states
from bonds.api.claims import CLAIMS_WRITE, ClaimActApi, find_claim
from bonds.api.standing import READ, Place, place_of, read_given
from bonds.models import Claim
from bonds.operations.errors import NothingToDecide
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import claims as queries
from bonds.queries.undoing import LinePlan, digest_of, plan_undoing, sum_by_payer
from bonds.serializers import claims as claim_shapes
from bonds.serializers import invoices as shapes
from foundation import clock
from foundation.access import Actor, Decision

_STATES = [state.value for state in states.ACCEPTED_STATES]


class PreviewApi(APIView):
    """What would come of taking lines back."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": READ}

    @extend_schema(
        operation_id="claims_clawback_preview",
        summary="Show what would come of taking accepted lines back",
        request=claim_shapes.LinesGivenSerializer,
        responses=shapes.UndonePreviewSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Show it by payer; nothing happens."""
        place = place_of(request, slug, reference, policies.may_take_back)
        claim = find_claim(place, number)
        given = read_given(claim_shapes.LinesGivenSerializer, request)
        named = set(given["lines"])
        lines = queries.lines_in(claim=claim).filter(public_id__in=named, state__in=_STATES).order_by("pk")
        plans = plan_undoing(list(lines))
        if len(plans) != len(named):
            raise NothingToDecide(_("Please name accepted lines of this claim."), asked=len(named), found=len(plans))
        return Response(shapes.UndonePreviewSerializer(_facts(plans)).data)


class TakeBackApi(ClaimActApi):
    """Taking accepted lines back."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": CLAIMS_WRITE}
    given_class = shapes.TakeBackGivenSerializer
    own_only = False

    def decide(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_take_back(actor, standpoint)

    @extend_schema(
        operation_id="claims_clawback",
        summary="Take accepted lines back",
        request=shapes.TakeBackGivenSerializer,
        responses=claim_shapes.ClaimSumsSerializer,
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Take lines back, all that are named or none: uncharged, credited or set off. Everybody is told."""
        return self.run(request, slug, reference, number)

    def act(self, place: Place, claim: Claim, given: Mapping[str, Any], *, actor: Actor) -> None:
        """Take them back."""
        operations.take_back_lines(claim=claim, verifier=place.party, actor=actor, at=clock.now(), **given)


def _facts(plans: Sequence[LinePlan]) -> dict[str, Any]:
    return {
        "line_count": len(plans),
        "net_pence": sum(plan.result.net_pence for plan in plans),
        "payers": [
            {
                "payer": one.payer.code,
                "unasked_pence": one.unasked,
                "set_off_pence": one.set_off,
                "credits": [{"invoice": invoice.number, "pence": pence} for invoice, pence in one.credits.items()],
            }
            for one in sum_by_payer(plans)
        ],
        "seen": digest_of(plans),
    }
