"""How manual journals look over REST. Amounts are plain decimal text such as "1234.50"; one side of a line is empty."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.amounts import write_pence
from treasury.arithmetic.journals import MAX_LINES, TypedJournal, TypedLine
from treasury.models import JournalAttachment, ManualJournal
from treasury.models.journals import (
    CODE_LENGTH,
    FUND_LENGTH,
    JOURNAL_STATES,
    NARRATION_LENGTH,
    REASON_LENGTH,
    TEXT_LENGTH,
)
from treasury.queries.journal_checks import JournalCheck
from treasury.queries.journals import digest_of_journal

AMOUNT_LENGTH = 24


class JournalLineSerializer(serializers.Serializer[Any]):
    """One line: a debit or a credit of an account."""

    account = serializers.CharField(max_length=CODE_LENGTH, allow_blank=True, default="", help_text="Its code.")
    owner = serializers.CharField(
        max_length=64, allow_blank=True, default="", help_text="Whose part, for an account that is kept by owners."
    )
    fund = serializers.CharField(max_length=FUND_LENGTH, allow_blank=True, default="")
    debit = serializers.CharField(max_length=AMOUNT_LENGTH, allow_blank=True, default="", help_text='Such as "12.50".')
    credit = serializers.CharField(max_length=AMOUNT_LENGTH, allow_blank=True, default="", help_text='Such as "12.50".')
    text = serializers.CharField(max_length=TEXT_LENGTH, allow_blank=True, default="")


class JournalContentSerializer(serializers.Serializer[Any]):
    """What a journal says. A draft may be incomplete."""

    effective_on = serializers.DateField(required=False, allow_null=True, help_text="The day it counts for.")
    narration = serializers.CharField(max_length=NARRATION_LENGTH, allow_blank=True, default="")
    reverse_on = serializers.DateField(
        required=False, allow_null=True, help_text="For an accrual: the day on which it is reversed."
    )
    lines = JournalLineSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]

    def typed(self) -> TypedJournal:
        """Give it as it would be typed."""
        given = self.validated_data
        on, reverse_on = given.get("effective_on"), given.get("reverse_on")
        return TypedJournal(
            effective_on=on.isoformat() if on else "",
            narration=given["narration"],
            reverse_on=reverse_on.isoformat() if reverse_on else "",
            lines=tuple(TypedLine(number, **line) for number, line in enumerate(given["lines"], start=1)),
        )


class JournalChangeSerializer(JournalContentSerializer):
    """The whole content anew."""

    version = serializers.IntegerField(min_value=1, help_text="The version that was read.")


class JournalVersionSerializer(serializers.Serializer[Any]):
    """Which version is meant."""

    version = serializers.IntegerField(min_value=1, help_text="The version that was read.")


class JournalApprovalSerializer(serializers.Serializer[Any]):
    """What is agreed to."""

    digest = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="`digest` of the journal as it was read.")


class JournalReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=REASON_LENGTH)


class JournalReversalSerializer(JournalReasonSerializer):
    """When and why a journal is reversed."""

    effective_on = serializers.DateField()


class JournalSummarySerializer(serializers.ModelSerializer[ManualJournal]):
    """A journal in a list."""

    id = serializers.CharField(source="public_id", read_only=True)
    book = serializers.CharField(source="book.slug", read_only=True)
    state = serializers.ChoiceField(choices=JOURNAL_STATES, read_only=True)
    total = serializers.SerializerMethodField(help_text="All debits that can be read.")
    entry = serializers.SerializerMethodField()
    reverses = serializers.SerializerMethodField()

    class Meta:
        """An allow-list."""

        model = ManualJournal
        fields: tuple[str, ...] = (
            "id",
            "book",
            "state",
            "version",
            "effective_on",
            "narration",
            "reverse_on",
            "reverses",
            "entry",
            "total",
            "created_at",
            "submitted_at",
            "posted_at",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_total(self, journal: ManualJournal) -> str:
        """Sum the debits."""
        return write_pence(sum(line.debit_pence or 0 for line in journal.lines.all())) or "0.00"

    @extend_schema_field({"type": ["string", "null"]})
    def get_entry(self, journal: ManualJournal) -> str | None:
        """Name the entry in the books."""
        return journal.entry.public_id if journal.entry else None

    @extend_schema_field({"type": ["string", "null"]})
    def get_reverses(self, journal: ManualJournal) -> str | None:
        """Name the journal that this one reverses."""
        return journal.reverses.public_id if journal.reverses else None


class JournalFileSerializer(serializers.ModelSerializer[JournalAttachment]):
    """A file of a journal."""

    id = serializers.CharField(source="public_id", read_only=True)
    name = serializers.CharField(source="file.name", read_only=True)
    sha256 = serializers.CharField(source="file.sha256", read_only=True)

    class Meta:
        """An allow-list."""

        model = JournalAttachment
        fields = ("id", "name", "sha256")
        read_only_fields = fields


class JournalSerializer(JournalSummarySerializer):
    """A journal, whole."""

    digest = serializers.SerializerMethodField(help_text="Of everything that a second person agrees to.")
    lines = serializers.SerializerMethodField()
    files = JournalFileSerializer(source="attachments", many=True, read_only=True)

    class Meta(JournalSummarySerializer.Meta):
        """An allow-list."""

        fields = (*JournalSummarySerializer.Meta.fields, "digest", "lines", "files")
        read_only_fields = fields

    def get_digest(self, journal: ManualJournal) -> str:
        """Make it of what is stored."""
        return digest_of_journal(journal)

    @extend_schema_field(JournalLineSerializer(many=True))
    def get_lines(self, journal: ManualJournal) -> list[dict[str, str]]:
        """Write the lines as they are given."""
        return [
            {
                "account": line.account,
                "owner": line.owner,
                "fund": line.fund,
                "debit": write_pence(line.debit_pence),
                "credit": write_pence(line.credit_pence),
                "text": line.text,
            }
            for line in journal.lines.all()
        ]


class JournalProblemSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    line = serializers.IntegerField(allow_null=True, help_text="Counted from 1; null for the journal as a whole.")
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField(source="message")


class JournalTransferSerializer(serializers.Serializer[Any]):
    """One transfer that the journal would become."""

    debit = serializers.CharField()
    debit_owner = serializers.CharField()
    credit = serializers.CharField()
    credit_owner = serializers.CharField()
    fund = serializers.CharField()
    amount = serializers.CharField()


class JournalCheckSerializer(serializers.Serializer[Any]):
    """Everything that a check found."""

    sound = serializers.BooleanField(help_text="Whether it could be submitted.")
    debit = serializers.CharField()
    credit = serializers.CharField()
    problems = JournalProblemSerializer(many=True)
    second_person = serializers.ListField(
        child=serializers.CharField(), help_text="Why a second person has to agree; empty where nobody has to."
    )
    transfers = JournalTransferSerializer(many=True)


def check_facts(check: JournalCheck, reasons: list[str]) -> dict[str, Any]:
    """Write what a check found."""
    return {
        "sound": check.is_sound,
        "debit": write_pence(check.debit_pence) or "0.00",
        "credit": write_pence(check.credit_pence) or "0.00",
        "problems": JournalProblemSerializer(check.problems, many=True).data,
        "second_person": reasons,
        "transfers": [
            {
                "debit": pair.debit,
                "debit_owner": pair.debit_owner,
                "credit": pair.credit,
                "credit_owner": pair.credit_owner,
                "fund": pair.fund,
                "amount": write_pence(pair.amount),
            }
            for pair in check.pairs
        ],
    }
