"""That somebody looked at what shows a result is noted: it may be about a person."""

from __future__ import annotations

from datetime import datetime

from bonds.models import ClaimLine, EvidenceItem
from foundation import audit
from foundation.access import Actor
from people.models import Organisation


def note_evidence_seen(
    *, line: ClaimLine, item: EvidenceItem, organisation: Organisation, actor: Actor, at: datetime
) -> None:
    """Write down who opened the file of some evidence, and for which line.

    Args:
        line: For whose sake.
        item: With its file.
        organisation: For whom somebody looked.
        actor: Who.
        at: Now.
    """
    audit.record(
        actor=actor.ref,
        action="bonds.evidence_seen",
        at=at,
        organisation=organisation.public_id,
        subject=item.public_id,
        after={"line": line.public_id, "sha256": item.file.sha256 if item.file else ""},
    )
