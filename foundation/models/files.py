"""Files that the platform keeps in private."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from foundation.models.base import PublicIdModel


class StoredFile(PublicIdModel):
    """A name for some content. The content lies under its SHA-256; rows with the same digest share it."""

    public_id_prefix: ClassVar[str] = "file"

    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=40, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        """The same content under the same name is stored once for an organisation."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "sha256", "name", "media_type"], name="foundation_file_once"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & ~Q(name=""), name="foundation_file_digest_and_name"
            ),
        ]

    def __str__(self) -> str:
        """Show the id: a file name may name a person."""
        return self.public_id
