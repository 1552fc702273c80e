"""How often somebody did something lately."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RateLimitWindow(models.Model):
    """Hits in one window of time. `bucket` is a keyed digest: it names nobody."""

    bucket = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        """One counter for a bucket and window."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bucket", "starts_at"], name="foundation_rate_window_once"),
        ]

    def __str__(self) -> str:
        """Show the count."""
        return f"{self.bucket[:8]} {self.hits}"
