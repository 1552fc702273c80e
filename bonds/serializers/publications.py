"""Contracts on show as the API shows them to everybody, and what their holder sends."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.queries.claims import MOST_NAMED


class PublicContractRowSerializer(serializers.Serializer[Any]):
    """A contract in the list of those on show."""

    reference = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    holder = serializers.CharField(source="organisation.name")
    state = serializers.CharField()
    published_at = serializers.DateTimeField(source="shown_at")


class PublicPartySerializer(serializers.Serializer[Any]):
    """Who takes part, and how a provider goes about it."""

    name = serializers.CharField()
    approach = serializers.CharField()


class PublicPriceSerializer(serializers.Serializer[Any]):
    """A price of one unit, in pence. Counts and days are those to which it applies; ends are not included."""

    pence = serializers.IntegerField()
    subgroup = serializers.CharField()
    from_count = serializers.IntegerField()
    until_count = serializers.IntegerField(allow_null=True)
    from_on = serializers.DateField(allow_null=True)
    until_on = serializers.DateField(allow_null=True)


class PublicCountSerializer(serializers.Serializer[Any]):
    """A count; null where it is hidden: "small", of fewer people than the threshold, or "withheld" for its sake."""

    results = serializers.IntegerField(allow_null=True)
    hidden = serializers.CharField(allow_null=True)


class PublicRowSerializer(serializers.Serializer[Any]):
    """Counts by year of service, in the order of `years`, with their total."""

    counts = PublicCountSerializer(many=True)
    total = PublicCountSerializer()


class PublicMetricSerializer(serializers.Serializer[Any]):
    """A result that is paid for. Prices are empty where they are private or a formula sets them."""

    code = serializers.CharField()
    name = serializers.CharField()
    test = serializers.CharField()
    unit = serializers.CharField()
    is_by_formula = serializers.BooleanField()
    is_private = serializers.BooleanField()
    prices = PublicPriceSerializer(many=True)
    accepted = PublicRowSerializer(help_text="Where a formula measures groups, the people in them.")
    waiting = PublicRowSerializer()
    step = serializers.IntegerField(help_text="Counts are rounded down to a multiple of it.")
    has_dispute = serializers.BooleanField()


class PublicYearSerializer(serializers.Serializer[Any]):
    """A year of service: its first day, and the day after its last."""

    from_on = serializers.DateField()
    until_on = serializers.DateField()


class PublicContractSerializer(serializers.Serializer[Any]):
    """A contract as everybody may see it, without small numbers."""

    reference = serializers.CharField(source="contract.reference")
    name = serializers.CharField(source="contract.name")
    purpose = serializers.CharField(source="contract.purpose")
    state = serializers.CharField(source="contract.state")
    currency = serializers.CharField(source="contract.currency")
    published_at = serializers.DateTimeField()
    threshold = serializers.IntegerField(help_text="Counts of fewer people are not shown.")
    service_from = serializers.DateField()
    service_until = serializers.DateField(allow_null=True)
    years = serializers.SerializerMethodField()
    payers = PublicPartySerializer(many=True)
    holders = PublicPartySerializer(many=True)
    providers = PublicPartySerializer(many=True)
    verifiers = PublicPartySerializer(many=True)
    metrics = PublicMetricSerializer(many=True)

    def get_years(self, shown: Any) -> list[dict[str, Any]]:
        """Give the years of service that have begun."""
        return [{"from_on": first.isoformat(), "until_on": until.isoformat()} for first, until in shown.years]


class PublicationSerializer(serializers.Serializer[Any]):
    """Whether a contract is on show, since when, and whose prices are private."""

    is_public = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)
    private_prices = serializers.ListField(child=serializers.CharField())


class PublishGivenSerializer(serializers.Serializer[Any]):
    """Codes of results whose prices are not shown."""

    private_prices = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MOST_NAMED, required=False, default=list
    )
