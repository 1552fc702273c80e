"""Investors' money as the API shows it, and what it takes. Amounts are whole pence (minor units of the currency)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.arithmetic.returns import RateState
from bonds.queries.claims import WORDS_LENGTH
from payments.models.recorded import CODE_LENGTH, REFERENCE_LENGTH

DIGEST_LENGTH = 64
SEEN = "Digest of what the preview showed; if given, and something has moved since, nothing is done."


class ReturnsSerializer(serializers.Serializer[Any]):
    """What an investment came to so far, from money that moved. The multiple first: it is never ambiguous."""

    multiple = serializers.CharField(allow_null=True, help_text="Paid out over paid in; null before.")
    rate = serializers.CharField(allow_null=True, help_text="IRR in percent a year (ACT/365F).")
    rate_state = serializers.ChoiceField(
        choices=[state.value for state in RateState], help_text="Whether the rate can be relied on, and why not."
    )


class FiguresSerializer(serializers.Serializer[Any]):
    """What became of committed money since the beginning."""

    committed_pence = serializers.IntegerField(source="committed")
    cancelled_pence = serializers.IntegerField(source="cancelled")
    called_pence = serializers.IntegerField(source="called")
    awaited_pence = serializers.IntegerField(source="awaited", help_text="Called and not paid in yet.")
    callable_pence = serializers.IntegerField(source="callable", help_text="What may still be called.")
    drawn_pence = serializers.IntegerField(source="drawn")
    undrawn_pence = serializers.IntegerField(source="undrawn")
    repaid_pence = serializers.IntegerField(source="repaid")
    outstanding_pence = serializers.IntegerField(source="outstanding")
    lost_pence = serializers.IntegerField(source="lost", help_text="Written off.")
    earned_pence = serializers.IntegerField(source="earned", help_text="Interest.")
    interest_due_pence = serializers.IntegerField(source="interest_due", help_text="Earned, not paid and still owed.")
    interest_lost_pence = serializers.IntegerField(source="interest_lost", help_text="Earned, and never to be paid.")
    paid_pence = serializers.IntegerField(source="paid", help_text="Interest and share of results, before tax.")
    tax_withheld_pence = serializers.IntegerField(source="tax_withheld", help_text="Withheld from that.")
    returns = ReturnsSerializer()


class CommitmentRowSerializer(serializers.Serializer[Any]):
    """One commitment with its figures."""

    id = serializers.CharField(source="commitment.public_id")
    investor = serializers.CharField(source="party.code")
    tranche = serializers.CharField(source="commitment.tranche")
    kind = serializers.CharField(source="commitment.kind")
    figures = FiguresSerializer()


class ResultCountSerializer(serializers.Serializer[Any]):
    """How many results of a kind were accepted."""

    metric = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(
        allow_null=True,
        help_text="Rounded down to whole steps; null where it is of too few people, or less than a step.",
    )
    threshold = serializers.IntegerField(help_text="Counts of fewer people are not told.")
    step = serializers.IntegerField(help_text="Counts are rounded down to a multiple of it.")
    is_of_groups = serializers.BooleanField(help_text="Groups are measured, and the people in them counted.")


class InvestorsSerializer(serializers.Serializer[Any]):
    """The investors' side: all of it for the contract holder, one's own place for an investor."""

    total = FiguresSerializer(allow_null=True)
    commitments = CommitmentRowSerializer(many=True)
    results = ResultCountSerializer(many=True, help_text="For investors; empty for the contract holder.")


class CallPartSerializer(serializers.Serializer[Any]):
    """What one commitment is asked for."""

    id = serializers.CharField(source="part.public_id")
    investor = serializers.CharField(source="part.commitment.party.code")
    tranche = serializers.CharField(source="part.commitment.tranche")
    pence = serializers.IntegerField(source="part.pence")
    drawn_pence = serializers.IntegerField(source="drawn")
    open_pence = serializers.IntegerField(source="open")


class CapitalCallSerializer(serializers.Serializer[Any]):
    """A call on the investors. An investor sees its own parts only, and sums of these."""

    id = serializers.CharField(source="call.public_id")
    number = serializers.IntegerField(source="call.number")
    called_on = serializers.DateField(source="call.called_on")
    due_on = serializers.DateField(source="call.due_on")
    reason = serializers.CharField(source="call.reason")
    pence = serializers.IntegerField()
    drawn_pence = serializers.IntegerField(source="drawn")
    open_pence = serializers.IntegerField(source="open")
    parts = CallPartSerializer(many=True)


class PlannedPartSerializer(serializers.Serializer[Any]):
    """What one commitment would be asked for, or become less by."""

    investor = serializers.CharField()
    tranche = serializers.CharField()
    pence = serializers.IntegerField(source="amount")
    left_pence = serializers.IntegerField(source="left", help_text="What could be called of it afterwards.")


class PlannedPartsSerializer(serializers.Serializer[Any]):
    """How an amount would be divided."""

    parts = PlannedPartSerializer(many=True)
    digest = serializers.CharField(help_text="Send it as `seen` with the act, to do exactly this or nothing.")


class AmountGivenSerializer(serializers.Serializer[Any]):
    """How much."""

    amount_pence = serializers.IntegerField(min_value=1)


class CallGivenSerializer(AmountGivenSerializer):
    """A call."""

    due_on = serializers.DateField()
    reason = serializers.CharField(max_length=WORDS_LENGTH, help_text="What the money is for; investors read it.")
    seen = serializers.CharField(max_length=DIGEST_LENGTH, default="", allow_blank=True, help_text=SEEN)


class CancellationGivenSerializer(AmountGivenSerializer):
    """What will never be called."""

    reason = serializers.CharField(max_length=WORDS_LENGTH)
    seen = serializers.CharField(max_length=DIGEST_LENGTH, default="", allow_blank=True, help_text=SEEN)


class WhyGivenSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=WORDS_LENGTH)


class CommitmentChangeSerializer(serializers.Serializer[Any]):
    """By how much something of a commitment changed."""

    commitment = serializers.CharField(source="commitment.public_id")
    pence = serializers.IntegerField()


class MovedGivenSerializer(serializers.Serializer[Any]):
    """Money that moved, as the statement of the bank says it."""

    moved_on = serializers.DateField()
    amount_pence = serializers.IntegerField(min_value=1)
    reference = serializers.CharField(max_length=REFERENCE_LENGTH, default="", allow_blank=True)
    account = serializers.CharField(
        max_length=CODE_LENGTH, default="1200", help_text="Code of the bank account in the book."
    )
