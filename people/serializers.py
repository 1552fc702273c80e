"""What the REST API says of the one who calls it."""

from __future__ import annotations

from rest_framework import serializers


class RoleSerializer(serializers.Serializer[dict[str, object]]):
    """The roles that the caller holds in an organisation."""

    organisation = serializers.CharField(help_text="Public id of the organisation.")
    slug = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class MeSerializer(serializers.Serializer[dict[str, object]]):
    """Who calls, and what they may do."""

    id = serializers.CharField(help_text="Public id of the user.")
    key = serializers.CharField(allow_null=True, help_text="Public id of the key, or null in a session.")
    person = serializers.CharField(allow_null=True, help_text="Public id of the person, once there is one.")
    email = serializers.EmailField()
    second_factor = serializers.BooleanField()
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Scopes of the key; null in a session."
    )
    roles = RoleSerializer(many=True)
