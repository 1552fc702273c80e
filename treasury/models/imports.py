"""Files that were taken into the books: what was in each, who took it in, and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models import AppendOnlyModel, PublicIdModel, StoredFile
from ledger.models import Book
from people.models import OrganisationOwned
from treasury.arithmetic.imports import DateOrder, ImportKind

IMPORT_KINDS = [(ImportKind.JOURNALS.value, _("journals")), (ImportKind.OPENING.value, _("opening balances"))]
DATE_ORDERS = [(DateOrder.ISO.value, _("2026-01-31")), (DateOrder.BRITISH.value, _("31/01/2026"))]


class JournalImport(PublicIdModel, AppendOnlyModel, OrganisationOwned):
    """One file whose journals were posted, all of them. A file is taken into a book once. Append-only."""

    public_id_prefix: ClassVar[str] = "imp"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    mapping_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=IMPORT_KINDS)
    dates = models.CharField(max_length=8, choices=DATE_ORDERS)
    commas = models.BooleanField(default=False)
    opening_on = models.DateField(null=True, blank=True)
    suspense = models.CharField(max_length=8, blank=True, default="")
    rows = models.PositiveIntegerField()
    journals = models.PositiveIntegerField()
    imported_by = models.CharField(max_length=80)
    imported_at = models.DateTimeField()

    class Meta:
        """A file is taken into a book once; opening balances have their day."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "sha256"], name="treasury_import_once"),
            models.CheckConstraint(
                condition=Q(kind="opening", opening_on__isnull=False) | Q(kind="journals", opening_on__isnull=True),
                name="treasury_import_opening_has_day",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id: a file name may name a person."""
        return self.public_id
