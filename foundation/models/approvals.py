"""Two people for one act."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.models.base import AppendOnlyModel, PublicIdModel


class ApprovalState(models.TextChoices):
    """Where a request for approval stands."""

    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    VOID = "void", _("Void")


class Approval(PublicIdModel):
    """One person asks for an act, a second one decides.

    `requested` until another person says yes (`approved`) or no (`refused`). It becomes `void` when what is to
    be approved changes, also after approval: the digest is of exactly what the second person saw.
    """

    public_id_prefix: ClassVar[str] = "apv"

    kind = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=80)
    requested_by_user = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ApprovalState.choices, default=ApprovalState.REQUESTED)

    class Meta:
        """At most one live request or approval for a subject."""

        ordering: ClassVar[list[str]] = ["-requested_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "requested_at"],
                condition=Q(state="requested"),
                name="foundation_approval_open",
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "subject"],
                condition=Q(state__in=["requested", "approved"]),
                name="foundation_approval_one_live",
            ),
        ]

    def __str__(self) -> str:
        """Show what is to be approved."""
        return f"{self.kind} {self.subject}"


class ApprovalDecision(AppendOnlyModel):
    """What was decided about a request, by whom. The asker is copied so that the database can compare."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=ApprovalState.choices)
    digest = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=80)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """Nobody approves what they asked for; each verdict is given once."""

        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["approval", "verdict"], name="foundation_decision_once"),
            models.CheckConstraint(
                condition=~Q(verdict="approved") | ~Q(requested_by=F("decided_by")),
                name="foundation_decision_second_person",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["approved", "refused", "void"]), name="foundation_decision_verdict"
            ),
        ]

    def __str__(self) -> str:
        """Show the verdict."""
        return f"{self.verdict} {self.approval_id}"
