"""What the API says when a worker does what was asked."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class JobBegunSerializer(serializers.Serializer[Any]):
    """A worker does it: address of the job that shows how far it is."""

    job = serializers.CharField(help_text="Address of the job, for the scope jobs:read.")
