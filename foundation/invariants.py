"""What must always hold of the foundation's own rows, and how the lists of all rooms are gone through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Max

from core.invariants import Invariant
from foundation import files, registries
from foundation.models import Approval, ApprovalDecision, AuditSeal, MailMessage, OutboxMessage, StoredFile
from foundation.patience import no_time_limit


@dataclass(frozen=True)
class Finding:
    """An invariant with the offenders that were found; none means that it holds."""

    room: str
    invariant: Invariant
    offenders: tuple[str, ...]


def find_all(only: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Check the invariants of all rooms, one after the other; with codes given, only those."""
    for room, invariants in registries.INVARIANTS.items():
        for invariant in invariants:
            if only and invariant.code not in only:
                continue
            with no_time_limit():
                offenders = tuple(invariant.find_violations())
            yield Finding(room, invariant, offenders)


def _find_gaps_in_chain() -> Iterable[str]:
    ends = AuditSeal.objects.aggregate(count=Count("id"), last=Max("sequence"))
    if ends["count"] != (ends["last"] or 0):
        yield f"{ends['last']} seals were made, {ends['count']} are there"


def _find_mail_without_message() -> Iterable[str]:
    promised = OutboxMessage.objects.filter(topic="foundation.mail").values("key")
    for public_id in MailMessage.objects.exclude(key__in=promised).values_list("public_id", flat=True):
        yield f"mail {public_id} is in no outbox message"


def _find_files_without_content() -> Iterable[str]:
    for stored in StoredFile.objects.order_by("id").iterator():
        path = files.path_of(stored.sha256)
        if not path.is_file() or path.stat().st_size != stored.size_bytes:
            yield f"file {stored.public_id} is not on the disk as it was stored"


def _find_self_approvals() -> Iterable[str]:
    own = ApprovalDecision.objects.filter(verdict="approved", decided_by=F("approval__requested_by"))
    for public_id in own.values_list("approval__public_id", flat=True):
        yield f"approval {public_id} was given by the one who asked"


def _find_states_without_decision() -> Iterable[str]:
    decided = Approval.objects.exclude(state="requested").exclude(decisions__verdict=F("state"))
    for public_id in decided.values_list("public_id", flat=True):
        yield f"approval {public_id} changed its state without a decision"


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        code="FND-1",
        statement="The chain of audit seals has no gap.",
        source="OWASP ASVS 5.0, 16.4.2: logs cannot be tampered with",
        enforced_by=("foundation_auditseal_rows_are_facts", "foundation_auditseal_table_is_fact"),
        find_violations=_find_gaps_in_chain,
    ),
    Invariant(
        code="FND-2",
        statement="Every stored mail is promised to the outbox.",
        source="the design of the house",
        enforced_by=("audit only",),
        find_violations=_find_mail_without_message,
    ),
    Invariant(
        code="FND-3",
        statement="The content of every stored file is there, with its size.",
        source="the design of the house",
        enforced_by=("audit only",),
        find_violations=_find_files_without_content,
    ),
    Invariant(
        code="FND-4",
        statement="Nobody approves what they asked for.",
        source="OWASP ASVS 5.0, 2.3.5: two people for what is worth most",
        enforced_by=("foundation_decision_second_person",),
        find_violations=_find_self_approvals,
    ),
    Invariant(
        code="FND-5",
        statement="Every approval that is not open any more has the decision that made it so.",
        source="the design of the house",
        enforced_by=("audit only",),
        find_violations=_find_states_without_decision,
    ),
)
