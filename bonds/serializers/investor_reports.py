"""Reports to investors as the API shows them, and what it takes to issue one."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.operations.reporting import MOST_EXPECTED, WORDS_LENGTH

REASON_LENGTH = 2_000


class InvestorReportSerializer(serializers.Serializer[Any]):
    """A report in a list. Periods are half-open: `until_on` is the first day that does not count."""

    id = serializers.CharField(source="public_id", read_only=True)
    number = serializers.IntegerField(read_only=True)
    from_on = serializers.DateField(read_only=True)
    until_on = serializers.DateField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    is_withdrawn = serializers.SerializerMethodField()

    def get_is_withdrawn(self, report: Any) -> bool:
        """Whether it was taken back."""
        return hasattr(report, "withdrawal")


class CopySerializer(serializers.Serializer[Any]):
    """One investor's copy."""

    investor = serializers.CharField(help_text="Short name of the party in the contract.")
    document = serializers.CharField(help_text="Id of the document; its file is at /documents/<id>/.")
    is_made = serializers.BooleanField(help_text="Whether the file is there already.")
    facts = serializers.JSONField(help_text="The investor's own position; amounts are whole pence.")


class InvestorReportWholeSerializer(serializers.Serializer[Any]):
    """A report with what it says: the facts of all investors, and the copies that the organisation may see."""

    report = InvestorReportSerializer()
    words = serializers.CharField(allow_blank=True)
    facts = serializers.JSONField(
        help_text="Results, money, tranches, runs and what comes next, as known on the day of issue. Small counts are "
        "null."
    )
    copies = CopySerializer(many=True)


class ReportPreviewSerializer(serializers.Serializer[Any]):
    """What a report would say; nothing is kept."""

    from_on = serializers.DateField()
    until_on = serializers.DateField()
    facts = serializers.JSONField()
    own = serializers.DictField(child=serializers.JSONField(), help_text="By short name of the investor.")


class ReportGivenSerializer(serializers.Serializer[Any]):
    """The period, what was expected in it, and the holder's words."""

    from_on = serializers.DateField(help_text="Where the last report that counts ended, or the contract's first day.")
    until_on = serializers.DateField(help_text="The day after the last day; today or before.")
    expected = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_EXPECTED),
        required=False,
        default=dict,
        help_text="By code of a result, how many were expected in the period.",
    )
    words = serializers.CharField(max_length=WORDS_LENGTH, required=False, default="", allow_blank=True)


class ReportWithdrawalSerializer(serializers.Serializer[Any]):
    """Why a report is taken back; investors read it."""

    reason = serializers.CharField(max_length=REASON_LENGTH)
