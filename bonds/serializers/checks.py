"""Samples, findings and disputes as the API shows them, and what it takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.arithmetic.sampling import LEAST_SEED_LENGTH, MOST_SEED_LENGTH
from bonds.models import Dispute, SampleItem, SampleRun
from bonds.queries.claims import MOST_NAMED, WORDS_LENGTH
from bonds.queries.disputes import ADJUDICATOR_LENGTH
from bonds.serializers.claims import ID_LENGTH, PayerSumSerializer
from bonds.states import LineState


class SampleSerializer(serializers.ModelSerializer[SampleRun]):
    """A sample. The period goes from the first day until, and without, the other one; amounts are whole pence."""

    id = serializers.CharField(source="public_id", read_only=True)
    drawn = serializers.IntegerField(read_only=True, help_text="Lines that were drawn.")
    looked_at = serializers.IntegerField(read_only=True, help_text="Drawn lines that have a finding.")
    wrong = serializers.IntegerField(read_only=True, help_text="Drawn lines that do not stand.")
    closed_at = serializers.DateTimeField(source="closing.at", read_only=True, default=None, allow_null=True)
    invalid_pence = serializers.IntegerField(source="closing.invalid_pence", default=None, allow_null=True)
    extrapolated_pence = serializers.IntegerField(source="closing.extrapolated_pence", default=None, allow_null=True)

    class Meta:
        """Fields by name."""

        model = SampleRun
        fields = (
            "id",
            "number",
            "from_on",
            "until_on",
            "seed",
            "population_digest",
            "population_count",
            "population_pence",
            "drawn_at",
            "drawn",
            "looked_at",
            "wrong",
            "closed_at",
            "invalid_pence",
            "extrapolated_pence",
        )
        read_only_fields = fields


class SampleLineSerializer(serializers.Serializer[SampleItem]):
    """A drawn line. `stands` is null as long as nobody looked; the note is null for those who may not read it."""

    id = serializers.CharField(source="public_id", help_text="Its place in this sample: findings name it.")
    place = serializers.IntegerField()
    line = serializers.CharField(source="line.public_id")
    metric = serializers.CharField(source="line.event.metric")
    person = serializers.CharField(source="line.event.participant.pseudonym", default="")
    provider = serializers.CharField(source="line.claim.provider.code")
    paid_pence = serializers.IntegerField(source="line.result.net_pence")
    stands = serializers.BooleanField(source="finding.is_valid", default=None, allow_null=True)
    note = serializers.SerializerMethodField()

    def get_note(self, item: SampleItem) -> str | None:
        """Give why, to those who may read it."""
        return item.finding.note if self.context.get("sees_notes") and hasattr(item, "finding") else None


class PaidLineSerializer(serializers.Serializer[Any]):
    """A line that could be drawn."""

    id = serializers.CharField()
    paid = serializers.IntegerField(help_text="Pence.")


class PopulationSerializer(serializers.Serializer[Any]):
    """All that is needed to draw a sample again, and whether that gives the same lines."""

    seed = serializers.CharField()
    population_digest = serializers.CharField()
    is_the_same = serializers.BooleanField(help_text="Drawing again now gave this digest and the same lines.")
    lines = PaidLineSerializer(many=True)


class RecoveryStepSerializer(serializers.Serializer[Any]):
    """One step of a recovery, in words; no amount where the step is a rate."""

    title = serializers.CharField()
    words = serializers.CharField()
    pence = serializers.IntegerField(allow_null=True)


class SampleClosingSerializer(serializers.Serializer[Any]):
    """What closing a sample comes to, or came to."""

    is_closed = serializers.BooleanField()
    invalid_count = serializers.IntegerField()
    invalid_pence = serializers.IntegerField()
    extrapolated_pence = serializers.IntegerField()
    steps = RecoveryStepSerializer(many=True)
    payers = PayerSumSerializer(many=True, help_text="What is set off for each, for the lines that were not drawn.")


class DrawGivenSerializer(serializers.Serializer[Any]):
    """From which days a sample is drawn, and the seed. The period ends before `until_on`, and is over."""

    from_on = serializers.DateField()
    until_on = serializers.DateField()
    seed = serializers.CharField(min_length=LEAST_SEED_LENGTH, max_length=MOST_SEED_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        if attrs["until_on"] <= attrs["from_on"]:
            raise serializers.ValidationError({"until_on": ["The period ends before it begins."]})
        return attrs


class FindingGivenSerializer(serializers.Serializer[Any]):
    """What was found about a drawn line; a line that does not stand needs a note, which should name nobody."""

    id = serializers.CharField(max_length=ID_LENGTH)
    stands = serializers.BooleanField()
    note = serializers.CharField(max_length=WORDS_LENGTH, default="", allow_blank=True)


class FindingsGivenSerializer(serializers.Serializer[Any]):
    """Findings, all of them or none."""

    findings = serializers.ListField(child=FindingGivenSerializer(), min_length=1, max_length=MOST_NAMED)


class DisputeSerializer(serializers.Serializer[Dispute]):
    """A dispute. Reasons are null for those who may not read them; what the adjudicator found, until it is decided."""

    id = serializers.CharField(source="public_id")
    line = serializers.CharField(source="line.public_id")
    claim = serializers.IntegerField(source="line.claim.number")
    provider = serializers.CharField(source="line.claim.provider.code")
    raised_by = serializers.CharField(source="raised_by.code")
    decided_state = serializers.CharField(help_text="Where the line stood when it was disputed.")
    at = serializers.DateTimeField()
    reason = serializers.SerializerMethodField()
    finding = serializers.CharField(source="adjudication.finding", default=None, allow_null=True)
    adjudicator = serializers.SerializerMethodField()
    finding_reason = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField(source="adjudication.at", default=None, allow_null=True)

    def get_reason(self, dispute: Dispute) -> str | None:
        """Give why it is disputed."""
        return dispute.reason if self._sees(dispute) else None

    def get_adjudicator(self, dispute: Dispute) -> str | None:
        """Give who decided."""
        return dispute.adjudication.adjudicator if self._is_read(dispute) else None

    def get_finding_reason(self, dispute: Dispute) -> str | None:
        """Give what the finding rests on."""
        return dispute.adjudication.reason if self._is_read(dispute) else None

    def _is_read(self, dispute: Dispute) -> bool:
        return hasattr(dispute, "adjudication") and self._sees(dispute)

    def _sees(self, dispute: Dispute) -> bool:
        sees = self.context.get("sees_words")
        return bool(sees and sees(dispute))


class DisputeGivenSerializer(serializers.Serializer[Any]):
    """Why a party does not agree. It stays in the record and should name nobody."""

    reason = serializers.CharField(max_length=WORDS_LENGTH)


class AdjudicationGivenSerializer(serializers.Serializer[Any]):
    """What the adjudicator found, who that was, and what it rests on."""

    finding = serializers.ChoiceField(
        choices=[LineState.VALIDATED.value, LineState.REJECTED.value, LineState.CLAWED_BACK.value]
    )
    adjudicator = serializers.CharField(max_length=ADJUDICATOR_LENGTH)
    reason = serializers.CharField(max_length=WORDS_LENGTH)


class WaitingClaimSerializer(serializers.Serializer[Any]):
    """Lines of a claim that can be accepted together."""

    claim = serializers.IntegerField(source="claim.number")
    provider = serializers.CharField(source="claim.provider.code")
    lines = serializers.ListField(child=serializers.CharField())
    gross_pence = serializers.IntegerField(source="gross")
    net_pence = serializers.IntegerField(source="net")
    paying_nothing = serializers.IntegerField(source="nothing")


class WaitingSerializer(serializers.Serializer[Any]):
    """What waits and misses nothing, with what it would come to now: at most a thousand lines, the oldest first."""

    digest = serializers.CharField(help_text="Of exactly these lines; accepting names it.")
    count = serializers.IntegerField()
    net_pence = serializers.IntegerField(source="net")
    incomplete = serializers.IntegerField(help_text="Lines among them that miss evidence, left to be looked at.")
    put_aside = serializers.IntegerField(source="aside")
    queried = serializers.IntegerField()
    later = serializers.IntegerField(help_text="Lines that wait behind these.")
    last = serializers.CharField(help_text="Give it as `after` to look at those behind; empty where none wait.")
    claims = WaitingClaimSerializer(many=True)


class WaitingAskedSerializer(serializers.Serializer[Any]):
    """From where to look."""

    after = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Public id of the last line that was looked at before."
    )


class AcceptWaitingGivenSerializer(WaitingAskedSerializer):
    """Which lines somebody looked at, and what the decision rests on."""

    digest = serializers.RegexField(r"^[0-9a-f]{64}\Z")
    note = serializers.CharField(max_length=WORDS_LENGTH, default="", allow_blank=True)


class AcceptedAllSerializer(serializers.Serializer[Any]):
    """What was accepted; or the job that does it, whose progress can be followed."""

    lines = serializers.IntegerField(allow_null=True)
    claims = serializers.IntegerField(allow_null=True)
    job = serializers.CharField(allow_blank=True)
