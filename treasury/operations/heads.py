"""Publishing the heads of the books' chains: a head that others have seen cannot be written anew unnoticed."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from foundation.mail import queue_mail
from ledger import operations as ledger_operations
from ledger import queries as ledger
from ledger.models import Book, Seal

FILE: Final = "file"
MAIL: Final = "mail"


def publish_heads(*, at: datetime) -> int:
    """Seal what waits, then publish every head that is new: a line in a file, and one mail to the auditors.

    Safe to run again: a head is published once in each place. The file is written before the anchor, so a crash in
    between writes the same line twice and never leaves an anchor without its line.

    Args:
        at: Now.

    Returns:
        How many heads were new in any place.
    """
    for book in Book.objects.order_by("pk"):
        while ledger_operations.seal_entries(book=book, at=at):
            pass
    to_file, to_mail = list(ledger.unpublished_heads(place=FILE)), list(ledger.unpublished_heads(place=MAIL))
    if to_file:
        _append([_line(seal, at) for seal in to_file])
        for seal in to_file:
            ledger_operations.record_anchor(seal=seal, place=FILE, at=at)
    if to_mail and settings.LEDGER_HEADS_MAIL:
        _mail(to_mail, at)
    return len({seal.pk for seal in (*to_file, *to_mail)})


@transaction.atomic
def _mail(heads: list[Seal], at: datetime) -> None:
    lines = [_line(seal, at) for seal in heads]
    # The heads name the mail, so that a second run sends nothing.
    digest = hashlib.sha256("\n".join(seal.hash for seal in heads).encode()).hexdigest()
    for address in settings.LEDGER_HEADS_MAIL:
        queue_mail(
            to=address,
            template="treasury/mail/heads",
            context={"lines": lines, "on": at.date()},
            key=f"treasury:heads:{digest}:{address}",
            at=at,
        )
    for seal in heads:
        ledger_operations.record_anchor(seal=seal, place=MAIL, at=at)


def _line(seal: Seal, at: datetime) -> str:
    """A head as `ledger_verify --anchors` reads it: book, number, hash; then when it was published."""
    return f"{seal.book.slug} {seal.seq} {seal.hash} {at.date().isoformat()}"


def _append(lines: list[str]) -> None:
    path = settings.LEDGER_HEADS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
