"""What the API says of plans, and what it takes for the next one."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from rest_framework import serializers

from bonds.arithmetic.dealing import MOST_PEOPLE
from bonds.arithmetic.plans import MOST_COUNT, MOST_PENCE
from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.spans import Every
from bonds.models import PaymentPlan

REASON_LENGTH: Final = 2_000
MOST_ROWS: Final = 10_000
CONTENT_LENGTH: Final = 1_000_000
_PEOPLE: Final = "Of how many people the expected results are; 0: not said, and caps for each person do not act."
_GROUPS: Final = "Part of the results that is of a group, by its code, in hundredths of a percent."


class _AssumedSerializer(serializers.Serializer[Any]):
    """Of which people the expected results are."""

    people = serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE, default=0, help_text=_PEOPLE)
    groups = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=WHOLE_PERCENT), default=dict, help_text=_GROUPS
    )


class PlanSerializer(serializers.ModelSerializer[PaymentPlan]):
    """A plan: when it was made, and what was locked then."""

    people = serializers.IntegerField(help_text=_PEOPLE)
    groups = serializers.DictField(child=serializers.IntegerField(), help_text=_GROUPS)

    class Meta:
        """As the list has it."""

        model = PaymentPlan
        fields: ClassVar[list[str]] = [
            "number", "every", "from_on", "until_on", "locked_until_on", "people", "groups", "reason", "made_at",
        ]  # fmt: skip


class PlanTablesSerializer(serializers.Serializer[Any]):
    """A plan with its tables."""

    plan = PlanSerializer()
    tables = serializers.ListField(
        child=serializers.DictField(),
        help_text="As of a contract at a glance: `columns`, and `sections` with `rows`; amounts are decimal text.",
    )


class ExpectedSerializer(serializers.Serializer[Any]):
    """What is expected of a result in a period."""

    period_on = serializers.DateField(help_text="First day of the period.")
    result = serializers.SlugField(max_length=60, help_text="Code of the result.")
    count = serializers.IntegerField(min_value=0, max_value=MOST_COUNT)
    amount_pence = serializers.IntegerField(
        min_value=0, max_value=MOST_PENCE, default=0, help_text="Only of a result whose worth a formula says."
    )


class NewPlanSerializer(_AssumedSerializer):
    """The next plan."""

    number = serializers.IntegerField(min_value=0, help_text="One more than the last plan's; 0 for the first.")
    every = serializers.ChoiceField([one.value for one in Every], default=Every.QUARTER.value)
    reason = serializers.CharField(max_length=REASON_LENGTH, default="", allow_blank=True)
    rows = serializers.ListField(child=ExpectedSerializer(), max_length=MOST_ROWS)


class NextPlanSerializer(serializers.Serializer[Any]):
    """Where the next plan begins."""

    number = serializers.IntegerField()
    every = serializers.ChoiceField([one.value for one in Every])
    locked_until_on = serializers.DateField()
    periods = serializers.ListField(child=serializers.DateField(), help_text="First days of those that are open.")
    rows = ExpectedSerializer(many=True, help_text="What the last plan expects of these.")
    people = serializers.IntegerField(help_text="As the last plan says.")
    groups = serializers.DictField(child=serializers.IntegerField(), help_text="As the last plan says.")


class PlanFileSerializer(_AssumedSerializer):
    """A file of what is expected."""

    content = serializers.CharField(max_length=CONTENT_LENGTH, trim_whitespace=False)
    number = serializers.IntegerField(min_value=0)
    every = serializers.ChoiceField([one.value for one in Every], default=Every.QUARTER.value)
    reason = serializers.CharField(max_length=REASON_LENGTH, default="", allow_blank=True)
    make = serializers.BooleanField(default=False, help_text="Make the plan; otherwise the file is only looked at.")


class PlanProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with a line of a file; line 0 stands for the file."""

    line = serializers.IntegerField()
    problem = serializers.CharField()


class PlanFileAnswerSerializer(serializers.Serializer[Any]):
    """What came of a file."""

    rows = serializers.IntegerField()
    problems = PlanProblemSerializer(many=True)
    plan = PlanSerializer(allow_null=True)
