"""What makes the stand-in tick: knobs, faults, idempotency, the outbox of webhooks and the requests seen."""

from typing import Self

from django.conf import settings
from django.db import models

SECONDS_IN_A_DAY = 86_400
DEFAULT_AVAILABLE_AFTER_DAYS = 3


class Knobs(models.Model):
    """The one row of settings that the controls turn."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Below zero while a past is being made: see `--starts-days-ago`.
    clock_ahead_seconds = models.BigIntegerField(default=0)
    available_after_days = models.PositiveIntegerField(default=DEFAULT_AVAILABLE_AFTER_DAYS)
    webhook_url = models.TextField(blank=True)
    webhook_secret = models.CharField(max_length=200, blank=True)
    retry_after_seconds = models.PositiveIntegerField(default=2)
    attempts_at_most = models.PositiveSmallIntegerField(default=8)

    class Meta:
        """One row, kept so by the database."""

        constraints = (models.CheckConstraint(name="standin_one_row_of_knobs", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return "knobs"

    @classmethod
    def get(cls) -> Self:
        """Return the row; where there is none yet, the values that the process was started with."""
        return cls.objects.filter(pk=1).first() or cls.as_started()

    @classmethod
    def as_started(cls) -> Self:
        """Return an unsaved row with the values that the process was started with."""
        return cls(
            webhook_url=settings.STANDIN_WEBHOOK_URL,
            webhook_secret=settings.STANDIN_WEBHOOK_SECRET,
            clock_ahead_seconds=-settings.STANDIN_STARTS_DAYS_AGO * SECONDS_IN_A_DAY,
        )


class WebhookRule(models.Model):
    """A way to misbehave, for the next events of some types (all when empty), a number of times or for ever (None)."""

    MODES = (
        ("late", "posted after so many seconds"),
        ("twice", "posted, and posted again"),
        ("reversed", "gathered for so many seconds, then posted newest first"),
        ("held", "kept until released by a control"),
        ("dropped", "never posted"),
    )

    mode = models.CharField(max_length=10, choices=MODES)
    types = models.JSONField(default=list)
    milliseconds = models.PositiveIntegerField(default=0)
    remaining = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.mode


class Delivery(models.Model):
    """One posting of one event that is to be made, and how it went."""

    WAITING = "waiting"
    HELD = "held"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"
    STATES = ((WAITING, WAITING), (HELD, HELD), (DELIVERED, DELIVERED), (FAILED, FAILED), (DROPPED, DROPPED))

    event = models.ForeignKey("standin.Event", on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=STATES, default=WAITING, db_index=True)
    due_at_ms = models.BigIntegerField(db_index=True)
    # Among those due at the same moment the lowest goes first; negative numbers make a batch go backwards.
    rank = models.BigIntegerField(default=0)
    # The signature says that it was made so many seconds earlier: for receivers that must refuse stale ones.
    aged_seconds = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    response_status = models.PositiveSmallIntegerField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


class Fault(models.Model):
    """A way for the API to fail: for one operation (any when "*"), after skipping some, a number of times."""

    KINDS = (
        ("fail", "500 before anything is done"),
        ("fail_after", "it is done, and the answer kept under the key is a 500"),
        ("hang_after", "it is done and the answer kept, but sent only after so many seconds"),
        ("cut_after", "it is done and the answer kept, but the connection is cut"),
        ("cut", "the connection is cut before anything is done"),
        ("slow", "it is done after so many seconds, with its key in use meanwhile"),
        ("rate_limit", "429"),
        ("unavailable", "503 before anything is done, never kept under the key"),
    )

    operation = models.CharField(max_length=60, default="*")
    kind = models.CharField(max_length=15, choices=KINDS)
    milliseconds = models.PositiveIntegerField(default=0)
    skip = models.PositiveIntegerField(default=0)
    remaining = models.PositiveIntegerField(null=True, default=1)

    def __str__(self) -> str:
        return f"{self.operation}: {self.kind}"


class IdempotencyRecord(models.Model):
    """What was asked under a key, and what was answered; no status yet while the request runs."""

    account_id = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    request_id = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created = models.BigIntegerField()

    class Meta:
        """A key belongs to one account."""

        constraints = (models.UniqueConstraint(name="standin_one_record_for_a_key", fields=("account_id", "key")),)

    def __str__(self) -> str:
        return self.key


class SeenRequest(models.Model):
    """A request as it came and the status it got (none where the connection was cut)."""

    request_id = models.CharField(max_length=40)
    at_ms = models.BigIntegerField()
    operation = models.CharField(max_length=60, db_index=True)
    method = models.CharField(max_length=8)
    path = models.TextField()
    account_id = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
    parameters = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    is_replay = models.BooleanField(default=False)
    fault = models.CharField(max_length=15, blank=True)

    def __str__(self) -> str:
        return self.request_id
