"""Runs of the waterfall, what parties are due by them, and statements, as the API shows them. Amounts are pence."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.serializers.investors import DIGEST_LENGTH, SEEN, ReturnsSerializer


class WaterfallPartSerializer(serializers.Serializer[Any]):
    """What one party got at a stage; `who` is empty for all others together."""

    who = serializers.CharField(allow_blank=True)
    what = serializers.CharField(allow_blank=True)
    due_pence = serializers.IntegerField(source="due")
    cut_pence = serializers.IntegerField(source="cut")
    paid_pence = serializers.IntegerField(source="paid")


class WaterfallStageSerializer(serializers.Serializer[Any]):
    """One stage of the waterfall, and why it got what it got."""

    kind = serializers.CharField()
    title = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())
    due_pence = serializers.IntegerField(source="due", allow_null=True)
    cut_pence = serializers.IntegerField(source="cut")
    paid_pence = serializers.IntegerField(source="paid")
    left_pence = serializers.IntegerField(source="left", help_text="For the stages after it.")
    parts = WaterfallPartSerializer(many=True)


class WaterfallRunSerializer(serializers.Serializer[Any]):
    """A run: how cash was shared out on a day."""

    id = serializers.CharField(source="public_id")
    number = serializers.IntegerField()
    run_on = serializers.DateField()
    version = serializers.IntegerField(source="version.number")
    cash_pence = serializers.IntegerField()
    promised_pence = serializers.IntegerField()
    available_pence = serializers.IntegerField()
    released_pence = serializers.IntegerField()
    set_aside_pence = serializers.IntegerField()
    distributed_pence = serializers.IntegerField()
    topped_up_pence = serializers.IntegerField()
    kept_pence = serializers.IntegerField()
    is_withdrawn = serializers.SerializerMethodField()

    def get_is_withdrawn(self, run: Any) -> bool:
        """Whether it was taken back."""
        return hasattr(run, "withdrawal")


class DistributionSerializer(serializers.Serializer[Any]):
    """What a party is due by a run."""

    id = serializers.CharField(source="due.public_id")
    run = serializers.IntegerField(source="due.run.number")
    party = serializers.CharField(source="due.party.code")
    stage = serializers.CharField(source="due.stage")
    tranche = serializers.CharField(source="due.commitment.tranche", default="")
    beneficiary = serializers.CharField(source="due.beneficiary", allow_blank=True)
    pence = serializers.IntegerField(source="due.pence")
    paid_pence = serializers.IntegerField(source="paid", help_text="Before tax.")
    tax_withheld_pence = serializers.IntegerField(source="tax", help_text="Of what was paid.")
    open_pence = serializers.IntegerField(source="open", help_text="Before tax.")
    to_pay_pence = serializers.IntegerField(
        source="to_pay", help_text="Of what is open, after tax by the rate of today."
    )


class WaterfallRunInFullSerializer(serializers.Serializer[Any]):
    """A run with its stages and what parties are due. An investor sees its own parts, and others' only as sums."""

    run = WaterfallRunSerializer()
    stages = WaterfallStageSerializer(many=True)
    dues = DistributionSerializer(many=True)


class WaterfallPreviewSerializer(serializers.Serializer[Any]):
    """How cash would be shared out now."""

    cash_pence = serializers.IntegerField()
    promised_pence = serializers.IntegerField()
    kept_pence = serializers.IntegerField(help_text="What would stay in the bank.")
    stages = WaterfallStageSerializer(many=True)
    digest = serializers.CharField(help_text="Send it as `seen` with the act, to do exactly this or nothing.")


class MonthlyCostSerializer(serializers.Serializer[Any]):
    """What the reserve is reckoned from."""

    monthly_cost_pence = serializers.IntegerField(min_value=0, default=0, help_text="Costs and fees of a month.")


class ShareOutGivenSerializer(MonthlyCostSerializer):
    """Sharing out."""

    seen = serializers.CharField(max_length=DIGEST_LENGTH, default="", allow_blank=True, help_text=SEEN)


class InvestorStatementLineSerializer(serializers.Serializer[Any]):
    """One commitment over the period."""

    tranche = serializers.CharField()
    committed_pence = serializers.IntegerField(source="committed")
    undrawn_pence = serializers.IntegerField(source="undrawn")
    principal_before_pence = serializers.IntegerField(source="principal_before")
    drawn_pence = serializers.IntegerField(source="drawn")
    repaid_pence = serializers.IntegerField(source="repaid")
    guaranteed_pence = serializers.IntegerField(source="guaranteed")
    written_off_pence = serializers.IntegerField(source="written_off")
    principal_after_pence = serializers.IntegerField(source="principal_after")
    interest_before_pence = serializers.IntegerField(source="interest_before")
    interest_earned_pence = serializers.IntegerField(source="interest_earned")
    interest_paid_pence = serializers.IntegerField(source="interest_paid", help_text="Before tax.")
    tax_withheld_pence = serializers.IntegerField(source="tax_withheld", help_text="Withheld from it.")
    interest_released_pence = serializers.IntegerField(source="interest_released", help_text="Will never be paid.")
    interest_after_pence = serializers.IntegerField(source="interest_after")
    upside_pence = serializers.IntegerField(source="upside")
    downside_pence = serializers.IntegerField(source="downside")
    returns = ReturnsSerializer(help_text="Since the beginning, at the end of the period.")


class InvestorMoveSerializer(serializers.Serializer[Any]):
    """Something moved."""

    on = serializers.DateField()
    kind = serializers.CharField()
    tranche = serializers.CharField()
    pence = serializers.IntegerField(source="amount")


class InvestorStatementSerializer(serializers.Serializer[Any]):
    """The statement of one investor. `until_on` is the first day that does not belong to it."""

    investor = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField()
    lines = InvestorStatementLineSerializer(many=True)
    moves = InvestorMoveSerializer(many=True)
    returns = ReturnsSerializer()


class InvestorPeriodSerializer(serializers.Serializer[Any]):
    """Whose statement, and for which days; `until_on` is the first day that does not belong to it."""

    investor = serializers.CharField(max_length=40, default="", help_text="Code; your own where it is not given.")
    from_on = serializers.DateField()
    until_on = serializers.DateField()


class InvestorStatementFileSerializer(serializers.Serializer[Any]):
    """The statement as a file."""

    document = serializers.CharField(help_text="Read it at /documents/{document}/ of this API.")
    reference = serializers.CharField()
