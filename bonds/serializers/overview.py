"""What the API says of a contract at a glance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from bonds.arithmetic.overview import View
from bonds.arithmetic.spans import YearKind
from foundation import clock


class OverviewAskedSerializer(serializers.Serializer[Any]):
    """What is asked: at the end of which day, by which years."""

    on = serializers.DateField(required=False)
    years = serializers.ChoiceField([kind.value for kind in YearKind], required=False)

    def validate_on(self, on: date) -> date:
        """Nobody knows what will be."""
        if on > clock.today():
            raise serializers.ValidationError(_("This day has not come yet. Plans say what is expected."))
        return on


class OverviewSerializer(serializers.Serializer[Any]):
    """All tables that the organisation is given."""

    contract = serializers.CharField(help_text="Reference.")
    view = serializers.ChoiceField([one.value for one in View], help_text="How much this organisation sees.")
    on = serializers.DateField()
    years = serializers.ChoiceField([kind.value for kind in YearKind])
    tables = serializers.ListField(
        child=serializers.DictField(),
        help_text="Each as the reports on books are: `columns`, and `sections` with `rows`; amounts are decimal text.",
    )
