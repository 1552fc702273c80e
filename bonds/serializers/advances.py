"""Advance payments as the API shows them, and what it takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models.choices import CODE
from bonds.serializers.invoices import ReceiptGivenSerializer


class ForeseenAdvanceSerializer(serializers.Serializer[Any]):
    """An advance of the terms in force that nobody was asked for yet."""

    code = serializers.CharField(source="term.code")
    payer = serializers.CharField(source="payer.code", help_text="Short name of the party.")
    pence = serializers.IntegerField(source="term.amount")
    payable_on = serializers.DateField(source="term.payable_on")
    version = serializers.IntegerField(source="version_number")


class AdvanceSerializer(serializers.Serializer[Any]):
    """An advance that a payer was asked for, with what came of it, in pence."""

    id = serializers.CharField(
        source="advance.public_id", help_text="Also the batch id of the entries that receive and refund it."
    )
    number = serializers.IntegerField(source="advance.number")
    code = serializers.CharField(source="advance.code")
    payer = serializers.CharField(source="advance.payer.code", help_text="Short name of the party.")
    version = serializers.IntegerField(source="advance.version_number")
    pence = serializers.IntegerField(source="advance.pence")
    payable_on = serializers.DateField(source="advance.payable_on")
    asked_on = serializers.DateField(source="advance.asked_on")
    received_pence = serializers.IntegerField(source="received")
    earned_pence = serializers.IntegerField(source="earned", help_text="Set against invoices.")
    refunded_pence = serializers.IntegerField(source="refunded")
    open_pence = serializers.IntegerField(source="open", help_text="Asked for and not paid.")
    unearned_pence = serializers.IntegerField(source="unearned", help_text="Paid, and neither earned nor refunded.")


class AdvancesSerializer(serializers.Serializer[Any]):
    """Advances that were asked for, and those that the terms foresee."""

    advances = AdvanceSerializer(many=True)
    foreseen = ForeseenAdvanceSerializer(many=True)


class AskedSerializer(serializers.Serializer[Any]):
    """Which advance of the terms is asked for."""

    code = serializers.RegexField(CODE)


class AdvanceMoneyGivenSerializer(ReceiptGivenSerializer):
    """That an advance came, or went back, as it stands on the statement."""


class AdvanceRecordSerializer(serializers.Serializer[Any]):
    """What was written down, and waits for a second person in the payment room."""

    record = serializers.CharField(source="public_id")
    state = serializers.CharField()
