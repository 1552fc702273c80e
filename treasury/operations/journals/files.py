"""Files that show why: attached while a journal can be changed, read by whoever may read the books."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from foundation.files import store_file
from foundation.filetypes import SUFFIXES
from foundation.models import StoredFile
from treasury.models import JournalAttachment, ManualJournal
from treasury.operations.forgetting import forget_unused
from treasury.operations.journals.drafting import back_to_draft, check_changeable, note_writer
from treasury.operations.journals.errors import TooManyFiles
from treasury.operations.journals.records import lock_journal
from treasury.queries.journals import get_attachment

MAX_FILE_BYTES: Final = 10_000_000
MAX_FILES: Final = 10
_TYPE_OF_SUFFIX: Final = {suffix: kind for kind, suffix in SUFFIXES.items()} | {".jpeg": "image/jpeg"}


@transaction.atomic
def attach_file(*, journal: ManualJournal, content: bytes, name: str, actor: Actor, at: datetime) -> JournalAttachment:
    """Attach a file to a journal that is not in the books. If it waited for a second person, it is a draft again.

    Attaching the same file again changes nothing.

    Args:
        journal: Which.
        content: The whole file; what it is, its content says, and its name must agree.
        name: As the sender calls it.
        actor: Who.
        at: Now.

    Raises:
        JournalWrongState: the journal does not change any more.
        TooManyFiles: it has as many as it can have.
        FileEmpty, FileTooBig, FileTypeRefused: as `store_file`.
    """
    journal = lock_journal(journal)
    check_changeable(journal)
    said = _TYPE_OF_SUFFIX.get(PurePosixPath(name.replace("\\", "/")).suffix.lower(), "")
    stored = store_file(
        content=content,
        name=name,
        media_type=said,
        organisation=journal.organisation.public_id,
        at=at,
        max_bytes=MAX_FILE_BYTES,
    )
    there = journal.attachments.filter(file=stored).first()
    if there is not None:
        return there
    if journal.attachments.count() >= MAX_FILES:
        raise TooManyFiles(_("A journal has at most %(most)s files.") % {"most": MAX_FILES}, most=MAX_FILES)
    attachment = JournalAttachment.objects.create(journal=journal, file=stored, attached_by=actor.ref, attached_at=at)
    _changed(journal, "treasury.journal_file_attached", stored, actor=actor, at=at)
    return attachment


@transaction.atomic
def detach_file(*, journal: ManualJournal, public_id: str, actor: Actor, at: datetime) -> None:
    """Take a file off a journal that is not in the books, and forget it where nothing else has it.

    Raises:
        AttachmentMissing: the journal has no such file.
        JournalWrongState: the journal does not change any more.
    """
    journal = lock_journal(journal)
    check_changeable(journal)
    attachment = get_attachment(journal=journal, public_id=public_id)
    stored = attachment.file
    attachment.delete()
    _changed(journal, "treasury.journal_file_detached", stored, actor=actor, at=at)
    forget_unused(stored)


def read_attachment(*, journal: ManualJournal, public_id: str, actor: Actor, at: datetime) -> StoredFile:
    """Give a file of a journal to somebody who may read the books, and write down that they took it.

    Raises:
        AttachmentMissing: the journal has no such file.
    """
    attachment = get_attachment(journal=journal, public_id=public_id)
    audit.record(
        actor=actor.ref,
        action="treasury.journal_file_read",
        at=at,
        organisation=journal.organisation.public_id,
        subject=journal.public_id,
        after={"file": attachment.file.public_id},
    )
    return attachment.file


def _changed(journal: ManualJournal, action: str, stored: StoredFile, *, actor: Actor, at: datetime) -> None:
    journal.version += 1
    journal.changed_at = at
    note_writer(journal, actor)
    journal.save()
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=journal.organisation.public_id,
        subject=journal.public_id,
        after={"file": stored.public_id, "sha256": stored.sha256, "version": journal.version},
    )
    back_to_draft(journal, actor=actor, at=at)
