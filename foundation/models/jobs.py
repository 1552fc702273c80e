"""Long work that somebody watches."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.models.base import PublicIdModel

WHOLE = 100


class JobState(models.TextChoices):
    """Where a job stands."""

    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")


class Job(PublicIdModel):
    """So many steps of one kind: `running` until they are done (`finished`) or cannot be (`failed`)."""

    public_id_prefix: ClassVar[str] = "job"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40, blank=True)
    started_by = models.CharField(max_length=80)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.RUNNING)
    # A path of this site where the outcome is.
    result_path = models.CharField(max_length=300, blank=True)
    # What went wrong, in words for the person who waits.
    failure = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Never more steps done than there are; an ended job has its time."""

        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-started_at"], name="foundation_job_by_org"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="foundation_job_done_within_total"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="foundation_job_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(done=F("total")), name="foundation_job_finished_is_whole"
            ),
        ]

    def __str__(self) -> str:
        """Show the id and how far it is."""
        return f"{self.public_id} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        """How much is done, in whole per cent; a job without steps is whole."""
        return WHOLE * self.done // self.total if self.total else WHOLE

    @property
    def is_running(self) -> bool:
        """Whether it is worth looking again."""
        return self.state == JobState.RUNNING
