"""Refunding many payments: counted before it starts, paused when the balance runs short, resumed, never twice.

# Note [Float]
The provider keeps its fee when it refunds, and pays refunds from the available balance only. A run that refunds
every payment of an offer therefore needs more than the balance holds: the fees at least, and whatever has been paid
out or is still pending. That sum is the missing float; a treasurer adds it at the provider, or waits for pending
money, and the run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import STERLING, to_minor
from foundation import audit, jobs, outbox
from foundation.models import Job
from payments.models import Refund, RefundRun, RefundRunItem
from payments.operations import asking, refunding, stripe_gateway
from payments.operations.changes import SYSTEM, move_run, raise_attention, settle_attention
from payments.operations.errors import BalanceTooLow, NothingToRefund, ProviderUnavailable, RunKeyTaken
from payments.operations.provider_facts import BalanceFacts
from payments.states import RefundState, RunState
from people.models import Organisation

RUN_TOPIC: Final = "payments.refund_run"
JOB_KIND: Final = "payments.refund_run"
# So many refunds are sent for one outbox message; the next message takes the next ones.
BATCH_SIZE: Final = 40
MOST_SILENCES: Final = 3
TO_SEND: Final = (RefundState.REQUESTED, RefundState.SENT)


class UnknownRun(NotFound):
    """There is no such run, or it belongs to another organisation."""

    code = "payments.unknown_run"


def prepare_refund_run(
    *,
    organisation: Organisation,
    purpose: str,
    payment_ids: Sequence[int],
    reason: str,
    key: str,
    actor: str,
    at: datetime,
) -> RefundRun:
    """List the payments that go back and add them up, in the caller's transaction. Nothing is sent.

    Args:
        organisation: Who refunds.
        purpose: Key of the payments' purpose.
        payment_ids: Row numbers of the payments; those with nothing left to refund are left out.
        reason: Why, as a code or a few words.
        key: Made from the event by the caller; the same key gives back the first run.
        actor: Who decided.
        at: Now.

    Raises:
        RunKeyTaken: the key was used for another purpose.
    """
    with transaction.atomic():
        run, created = RefundRun.objects.get_or_create(
            organisation=organisation,
            key=key,
            defaults={"purpose": purpose, "reason": reason, "prepared_by": actor, "prepared_at": at},
        )
        if not created:
            if run.purpose != purpose:
                raise RunKeyTaken(_("Another run of refunds was prepared for this."), run=run.public_id)
            return run
        refunds = [
            refund
            for payment_id in sorted(payment_ids)
            if (refund := _prepare_item(payment_id, run, actor=actor, at=at)) is not None
        ]
        RefundRunItem.objects.bulk_create(
            [RefundRunItem(run=run, refund=refund, position=place) for place, refund in enumerate(refunds, start=1)]
        )
        run.refund_count = len(refunds)
        run.total_pence = sum(refund.amount_pence for refund in refunds)
        run.save()
        _note(run, "prepared", actor=actor, at=at)
    return run


def _note(run: RefundRun, what: str, *, actor: str, at: datetime) -> None:
    """Write an act on a run into the audit trail."""
    audit.record(
        actor=actor,
        action=f"payments.refund_run_{what}",
        at=at,
        organisation=run.organisation.public_id,
        subject=run.public_id,
        after={"refunds": run.refund_count, "total_pence": run.total_pence, "missing_pence": run.missing_pence},
        reason=run.reason,
    )


def _prepare_item(payment_id: int, run: RefundRun, *, actor: str, at: datetime) -> Refund | None:
    try:
        refund = refunding.prepare_refund(
            payment_id=payment_id, reason=run.reason, key=f"run:{run.public_id}", at=at, actor=actor
        )
    except NothingToRefund:
        return None
    return refund


def measure_float(*, run_id: int, at: datetime) -> RefundRun:
    """Compare what is left to refund with the provider's available balance, and store the answer.

    Outside any transaction. `missing_pence` is what a treasurer has to add for the run to end without a pause.

    Args:
        run_id: Row number of the run.
        at: Now.

    Raises:
        ProviderUnavailable: no answer; the old figures stay.
    """
    run = RefundRun.objects.select_related("organisation").get(pk=run_id)
    balance = _get_balance(run)
    _store_float(run_id, balance, at=at)
    run.refresh_from_db()
    return run


def _get_balance(run: RefundRun) -> BalanceFacts:
    account = asking.account_of(organisation=run.organisation)
    return stripe_gateway.get_balance(account=account.account_id, currency=STERLING)


def _ask_available(run: RefundRun, *, at: datetime) -> int:
    balance = _get_balance(run)
    _store_float(run.pk, balance, at=at)
    return balance.available


def _store_float(run_id: int, balance: BalanceFacts, *, at: datetime) -> None:
    left = _left_pence(run_id)
    RefundRun.objects.filter(pk=run_id).update(
        available_pence=balance.available,
        pending_pence=balance.pending,
        missing_pence=max(0, left - max(0, balance.available)),
        measured_at=at,
    )


def _to_send(run_id: int) -> QuerySet[Refund]:
    return Refund.objects.filter(run_item__run_id=run_id, state__in=TO_SEND).order_by("run_item__position")


def _left_pence(run_id: int) -> int:
    total = _to_send(run_id).aggregate(total=Sum("amount"))["total"]
    return 0 if total is None else int(total * 100)


def start_refund_run(*, run_id: int, actor: str, at: datetime) -> RefundRun:
    """Confirm a prepared run, or resume a paused one, in the caller's transaction; a worker does the rest.

    Args:
        run_id: Row number of the run.
        actor: Who confirms.
        at: Now.

    Raises:
        TransitionRefused: the run is finished.
    """
    with transaction.atomic():
        run = _lock_run(run_id)
        if run.state == RunState.RUNNING:
            return run
        reason = "resumed" if run.started_at else "confirmed"
        move_run(run=run, to_state=RunState.RUNNING, at=at, actor=actor, reason=reason)
        if not run.job_id:
            job = jobs.start_job(
                kind=JOB_KIND,
                organisation=run.organisation.public_id,
                actor=actor,
                total=run.refund_count,
                key=f"refund_run:{run.public_id}",
                at=at,
            )
            run.job_id = job.public_id
        _promise_next_batch(run, at=at)
        _note(run, reason, actor=actor, at=at)
    return run


def _lock_run(run_id: int) -> RefundRun:
    run = (
        RefundRun.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .filter(pk=run_id)
        .first()
    )
    if run is None:
        raise UnknownRun(_("There is no such run of refunds."))
    return run


def _promise_next_batch(run: RefundRun, *, at: datetime) -> None:
    run.batch += 1
    run.save()
    outbox.enqueue(
        topic=RUN_TOPIC, key=f"{run.public_id}:{run.batch}", payload={"run_id": run.pk, "batch": run.batch}, at=at
    )


def continue_refund_run(*, run_id: int, at: datetime) -> RefundRun:
    """Send the next refunds of a running run, or pause or finish it. Outside any transaction; safe to repeat.

    Args:
        run_id: Row number of the run.
        at: Now.

    Raises:
        ProviderUnavailable: the provider did not answer several times in a row; the run goes on later.
    """
    run = RefundRun.objects.select_related("organisation").get(pk=run_id)
    if run.state != RunState.RUNNING:
        return run
    is_short = _send_batch(run, at=at)
    return _close_batch(run_id, is_short=is_short, at=at)


def _send_batch(run: RefundRun, *, at: datetime) -> bool:
    """Send refunds while the balance lasts; tell whether it ran short.

    The balance is counted down between two questions. Before a pause it is asked again, because a refund that was
    found at the provider had left it before the first question.
    """
    silences = 0
    available = _ask_available(run, at=at)
    for refund in list(_to_send(run.pk)[:BATCH_SIZE]):
        if refund.state == RefundState.REQUESTED and refund.amount_pence > available:
            available = _ask_available(run, at=at)
            if refund.amount_pence > available:
                return True
        try:
            sent = refunding.send_refund(refund_id=refund.pk, at=at)
        except BalanceTooLow:
            return True
        except ProviderUnavailable:
            silences += 1
            if silences >= MOST_SILENCES:
                raise
            continue
        silences = 0
        if sent.state not in TO_SEND:
            available -= to_minor(refund.amount)
    return False


def _close_batch(run_id: int, *, is_short: bool, at: datetime) -> RefundRun:
    with transaction.atomic():
        run = _lock_run(run_id)
        left = _to_send(run_id).count()
        if run.state != RunState.RUNNING:
            return run
        _report_progress(run, left=left, at=at)
        if left == 0:
            _finish(run, at=at)
        elif is_short:
            _pause_for_float(run, at=at)
        else:
            _promise_next_batch(run, at=at)
    return run


def _report_progress(run: RefundRun, *, left: int, at: datetime) -> None:
    job = Job.objects.filter(public_id=run.job_id).first()
    if job is not None:
        jobs.advance_job(job_id=job.pk, done=run.refund_count - left, at=at)


def _finish(run: RefundRun, *, at: datetime) -> None:
    run.missing_pence = 0
    move_run(run=run, to_state=RunState.FINISHED, at=at)
    settle_attention(subject=run.public_id, codes=("run_paused",), at=at, resolution="The run has finished.")
    job = Job.objects.filter(public_id=run.job_id).first()
    if job is not None:
        jobs.finish_job(job_id=job.pk, at=at, result_path=f"/groups/{run.organisation.slug}/payments/")
    _note(run, "finished", actor=SYSTEM, at=at)


def _pause_for_float(run: RefundRun, *, at: datetime) -> None:
    move_run(run=run, to_state=RunState.PAUSED, at=at, reason="balance_too_low")
    raise_attention(
        key=f"run_paused:{run.public_id}:{run.batch}",
        code="run_paused",
        organisation=run.organisation,
        subject=run.public_id,
        at=at,
        facts={"missing_pence": run.missing_pence, "available_pence": run.available_pence},
    )


def resume_if_float_suffices(*, run_id: int, at: datetime) -> RefundRun:
    """Look at the balance for a paused run, and resume it when the next refund can be paid.

    Args:
        run_id: Row number of the run.
        at: Now.

    Raises:
        ProviderUnavailable: no answer.
    """
    run = measure_float(run_id=run_id, at=at)
    next_refund = _to_send(run_id).first()
    can_go_on = next_refund is None or (run.available_pence or 0) >= next_refund.amount_pence
    if run.state != RunState.PAUSED or not can_go_on:
        return run
    return start_refund_run(run_id=run_id, actor=SYSTEM, at=at)
