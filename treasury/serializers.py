"""How the books look over REST. Amounts are plain decimal text such as "1234.50", the currency named beside them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger.models import Book, Entry, Transfer
from treasury.exports.text import plain_amount

AMOUNT = r"^-?\d+\.\d{2}$"


class BookSerializer(serializers.ModelSerializer[Book]):
    """A book."""

    class Meta:
        """An allow-list."""

        model = Book
        fields = ("slug", "name", "organisation", "kind", "currency", "locked_through")
        read_only_fields = fields


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    """One amount from one account and owner to another."""

    line = serializers.IntegerField(source="line_no", read_only=True)
    debit = serializers.CharField(source="debit_account.code", read_only=True)
    credit = serializers.CharField(source="credit_account.code", read_only=True)
    amount = serializers.SerializerMethodField()

    class Meta:
        """An allow-list."""

        model = Transfer
        fields = ("line", "debit", "debit_owner", "credit", "credit_owner", "amount", "currency", "fund")
        read_only_fields = fields

    def get_amount(self, transfer: Transfer) -> str:
        """Write the amount."""
        return plain_amount(transfer.amount)


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """An entry with its transfers."""

    id = serializers.CharField(source="public_id", read_only=True)
    narration = serializers.SerializerMethodField()
    reverses = serializers.SerializerMethodField()
    reversed_by = serializers.SerializerMethodField()
    transfers = TransferSerializer(many=True, read_only=True)

    class Meta:
        """An allow-list."""

        model = Entry
        fields = (
            "id",
            "key",
            "kind",
            "effective_on",
            "recorded_at",
            "narration",
            "source",
            "reason",
            "batch",
            "reverses",
            "reversed_by",
            "content_hash",
            "transfers",
        )
        read_only_fields = fields

    def get_narration(self, entry: Entry) -> str:
        """Give the words; empty where there are none or they were erased."""
        narration = getattr(entry, "narration", None)
        return narration.text if narration else ""

    @extend_schema_field({"type": ["string", "null"]})
    def get_reverses(self, entry: Entry) -> str | None:
        """Name the entry that this one reverses."""
        return entry.reverses.public_id if entry.reverses else None

    @extend_schema_field({"type": ["string", "null"]})
    def get_reversed_by(self, entry: Entry) -> str | None:
        """Name the entry that reverses this one."""
        reversal = getattr(entry, "reversed_by", None)
        return reversal.public_id if reversal else None


class TrialBalanceAccountSerializer(serializers.Serializer[Any]):
    """One account of a trial balance."""

    code = serializers.CharField()
    name = serializers.CharField()
    journal_name = serializers.CharField(help_text="Name in the plain-text journal.")
    type = serializers.CharField(help_text="A asset, L liability, Q equity, I income, X expense.")
    debit = serializers.RegexField(AMOUNT)
    credit = serializers.RegexField(AMOUNT)
    balance = serializers.RegexField(AMOUNT, help_text="On the account's normal side.")


class TrialBalanceSerializer(serializers.Serializer[Any]):
    """A trial balance; accounts that were never used are left out."""

    book = serializers.CharField()
    currency = serializers.CharField()
    on = serializers.DateField(allow_null=True, help_text="At the end of this day; null for everything posted.")
    balanced = serializers.BooleanField()
    debit = serializers.RegexField(AMOUNT)
    credit = serializers.RegexField(AMOUNT)
    accounts = TrialBalanceAccountSerializer(many=True)


class AsOfSerializer(serializers.Serializer[Any]):
    """Asks for a day."""

    on = serializers.DateField(required=False, help_text="At the end of this day.")


class PeriodSerializer(serializers.Serializer[Any]):
    """Asks for a period of a journal."""

    from_on = serializers.DateField(required=False, help_text="First day that counts.")
    until_on = serializers.DateField(required=False, help_text="First day that no longer counts.")
