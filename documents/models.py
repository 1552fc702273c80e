"""Documents as facts: the number that was given, the one file that was made, and whether it still counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import OrganisationOwned


class DocumentSeries(OrganisationOwned):
    """The number last given out in one series of one organisation.

    The row is the lock under which a number is given out: a second act waits here until the first has
    committed or rolled back, so a number is neither skipped nor given twice.
    """

    code = models.CharField(_("series"), max_length=16)
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "code"], name="documents_one_counter_per_series"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.last_number}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents by what happened to them."""

    def without_file(self) -> DocumentQuerySet:
        """Those that are issued but not made yet."""
        return self.filter(file__isnull=True)

    def in_batch(self, batch: str) -> DocumentQuerySet:
        """Those that one act issued together."""
        return self.filter(batch=batch)

    def about(self, *, kind: str, subject: str) -> DocumentQuerySet:
        """Every edition of one document about one subject, the newest first."""
        return self.filter(kind=kind, subject=subject).order_by("-edition")


class Document(AppendOnlyModel, PublicIdModel, OrganisationOwned):
    """A numbered document that an organisation issued about one subject.

    Issued: the row exists and holds its number; nothing in it is ever changed.
    Made: it has a `DocumentFile`; the bytes and their hash are fixed from then on.
    Cancelled: it has a `DocumentCancellation`; the number stays taken and the verify page says so.
    A document that takes the place of a cancelled one is a new row with the next edition.
    """

    public_id_prefix: ClassVar[str] = "doc"

    kind = models.CharField(_("kind"), max_length=40)
    series = models.CharField(_("series"), max_length=16)
    number = models.PositiveIntegerField(_("number"))
    token = models.CharField(_("verification token"), max_length=32, unique=True)
    subject = models.CharField(_("subject"), max_length=80)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    issued_on = models.DateField(_("issued on"))
    issued_by = models.CharField(_("issued by"), max_length=64)
    batch = models.CharField(_("batch"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en-gb")
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["organisation_id", "series", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "series", "number"], name="documents_number_once_per_series"
            ),
            models.UniqueConstraint(fields=["kind", "subject", "edition"], name="documents_one_document_per_edition"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="documents_numbers_start_at_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch"], name="documents_by_batch", condition=~models.Q(batch="")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as it is printed, such as CERT-000042."""
        return f"{self.series}-{self.number:06d}"


class DocumentFile(AppendOnlyModel):
    """The one PDF that was made of a document: where it is kept and the SHA-256 of its bytes."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="file")
    stored_file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    rendered_at = models.DateTimeField(_("made at"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="documents_sha256_is_hex"),
        ]

    def __str__(self) -> str:
        return self.sha256


class DocumentCancellation(AppendOnlyModel):
    """The fact that a document no longer counts, who said so and why."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="cancellation")
    reason = models.CharField(_("reason"), max_length=200)
    cancelled_by = models.CharField(_("cancelled by"), max_length=64)
    cancelled_at = models.DateTimeField(_("cancelled at"))

    def __str__(self) -> str:
        return self.reason
