"""What the API of people and results reads and says: allow-lists, and never who somebody is."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.arithmetic.identities import Identifiers
from bonds.models import Clock, EvidenceItem, OutcomeEvent, Participant, Referral, Start
from bonds.states import ClockEvent

PSEUDONYM = r"^P-[0-9]{4,8}$"
MAX_CHARACTERS = 2_000_000
"""What one request takes; a longer file goes in over the page."""
MOST_QUANTITY = 2_000_000_000


class NewPersonSerializer(serializers.Serializer[Any]):
    """Somebody who starts. Names and date of birth are used once and not kept."""

    given_names = serializers.CharField(max_length=200)
    family_name = serializers.CharField(max_length=200)
    born_on = serializers.DateField(help_text="Only the age on the first day is kept.")
    started_on = serializers.DateField()
    subgroups = serializers.ListField(child=serializers.CharField(max_length=40), default=list, max_length=50)
    referral = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Id of the referral by which they came."
    )

    def identifiers(self) -> Identifiers:
        """Who it is."""
        given = self.validated_data
        return Identifiers(given_names=given["given_names"], family_name=given["family_name"], born_on=given["born_on"])


class AdmittedSerializer(serializers.Serializer[Any]):
    """Under which pseudonym somebody started, and whether they were known."""

    person = serializers.CharField(source="start.participant.pseudonym", help_text="The pseudonym from now on.")
    start = serializers.CharField(source="start.public_id")
    age = serializers.IntegerField(source="start.age")
    was_known = serializers.BooleanField(help_text="Whether anybody under the contract had met them before.")
    was_elsewhere = serializers.BooleanField(help_text="Whether another provider had; which one is not told.")


class PersonSerializer(serializers.ModelSerializer[Participant]):
    """Somebody, by pseudonym."""

    first_on = serializers.DateField(read_only=True, help_text="First day with the provider, or with any.")
    results = serializers.IntegerField(source="result_count", read_only=True)

    class Meta:
        """An allow-list."""

        model = Participant
        fields = ("pseudonym", "first_on", "results")
        read_only_fields = fields


class StartSerializer(serializers.ModelSerializer[Start]):
    """When somebody began with a provider."""

    id = serializers.CharField(source="public_id", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)

    class Meta:
        """An allow-list."""

        model = Start
        fields = ("id", "provider", "started_on", "age", "subgroups")
        read_only_fields = fields


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """The clock of something that has to last."""

    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        """An allow-list."""

        model = Clock
        fields = ("id", "ladder", "event", "started_on")
        read_only_fields = fields


class PersonDetailSerializer(serializers.Serializer[Any]):
    """Somebody with starts and clocks."""

    pseudonym = serializers.CharField()
    starts = StartSerializer(many=True)
    clocks = ClockSerializer(many=True)


class NewClockSerializer(serializers.Serializer[Any]):
    """Starts a clock, or starts it again."""

    ladder = serializers.CharField(max_length=60)
    event = serializers.ChoiceField(choices=[one.value for one in ClockEvent])
    started_on = serializers.DateField()


class ResultSerializer(serializers.ModelSerializer[OutcomeEvent]):
    """What somebody or a group achieved."""

    id = serializers.CharField(source="public_id", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)
    person = serializers.CharField(source="participant.pseudonym", default=None, read_only=True, allow_null=True)
    withdrawn = serializers.SerializerMethodField()

    class Meta:
        """An allow-list."""

        model = OutcomeEvent
        fields = (
            "id", "metric", "person", "cohort", "provider", "achieved_on", "quantity", "measurement", "batch",
            "recorded_at", "withdrawn",
        )  # fmt: skip
        read_only_fields = fields

    def get_withdrawn(self, event: OutcomeEvent) -> bool:
        """Say whether it counts for nothing."""
        return hasattr(event, "withdrawal")


class NewResultSerializer(serializers.Serializer[Any]):
    """A result of a person, or of a group: one of the two is given."""

    person = serializers.RegexField(PSEUDONYM, default="", allow_blank=True, help_text="Pseudonym.")
    cohort = serializers.CharField(max_length=40, default="", allow_blank=True, help_text="Name of a group.")
    metric = serializers.CharField(max_length=60)
    achieved_on = serializers.DateField()
    quantity = serializers.IntegerField(default=1, min_value=-MOST_QUANTITY, max_value=MOST_QUANTITY)
    measurement = serializers.JSONField(default=None, allow_null=True, help_text="For a result with a formula.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for exactly one of person and group."""
        if bool(attrs["person"]) == bool(attrs["cohort"].strip()):
            raise serializers.ValidationError({"person": ["Give a person or a group, and not both."]})
        return attrs


class WithdrawalSerializer(serializers.Serializer[Any]):
    """Why a result was not so."""

    reason = serializers.CharField(max_length=300, help_text="Without names: it stays in the record.")


class EvidenceSerializer(serializers.ModelSerializer[EvidenceItem]):
    """What shows a result, or is known of a person."""

    id = serializers.CharField(source="public_id", read_only=True)
    sha256 = serializers.CharField(source="file.sha256", default="", read_only=True)

    class Meta:
        """An allow-list; the file's own name is only shown where it can be opened."""

        model = EvidenceItem
        fields = ("id", "kind", "dated_on", "reference", "sha256", "is_redacted")
        read_only_fields = fields


class NewEvidenceSerializer(serializers.Serializer[Any]):
    """Evidence: a file (as multipart/form-data), or the number of a form, or both."""

    kind = serializers.CharField(max_length=60)
    dated_on = serializers.DateField()
    reference = serializers.CharField(max_length=60, default="", allow_blank=True)
    is_redacted = serializers.BooleanField(default=False)
    file = serializers.FileField(max_length=200, required=False, allow_empty_file=True)


class MissingForSerializer(serializers.Serializer[Any]):
    """What a payer misses."""

    payer = serializers.CharField(help_text="Short name of the payer; empty: every payer misses the same.")
    kinds = serializers.ListField(child=serializers.CharField())


class UnclaimedSerializer(serializers.Serializer[Any]):
    """A result that is in no claim yet."""

    result = serializers.CharField(source="event.public_id")
    metric = serializers.CharField(source="event.metric")
    person = serializers.CharField(source="event.participant.pseudonym", default=None, allow_null=True)
    missing = MissingForSerializer(many=True)
    obstacle = serializers.CharField(help_text="no_clock, too_early or rung_missing; empty for none.")
    claim_until = serializers.DateField(source="deadline.last_on")
    days_left = serializers.IntegerField()
    is_complete = serializers.BooleanField()


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    """Who was sent to whom."""

    id = serializers.CharField(source="public_id", read_only=True)
    commissioner = serializers.CharField(source="commissioner.code", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)
    has_started = serializers.SerializerMethodField()

    class Meta:
        """An allow-list: who started is not told here."""

        model = Referral
        fields = ("id", "reference", "commissioner", "provider", "referred_on", "has_started")
        read_only_fields = fields

    def get_has_started(self, referral: Referral) -> bool:
        """Say whether somebody started from it."""
        return hasattr(referral, "start")


class NewReferralSerializer(serializers.Serializer[Any]):
    """A referral; one of the two is the caller's organisation."""

    commissioner = serializers.SlugField(max_length=40)
    provider = serializers.SlugField(max_length=40)
    referred_on = serializers.DateField()
    reference = serializers.CharField(max_length=40, help_text="The commissioner's number; no name.")


class GuaranteeSerializer(serializers.Serializer[Any]):
    """How referrals stand against a guarantee."""

    commissioner = serializers.CharField(source="guarantee.commissioner")
    provider = serializers.CharField(source="guarantee.provider")
    from_on = serializers.DateField(source="guarantee.period.from_on", allow_null=True)
    until_on = serializers.DateField(source="guarantee.period.until_on", allow_null=True)
    least = serializers.IntegerField(source="guarantee.least")
    most = serializers.IntegerField(source="guarantee.most", allow_null=True)
    came = serializers.IntegerField()
    too_few = serializers.IntegerField()
    too_many = serializers.IntegerField()
    is_over = serializers.BooleanField()
    compensation_pence = serializers.IntegerField()
    accepted = serializers.CharField(
        source="accepted.public_id", default="", help_text="Id of what the contract holder accepted; empty before."
    )


class UploadRequestSerializer(serializers.Serializer[Any]):
    """Asks for a file of results to be looked at, or recorded."""

    content = serializers.CharField(
        max_length=MAX_CHARACTERS,
        trim_whitespace=False,
        help_text="The CSV: person, result, achieved_on, quantity, evidence, evidence_on, evidence_number.",
    )
    record = serializers.BooleanField(default=False, help_text="False only looks; true records everything.")


class UploadProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with a line; line 0 is the file."""

    line = serializers.IntegerField()
    problem = serializers.CharField()


class UploadAnswerSerializer(serializers.Serializer[Any]):
    """What a file holds, and whether it was recorded."""

    batch = serializers.CharField(help_text="Names what the file brings; the same file has the same.")
    rows = serializers.IntegerField()
    by_metric = serializers.DictField(child=serializers.IntegerField())
    problems = UploadProblemSerializer(many=True)
    problem_count = serializers.IntegerField()
    recorded = serializers.IntegerField(help_text="How many results of this file are recorded.")
    added = serializers.BooleanField(help_text="Whether this request recorded anything.")
