"""Rounds of claims, and what payers are asked to pay: purchase orders, invoices and credit notes."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.models import choices
from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class ClaimRound(PublicIdModel, AppendOnlyModel):
    """A quarter of the contract in which is claimed. Append-only.

    Its public id is the batch id of every entry that comes of it: claims, invoices, receipts and distributions.
    """

    public_id_prefix: ClassVar[str] = "rnd"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        """A quarter is one round."""

        ordering: ClassVar[list[str]] = ["contract_id", "from_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "from_on"], name="bonds_round_once"),
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_round_number_once"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="bonds_round_period"),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"round {self.number}"


class PurchaseOrder(PublicIdModel, AppendOnlyModel):
    """A payer's own order number for invoices of a period, with its cost centre. Append-only; the newest counts."""

    public_id_prefix: ClassVar[str] = "por"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="purchase_orders")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="purchase_orders")
    number = models.CharField(_("order number"), max_length=60)
    cost_centre = models.CharField(_("cost centre"), max_length=60, blank=True)
    amount_pence = models.BigIntegerField(_("amount"), null=True, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """It has a number and a period."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(number=""), name="bonds_order_numbered"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="bonds_order_period"),
            models.CheckConstraint(
                condition=Q(amount_pence__isnull=True) | Q(amount_pence__gt=0), name="bonds_order_amount"
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return self.number


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices by where they stand."""

    def unpaid(self) -> Self:
        """Invoices, not credit notes, that are not settled."""
        return self.filter(kind=states.InvoiceKind.INVOICE.value, state=states.InvoiceState.ISSUED.value)


class Invoice(PublicIdModel):
    """What one payer is asked to pay for a round, or a credit note for it. Amounts are whole pence, above zero.

    Issued: sent, and not settled yet. Paid: receipts and credit notes come to its amount. A credit note is settled
    as soon as it is issued: what it does not take off its invoice stands to the payer's credit. One that names no
    invoice is for a downside share, or for what a sample recovers with its tax. `facts` are the fields of EN 16931 as
    they were on the day. `tax_rate` is in hundredths of a percent.
    """

    public_id_prefix: ClassVar[str] = "oin"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="invoices")
    round = models.ForeignKey(ClaimRound, on_delete=models.PROTECT, related_name="invoices")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=12, choices=choices.INVOICE_KINDS, default=states.InvoiceKind.INVOICE.value)
    credits = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(max_length=10, choices=choices.INVOICE_STATES, default=states.InvoiceState.ISSUED.value)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    net_pence = models.BigIntegerField()
    tax_pence = models.BigIntegerField(default=0)
    tax_category = models.CharField(
        max_length=1, choices=choices.VAT_CATEGORIES, default=states.VatCategory.OUTSIDE.value
    )
    tax_rate = models.PositiveIntegerField(default=0)
    settled_pence = models.BigIntegerField(default=0)
    purchase_order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    issued_by = models.CharField(max_length=80)
    issued_at = models.DateTimeField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        """Numbers count up in a contract; no invoice credits another; nobody pays more than is asked for."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("kind", states.InvoiceKind, "bonds_invoice_kind_known"),
            choices.known("state", states.InvoiceState, "bonds_invoice_state_known"),
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_invoice_number_once"),
            models.CheckConstraint(condition=Q(net_pence__gt=0, tax_pence__gte=0), name="bonds_invoice_amount"),
            choices.known("tax_category", states.VatCategory, "bonds_invoice_tax_category_known"),
            models.CheckConstraint(
                condition=Q(tax_category=states.VatCategory.STANDARD.value) | Q(tax_rate=0, tax_pence=0),
                name="bonds_invoice_tax_has_rate",
            ),
            models.CheckConstraint(
                condition=Q(settled_pence__gte=0, settled_pence__lte=F("net_pence") + F("tax_pence")),
                name="bonds_invoice_not_overpaid",
            ),
            models.CheckConstraint(
                condition=Q(state=states.InvoiceState.PAID.value, settled_pence=F("net_pence") + F("tax_pence"))
                | (Q(state=states.InvoiceState.ISSUED.value) & Q(settled_pence__lt=F("net_pence") + F("tax_pence"))),
                name="bonds_invoice_paid_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(kind=states.InvoiceKind.INVOICE.value, credits__isnull=True)
                | Q(kind=states.InvoiceKind.CREDIT_NOTE.value),
                name="bonds_invoice_credit_names_invoice",
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"invoice {self.number}"

    @property
    def gross_pence(self) -> int:
        """With tax."""
        return self.net_pence + self.tax_pence

    @property
    def open_pence(self) -> int:
        """What is still to be paid."""
        return self.gross_pence - self.settled_pence


class InvoiceLine(PublicIdModel, AppendOnlyModel):
    """A payer's part of a line on an invoice, or on the credit note that takes it back. Append-only.

    `is_again`: the payer had been given money back for it, and the line was taken back since, so it is asked for that.
    """

    public_id_prefix: ClassVar[str] = "oil"

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=choices.INVOICE_KINDS)
    share = models.ForeignKey("bonds.LineShare", on_delete=models.PROTECT, related_name="invoice_lines")
    pence = models.BigIntegerField()
    is_again = models.BooleanField(default=False)

    class Meta:
        """A part is invoiced once and taken back once; one below nothing is asked for once when it is taken back."""

        ordering: ClassVar[list[str]] = ["invoice_id", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["invoice", "place"], name="bonds_invoiceline_place_once"),
            models.UniqueConstraint(fields=["share", "kind", "is_again"], name="bonds_invoiceline_share_once"),
            models.CheckConstraint(condition=~Q(pence=0), name="bonds_invoiceline_not_nothing"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class InvoiceReminder(PublicIdModel, AppendOnlyModel):
    """The payer was reminded of an overdue invoice: so many days after the last day to pay. Append-only."""

    public_id_prefix: ClassVar[str] = "irm"

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    step = models.PositiveSmallIntegerField()
    open_pence = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Each step once."""

        ordering: ClassVar[list[str]] = ["invoice_id", "step"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["invoice", "step"], name="bonds_reminder_once"),
            models.CheckConstraint(condition=Q(open_pence__gt=0), name="bonds_reminder_of_something"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class VatTreatment(PublicIdModel, AppendOnlyModel):
    """How VAT looks at what is paid for under a contract, for invoices from a day on. Append-only; the newest counts.

    Without one, payments are outside the scope of VAT. `reason` says what that rests on, and stands on the invoice
    where no tax is due; `registration` is the seller's VAT number.
    """

    public_id_prefix: ClassVar[str] = "vat"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="vat_treatments")
    category = models.CharField(_("treatment"), max_length=1, choices=choices.VAT_CATEGORIES)
    from_on = models.DateField(_("from"))
    reason = models.CharField(_("what this rests on"), max_length=200)
    registration = models.CharField(_("VAT number"), max_length=20, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """It says what it rests on, and names the seller's number where tax is due."""

        ordering: ClassVar[list[str]] = ["contract_id", "from_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("category", states.VatCategory, "bonds_vat_category_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_vat_says_why"),
            models.CheckConstraint(
                condition=~Q(category=states.VatCategory.STANDARD.value) | ~Q(registration=""),
                name="bonds_vat_registered",
            ),
        ]

    def __str__(self) -> str:
        """Show the category."""
        return self.category
