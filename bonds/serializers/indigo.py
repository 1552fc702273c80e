"""A contract as INDIGO data over REST, and what came of trying a file."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.arithmetic.indigo_cells import is_organisation_id

ID_LENGTH = 60


class IndigoGivenSerializer(serializers.Serializer[Any]):
    """The ids under which payers, investors and holder are known, by the code of the party."""

    identifiers = serializers.DictField(child=serializers.CharField(max_length=ID_LENGTH))
    recipient = serializers.CharField(max_length=ID_LENGTH, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is no id of one organisation."""
        wrong = [code for code, text in attrs["identifiers"].items() if not is_organisation_id(text)]
        if wrong or (attrs["recipient"] and not is_organisation_id(attrs["recipient"])):
            raise serializers.ValidationError({"identifiers": ["An id looks like INDIGO-ORG-0001 or GB-LAE-BAS."]})
        return attrs


class IndigoTabsSerializer(serializers.Serializer[Any]):
    """Rows by tab, each a record of its cells by column, all as text."""

    outcome_metrics = serializers.ListField(child=serializers.DictField())
    outcome_pricings = serializers.ListField(child=serializers.DictField())
    outcome_payment_plans = serializers.ListField(child=serializers.DictField())
    outcome_payments = serializers.ListField(child=serializers.DictField())
    investments = serializers.ListField(child=serializers.DictField())


class IndigoFileSerializer(serializers.Serializer[Any]):
    """A file of INDIGO data: a workbook, a ZIP of CSV files, or JSON."""

    file = serializers.FileField()


class IndigoFoundSerializer(serializers.Serializer[Any]):
    """What is in a file without a bad row. One with bad rows is answered 422 with all of them in `problems`."""

    currency = serializers.CharField()
    metrics = serializers.IntegerField()
    prices = serializers.IntegerField()
    payments = serializers.IntegerField()
    plans = serializers.IntegerField()
    investments = serializers.IntegerField()
    actual_minor = serializers.IntegerField(help_text="Actual payments in no plan, in minor units.")
    planned_minor = serializers.IntegerField(help_text="All payments in the last plan, in minor units.")
