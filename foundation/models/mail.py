"""Mails as they were written, before and after they are sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models.base import PublicIdModel


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")


class MailMessage(PublicIdModel):
    """One mail to one person, kept as it was rendered: `queued` until the mail server took it, then `sent`."""

    public_id_prefix: ClassVar[str] = "mail"

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)
    organisation = models.CharField(max_length=40, blank=True)
    template = models.CharField(max_length=120)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    # Public ids of stored files.
    attachments = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; a sent mail has its time."""

        ordering: ClassVar[list[str]] = ["-queued_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to", "-queued_at"], name="foundation_mail_by_address"),
            models.Index(fields=["-queued_at"], name="foundation_mail_by_time"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | Q(state="queued", sent_at__isnull=True),
                name="foundation_mail_sent_has_time",
            ),
        ]

    def __str__(self) -> str:
        """Show the id: the address stays out of logs."""
        return self.public_id
