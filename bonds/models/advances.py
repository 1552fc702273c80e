"""What payers paid before results: what was asked for by the terms, what moved, and what invoices used of it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds.models.contracts import OutcomesContract
from bonds.models.invoices import Invoice
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class Advance(PublicIdModel, AppendOnlyModel):
    """An advance of the terms that a payer was asked for: what the version said on that day. Append-only.

    Its public id is the batch id of the entries that receive and refund it.
    """

    public_id_prefix: ClassVar[str] = "adv"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="advances")
    number = models.PositiveIntegerField()
    code = models.CharField(_("short name"), max_length=40)
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="advances")
    version_number = models.PositiveIntegerField()
    pence = models.BigIntegerField(_("amount"))
    payable_on = models.DateField(_("to be paid by"))
    asked_on = models.DateField(_("asked for on"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Each is asked for once."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_advance_number_once"),
            models.UniqueConstraint(fields=["contract", "code"], name="bonds_advance_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_advance_positive"),
        ]

    def __str__(self) -> str:
        """Show the short name."""
        return self.code


class AdvanceMoneyQuerySet(models.QuerySet["AdvanceMoney"]):
    """Money of advances."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class AdvanceMoney(PublicIdModel, AppendOnlyModel):
    """An advance was paid, or what was not earned went back: tied to the record that a second person let in."""

    public_id_prefix: ClassVar[str] = "adm"

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="money")
    is_receipt = models.BooleanField(_("from the payer"))
    record = models.CharField(_("recorded money"), max_length=40, unique=True)
    moved_on = models.DateField()
    pence = models.BigIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = AdvanceMoneyQuerySet.as_manager()

    class Meta:
        """In the order in which it came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_advancemoney_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class AdvanceUse(PublicIdModel, AppendOnlyModel):
    """So much of an advance was earned: it is set against an invoice when that is issued. Append-only."""

    public_id_prefix: ClassVar[str] = "adu"

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="uses")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="advance_uses")
    pence = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Once for an invoice."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["advance", "invoice"], name="bonds_advanceuse_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_advanceuse_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
