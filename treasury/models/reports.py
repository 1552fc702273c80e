"""Long reports that a worker writes as PDF, and keeps for a few days."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models import PublicIdModel, StoredFile
from ledger.models import Book
from people.models import OrganisationOwned

AUDIENCES = [("human", _("a person")), ("machine", _("another program"))]


class ReportFile(PublicIdModel, OrganisationOwned):
    """A report that was asked for: without a file until a worker has written it, and deleted some days later.

    `key` is the digest of what was asked and of how many entries the book had, so that the same question about the
    same books is one row. No fact: whatever it holds can be asked again.
    """

    public_id_prefix: ClassVar[str] = "rpt"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    report = models.CharField(max_length=40)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    asked = models.JSONField()
    asked_at = models.DateTimeField(db_index=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """The newest first; a key is a SHA-256."""

        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(key__regex=r"^[0-9a-f]{64}$"), name="treasury_report_key_is_digest"),
        ]

    def __str__(self) -> str:
        """Show the opaque id."""
        return self.public_id

    @property
    def job_key(self) -> str:
        """Names the job that shows how far the worker is."""
        return f"treasury.report:{self.public_id}"
