"""Claims and lines as the API shows them, and what it takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models import Claim, ClaimLine
from bonds.queries.claims import MOST_NAMED, WHAT_LENGTH, WORDS_LENGTH
from bonds.queries.explaining import explain_line

ID_LENGTH = 44


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """A claim in a list. Amounts are whole pence (minor units of the contract's currency)."""

    id = serializers.CharField(source="public_id", read_only=True)
    contract = serializers.CharField(source="contract.reference", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)
    line_count = serializers.IntegerField(read_only=True)
    waiting_count = serializers.IntegerField(read_only=True, help_text="Lines that are with the verifier.")
    queried_count = serializers.IntegerField(read_only=True, help_text="Lines that are with the provider again.")
    indicative_pence = serializers.IntegerField(read_only=True, help_text="At the tariff, before any cap.")
    net_pence = serializers.IntegerField(read_only=True, help_text="What the accepted lines come to.")

    class Meta:
        """Fields by name."""

        model = Claim
        fields = (
            "id",
            "contract",
            "number",
            "provider",
            "state",
            "claimed_on",
            "response_due_on",
            "submitted_at",
            "line_count",
            "waiting_count",
            "queried_count",
            "indicative_pence",
            "net_pence",
        )
        read_only_fields = fields


class ReasonSumSerializer(serializers.Serializer[Any]):
    """What was cut for one reason."""

    reason = serializers.CharField()
    pence = serializers.IntegerField()


class PayerSumSerializer(serializers.Serializer[Any]):
    """What one payer pays."""

    payer = serializers.CharField()
    pence = serializers.IntegerField()


class ClaimSumsSerializer(serializers.Serializer[Any]):
    """A claim with what it comes to: gross is net and all reductions, over its accepted lines."""

    claim = ClaimSerializer()
    accepted_count = serializers.IntegerField()
    gross_pence = serializers.IntegerField()
    net_pence = serializers.IntegerField()
    reductions = ReasonSumSerializer(many=True)
    payers = PayerSumSerializer(many=True)
    taken_back_count = serializers.IntegerField(help_text="Lines accepted and taken back later; in no other sum.")
    taken_back_pence = serializers.IntegerField(help_text="What these came to.")


class EvidenceShownSerializer(serializers.Serializer[Any]):
    """Some evidence; a payer sees that it is there and its digest, not the file."""

    kind = serializers.CharField()
    dated_on = serializers.DateField()
    sha256 = serializers.CharField(allow_blank=True)


class MoveSerializer(serializers.Serializer[Any]):
    """The line came to a state."""

    at = serializers.DateTimeField()
    to = serializers.CharField()
    by = serializers.CharField()
    reason = serializers.CharField(
        allow_blank=True, help_text="In words; empty where there were none, and for all but provider and verifier."
    )


class StepShownSerializer(serializers.Serializer[Any]):
    """A step on the way to the amount, as a word, in words, and with the figures behind it."""

    step = serializers.CharField()
    amount = serializers.IntegerField()
    words = serializers.CharField()
    facts = serializers.DictField()


class ReductionShownSerializer(serializers.Serializer[Any]):
    """What was cut, of the whole or of one payer's part."""

    reason = serializers.CharField()
    payer = serializers.CharField(allow_blank=True)
    amount = serializers.IntegerField()
    words = serializers.CharField()


class PartShownSerializer(serializers.Serializer[Any]):
    """One payer's part, before and after its own reductions."""

    payer = serializers.CharField()
    due = serializers.IntegerField()
    net = serializers.IntegerField()


class LineSerializer(serializers.Serializer[Any]):
    """Why this amount: a line with its whole path. Before it is accepted, gross and what follows are null or empty.

    Amounts are whole pence; people appear by pseudonym.
    """

    line = serializers.CharField()
    state = serializers.CharField()
    metric = serializers.CharField()
    person = serializers.CharField(allow_blank=True)
    cohort = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    achieved_on = serializers.DateField()
    claimed_on = serializers.DateField(allow_null=True)
    indicative = serializers.IntegerField()
    evidence = EvidenceShownSerializer(many=True)
    history = MoveSerializer(many=True)
    gross = serializers.IntegerField(allow_null=True)
    net = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    run = serializers.IntegerField(required=False, help_text="Which working of the contract it was.")
    digest = serializers.CharField(required=False, help_text="SHA-256 of the line as it was worked out.")
    steps = StepShownSerializer(many=True)
    reductions = ReductionShownSerializer(many=True)
    payers = PartShownSerializer(many=True)

    def to_representation(self, instance: ClaimLine) -> dict[str, Any]:
        """Explain it, as the page does."""
        claimed_on = instance.claim.claimed_on
        sees = self.context.get("sees_words")
        with_reasons = bool(sees and sees(instance))
        facts = explain_line(instance, currency=instance.claim.contract.currency, with_reasons=with_reasons)
        return facts | {"claimed_on": claimed_on.isoformat() if claimed_on else None}


class FileShownSerializer(serializers.Serializer[Any]):
    """Evidence as the verifier and the claiming provider see it."""

    id = serializers.CharField(source="public_id")
    kind = serializers.CharField()
    dated_on = serializers.DateField()
    reference = serializers.CharField()
    file_name = serializers.CharField(source="file.name", default="")
    sha256 = serializers.CharField(source="file.sha256", default="")


class MessageShownSerializer(serializers.Serializer[Any]):
    """A question or an answer."""

    kind = serializers.CharField()
    text = serializers.CharField()
    party = serializers.CharField(source="party.code")
    at = serializers.DateTimeField()


class LineInFullSerializer(serializers.Serializer[Any]):
    """A line with its evidence, questions and answers; these two are null for those who may not see them."""

    line = LineSerializer()
    evidence = FileShownSerializer(many=True, allow_null=True)
    messages = MessageShownSerializer(many=True, allow_null=True)


class ResultsGivenSerializer(serializers.Serializer[Any]):
    """Which results go into the claim."""

    events = serializers.ListField(
        child=serializers.CharField(max_length=ID_LENGTH), min_length=1, max_length=MOST_NAMED
    )


class LinesGivenSerializer(serializers.Serializer[Any]):
    """Which lines are meant."""

    lines = serializers.ListField(
        child=serializers.CharField(max_length=ID_LENGTH), min_length=1, max_length=MOST_NAMED
    )


class LinesAndReasonSerializer(LinesGivenSerializer):
    """Which lines are meant, and why. The words stay in the record and should name nobody."""

    reason = serializers.CharField(max_length=WORDS_LENGTH)


class LinesAndNoteSerializer(LinesGivenSerializer):
    """Which lines are meant, and what the decision rests on."""

    note = serializers.CharField(max_length=WORDS_LENGTH, default="", allow_blank=True)


class TextGivenSerializer(serializers.Serializer[Any]):
    """A question or an answer. It stays in the record and should name nobody."""

    text = serializers.CharField(max_length=WORDS_LENGTH)


class DoubtGivenSerializer(serializers.Serializer[Any]):
    """What the doubt is."""

    reason = serializers.CharField(max_length=WORDS_LENGTH)


class CheckGivenSerializer(serializers.Serializer[Any]):
    """What was looked at before payment, and what was found."""

    what = serializers.CharField(max_length=WHAT_LENGTH)
    is_in_order = serializers.BooleanField()
    note = serializers.CharField(max_length=WORDS_LENGTH, default="", allow_blank=True)
