"""Answers kept so that a request sent twice acts once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where the request stands."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")


class IdempotencyRecord(models.Model):
    """One request of one actor under one key: `running` under a lease, then `done` with its answer.

    `scope_digest` covers actor, method, path and key, so that nobody meets another's answer. The answer may
    hold personal data, and is deleted with the row when it expires.
    """

    scope_digest = models.CharField(max_length=64, unique=True)
    request_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer_status = models.PositiveSmallIntegerField(null=True)
    answer_type = models.CharField(max_length=100, blank=True)
    answer_location = models.CharField(max_length=500, blank=True)
    answer_body = models.TextField(blank=True)

    class Meta:
        """A running request is leased, a done one has its answer."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="foundation_idempotency_expiry")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(state="running", leased_until__isnull=False, answer_status__isnull=True) & ~Q(lease=""))
                | Q(state="done", leased_until__isnull=True, lease="", answer_status__isnull=False),
                name="foundation_idempotency_leased_or_answered",
            ),
        ]

    def __str__(self) -> str:
        """Show where it stands; the digest says nothing."""
        return f"{self.scope_digest[:8]} {self.state}"
