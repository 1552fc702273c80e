"""When a contract was put on show for everybody, and when that was taken back."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bonds.models.contracts import OutcomesContract
from foundation.models import AppendOnlyModel, PublicIdModel


class Publication(PublicIdModel, AppendOnlyModel):
    """The holder's decision to show a contract to everybody, or to show it no more; the newest one holds. Append-only.

    `private_prices` are the codes of results whose prices are not shown.
    """

    public_id_prefix: ClassVar[str] = "pub"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="publications")
    is_public = models.BooleanField(_("is shown to everybody"))
    private_prices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
