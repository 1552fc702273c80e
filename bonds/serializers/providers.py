"""Providers' pay as the API shows it, and what it takes. Amounts are whole pence, days half-open unless said."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models import ProviderAccrual, ProviderDue, ProviderStatement, ReferralCompensation
from bonds.queries.pay_words import say_pay_step
from bonds.queries.provider_dues import Unbooked
from ledger.models import MAX_AMOUNT
from payments.models.recorded import CODE_LENGTH, REFERENCE_LENGTH

CODE_LENGTH_OF_PARTY = 40


class PayBalanceSerializer(serializers.Serializer[Any]):
    """Where a provider stands."""

    provider = serializers.CharField(source="provider.code")
    name = serializers.CharField(source="provider.organisation.name")
    due_pence = serializers.IntegerField(source="due", help_text="All that was booked, less what went back.")
    paid_pence = serializers.IntegerField(source="paid")
    waiting_pence = serializers.IntegerField(source="waiting", help_text="Payments that wait for a second person.")
    open_pence = serializers.IntegerField(source="open", help_text="To be paid.")
    owed_back_pence = serializers.IntegerField(
        source="owed_back", help_text="What was paid too much; the next dues settle it."
    )
    from_runs_pence = serializers.IntegerField(
        source="from_runs", help_text="Shares that runs of the waterfall gave and nobody paid yet; paid by themselves."
    )


class AccrualSerializer(serializers.ModelSerializer[ProviderAccrual]):
    """A booking of what providers are due."""

    id = serializers.CharField(source="public_id", read_only=True)
    due_count = serializers.IntegerField(source="dues.count", read_only=True)

    class Meta:
        """Fields by name."""

        model = ProviderAccrual
        fields = ("id", "number", "booked_on", "pence", "due_count")
        read_only_fields = fields


class UnbookedDueSerializer(serializers.Serializer[Any]):
    """An amount that a booking now would book."""

    provider = serializers.CharField(source="provider.code")
    kind = serializers.CharField(source="due.kind.value")
    pence = serializers.IntegerField(source="due.pence")
    from_on = serializers.DateField(source="month.from_on", default=None, help_text="Of a fee: its month.")
    until_on = serializers.DateField(source="month.until_on", default=None)
    line = serializers.SerializerMethodField(help_text="Of a result: its claim line.")

    def get_line(self, one: Unbooked) -> str:
        """Name the claim line."""
        return self.context["results"][one.result_id].line.public_id if one.result_id else ""


class UnbookedSerializer(serializers.Serializer[Any]):
    """What a booking now would book."""

    pence = serializers.IntegerField()
    count = serializers.IntegerField()
    dues = UnbookedDueSerializer(many=True, help_text="The first thousand.")


class PayStepSerializer(serializers.Serializer[Any]):
    """One step on the way to an amount."""

    step = serializers.CharField()
    amount = serializers.IntegerField()
    words = serializers.CharField()
    facts = serializers.JSONField()


class ProviderDueSerializer(serializers.ModelSerializer[ProviderDue]):
    """An amount that a provider is due, with why it is what it is; below zero where it goes back."""

    id = serializers.CharField(source="public_id", read_only=True)
    round = serializers.CharField(source="round.public_id", read_only=True)
    line = serializers.CharField(source="result.line.public_id", default="", read_only=True)
    compensation = serializers.CharField(source="compensation.public_id", default="", read_only=True)
    is_taken_back = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta:
        """Fields by name."""

        model = ProviderDue
        fields = (
            "id", "kind", "pence", "booked_on", "from_on", "until_on", "round", "line", "compensation",
            "is_taken_back", "steps",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_taken_back(self, due: ProviderDue) -> bool:
        """Whether it undoes what was due before."""
        return due.is_taken_back

    def get_steps(self, due: ProviderDue) -> list[dict[str, Any]]:
        """Say each step."""
        currency = self.context["currency"]
        return [
            {
                "step": step["name"],
                "amount": step["amount"],
                "words": say_pay_step(step["name"], step["facts"], currency=currency),
                "facts": step["facts"],
            }
            for step in due.steps
        ]


class NewProviderPaymentSerializer(serializers.Serializer[Any]):
    """A payment that was made to a provider."""

    amount_pence = serializers.IntegerField(min_value=1, max_value=MAX_AMOUNT)
    moved_on = serializers.DateField(help_text="The day on the statement.")
    reference = serializers.CharField(max_length=REFERENCE_LENGTH, default="", allow_blank=True)
    account = serializers.CharField(max_length=CODE_LENGTH, default="1200", help_text="Code of the bank account.")


class RecordedPaymentSerializer(serializers.Serializer[Any]):
    """The record that waits for a second person; see the recorded payments of the organisation."""

    record = serializers.CharField(source="public_id")
    state = serializers.CharField()
    amount_pence = serializers.IntegerField()
    moved_on = serializers.DateField()


class ProviderStatementSerializer(serializers.ModelSerializer[ProviderStatement]):
    """A statement that was issued to a provider."""

    id = serializers.CharField(source="public_id", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)

    class Meta:
        """Fields by name."""

        model = ProviderStatement
        fields = (
            "id", "number", "provider", "from_on", "until_on", "before_pence", "due_pence", "paid_pence", "after_pence",
            "issued_on",
        )  # fmt: skip
        read_only_fields = fields


class NewStatementSerializer(serializers.Serializer[Any]):
    """The days of a statement."""

    from_on = serializers.DateField()
    until_on = serializers.DateField(help_text="The day after the last.")


class CompensationSerializer(serializers.ModelSerializer[ReferralCompensation]):
    """What a commissioner owes for people it did not refer, and the holder passes on to the provider."""

    id = serializers.CharField(source="public_id", read_only=True)
    commissioner = serializers.CharField(source="commissioner.code", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)
    invoice = serializers.CharField(source="invoice.public_id", read_only=True)
    undone_on = serializers.DateField(source="undoing.undone_on", default=None, read_only=True)

    class Meta:
        """Fields by name."""

        model = ReferralCompensation
        fields = (
            "id", "commissioner", "provider", "from_on", "until_on", "least", "came", "each_pence", "pence",
            "accepted_on", "invoice", "undone_on",
        )  # fmt: skip
        read_only_fields = fields


class NewCompensationSerializer(serializers.Serializer[Any]):
    """Names a guarantee of the terms in force."""

    commissioner = serializers.CharField(max_length=CODE_LENGTH_OF_PARTY)
    provider = serializers.CharField(max_length=CODE_LENGTH_OF_PARTY)
    from_on = serializers.DateField(help_text="First day of its period.")
