"""What payers have paid too much or are owed, as the API shows it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.serializers.invoices import ReceiptGivenSerializer


class PayerOwedSerializer(serializers.Serializer[Any]):
    """What a payer has paid too much or is owed, in pence."""

    payer = serializers.CharField(source="payer.code", help_text="Short name of the party.")
    to_set_off_pence = serializers.IntegerField(source="to_set_off", help_text="Its next lines settle it, without VAT.")
    credit_pence = serializers.IntegerField(source="credit", help_text="Its next invoices settle it, with VAT.")
    owed_pence = serializers.IntegerField(source="owed", help_text="Both: it could be paid back.")
    waiting_pence = serializers.IntegerField(source="waiting", help_text="Recorded as paid back, not yet let in.")
    refunded_pence = serializers.IntegerField(source="refunded", help_text="What was paid back of both so far.")


class CreditSerializer(serializers.Serializer[Any]):
    """A credit of a payer; `note` is the number of the credit note that says so, null where none does."""

    payer = serializers.CharField(source="credit.payer.code")
    note = serializers.IntegerField(source="credit.note.number", allow_null=True, default=None)
    pence = serializers.IntegerField(source="credit.pence")
    tax_pence = serializers.IntegerField(source="credit.tax_pence", help_text="VAT in it.")
    left_pence = serializers.IntegerField(source="left")


class RefundShownSerializer(serializers.Serializer[Any]):
    """Money that was recorded as paid back; a reversal takes it back."""

    record = serializers.CharField(source="public_id")
    state = serializers.CharField()
    moved_on = serializers.DateField()
    amount_pence = serializers.IntegerField()
    reverses = serializers.CharField(source="reverses.public_id", default=None, allow_null=True)


class OverpaymentsSerializer(serializers.Serializer[Any]):
    """Payers that are owed something or were, their credits, and what was recorded as paid back."""

    payers = PayerOwedSerializer(many=True)
    credits = CreditSerializer(many=True)
    refunds = RefundShownSerializer(many=True)


class RefundGivenSerializer(ReceiptGivenSerializer):
    """That a payer was paid back, as it stands on the statement."""
