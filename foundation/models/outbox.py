"""Work that was promised inside a transaction and is done after it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Messages by what may be done with them."""

    def due(self, at: datetime) -> Self:
        """Messages whose time has come, and those whose worker let its lease run out."""
        waiting = Q(state=OutboxState.WAITING, not_before__lte=at)
        return self.filter(waiting | Q(state=OutboxState.RUNNING, leased_until__lte=at))

    def parked(self) -> Self:
        """Messages that a person has to look at, the oldest first."""
        return self.filter(state=OutboxState.PARKED).order_by("created_at", "id")


class OutboxMessage(models.Model):
    """One piece of work for the handler of its topic.

    A message waits until its time (`waiting`), is leased by one worker (`running`), and ends as `done`. A failed
    try puts it back to `waiting` for a growing while; after too many failures it is `parked` until a person
    sends it again.
    """

    topic = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    deferrals = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # The class of the error and its code, never its message: that may name a person.
    last_error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[OutboxQuerySet] = OutboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """One message for a topic and key, for ever: that makes enqueueing safe to repeat."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["topic", "key"], name="foundation_outbox_once"),
            models.CheckConstraint(
                condition=(Q(state="running", leased_until__isnull=False) & ~Q(lease=""))
                | (~Q(state="running") & Q(leased_until__isnull=True, lease="")),
                name="foundation_outbox_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="foundation_outbox_done_has_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["not_before", "id"], condition=Q(state="waiting"), name="foundation_outbox_waiting"),
            models.Index(fields=["leased_until"], condition=Q(state="running"), name="foundation_outbox_running"),
            models.Index(fields=["created_at"], condition=Q(state="parked"), name="foundation_outbox_parked"),
        ]

    def __str__(self) -> str:
        """Show topic and key."""
        return f"{self.topic} {self.key}"
