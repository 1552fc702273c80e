"""What the provider told us, what became of it, what was posted for it, and what a person must look at."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from foundation.models import AppendOnlyModel, PublicIdModel
from payments.models.accounts import ID_LENGTH
from payments.models.payments import KEY_LENGTH
from payments.states import EVENT_STATES, EventState
from people.models import Organisation, OrganisationOwned


class ProviderEvent(AppendOnlyModel, PublicIdModel):
    """A signed message from the provider: a hint that something happened, never proof of it. Append-only.

    `account` is the connected account, empty for the platform's own. The raw bytes lie beside it in
    `ProviderEventBody`, because they may hold a payer's name and address and must be erasable; the digest stays.
    """

    public_id_prefix: ClassVar[str] = "evt"

    event_id = models.CharField(max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH, blank=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=ID_LENGTH, blank=True)
    is_live = models.BooleanField()
    created_at = models.DateTimeField()
    received_at = models.DateTimeField()
    body_sha256 = models.CharField(max_length=64)

    class Meta:
        """One event is stored once, however often it is sent."""

        ordering: ClassVar[list[str]] = ["-received_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event_id", "account"], name="payments_event_once"),
        ]

    def __str__(self) -> str:
        """Show the provider's id."""
        return self.event_id


class ProviderEventBody(models.Model):
    """The bytes of an event as they came. Deleted when the keeping period is over."""

    event = models.OneToOneField(ProviderEvent, on_delete=models.PROTECT, related_name="body")
    raw = models.BinaryField()
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Show which event."""
        return f"body of {self.event_id}"


class ProviderEventProgress(models.Model):
    """received: stored, not looked at. processed: done. ignored: nothing of ours. failed: `error` says why."""

    event = models.OneToOneField(ProviderEvent, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=20, default=EventState.RECEIVED)
    error = models.CharField(max_length=300, blank=True)
    tries = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A failed event says why."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state"], condition=Q(state=EventState.RECEIVED), name="payments_event_unfinished"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=EVENT_STATES), name="payments_event_state_known"),
            models.CheckConstraint(
                condition=~Q(state=EventState.FAILED) | ~Q(error=""), name="payments_event_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        """Show the state."""
        return self.state


class ProviderPosting(AppendOnlyModel, OrganisationOwned):
    """What was posted to the ledger for an object of the provider: once for each kind, for ever. Append-only.

    `net_minor` is what the posting did to the clearing account 1250.
    """

    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=ID_LENGTH)
    balance_transaction_id = models.CharField(max_length=ID_LENGTH, blank=True)
    entry_key = models.CharField(max_length=KEY_LENGTH)
    net_minor = models.BigIntegerField()
    posted_at = models.DateTimeField()

    class Meta:
        """The database itself refuses to post an object twice."""

        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="payments_posting_once"),
            models.UniqueConstraint(
                fields=["balance_transaction_id"],
                condition=~Q(balance_transaction_id=""),
                name="payments_posting_line_once",
            ),
        ]

    def __str__(self) -> str:
        """Show what was posted."""
        return f"{self.kind} {self.object_id}"


class AttentionQuerySet(models.QuerySet["AttentionItem"]):
    """Things that a person has to look at."""

    def open(self) -> Self:
        """Those that nobody has resolved yet."""
        return self.filter(resolved_at__isnull=True)


class AttentionItem(PublicIdModel):
    """Something about money that the machine must not decide: what, why, and what to do next.

    `organisation` is empty when we cannot tell whose it is; then platform staff see it.
    """

    public_id_prefix: ClassVar[str] = "atn"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=80, blank=True)
    resolution = models.CharField(max_length=200, blank=True)

    objects = AttentionQuerySet.as_manager()

    class Meta:
        """Who resolved it, and how, is never left out."""

        ordering: ClassVar[list[str]] = ["-raised_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | (~Q(resolved_by="") & ~Q(resolution="")),
                name="payments_attention_resolution_told",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
