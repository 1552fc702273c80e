"""How the books look over REST. Amounts are plain decimal text such as "1234.50", the currency named beside them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from documents.exports.text import plain_amount
from ledger.models import Anchor, Book, Entry, Hold, Period, Seal, Transfer
from treasury.states import ErasureReason

AMOUNT = r"^-?\d+\.\d{2}$"


class BookSerializer(serializers.ModelSerializer[Book]):
    """A book."""

    class Meta:
        """An allow-list."""

        model = Book
        fields = ("slug", "name", "organisation", "kind", "currency", "locked_through", "soft_through")
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
    words_erased_at = serializers.DateTimeField(
        source="narration.erased_at", read_only=True, default=None, allow_null=True, help_text="Null as a rule."
    )
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
            "words_erased_at",
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
    currency = serializers.CharField()
    debit = serializers.RegexField(AMOUNT)
    credit = serializers.RegexField(AMOUNT)
    balance = serializers.RegexField(AMOUNT, help_text="On the account's normal side.")


class TrialBalanceSerializer(serializers.Serializer[Any]):
    """A trial balance; accounts that were never used are left out."""

    book = serializers.CharField()
    currency = serializers.CharField()
    on = serializers.DateField(allow_null=True, help_text="At the end of this day; null for everything posted.")
    balanced = serializers.BooleanField(help_text="Whether every currency balances by itself.")
    debit = serializers.RegexField(AMOUNT, help_text="Of accounts in the book's own currency.")
    credit = serializers.RegexField(AMOUNT)
    accounts = TrialBalanceAccountSerializer(many=True)


class AsOfSerializer(serializers.Serializer[Any]):
    """Asks for a day."""

    on = serializers.DateField(required=False, help_text="At the end of this day.")


class EntryFilterSerializer(serializers.Serializer[Any]):
    """Narrows a list of entries; everything that is given has to fit."""

    from_on = serializers.DateField(required=False, help_text="First day that counts.")
    until_on = serializers.DateField(required=False, help_text="First day that no longer counts.")
    kind = serializers.CharField(required=False, max_length=64, help_text="Exactly this kind.")
    account = serializers.RegexField(r"^[0-9]{4,8}$", required=False, help_text="On either side of a transfer.")
    owner = serializers.CharField(required=False, max_length=64, help_text="On the same side as the account.")
    fund = serializers.CharField(required=False, max_length=64)
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, max_length=200, help_text="Exactly this source."
    )
    batch = serializers.CharField(required=False, max_length=100, help_text="Exactly this batch.")
    text = serializers.CharField(
        required=False, max_length=100, help_text="Found in the words, the key, the source or the reason."
    )
    amount = serializers.RegexField(
        r"^\d{1,13}\.\d{2}$", required=False, help_text="Of one transfer, such as 12.50, in any currency."
    )

    def validate_amount(self, given: str) -> int:
        """Turn decimal text into minor units."""
        return int(given.replace(".", ""))


class PeriodSerializer(serializers.Serializer[Any]):
    """Asks for a period of a journal."""

    from_on = serializers.DateField(required=False, help_text="First day that counts.")
    until_on = serializers.DateField(required=False, help_text="First day that no longer counts.")


class CloseBooksSerializer(serializers.Serializer[Any]):
    """Asks for a closing."""

    through = serializers.DateField(allow_null=True, help_text="The last day to close; null opens softly closed days.")
    for_good = serializers.BooleanField(default=False, help_text="For good cannot be undone.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """For good needs a day."""
        if attrs["for_good"] and attrs["through"] is None:
            raise serializers.ValidationError({"through": _("Say through which day the books are closed for good.")})
        return attrs


class CarryYearSerializer(serializers.Serializer[Any]):
    """Asks for the year-end entry."""

    year_end = serializers.DateField(help_text="The last day of the financial year.")


class EraseWordsSerializer(serializers.Serializer[Any]):
    """Asks for the erasure of words."""

    reason = serializers.ChoiceField(
        choices=[one.value for one in ErasureReason],
        help_text="asked: whom they name asked for it; misplaced: they never belonged there; not_needed: any more.",
    )

    def validate_reason(self, given: str) -> ErasureReason:
        """Give the code its type."""
        return ErasureReason(given)


class ClosedPeriodSerializer(serializers.ModelSerializer[Period]):
    """A period that is closed for good."""

    class Meta:
        """An allow-list."""

        model = Period
        fields = ("end_on", "closed_at", "actor", "head_seq", "head_hash")
        read_only_fields = fields


class AnchorSerializer(serializers.ModelSerializer[Anchor]):
    """Where a head of the chain was published."""

    class Meta:
        """An allow-list."""

        model = Anchor
        fields = ("seq", "hash", "place", "published_at")
        read_only_fields = fields


class HeadSerializer(serializers.ModelSerializer[Seal]):
    """The end of the chain."""

    class Meta:
        """An allow-list."""

        model = Seal
        fields = ("seq", "hash", "sealed_at")
        read_only_fields = fields


class ClosingSerializer(serializers.Serializer[Any]):
    """What is closed, and where the chain stands."""

    periods = ClosedPeriodSerializer(many=True)
    head = HeadSerializer(allow_null=True)
    waiting = serializers.IntegerField(help_text="Entries that wait for their place in the chain.")
    anchors = AnchorSerializer(many=True)


class ReportKindSerializer(serializers.Serializer[Any]):
    """One report that can be asked for."""

    report = serializers.CharField(source="slug", help_text="Its name in addresses.")
    title = serializers.CharField()
    description = serializers.CharField()
    parameters = serializers.ListField(child=serializers.CharField(), source="fields", help_text="What can be asked.")


class ReportQuestionSerializer(serializers.Serializer[Any]):
    """Asks for a report. What a report has no use for is not looked at; left out: this financial year until today."""

    from_on = serializers.DateField(required=False, help_text="First day.")
    through_on = serializers.DateField(required=False, help_text="Last day, which counts too.")
    on = serializers.DateField(required=False, help_text="At the end of this day, for a report as of a day.")
    compare = serializers.BooleanField(required=False, help_text="Beside the year before.")
    fund = serializers.CharField(required=False, max_length=64, help_text="One fund; - for money tied to nothing.")
    account = serializers.RegexField(r"^[0-9]{4,8}$", required=False, help_text="Code of one account.")
    known_at = serializers.DateTimeField(required=False, help_text="Only what had been recorded by this moment.")


class ReportPageSerializer(ReportQuestionSerializer):
    """Asks for a report, perhaps for a later page of a long one."""

    after = serializers.CharField(required=False, help_text="From `next` of the page before.")


class ReportColumnSerializer(serializers.Serializer[Any]):
    """A column."""

    key = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=("text", "code", "date", "money"))


class ReportRowSerializer(serializers.Serializer[Any]):
    """A row; amounts are plain decimal text."""

    kind = serializers.ChoiceField(choices=("heading", "line", "subtotal", "total"))
    currency = serializers.CharField(allow_null=True, help_text="Where it may not be the section's.")
    cells = serializers.DictField(child=serializers.CharField(allow_null=True), help_text="Values by column.")
    leads_to = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="By column: the account, report or entry behind the value.",
    )


class ReportCheckSerializer(serializers.Serializer[Any]):
    """A statement that has to be true of every such report."""

    statement = serializers.CharField()
    passed = serializers.BooleanField()


class ReportSectionSerializer(serializers.Serializer[Any]):
    """The part of a report in one currency."""

    currency = serializers.CharField()
    rows = ReportRowSerializer(many=True)
    checks = ReportCheckSerializer(many=True)
    chart = serializers.DictField(allow_null=True, help_text="Title, kind, series and points of a picture.")


class ReportSerializer(serializers.Serializer[Any]):
    """A report."""

    report = serializers.CharField()
    title = serializers.CharField()
    book = serializers.CharField()
    book_name = serializers.CharField()
    subtitle = serializers.ListField(child=serializers.CharField())
    from_on = serializers.DateField()
    through_on = serializers.DateField()
    fund = serializers.CharField(allow_null=True)
    known_at = serializers.DateTimeField(allow_null=True)
    columns = ReportColumnSerializer(many=True)
    sections = ReportSectionSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    passed = serializers.BooleanField(help_text="Whether every check holds.")
    next = serializers.CharField(allow_null=True, help_text="Where the next page begins; give it as `after`.")


class ReportPromiseSerializer(serializers.Serializer[Any]):
    """A worker makes the file: addresses of the job that shows how far it is, and of the file once that is finished."""

    job = serializers.CharField(help_text="Address of the job, for the scope jobs:read.")
    file = serializers.CharField(help_text="Address of the file; 409 until it is made, kept for seven days.")


class AccountSerializer(serializers.Serializer[Any]):
    """An account of a chart with what stands on it."""

    code = serializers.CharField(source="account.code")
    name = serializers.CharField(source="account.name")
    type = serializers.CharField(
        source="account.type", help_text="A asset, L liability, Q equity, I income, X expense."
    )
    currency = serializers.CharField(source="account.currency")
    has_owners = serializers.BooleanField(source="account.is_control")
    balance = serializers.SerializerMethodField(help_text="On the account's normal side, as decimal text.")
    is_closed = serializers.BooleanField()

    def get_balance(self, row: Any) -> str:
        """Write the balance."""
        return plain_amount(row.balance)


class AddAccountSerializer(serializers.Serializer[Any]):
    """Asks for one more account."""

    code = serializers.RegexField(r"^[0-9]{4,8}$")
    name = serializers.RegexField(r"^[A-Z0-9][A-Za-z0-9-]*$", max_length=100)
    type = serializers.ChoiceField(choices=["A", "L", "Q", "I", "X"])
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="", help_text="The book's own when left out.")
    has_owners = serializers.BooleanField(default=False, help_text="Whether each posting names whose money it is.")


class RetireAccountSerializer(serializers.Serializer[Any]):
    """Asks for the closing of an account."""

    on = serializers.DateField(help_text="The last day on which it is used.")


class HoldSerializer(serializers.ModelSerializer[Hold]):
    """Money that is reserved for a transfer that may follow."""

    id = serializers.CharField(source="public_id", read_only=True)
    debit = serializers.CharField(source="debit_account.code", read_only=True)
    credit = serializers.CharField(source="credit_account.code", read_only=True)
    amount = serializers.SerializerMethodField()

    class Meta:
        """An allow-list."""

        model = Hold
        fields = (
            "id",
            "kind",
            "debit",
            "debit_owner",
            "credit",
            "credit_owner",
            "amount",
            "currency",
            "fund",
            "held_at",
            "expires_at",
        )
        read_only_fields = fields

    def get_amount(self, hold: Hold) -> str:
        """Write the amount."""
        return plain_amount(hold.amount)
