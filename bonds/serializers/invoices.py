"""Invoices, orders, receipts and what taking back does, as the API shows them, and what it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from bonds.models import Invoice, InvoiceLine, PurchaseOrder, VatTreatment
from bonds.models.choices import VAT_CATEGORIES
from bonds.queries.claims import MOST_TAKEN_BACK, WORDS_LENGTH
from bonds.queries.invoice_lists import days_over
from bonds.queries.invoices import number_of
from bonds.serializers.claims import ID_LENGTH, LinesAndReasonSerializer
from ledger.models import MAX_AMOUNT
from payments.models.recorded import CODE_LENGTH, REFERENCE_LENGTH

DIGEST_LENGTH = 64


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """An invoice or credit note in a list. Amounts are whole pence (minor units of the contract's currency)."""

    id = serializers.CharField(source="public_id", read_only=True)
    contract = serializers.CharField(source="contract.reference", read_only=True)
    full_number = serializers.SerializerMethodField(help_text="As it stands on the document (BT-1).")
    payer = serializers.CharField(source="payer.code", read_only=True)
    round = serializers.IntegerField(source="round.number", read_only=True)
    batch = serializers.CharField(
        source="round.public_id",
        read_only=True,
        help_text="Ties claim, invoice, receipt and distribution in the books.",
    )
    days_over = serializers.SerializerMethodField(
        help_text="Days since the last day to pay; 0 where nothing is overdue."
    )
    gross_pence = serializers.IntegerField(read_only=True)
    open_pence = serializers.IntegerField(read_only=True, help_text="What is still to be paid.")
    tax_rate = serializers.IntegerField(read_only=True, help_text="In hundredths of a percent.")
    credits = serializers.IntegerField(
        source="credits.number", read_only=True, default=None, allow_null=True, help_text="Number of the invoice."
    )
    purchase_order = serializers.CharField(
        source="purchase_order.number", read_only=True, default=None, allow_null=True
    )

    class Meta:
        """Fields by name."""

        model = Invoice
        fields = (
            "id",
            "contract",
            "number",
            "full_number",
            "kind",
            "state",
            "payer",
            "round",
            "batch",
            "issued_on",
            "due_on",
            "days_over",
            "net_pence",
            "tax_pence",
            "tax_category",
            "tax_rate",
            "gross_pence",
            "settled_pence",
            "open_pence",
            "credits",
            "purchase_order",
            "reason",
        )
        read_only_fields = fields

    def get_full_number(self, invoice: Invoice) -> str:
        """Give the number of the document."""
        return number_of(invoice)

    def get_days_over(self, invoice: Invoice) -> int:
        """Count from the day that the caller gave along."""
        return days_over(invoice, self.context["today"])


class ReceiptShownSerializer(serializers.Serializer[Any]):
    """Money that was recorded for an invoice; a reversal takes it back."""

    id = serializers.CharField(source="public_id")
    state = serializers.CharField()
    moved_on = serializers.DateField()
    amount_pence = serializers.IntegerField()
    reverses = serializers.CharField(source="reverses.public_id", default=None, allow_null=True)


class AdvanceUsedSerializer(serializers.Serializer[Any]):
    """What was paid in advance and is set against an invoice, in pence."""

    advance = serializers.CharField(source="advance.code")
    pence = serializers.IntegerField()


class CreditUsedSerializer(serializers.Serializer[Any]):
    """What the payer was owed and is set against an invoice, in pence; `note` is null where no credit note said so."""

    note = serializers.IntegerField(source="overpayment.note.number", allow_null=True, default=None)
    pence = serializers.IntegerField()


class InvoiceInFullSerializer(serializers.Serializer[Any]):
    """An invoice with its fields by the European standard, what came for it, and where it stands in the books.

    `entries` is empty for everybody but the contract holder; `document` is null as long as the PDF is not made.
    """

    invoice = InvoiceSerializer()
    en16931 = serializers.DictField(help_text="The fields of EN 16931 by their short names, fixed on the day of issue.")
    receipts = ReceiptShownSerializer(many=True)
    credit_notes = InvoiceSerializer(many=True)
    advances = AdvanceUsedSerializer(many=True, help_text="What was paid in advance and is set against it.")
    credits_used = CreditUsedSerializer(many=True, help_text="What the payer was owed and is set against it.")
    credit_pence = serializers.IntegerField(help_text="Of a credit note: what it left to the payer's credit.")
    credit_left_pence = serializers.IntegerField(help_text="What of that is still to be settled or paid back.")
    reminded_at = serializers.ListField(child=serializers.DateTimeField())
    entries = serializers.ListField(child=serializers.CharField())
    document = serializers.CharField(allow_null=True)


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    """A payer's part of one line of a claim; why it is so much, says the line."""

    line = serializers.CharField(source="share.result.line.public_id", read_only=True)
    claim = serializers.IntegerField(source="share.result.line.claim.number", read_only=True)
    metric = serializers.CharField(source="share.result.metric", read_only=True)
    person = serializers.CharField(source="share.result.participant.pseudonym", read_only=True, default="")
    achieved_on = serializers.DateField(source="share.result.line.event.achieved_on", read_only=True)

    class Meta:
        """Fields by name."""

        model = InvoiceLine
        fields = ("place", "line", "claim", "metric", "person", "achieved_on", "pence")
        read_only_fields = fields


class WaitingToInvoiceSerializer(serializers.Serializer[Any]):
    """What a payer would be asked for in a round, without VAT."""

    round = serializers.IntegerField(source="round.number")
    from_on = serializers.DateField(source="round.from_on")
    payer = serializers.CharField(source="payer.code")
    line_count = serializers.IntegerField()
    pence = serializers.IntegerField()
    is_owed = serializers.BooleanField(help_text="It comes to less than nothing: a credit note says so to the payer.")


class IssuedSerializer(serializers.Serializer[Any]):
    """The invoices that were issued, and credit notes where a payer is owed something."""

    invoices = InvoiceSerializer(many=True)


class ReceiptGivenSerializer(serializers.Serializer[Any]):
    """That an invoice was paid, as it stands on the statement."""

    moved_on = serializers.DateField(help_text="The day on the statement.")
    amount_pence = serializers.IntegerField(min_value=1, max_value=MAX_AMOUNT)
    reference = serializers.CharField(max_length=REFERENCE_LENGTH, default="", allow_blank=True)
    account = serializers.CharField(max_length=CODE_LENGTH, default="1200", help_text="Code of the bank account.")


class OrderShownSerializer(serializers.ModelSerializer[PurchaseOrder]):
    """A purchase order; `until_on` is the day after its last."""

    id = serializers.CharField(source="public_id", read_only=True)
    payer = serializers.CharField(source="payer.code", read_only=True)

    class Meta:
        """Fields by name."""

        model = PurchaseOrder
        fields = ("id", "payer", "number", "cost_centre", "amount_pence", "from_on", "until_on")
        read_only_fields = fields


class OrderUsedSerializer(serializers.Serializer[Any]):
    """A purchase order with what was invoiced under it, with VAT, credit notes taken off."""

    order = OrderShownSerializer()
    used_pence = serializers.IntegerField()
    left_pence = serializers.IntegerField(allow_null=True, help_text="Below zero: passed. Null: it names no amount.")
    is_over = serializers.BooleanField(help_text="Whether its last day has passed.")


class OrderGivenSerializer(serializers.Serializer[Any]):
    """A payer's own purchase order."""

    payer = serializers.SlugField(max_length=40, help_text="Short name of the payer in the contract.")
    number = serializers.CharField(max_length=60)
    cost_centre = serializers.CharField(max_length=60, default="", allow_blank=True)
    amount_pence = serializers.IntegerField(min_value=1, max_value=MAX_AMOUNT, default=None, allow_null=True)
    from_on = serializers.DateField()
    last_on = serializers.DateField(help_text="The last day on which it holds.")

    def facts(self) -> dict[str, Any]:
        """Give what was sent as the domain takes it."""
        given = dict(self.validated_data)
        del given["payer"]
        return given | {"until_on": given.pop("last_on") + timedelta(days=1)}


class VatSerializer(serializers.ModelSerializer[VatTreatment]):
    """How VAT looks at a contract, for invoices from a day on."""

    class Meta:
        """Fields by name."""

        model = VatTreatment
        fields = ("category", "from_on", "reason", "registration", "recorded_at")
        read_only_fields = fields


class VatGivenSerializer(serializers.Serializer[Any]):
    """How VAT looks at a contract: O outside the scope, E exempt, S at the standard rate (EN 16931, BT-118)."""

    category = serializers.ChoiceField(choices=VAT_CATEGORIES)
    from_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)
    registration = serializers.CharField(max_length=20, default="", allow_blank=True)


class CreditedSerializer(serializers.Serializer[Any]):
    """What a credit note for one invoice would come to, with VAT."""

    invoice = serializers.IntegerField()
    pence = serializers.IntegerField()


class PayerUndoneSerializer(serializers.Serializer[Any]):
    """What taking back means to one payer, in pence."""

    payer = serializers.CharField()
    unasked_pence = serializers.IntegerField(help_text="Was not invoiced, and will not be.")
    set_off_pence = serializers.IntegerField(help_text="Was paid; its next parts are less by so much.")
    credits = CreditedSerializer(many=True)


class UndonePreviewSerializer(serializers.Serializer[Any]):
    """What would come of taking lines back; nothing has happened yet. Give `seen` along to confirm exactly this."""

    line_count = serializers.IntegerField()
    net_pence = serializers.IntegerField()
    payers = PayerUndoneSerializer(many=True)
    seen = serializers.CharField()


class TakeBackGivenSerializer(LinesAndReasonSerializer):
    """Which accepted lines are taken back, and why; with `seen`, only if still the same would come of it."""

    lines = serializers.ListField(
        child=serializers.CharField(max_length=ID_LENGTH), min_length=1, max_length=MOST_TAKEN_BACK
    )
    reason = serializers.CharField(max_length=WORDS_LENGTH, help_text="For verifier and provider.")
    told = serializers.CharField(
        max_length=WORDS_LENGTH, default="", allow_blank=True, help_text="For payers: it stands on their credit notes."
    )
    seen = serializers.RegexField(r"^[0-9a-f]{64}\Z", max_length=DIGEST_LENGTH, default="", allow_blank=True)
