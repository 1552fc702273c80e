"""Payments as the REST API shows them. Amounts are whole pence, ids public ids; no card payer is named."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger.models import MAX_AMOUNT, OWNER_LENGTH
from payments.models import Payment, Receipt, RecordedLine, RecordedMoney, Refund, RefundRun
from payments.models.recorded import CODE_LENGTH, NAME_LENGTH, NOTE_LENGTH, REFERENCE_LENGTH
from payments.operations.recording import BANK, MoneyFacts


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """What somebody is to pay, and how far it has come. The payer's e-mail is never shown here."""

    id = serializers.CharField(source="public_id", read_only=True)
    amount_pence = serializers.IntegerField(read_only=True)
    currency = serializers.CharField(read_only=True)

    class Meta:
        """Fields by name."""

        model = Payment
        fields = (
            "id",
            "purpose",
            "subject",
            "amount_pence",
            "currency",
            "state",
            "created_at",
            "expires_at",
            "settled_at",
            "ended_at",
        )
        read_only_fields = fields


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    """Money that came, with the provider's fee."""

    id = serializers.CharField(source="public_id", read_only=True)
    payment = serializers.CharField(source="payment.public_id", read_only=True)
    subject = serializers.CharField(source="payment.subject", read_only=True)

    class Meta:
        """Fields by name."""

        model = Receipt
        fields = (
            "id",
            "payment",
            "subject",
            "charge_id",
            "payment_intent_id",
            "balance_transaction_id",
            "gross_pence",
            "fee_pence",
            "net_pence",
            "currency",
            "is_duplicate",
            "settled_at",
        )
        read_only_fields = fields


class RefundSerializer(serializers.ModelSerializer[Refund]):
    """Money that goes back."""

    id = serializers.CharField(source="public_id", read_only=True)
    payment = serializers.CharField(source="receipt.payment.public_id", read_only=True)
    run = serializers.CharField(source="run_item.run.public_id", read_only=True, default=None, allow_null=True)
    amount_pence = serializers.IntegerField(read_only=True)
    currency = serializers.CharField(source="amount_currency", read_only=True)

    class Meta:
        """Fields by name."""

        model = Refund
        fields = (
            "id",
            "payment",
            "run",
            "amount_pence",
            "currency",
            "state",
            "reason",
            "requested_at",
            "succeeded_at",
            "failed_at",
            "failure_code",
        )
        read_only_fields = fields


class RefundRunSerializer(serializers.ModelSerializer[RefundRun]):
    """Many refunds that belong together, and what is missing for them."""

    id = serializers.CharField(source="public_id", read_only=True)
    succeeded = serializers.IntegerField(read_only=True)
    failed = serializers.IntegerField(read_only=True)

    class Meta:
        """Fields by name."""

        model = RefundRun
        fields = (
            "id",
            "purpose",
            "reason",
            "state",
            "pause_reason",
            "refund_count",
            "succeeded",
            "failed",
            "total_pence",
            "available_pence",
            "pending_pence",
            "missing_pence",
            "measured_at",
            "prepared_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields


class MatterSerializer(serializers.Serializer[Any]):
    """Something that needs a person: what, why, and what to do next."""

    id = serializers.CharField(source="item.public_id", read_only=True)
    code = serializers.CharField(source="item.code", read_only=True)
    subject = serializers.CharField(source="item.subject", read_only=True)
    title = serializers.CharField(source="advice.title", read_only=True)
    reason = serializers.CharField(source="advice.reason", read_only=True)
    next_step = serializers.CharField(source="advice.next_step", read_only=True)
    facts = serializers.DictField(source="item.facts", read_only=True)
    raised_at = serializers.DateTimeField(source="item.raised_at", read_only=True)


class RecordedLineSerializer(serializers.ModelSerializer[RecordedLine]):
    """One transfer that recorded money posts."""

    class Meta:
        """Fields by name."""

        model = RecordedLine
        fields = ("debit", "debit_owner", "credit", "credit_owner", "fund", "amount_pence")
        read_only_fields = fields


class RecordedSerializer(serializers.ModelSerializer[RecordedMoney]):
    """A receipt or a payment that was recorded by hand. It names whom it came from or went to."""

    id = serializers.CharField(source="public_id", read_only=True)
    book = serializers.CharField(source="book.slug", read_only=True)
    reverses = serializers.CharField(source="reverses.public_id", read_only=True, default=None, allow_null=True)
    entry = serializers.CharField(source="entry.public_id", read_only=True, default=None, allow_null=True)
    lines = RecordedLineSerializer(many=True, read_only=True)

    class Meta:
        """Fields by name."""

        model = RecordedMoney
        fields = (
            "id",
            "direction",
            "book",
            "purpose",
            "subject",
            "moved_on",
            "amount_pence",
            "currency",
            "account",
            "against",
            "party_name",
            "party_owner",
            "reference",
            "note",
            "batch",
            "state",
            "reverses",
            "requested_at",
            "decided_at",
            "entry",
            "lines",
        )
        read_only_fields = fields


class NewRecordedSerializer(serializers.Serializer[Any]):
    """What is on the statement, and what it was for."""

    book = serializers.SlugField(default="", allow_blank=True, help_text="Its slug; empty for the main book.")
    moved_on = serializers.DateField(help_text="The day on the statement.")
    amount_pence = serializers.IntegerField(min_value=1, max_value=MAX_AMOUNT)
    party_name = serializers.CharField(max_length=NAME_LENGTH, help_text="Who paid, or was paid.")
    party_owner = serializers.CharField(
        max_length=OWNER_LENGTH,
        default="",
        allow_blank=True,
        help_text="The same as an owner in the books; needed where the other account is kept by owners.",
    )
    account = serializers.CharField(max_length=CODE_LENGTH, default=BANK, help_text="Code of the bank account.")
    against = serializers.CharField(max_length=CODE_LENGTH, help_text="Code of the account on the other side.")
    reference = serializers.CharField(
        max_length=REFERENCE_LENGTH, default="", allow_blank=True, help_text="As it stands on the statement."
    )
    note = serializers.CharField(max_length=NOTE_LENGTH, help_text="What it is for; it names nobody.")

    def facts(self) -> MoneyFacts:
        """Give what was sent, as the domain takes it."""
        return MoneyFacts(**{name: value for name, value in self.validated_data.items() if name != "book"})


class RecordedReasonSerializer(serializers.Serializer[Any]):
    """Why recorded money is refused."""

    reason = serializers.CharField(max_length=NOTE_LENGTH)


class RecordedReversalSerializer(serializers.Serializer[Any]):
    """When and why recorded money is undone."""

    moved_on = serializers.DateField(help_text="The day for which the reversal counts.")
    reason = serializers.CharField(max_length=NOTE_LENGTH)
