"""Approval by a second person, of exactly what that person saw."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from foundation.access import Actor
from foundation.models import Approval, ApprovalDecision, ApprovalState


class SamePerson(NotAllowed):
    """The person who asked wants to approve."""

    code = "approvals.same_person"


class NotAPerson(NotAllowed):
    """Only somebody who is signed in decides, not a key and not the system."""

    code = "approvals.not_a_person"


class ApprovalDecided(DomainError):
    """The request was decided before, or is void."""

    code = "approvals.decided"


class ApprovedThingChanged(DomainError):
    """What is to be approved is not any more what was asked for; the request is void."""

    code = "approvals.changed"


class NotApproved(DomainError):
    """The act needs the approval of a second person, and has none for what it is now."""

    code = "approvals.missing"


def digest_of(facts: dict[str, Any]) -> str:
    """Make the digest of what a second person is asked to approve.

    Args:
        facts: Everything that matters (payee, amount, dates ...), ready for JSON; order does not matter.
    """
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def request_approval(
    *, kind: str, organisation: str, subject: str, requested_by: Actor, digest: str, at: datetime
) -> Approval:
    """Ask for a second person's approval; the same request again gives back the first.

    A live request or approval of the same subject with another digest becomes void.

    Args:
        kind: Dotted name of the act ("payments.run").
        organisation: Public id of the organisation.
        subject: Public id of the thing to be approved.
        requested_by: Who asks.
        digest: `digest_of` what is to be approved.
        at: The present instant.
    """
    new = Approval(
        kind=kind,
        organisation=organisation,
        subject=subject,
        digest=digest,
        requested_by=requested_by.ref,
        requested_by_user=requested_by.user_id,
        requested_at=at,
    )
    with transaction.atomic():
        live = _find_live(kind, organisation, subject, lock=True)
        if live is not None and live.digest != digest:
            _decide(live, ApprovalState.VOID, decided_by=requested_by.ref, digest=digest, at=at)
            live = None
        if live is None:
            # Two people may ask at once: the constraint lets one request in, both get that one.
            Approval.objects.bulk_create([new], ignore_conflicts=True)
            live = Approval.objects.get(
                kind=kind,
                organisation=organisation,
                subject=subject,
                state__in=[ApprovalState.REQUESTED, ApprovalState.APPROVED],
            )
    return live


def approve(*, approval: Approval, decided_by: Actor, digest: str, at: datetime, reason: str = "") -> Approval:
    """Approve, as the second person, what has this digest now.

    Raises:
        NotAPerson: a key or the system wants to approve.
        SamePerson: the one who asked wants to approve.
        ApprovalDecided: the request was decided before.
        ApprovedThingChanged: the thing changed since it was asked for; the request is void.
    """
    _check_person(decided_by)
    with transaction.atomic():
        locked = _lock_requested(approval)
        if decided_by.ref == locked.requested_by or decided_by.user_id == locked.requested_by_user:
            raise SamePerson(_("Somebody else has to approve this: you asked for it."))
        changed = locked.digest != digest
        verdict = ApprovalState.VOID if changed else ApprovalState.APPROVED
        _decide(locked, verdict, decided_by=decided_by.ref, digest=digest, at=at, reason=reason)
    if changed:
        raise ApprovedThingChanged(_("This was changed after approval was asked for. Please ask again."))
    return locked


def refuse_approval(*, approval: Approval, decided_by: Actor, at: datetime, reason: str) -> Approval:
    """Refuse, or take back a request of one's own.

    Raises:
        NotAPerson: a key or the system wants to refuse.
        ApprovalDecided: the request was decided before.
    """
    _check_person(decided_by)
    with transaction.atomic():
        locked = _lock_requested(approval)
        _decide(locked, ApprovalState.REFUSED, decided_by=decided_by.ref, digest=locked.digest, at=at, reason=reason)
    return locked


def void_approval(*, approval: Approval, actor: str, digest: str, at: datetime, reason: str = "") -> None:
    """Make a request or an approval void because the thing changed; harmless when it is void or refused already."""
    with transaction.atomic():
        locked = Approval.objects.select_for_update().get(pk=approval.pk)
        if locked.state in {ApprovalState.REQUESTED, ApprovalState.APPROVED}:
            _decide(locked, ApprovalState.VOID, decided_by=actor, digest=digest, at=at, reason=reason)


def require_approval(*, kind: str, organisation: str, subject: str, digest: str) -> Approval:
    """Go on only if exactly this was approved; call it in the transaction of the act.

    Raises:
        NotApproved: nobody approved it, or what was approved was something else.
    """
    live = _find_live(kind, organisation, subject, lock=transaction.get_connection().in_atomic_block)
    if live is None or live.state != ApprovalState.APPROVED or live.digest != digest:
        raise NotApproved(_("A second person has to approve this first."), kind=kind, subject=subject)
    return live


def _find_live(kind: str, organisation: str, subject: str, *, lock: bool) -> Approval | None:
    rows = Approval.objects.select_for_update() if lock else Approval.objects.all()
    return rows.filter(
        kind=kind,
        organisation=organisation,
        subject=subject,
        state__in=[ApprovalState.REQUESTED, ApprovalState.APPROVED],
    ).first()


def _lock_requested(approval: Approval) -> Approval:
    locked = Approval.objects.select_for_update().get(pk=approval.pk)
    if locked.state != ApprovalState.REQUESTED:
        raise ApprovalDecided(_("This was decided already."), state=locked.state)
    return locked


def _check_person(actor: Actor) -> None:
    if actor.user_id is None or not actor.ref.startswith("user:"):
        raise NotAPerson(_("Please sign in to decide this."))


def _decide(
    approval: Approval, verdict: ApprovalState, *, decided_by: str, digest: str, at: datetime, reason: str = ""
) -> None:
    ApprovalDecision.objects.create(
        approval=approval,
        verdict=verdict,
        digest=digest,
        requested_by=approval.requested_by,
        decided_by=decided_by,
        decided_at=at,
        reason=reason,
    )
    approval.state = verdict
    approval.save(update_fields=["state"])
