"""Tax on investors' interest as the API shows and takes it: pence, and rates in hundredths of a percent."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models.choices import CODE
from bonds.queries.claims import WORDS_LENGTH

_MOST = 9_999


class BasicRateSerializer(serializers.Serializer[Any]):
    """The rate that is withheld where none is given."""

    from_on = serializers.DateField()
    rate = serializers.IntegerField()
    rests_on = serializers.CharField(source="source")
    is_verified = serializers.BooleanField(help_text="False where it was announced and not seen in the law.")


class WithholdingRuleSerializer(serializers.Serializer[Any]):
    """Whether tax is withheld from an investor's interest from a day on."""

    id = serializers.CharField(source="public_id")
    investor = serializers.CharField(source="party.code")
    from_on = serializers.DateField()
    is_withheld = serializers.BooleanField()
    rate = serializers.IntegerField(allow_null=True, help_text="Null: the basic rate of the day of each payment.")
    reason = serializers.CharField()


class InvestorTaxSerializer(serializers.Serializer[Any]):
    """How one investor's interest is taxed today, and from a later day on."""

    investor = serializers.CharField(source="party.code")
    rate = serializers.IntegerField(help_text="Withheld today; 0 for none.")
    rule = WithholdingRuleSerializer(allow_null=True)
    next = WithholdingRuleSerializer(many=True)


class TaxPeriodSerializer(serializers.Serializer[Any]):
    """A return period in which tax was withheld; `until_on` is the first day that does not belong to it."""

    from_on = serializers.DateField()
    until_on = serializers.DateField()
    due_on = serializers.DateField()
    gross_pence = serializers.IntegerField(source="gross", help_text="Interest paid, before tax.")
    tax_pence = serializers.IntegerField(source="tax")
    paid_pence = serializers.IntegerField(source="paid", help_text="Paid over; the oldest period comes first.")
    open_pence = serializers.IntegerField(source="open")


class TaxStandingSerializer(serializers.Serializer[Any]):
    """The tax of a contract's investors."""

    basic_rate = BasicRateSerializer(source="basic")
    investors = InvestorTaxSerializer(many=True)
    periods = TaxPeriodSerializer(many=True)
    withheld_pence = serializers.IntegerField(source="withheld")
    paid_pence = serializers.IntegerField(source="paid")
    open_pence = serializers.IntegerField(source="open")


class WithholdingGivenSerializer(serializers.Serializer[Any]):
    """Whether tax is withheld from now on, or from a later day."""

    investor = serializers.RegexField(CODE)
    is_withheld = serializers.BooleanField()
    from_on = serializers.DateField()
    rate = serializers.IntegerField(
        min_value=1, max_value=_MOST, allow_null=True, default=None, help_text="Only where HMRC directed another one."
    )
    reason = serializers.CharField(max_length=WORDS_LENGTH, help_text="What this rests on; the investor reads it.")
