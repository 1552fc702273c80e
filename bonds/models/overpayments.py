"""What payers have paid too much: where it comes from, what invoices used of it, and what was paid back."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.models.claims import ClaimLine
from bonds.models.contracts import OutcomesContract
from bonds.models.invoices import Invoice
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class Overpayment(PublicIdModel, AppendOnlyModel):
    """A payer has paid too much, or is owed a downside share. Append-only.

    It is settled inside the payer's next lines (without VAT), or, as a credit, against its next invoices (with VAT,
    `tax_pence` of it): never both. `note` is the credit note that says so to the payer, if one does. `after_run` is the
    number of the last working before it.
    """

    public_id_prefix: ClassVar[str] = "ovp"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="overpayments")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="overpayments")
    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, null=True, blank=True, related_name="overpayments")
    source = models.CharField(max_length=40)
    pence = models.BigIntegerField()
    is_credit = models.BooleanField(default=False)
    tax_pence = models.BigIntegerField(default=0)
    note = models.OneToOneField(Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="overpayment")
    after_run = models.PositiveIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """One source makes one overpayment a payer; only a credit has a note, or tax in it."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "payer"], name="bonds_overpayment_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_overpayment_positive"),
            models.CheckConstraint(
                condition=Q(tax_pence__gte=0, tax_pence__lt=F("pence"))
                & (Q(is_credit=True) | Q(note__isnull=True, tax_pence=0)),
                name="bonds_overpayment_credit",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class CreditUse(PublicIdModel, AppendOnlyModel):
    """So much of a payer's credit is set against an invoice when that is issued. Append-only."""

    public_id_prefix: ClassVar[str] = "cru"

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="uses")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_uses")
    pence = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Once for an invoice."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["overpayment", "invoice"], name="bonds_credituse_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_credituse_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class OverpaymentRefundQuerySet(models.QuerySet["OverpaymentRefund"]):
    """What was paid back."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class OverpaymentRefund(PublicIdModel, AppendOnlyModel):
    """What a payer had paid too much was paid back: tied to the record that a second person let in. Append-only.

    `credit` is the credit it is taken from; None: from what its next lines would settle. `after_run` is the number of
    the last working before it came into the books.
    """

    public_id_prefix: ClassVar[str] = "ovr"

    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="overpayment_refunds")
    credit = models.ForeignKey(Overpayment, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    record = models.CharField(_("recorded money"), max_length=40)
    moved_on = models.DateField()
    pence = models.BigIntegerField()
    after_run = models.PositiveIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = OverpaymentRefundQuerySet.as_manager()

    class Meta:
        """A record takes from each credit once."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record", "credit"], nulls_distinct=False, name="bonds_overpaymentrefund_once"
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_overpaymentrefund_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
