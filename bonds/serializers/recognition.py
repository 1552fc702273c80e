"""When income is recognised, as the API shows it, and what it takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.arithmetic.recognising import WHOLE_PERCENT
from bonds.models import RecognitionPolicy
from bonds.models.choices import RECOGNITIONS

_PART = "Recognised when it is claimed, in hundredths of a percent; 0 where income waits for acceptance."


class RecognitionSerializer(serializers.ModelSerializer[RecognitionPolicy]):
    """When income is recognised, for claims submitted from a day on."""

    percent = serializers.IntegerField(read_only=True, help_text=_PART)

    class Meta:
        """Fields by name."""

        model = RecognitionPolicy
        fields = ("recognise_at", "percent", "from_on", "reason", "recorded_at")
        read_only_fields = fields


class RecognitionsSerializer(serializers.Serializer[Any]):
    """What was recorded, the newest first, and what is income of claims that nobody has decided, in pence."""

    policies = RecognitionSerializer(many=True)
    early_pence = serializers.IntegerField()


class RecognitionGivenSerializer(serializers.Serializer[Any]):
    """When income is recognised: `approved`, or a part of it `submitted_constrained`."""

    recognise_at = serializers.ChoiceField(choices=RECOGNITIONS)
    percent = serializers.IntegerField(min_value=0, max_value=WHOLE_PERCENT, default=0, help_text=_PART)
    from_on = serializers.DateField(help_text="Today or later.")
    reason = serializers.CharField(max_length=200)
