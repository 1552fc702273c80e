"""What Celery runs by the clock. Work for one event, refund or run goes through the outbox (`handlers`)."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from foundation import clock
from payments import operations
from payments.models import ProviderAccount

log = structlog.get_logger(__name__)


@shared_task(name="payments.sweep")
def sweep_payments(**_: Any) -> None:
    """Drive on whatever stands still."""
    swept = operations.sweep(at=clock.now())
    if swept.looked_at:
        log.info("payments_swept", looked_at=swept.looked_at, unanswered=swept.unanswered)


@shared_task(name="payments.reconcile")
def reconcile_accounts(**_: Any) -> None:
    """Compare every account with the provider's own statement, each in a task of its own."""
    for account_id in ProviderAccount.objects.values_list("pk", flat=True):
        reconcile_account.delay(account_id=account_id)


@shared_task(name="payments.reconcile_account")
def reconcile_account(*, account_id: int, **_: Any) -> None:
    """Compare one account; when the provider does not answer, the next hour does it."""
    try:
        operations.reconcile_account(account_id=account_id, at=clock.now())
    except operations.ProviderUnavailable:
        log.warning("reconciliation_postponed", account=account_id)
