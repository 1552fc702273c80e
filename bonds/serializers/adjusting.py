"""What a version that reaches back changes, as the API shows it. Amounts are whole pence of the contract's currency."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models import OutcomesContract, VersionAdjustment
from bonds.queries.adjusting import Change, ReachingBack

MOST_LISTED = 500


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

    looked_at_count = serializers.IntegerField(help_text="Accepted lines that an earlier version priced.")
    disputed_count = serializers.IntegerField(help_text="Left out until their dispute is decided.")
    changed_count = serializers.IntegerField()
    change_pence = serializers.IntegerField(help_text="More, or less where it is below zero.")
    changes = AdjustedLineSerializer(many=True, help_text=f"The first {MOST_LISTED}, by day of achievement.")
    made = AdjustmentSerializer(many=True)


class BegunSerializer(serializers.Serializer[Any]):
    """What was done, or the job that does it."""

    adjustment = AdjustmentSerializer(allow_null=True)
    job = serializers.CharField(allow_null=True, help_text="Where there were many lines: the job's id.")


def describe_adjustments(contract: OutcomesContract, found: ReachingBack) -> dict[str, Any]:
    """Write down what there is to adjust, and what was adjusted.

    Args:
        contract: Any.
        found: What `find_changes` gave.
    """
    made = VersionAdjustment.objects.filter(contract=contract).select_related("version")
    return {
        "looked_at_count": found.looked_at,
        "disputed_count": found.disputed,
        "changed_count": len(found.changes),
        "change_pence": found.pence,
        "changes": [_describe(change) for change in found.changes[:MOST_LISTED]],
        "made": AdjustmentSerializer(made, many=True).data,
    }


def _describe(change: Change) -> dict[str, Any]:
    event = change.line.event
    return {
        "line": change.line.public_id,
        "metric": event.metric,
        "person": event.participant.pseudonym if event.participant else "",
        "achieved_on": event.achieved_on.isoformat(),
        "version_before": change.was.version_number,
        "version_after": change.becomes.version,
        "before_pence": change.before,
        "after_pence": change.after,
    }
