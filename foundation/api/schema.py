"""What drf-spectacular cannot see by itself: problem details, the Idempotency-Key header, scopes."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from foundation.idempotency import HEADER, IdempotentMixin

PROBLEM = "application/problem+json"


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One wrong field of a request."""

    field = serializers.CharField(help_text="Dotted path of the field; empty for the request as a whole.")
    code = serializers.CharField(help_text="Stable code.")
    detail = serializers.CharField(help_text="What is wrong, for people.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="What kind of problem it is.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    code = serializers.CharField(help_text="Stable code for machines, such as shares.holding_limit_exceeded.")
    detail = serializers.CharField(help_text="What happened and what to do, for people.")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    facts = serializers.DictField(required=False, help_text="The figures behind the detail.")


class Schema(AutoSchema):
    """Documents for every operation how it fails, and for every idempotent one how it is repeated."""

    def get_override_parameters(self) -> list[Any]:
        """Add the header to POST operations that honour it."""
        parameters = list(super().get_override_parameters())
        if self.method == "POST" and isinstance(self.view, IdempotentMixin):
            parameters.append(
                OpenApiParameter(
                    name=HEADER,
                    type=str,
                    location=OpenApiParameter.HEADER,
                    required=self.view.idempotency_required,
                    description=(
                        "A value of your own, 1 to 255 visible ASCII characters. The same request with the same key "
                        "within 24 hours acts once and is answered alike; another request with it is answered 422, "
                        "a request while the first one runs 409 with Retry-After."
                    ),
                )
            )
        return parameters

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """Name the scope a key needs."""
        operation: dict[str, Any] | None = super().get_operation(*args)
        scopes = getattr(self.view, "required_scopes", {})
        scope = scopes.get(self.method.lower())
        if operation is not None and scope:
            note = f"A key needs the scope `{scope}`."
            operation["description"] = "\n\n".join(filter(None, (operation.get("description", ""), note)))
        return operation

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        """Add the ways in which an operation fails to those by which it succeeds."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = {PROBLEM: {"schema": self.resolve_serializer(ProblemSerializer, direction).ref}}
        for status, description in self._find_failures().items():
            bodies.setdefault(status, {"content": problem, "description": description})
        return bodies

    def _find_failures(self) -> dict[str, str]:
        has_body = self.method in {"POST", "PUT", "PATCH"}
        has_path_parameter = "{" in self.path
        failures = {"400": "The request is malformed or has wrong fields."}
        if not getattr(self.view, "is_public", False) or has_body:
            failures |= {"401": "Not signed in.", "403": "Not allowed, or the key lacks the scope."}
        if has_path_parameter or has_body or self._is_a_list():
            failures["404"] = "There is no such thing, or nothing that you may see."
        failures["406"] = "Only JSON is spoken here."
        if has_body:
            failures |= {
                "409": "The state of things forbids it, or the first request with the key is still running.",
                "413": "The request has too many bytes.",
                "415": "Only JSON is spoken here.",
                "422": "Refused: the reason is in code and detail.",
            }
        return failures | {"429": "Too many requests.", "503": "Something outside does not answer."}

    def _is_a_list(self) -> bool:
        return bool(self._is_list_view())
