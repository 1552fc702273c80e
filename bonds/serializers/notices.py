"""Whether calls on investors are posted, as the API shows and takes it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models import NoticePolicy


class NoticePolicySerializer(serializers.ModelSerializer[NoticePolicy]):
    """Whether calls made from a day on are posted."""

    class Meta:
        """Fields by name."""

        model = NoticePolicy
        fields = ("is_posted", "from_on", "reason", "recorded_at")
        read_only_fields = fields


class NoticePoliciesSerializer(serializers.Serializer[Any]):
    """What was recorded, the newest first, and what was called, posted and is awaited (1150), in pence."""

    policies = NoticePolicySerializer(many=True)
    awaited_pence = serializers.IntegerField()


class NoticePolicyGivenSerializer(serializers.Serializer[Any]):
    """Whether calls are posted, from when, and what that rests on."""

    is_posted = serializers.BooleanField()
    from_on = serializers.DateField(help_text="Today or later.")
    reason = serializers.CharField(max_length=200)
