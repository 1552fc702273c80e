"""Comparing what we know with the provider's own lists, so that no lost message loses money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction

from core.errors import DomainError
from core.money import STERLING
from payments.models import (
    BalanceSnapshot,
    BalanceTransaction,
    CheckoutAttempt,
    Payment,
    ProviderAccount,
    ProviderPosting,
    Refund,
    RefundRun,
)
from payments.operations import asking, checkout, events, journal, privacy, refund_runs, refunding, stripe_gateway
from payments.operations.changes import raise_attention
from payments.operations.errors import ProviderUnavailable
from payments.operations.provider_facts import StatementLine
from payments.states import AttemptState, PaymentState, RefundState, RunState

log = structlog.get_logger(__name__)

# A line younger than this may still have its message on the way.
GRACE: Final = timedelta(minutes=15)
# The provider may show a line late; every comparison goes back this far before the last one.
OVERLAP: Final = timedelta(days=2)
AHEAD: Final = timedelta(days=1)
STALE: Final = timedelta(minutes=5)
MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What one comparison found: lines on the statement, those that no message had told of, those left unexplained."""

    lines: int
    healed: int
    unexplained: int
    available_pence: int
    pending_pence: int


def reconcile_account(*, account_id: int, at: datetime, grace: timedelta = GRACE) -> Comparison:
    """Copy the provider's statement, book what no message told us of, and raise an alarm if there was any.

    Outside any transaction. Safe to repeat.

    Args:
        account_id: Row number of the `ProviderAccount`.
        at: Now.
        grace: How long a message may take before its absence counts.

    Raises:
        ProviderUnavailable: no answer; the next hour compares this one too.
    """
    account = ProviderAccount.objects.select_related("organisation").get(pk=account_id)
    since = (account.reconciled_until or account.opened_at) - OVERLAP
    lines = stripe_gateway.list_statement(account=account.account_id, since=since, until=at + AHEAD)
    _copy_statement(account, lines, at=at)
    due = [line for line in lines if line.created_at <= at - grace]
    healed = [line for line in _unposted(due) if _heal(account, line, at=at)]
    unexplained = _unposted(due)
    for line in unexplained:
        _ask_about_line(account, line, at=at)
    if healed:
        _raise_alarm(account, healed, at=at)
    balance = stripe_gateway.get_balance(account=account.account_id, currency=STERLING)
    with transaction.atomic():
        BalanceSnapshot.objects.create(
            account=account,
            at=at,
            currency=STERLING,
            available_minor=balance.available,
            pending_minor=balance.pending,
        )
        ProviderAccount.objects.filter(pk=account.pk).update(reconciled_until=at)
    return Comparison(
        lines=len(lines),
        healed=len(healed),
        unexplained=len(unexplained),
        available_pence=balance.available,
        pending_pence=balance.pending,
    )


def _copy_statement(account: ProviderAccount, lines: list[StatementLine], *, at: datetime) -> None:
    BalanceTransaction.objects.bulk_create(
        [
            BalanceTransaction(
                account=account,
                transaction_id=line.transaction_id,
                type=line.type,
                source_id=line.source_id,
                amount_minor=line.amount,
                fee_minor=line.fee,
                net_minor=line.net,
                currency=line.currency,
                created_at=line.created_at,
                available_on_at=line.available_on_at,
                recorded_at=at,
            )
            for line in lines
        ],
        ignore_conflicts=True,
    )


def _unposted(lines: list[StatementLine]) -> list[StatementLine]:
    ids = [line.transaction_id for line in lines]
    posted = ProviderPosting.objects.filter(balance_transaction_id__in=ids)
    known = set(posted.values_list("balance_transaction_id", flat=True))
    return [line for line in lines if line.transaction_id not in known]


def _heal(account: ProviderAccount, line: StatementLine, *, at: datetime) -> bool:
    """Do for a line what its lost message would have done; tell whether it is in the books now.

    Movements between balance and bank have no message that we act on: booking them here is no healing.
    """
    with transaction.atomic():
        if journal.post_bank_movement(organisation=account.organisation, line=line, at=at):
            return False
    handler = _handler_of(line)
    if handler is None:
        return False
    try:
        handler(account=account, object_id=line.source_id, at=at)
    except ProviderUnavailable:
        raise
    except DomainError as refusal:
        log.warning("statement_line_not_healed", line=line.transaction_id, code=refusal.code)
        return False
    return not _unposted([line])


def _handler_of(line: StatementLine) -> events.Handler | None:
    if line.type in {"charge", "payment"}:
        return events.note_charge
    if line.type in {"refund", "payment_refund", "refund_failure", "payment_failure_refund"}:
        return events.note_refund_of
    if line.type == "adjustment" and line.source_id.startswith(("du_", "dp_")):
        return events.note_dispute_of
    return None


def _ask_about_line(account: ProviderAccount, line: StatementLine, *, at: datetime) -> None:
    raise_attention(
        key=f"line:{line.transaction_id}",
        code="statement_line_unexplained",
        organisation=account.organisation,
        subject=line.transaction_id,
        at=at,
        facts={"type": line.type, "source": line.source_id, "net_minor": line.net, "currency": line.currency},
    )


def _raise_alarm(account: ProviderAccount, healed: list[StatementLine], *, at: datetime) -> None:
    log.error("provider_messages_lost", account=account.account_id, healed=len(healed))
    raise_attention(
        key=f"messages_lost:{account.account_id}:{at.isoformat()}",
        code="messages_lost",
        organisation=None,
        subject=account.account_id,
        at=at,
        facts={"healed": len(healed), "lines": [line.transaction_id for line in healed[:20]]},
    )


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many things a sweep looked at, and how many the provider did not answer about."""

    looked_at: int
    unanswered: int


def sweep(*, at: datetime) -> Swept:
    """Drive on whatever stands still: overdue payments, lost answers, slow refunds, paused runs. Safe to repeat.

    Args:
        at: Now.
    """
    jobs = [
        *[(_expire, payment_id) for payment_id in _overdue_payments(at)],
        *[(_refresh, payment_id) for payment_id in _unanswered_payments(at)],
        *[(_follow_refund, refund_id) for refund_id in _slow_refunds(at)],
        *[(_resume_run, run_id) for run_id in _paused_runs()],
    ]
    unanswered = sum(0 if _try(act, row_id, at) else 1 for act, row_id in jobs)
    privacy.forget_old(at=at)
    return Swept(looked_at=len(jobs), unanswered=unanswered)


def _try(act: Callable[[int, datetime], None], row_id: int, at: datetime) -> bool:
    try:
        act(row_id, at)
    except DomainError as refusal:
        log.warning("sweep_step_refused", step=act.__name__, row=row_id, code=refusal.code)
        return False
    return True


def _overdue_payments(at: datetime) -> list[int]:
    return list(Payment.objects.overdue(at).values_list("pk", flat=True)[:MOST_AT_ONCE])


def _unanswered_payments(at: datetime) -> list[int]:
    """Payments whose page was asked for and whose answer never came, and paid pages that are not booked yet."""
    sent = CheckoutAttempt.objects.filter(state=AttemptState.SENT, sent_at__lte=at - STALE)
    complete = CheckoutAttempt.objects.filter(state=AttemptState.COMPLETE).exclude(
        payment__state__in=[PaymentState.SETTLED, PaymentState.NEEDS_ATTENTION]
    )
    return sorted(
        {
            *sent.values_list("payment_id", flat=True)[:MOST_AT_ONCE],
            *complete.values_list("payment_id", flat=True)[:MOST_AT_ONCE],
        }
    )


def _slow_refunds(at: datetime) -> list[int]:
    """Refunds that wait for the provider; those of a run that has not sent them yet are the run's business."""
    pending = Refund.objects.filter(state=RefundState.PENDING)
    silent = Refund.objects.filter(state=RefundState.SENT, sent_at__lte=at - STALE)
    waiting = Refund.objects.filter(state=RefundState.REQUESTED, run_item__isnull=True, requested_at__lte=at - STALE)
    return [pk for rows in (silent, pending, waiting) for pk in rows.values_list("pk", flat=True)[:MOST_AT_ONCE]]


def _paused_runs() -> list[int]:
    return list(RefundRun.objects.filter(state=RunState.PAUSED).values_list("pk", flat=True))


def _expire(payment_id: int, at: datetime) -> None:
    checkout.expire_checkout(payment_id=payment_id, at=at)


def _refresh(payment_id: int, at: datetime) -> None:
    payment = checkout.refresh_payment(payment_id=payment_id, at=at)
    if payment.expires_at <= at:
        with transaction.atomic():
            asking.end_payment(
                payment=asking.lock_payment_and_purpose(payment_id=payment_id), at=at, reason="not_paid_in_time"
            )


def _follow_refund(refund_id: int, at: datetime) -> None:
    refunding.follow_refund(refund_id=refund_id, at=at)


def _resume_run(run_id: int, at: datetime) -> None:
    refund_runs.resume_if_float_suffices(run_id=run_id, at=at)
