"""The register of members over REST, for officers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound
from foundation import audit, clock
from foundation.access import require
from foundation.api.pagination import MAX_PAGE_SIZE
from people.policies import NO_ROLE
from shares import policies, queries
from shares.api.applications import actor_of
from shares.models import Society
from shares.serializers import RegisterSerializer

PAGE_SIZE = 100


class NoRegister(NotFound):
    """There is no such register, or none that the actor may know of."""

    code = "shares.no_register"


class RegisterQuery(serializers.Serializer[Any]):
    """Which day, and which page."""

    on = serializers.DateField(required=False, help_text="The day at whose end the register is read; today if absent.")
    after = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**31 - 1)
    limit = serializers.IntegerField(required=False, default=PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE)


class RegisterApi(APIView):
    """The register of one society."""

    required_scopes: ClassVar[dict[str, str]] = {"get": "register:read"}

    @extend_schema(
        operation_id="register_read",
        parameters=[RegisterQuery, OpenApiParameter("slug", str, OpenApiParameter.PATH)],
        responses=RegisterSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """List members by number, with everything that section 30 asks for; whoever looks is noted."""
        actor = actor_of(request)
        society = Society.objects.select_related("organisation").filter(organisation__slug=slug).first()
        decision = policies.may_see_register(actor, society.organisation.public_id) if society else None
        if society is None or decision is None or decision.code == NO_ROLE:
            raise NoRegister(_("There is no such register."))
        require(decision)
        asked = RegisterQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        on = min(asked.validated_data.get("on") or clock.today(), clock.today())
        rows = queries.register_of_members(society=society, on=on)
        audit.record(
            actor=actor.ref,
            action="shares.register_viewed",
            at=clock.now(),
            organisation=society.organisation.public_id,
            subject=society.public_id,
            after={"on": on.isoformat(), "members": len(rows)},
        )
        limit = asked.validated_data["limit"]
        page = [row for row in rows if row.number > asked.validated_data["after"]][: limit + 1]
        more = len(page) > limit
        shown = page[:limit]
        answer = {"on": on, "count": len(rows), "next_after": shown[-1].number if more else None, "members": shown}
        return Response(RegisterSerializer(answer).data)
