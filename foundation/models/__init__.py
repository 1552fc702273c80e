"""Audit events, outbox, mail, jobs, idempotency records, files, approvals, and the bases of all models."""

from foundation.models.approvals import Approval, ApprovalDecision, ApprovalState
from foundation.models.audit import AuditEvent, AuditSeal
from foundation.models.base import AppendOnlyModel, ChangedFact, PublicIdField, PublicIdModel
from foundation.models.files import StoredFile
from foundation.models.idempotency import IdempotencyRecord, RunState
from foundation.models.jobs import Job, JobState
from foundation.models.mail import MailMessage, MailState
from foundation.models.outbox import OutboxMessage, OutboxQuerySet, OutboxState
from foundation.models.ratelimits import RateLimitWindow

__all__ = [
    "AppendOnlyModel",
    "Approval",
    "ApprovalDecision",
    "ApprovalState",
    "AuditEvent",
    "AuditSeal",
    "ChangedFact",
    "IdempotencyRecord",
    "Job",
    "JobState",
    "MailMessage",
    "MailState",
    "OutboxMessage",
    "OutboxQuerySet",
    "OutboxState",
    "PublicIdField",
    "PublicIdModel",
    "RateLimitWindow",
    "RunState",
    "StoredFile",
]
