"""Handing in what shows a result, or what speaks against it: once, for all payers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import EvidenceItem, OutcomeEvent, OutcomesContract, Participant, Party
from bonds.operations.result_errors import (
    DayNotPossible,
    EvidenceEmpty,
    EvidenceNotAskedFor,
    PersonOfAnotherContract,
    ResultWithdrawn,
)
from bonds.operations.results import lock_running
from bonds.queries.evidence import kinds_for_event, kinds_for_person
from foundation import audit
from foundation.access import Actor
from foundation.files import store_file
from foundation.filetypes import SUFFIXES
from foundation.models import StoredFile

MAX_FILE_BYTES: Final = 10_000_000
_TYPE_OF_SUFFIX: Final = {suffix: kind for kind, suffix in SUFFIXES.items()} | {".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it was sent: the whole of its bytes, and what the sender calls it."""

    content: bytes
    name: str


@transaction.atomic
def add_evidence(
    *,
    contract: OutcomesContract,
    provider: Party,
    event: OutcomeEvent | None = None,
    participant: Participant | None = None,
    kind: str,
    dated_on: date,
    reference: str = "",
    file: NewFile | None = None,
    is_redacted: bool = False,
    actor: Actor,
    at: datetime,
    today: date,
) -> EvidenceItem:
    """Keep evidence of a result, or of a person, such as a sighting. It serves every payer's rules.

    The same evidence again (kind, day, number and file) changes nothing.

    Args:
        contract: Signed and not closed.
        provider: Who hands it in.
        event: What it shows; its person is taken from it.
        participant: Whose it is, where it shows no single result.
        kind: As some rule of the terms names it.
        dated_on: The day of which it speaks; not in the future.
        reference: Number of a form.
        file: A file; or a reference, or both.
        is_redacted: Whether names of others are blacked out.
        actor: Who acts for the provider.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning: nothing can be recorded under the contract now.
        PersonOfAnotherContract: event or person are none of this provider's.
        ResultWithdrawn: nothing is added to a result that was withdrawn.
        EvidenceNotAskedFor: no rule asks for this kind; `facts["kinds"]` lists what they ask for.
        DayNotPossible: the day has not come yet.
        EvidenceEmpty: neither file nor number.
        FileEmpty, FileTooBig, FileTypeRefused: as `store_file`.
    """
    contract = lock_running(contract)
    _check_whose(contract, provider, event, participant)
    asked = kinds_for_event(event) if event is not None else kinds_for_person(contract)
    if kind not in asked:
        raise EvidenceNotAskedFor(
            _("No rule of the terms asks for this kind of evidence here."), kind=kind, kinds=sorted(asked)
        )
    if dated_on > today:
        raise DayNotPossible(_("The day of the evidence has not come yet."), on=dated_on.isoformat())
    if file is None and not reference.strip():
        raise EvidenceEmpty(_("Choose a file, or give the number of the form."))
    stored = _keep(file, provider, at) if file is not None else None
    facts = {
        "participant": event.participant if event is not None else participant,
        "event": event,
        "kind": kind,
        "dated_on": dated_on,
        "reference": reference.strip(),
        "file": stored,
    }
    there = EvidenceItem.objects.filter(**facts).first()
    if there is not None:
        return there
    item = EvidenceItem.objects.create(**facts, is_redacted=is_redacted, provided_by=actor.ref, provided_at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.evidence_added",
        at=at,
        organisation=provider.organisation.public_id,
        subject=item.public_id,
        after={"kind": kind, "sha256": stored.sha256 if stored else "", "of": event.public_id if event else "person"},
    )
    return item


def read_evidence_file(*, item: EvidenceItem, organisation: str, actor: Actor, at: datetime) -> StoredFile | None:
    """Give the file of some evidence to whoever may see it, and write down that they took it.

    Args:
        item: Which.
        organisation: Public id of the organisation for which it is read.
        actor: Who reads.
        at: Now.

    Returns:
        The file; None where the evidence is a number only.
    """
    if item.file is None:
        return None
    audit.record(
        actor=actor.ref,
        action="bonds.evidence_read",
        at=at,
        organisation=organisation,
        subject=item.public_id,
        after={"file": item.file.public_id},
    )
    return item.file


def _check_whose(
    contract: OutcomesContract, provider: Party, event: OutcomeEvent | None, participant: Participant | None
) -> None:
    if event is not None:
        is_ours = event.contract_id == contract.pk and event.provider_id == provider.pk
        if is_ours and hasattr(event, "withdrawal"):
            raise ResultWithdrawn(_("This result was withdrawn; nothing is added to it."))
    else:
        is_ours = participant is not None and participant.starts.filter(provider=provider).exists()
    if not is_ours or provider.contract_id != contract.pk:
        raise PersonOfAnotherContract(_("There is no such person or result of yours under this contract."))


def _keep(file: NewFile, provider: Party, at: datetime) -> StoredFile:
    said = _TYPE_OF_SUFFIX.get(PurePosixPath(file.name.replace("\\", "/")).suffix.lower(), "")
    return store_file(
        content=file.content,
        name=file.name,
        media_type=said,
        organisation=provider.organisation.public_id,
        at=at,
        max_bytes=MAX_FILE_BYTES,
    )
