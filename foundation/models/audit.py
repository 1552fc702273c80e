"""Who did what, and the chain of digests that shows it was not rewritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.models.base import AppendOnlyModel


class AuditEvent(AppendOnlyModel):
    """One act of one actor. Ids only: names, addresses and e-mails stay in the rows that the ids point to."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        """Read by organisation and by subject, newest first."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-id"], name="foundation_audit_by_org"),
            models.Index(fields=["subject", "-id"], name="foundation_audit_by_subject"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(actor="") & ~models.Q(action=""), name="foundation_audit_who_and_what"
            ),
        ]

    def __str__(self) -> str:
        """Say which act by whom."""
        return f"{self.action} by {self.actor}"


class AuditSeal(AppendOnlyModel):
    """A link of the chain: the digest of one event together with the digest of the link before it."""

    sequence = models.BigIntegerField(unique=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="seal")
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        """The first link has no predecessor, every other has one."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(sequence=1, previous_digest="")
                | (models.Q(sequence__gt=1) & ~models.Q(previous_digest="")),
                name="foundation_seal_has_predecessor",
            ),
        ]

    def __str__(self) -> str:
        """Show the place in the chain."""
        return f"{self.sequence}:{self.digest}"
