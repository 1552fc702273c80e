"""What the acts on recorded money share: lock, digest, reasons, and the only place where its state is set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from foundation.approvals import digest_of
from payments.models import RecordedLine, RecordedMoney, StateChange
from payments.models.recorded import NOTE_LENGTH
from payments.operations.recording.errors import RecordDecided, RecordReasonMissing
from payments.states import RECORDED_TRANSITIONS


def lock_record(record: RecordedMoney) -> RecordedMoney:
    """Lock a record, and read it as it is now."""
    RecordedMoney.objects.select_for_update().get(pk=record.pk)
    return RecordedMoney.objects.with_everything().get(pk=record.pk)


def digest_of_record(record: RecordedMoney, lines: Sequence[RecordedLine]) -> str:
    """Make the digest of everything that a second person agrees to."""
    names = (
        "direction", "purpose", "subject", "amount_pence", "currency", "account", "against", "party_name",
        "party_owner", "reference", "note", "batch",
    )  # fmt: skip
    return digest_of(
        {name: getattr(record, name) for name in names}
        | {
            "record": record.public_id,
            "book": record.book.slug,
            "moved_on": record.moved_on.isoformat(),
            "reverses": record.reverses.public_id if record.reverses else "",
            "lines": [
                [one.number, one.debit, one.debit_owner, one.credit, one.credit_owner, one.fund, one.amount_pence]
                for one in lines
            ],
        }
    )


def check_reason(reason: str) -> str:
    """Give a reason as it is kept.

    Raises:
        RecordReasonMissing: there is none, or it is longer than a line.
    """
    plain = " ".join(reason.split())
    if not plain or len(plain) > NOTE_LENGTH or not plain.isprintable():
        raise RecordReasonMissing(_("Say why, in at most %(longest)s characters.") % {"longest": NOTE_LENGTH})
    return plain


def check_may_become(record: RecordedMoney, to_state: str) -> None:
    """Let only a legal step pass.

    Raises:
        RecordDecided: it was decided before.
    """
    if to_state not in RECORDED_TRANSITIONS[record.state]:
        raise RecordDecided(
            _("This was decided already: it is %(state)s.") % {"state": record.get_state_display()}, state=record.state
        )


def move_record(record: RecordedMoney, to_state: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Move a locked record, save it, and write down who, when and why.

    Raises:
        RecordDecided: it was decided before.
    """
    check_may_become(record, to_state)
    from_state, record.state = record.state, to_state
    record.decided_by, record.decided_at = actor.ref, at
    record.save(update_fields=["state", "decided_by", "decided_at", "entry"])
    StateChange.objects.create(
        organisation_id=record.organisation_id,
        subject=record.public_id,
        from_state=from_state,
        to_state=to_state,
        actor=actor.ref,
        reason=reason,
        at=at,
    )
    audit.record(
        actor=actor.ref,
        action=f"payments.recorded_{to_state}",
        at=at,
        organisation=record.organisation.public_id,
        subject=record.public_id,
        before={"state": from_state},
        after={"state": to_state, "entry": record.entry.public_id if record.entry else None},
        reason=reason,
    )
