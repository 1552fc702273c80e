"""REST API: who am I."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.access import Actor
from people import queries
from people.models import Scope, User
from people.serializers import MeSerializer


class MeView(APIView):
    """The caller: the user, the key, and the roles that count here."""

    required_scopes: ClassVar[dict[str, str]] = {"get": Scope.ME_READ.value}

    @extend_schema(operation_id="me_read", summary="Who am I", responses=MeSerializer, tags=["me"])
    def get(self, request: Request) -> Response:
        """Say who calls."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        assert isinstance(request.user, User)
        person = queries.find_person(actor.user_id)
        facts: dict[str, object] = {
            "id": request.user.public_id,
            "key": actor.ref.removeprefix("key:") if actor.ref.startswith("key:") else None,
            "person": person.public_id if person else None,
            "email": request.user.email,
            "second_factor": actor.second_factor,
            "scopes": None if actor.scopes is None else sorted(actor.scopes),
            "roles": [
                {
                    "organisation": organisation.public_id,
                    "slug": organisation.slug,
                    "name": organisation.name,
                    "roles": sorted(actor.roles_in(organisation.public_id)),
                }
                for organisation in queries.organisations_of(actor)
            ],
        }
        return Response(MeSerializer(facts).data)
