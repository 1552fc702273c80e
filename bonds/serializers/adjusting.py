"""What a version that reaches back changes, as the API shows it. Amounts are whole pence of the contract's currency."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models import OutcomesContract, VersionAdjustment
from bonds.queries.adjustment_previews import MOST_KEPT, Adjustments


class AdjustedLineSerializer(serializers.Serializer[Any]):
    """A line, before and after."""

    line = serializers.CharField()
    metric = serializers.CharField()
    person = serializers.CharField(allow_blank=True, help_text="The pseudonym; empty for a group.")
    achieved_on = serializers.DateField()
    version_before = serializers.IntegerField()
    version_after = serializers.IntegerField()
    before_pence = serializers.IntegerField()
    after_pence = serializers.IntegerField()


class AdjustmentSerializer(serializers.ModelSerializer[VersionAdjustment]):
    """That lines were worked out again."""

    id = serializers.CharField(source="public_id", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        """Fields by name."""

        model = VersionAdjustment
        fields = ("id", "version", "looked_at_count", "changed_count", "change_pence", "at")
        read_only_fields = fields


class AdjustmentsSerializer(serializers.Serializer[Any]):
    """What would change now, and what was changed."""

    looked_at_count = serializers.IntegerField(
        source="looked_at", help_text="Accepted lines that an earlier version priced."
    )
    disputed_count = serializers.IntegerField(source="disputed", help_text="Left out until their dispute is decided.")
    changed_count = serializers.IntegerField(
        source="changed", allow_null=True, help_text="Null where there are so many that a preview is to be asked for."
    )
    change_pence = serializers.IntegerField(source="pence", help_text="More, or less where it is below zero.")
    changes = AdjustedLineSerializer(many=True, help_text=f"The first {MOST_KEPT}, by day of achievement.")
    previewed_at = serializers.DateTimeField(allow_null=True, help_text="Where a worker found it out: when.")
    made = AdjustmentSerializer(many=True)


class BegunSerializer(serializers.Serializer[Any]):
    """What was done, or the job that does it."""

    adjustment = AdjustmentSerializer(allow_null=True)
    job = serializers.CharField(allow_null=True, help_text="Where there were many lines: the job's id.")


def describe_adjustments(contract: OutcomesContract, found: Adjustments) -> dict[str, Any]:
    """Write down what there is to adjust, and what was adjusted.

    Args:
        contract: Any.
        found: What `look_at_adjustments` gave.
    """
    facts = {
        "looked_at": found.looked_at,
        "disputed": found.disputed,
        "changed": found.changed,
        "pence": found.pence,
        "changes": found.changes[:MOST_KEPT],
        "previewed_at": found.preview.at if found.preview else None,
        "made": VersionAdjustment.objects.filter(contract=contract).select_related("version"),
    }
    return dict(AdjustmentsSerializer(facts).data)
