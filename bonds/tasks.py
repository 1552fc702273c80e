"""What runs by itself: silence accepts where the terms say so, contracts whose service ended run off, reminders."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from bonds import operations
from bonds.models import OutcomesContract
from bonds.operations.closing import service_end
from bonds.operations.errors import NotDue
from bonds.queries.claims import overdue_claims
from bonds.queries.invoice_lists import overdue_invoices
from bonds.states import ContractState
from core.errors import DomainError
from foundation import clock
from foundation.access import system_actor

IN_SERVICE = (ContractState.SIGNED, ContractState.VARIED)
log = structlog.get_logger(__name__)


@shared_task(name="bonds.accept_unanswered")
def accept_unanswered(**_: Any) -> None:
    """Accept the lines whose answer was due before today, each claim for itself.

    A claim that is refused must not keep the others waiting; where silence is no acceptance, nothing happens.
    """
    at = clock.now()
    for claim in overdue_claims(clock.today()):
        try:
            operations.accept_unanswered(claim=claim, at=at)
        except NotDue:
            continue
        except DomainError as refusal:
            log.warning("sweep_refused", what="deemed acceptance", subject=claim.public_id, code=refusal.code)


@shared_task(name="bonds.begin_run_offs")
def begin_run_offs(**_: Any) -> None:
    """Note of each contract whose service is over that it is in run-off; one that is refused keeps no other waiting."""
    at, today = clock.now(), clock.today()
    for contract in OutcomesContract.objects.filter(state__in=[one.value for one in IN_SERVICE]):
        until_on = service_end(contract)
        if until_on is None or today < until_on:
            continue
        try:
            operations.begin_run_off(contract=contract, actor=system_actor("run-off"), at=at)
        except DomainError as refusal:
            log.warning("sweep_refused", what="run-off", subject=contract.public_id, code=refusal.code)


@shared_task(name="bonds.remind_overdue")
def remind_overdue(**_: Any) -> None:
    """Remind payers of overdue invoices, each invoice for itself; doing it twice a day tells nobody twice."""
    at = clock.now()
    for invoice in overdue_invoices(clock.today()):
        try:
            operations.remind_overdue(invoice=invoice, at=at)
        except DomainError as refusal:
            log.warning("sweep_refused", what="invoice reminder", subject=invoice.public_id, code=refusal.code)
