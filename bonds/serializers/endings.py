"""Endings and guarantees as the API shows them, and what it takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models.choices import CODE
from bonds.queries.claims import WORDS_LENGTH

SEEN = "Digest of the preview that was looked at; if given and something has moved since, nothing is done (409)."


class EndStepSerializer(serializers.Serializer[Any]):
    """A step of a run: its lasting word, what was left after it, the figures behind it, and the same in words."""

    name = serializers.CharField()
    amount = serializers.IntegerField(help_text="Left after the step, in pence.")
    facts = serializers.JSONField()
    words = serializers.CharField()


class EndingPreviewSerializer(serializers.Serializer[Any]):
    """How something would end today; nothing is kept."""

    digest = serializers.CharField()
    steps = EndStepSerializer(many=True)


class EndingSerializer(serializers.Serializer[Any]):
    """A run that ended a tranche or the deal."""

    id = serializers.CharField()
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["redemption", "final"])
    run_on = serializers.DateField()
    reason = serializers.CharField()
    is_withdrawn = serializers.BooleanField()
    steps = EndStepSerializer(many=True)


class InvestorGuaranteeSerializer(serializers.Serializer[Any]):
    """What a guarantor owes an investor, in pence."""

    id = serializers.CharField()
    guarantor = serializers.CharField(help_text="Short name of the party.")
    investor = serializers.CharField(help_text="Short name of the party.")
    tranche = serializers.CharField()
    pence = serializers.IntegerField()
    received_pence = serializers.IntegerField()
    passed_on_pence = serializers.IntegerField()


class EndingsSerializer(serializers.Serializer[Any]):
    """What was ended, and the guarantees that the organisation may see."""

    endings = EndingSerializer(many=True)
    guarantees = InvestorGuaranteeSerializer(many=True)


class WindUpGivenSerializer(serializers.Serializer[Any]):
    """Why the deal is wound up."""

    reason = serializers.CharField(max_length=WORDS_LENGTH)
    seen = serializers.RegexField(r"^[0-9a-f]{64}\Z", required=False, default="", help_text=SEEN)


class RedemptionGivenSerializer(WindUpGivenSerializer):
    """Which tranche is ended early, and why."""

    tranche = serializers.RegexField(CODE)


class RedemptionPreviewGivenSerializer(serializers.Serializer[Any]):
    """Which tranche would be ended early."""

    tranche = serializers.RegexField(CODE)


class GuaranteeMoneyGivenSerializer(serializers.Serializer[Any]):
    """Money of a guarantee that moved, as the bank statement says it."""

    amount_pence = serializers.IntegerField(min_value=1, max_value=10**15)
    moved_on = serializers.DateField()
    reference = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)


class GuaranteeRecordSerializer(serializers.Serializer[Any]):
    """What was written down, and waits for a second person in the payment room."""

    record = serializers.CharField(source="public_id")
    state = serializers.CharField()
