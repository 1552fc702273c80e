"""Payments as the REST API shows them. Amounts are whole pence; ids are public ids; nobody is named."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payments.models import Payment, Receipt, Refund, RefundRun


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
