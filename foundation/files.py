"""Private files: kept under their SHA-256, typed by their content, streamed after the caller's policy check."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from foundation.filetypes import INLINE_TYPES, SUFFIXES, find_media_type
from foundation.models import StoredFile

MAX_BYTES = 20_000_000
NAME_LENGTH = 120
_UNSAFE = re.compile(r"[^\w.() -]+")


class FileTooBig(InvalidInput):
    """The file has more bytes than we keep."""

    code = "files.too_big"


class FileEmpty(InvalidInput):
    """The file has no content."""

    code = "files.empty"


class FileTypeRefused(InvalidInput):
    """The content is not of a type that we keep, or not of the type it is said to be."""

    code = "files.type_refused"


class FileDamaged(RuntimeError):
    """The content on the disk is not what was stored."""


def store_file(
    *, content: bytes, name: str, media_type: str, organisation: str, at: datetime, max_bytes: int = MAX_BYTES
) -> StoredFile:
    """Keep some content under a name; the same content and name again gives back the first row.

    Args:
        content: The whole content.
        name: As the sender calls it; made safe here.
        media_type: As the sender says; must agree with the content.
        organisation: Public id of the organisation that owns it; empty when none does.
        at: The present instant.
        max_bytes: The most that is taken, in bytes.

    Raises:
        FileEmpty: there is no content.
        FileTooBig: there is more than `max_bytes`.
        FileTypeRefused: the content is of another type than said, or of none that we keep.
    """
    _check_size(content, max_bytes)
    found = find_media_type(content, media_type)
    if found is None or found != media_type:
        raise FileTypeRefused(
            _("Choose a PDF, PNG, JPEG, SVG, CSV or plain text file; this one is not what its name says."),
            said=media_type,
            found=found or "",
        )
    digest = hashlib.sha256(content).hexdigest()
    _write(digest, content)
    row = StoredFile(
        sha256=digest,
        size_bytes=len(content),
        media_type=media_type,
        name=safe_name(name, media_type),
        organisation=organisation,
        stored_at=at,
    )
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return StoredFile.objects.get(organisation=organisation, sha256=digest, name=row.name, media_type=media_type)


def read_file(stored: StoredFile) -> bytes:
    """Give the content.

    Raises:
        FileDamaged: what is on the disk does not have the digest it was stored under.
    """
    content = path_of(stored.sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged(f"{stored.public_id} is not what was stored.")
    return content


def stream(stored: StoredFile, *, inline: bool) -> FileResponse:
    """Answer a request with the content, after the caller's policy check.

    Args:
        stored: What to send.
        inline: Show it in the browser where its type is safe to show; otherwise it is downloaded.
    """
    shown = inline and stored.media_type in INLINE_TYPES
    response = FileResponse(
        path_of(stored.sha256).open("rb"),
        as_attachment=not shown,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    if stored.media_type != "application/pdf":
        # A picture may hold script or links; browsers' own PDF viewers refuse to run in a sandbox.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def forget_file(stored: StoredFile) -> None:
    """Delete a row, and the content when no other row has it (for erasure).

    Call it last in a transaction: the content is gone even if that is rolled back.
    """
    digest = stored.sha256
    stored.delete()
    if not StoredFile.objects.filter(sha256=digest).exists():
        path_of(digest).unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    """Where content lies, by its digest."""
    return Path(settings.MEDIA_ROOT) / "private" / sha256[:2] / sha256[2:4] / sha256


def safe_name(name: str, media_type: str) -> str:
    """Make a file name that means the same on every system: no folders, no control characters, one suffix.

    Args:
        name: As the sender calls it.
        media_type: Decides the suffix.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    suffix = SUFFIXES[media_type]
    stem = last.rpartition(".")[0] if "." in last else last
    stem = _UNSAFE.sub("-", stem).strip(" .-") or "file"
    return stem[: NAME_LENGTH - len(suffix)].rstrip(" .") + suffix


def _check_size(content: bytes, max_bytes: int) -> None:
    if not content:
        raise FileEmpty(_("The file is empty."))
    if len(content) > max_bytes:
        raise FileTooBig(
            _("The file is too big: choose one of at most %(megabytes)s MB.")
            % {"megabytes": max(max_bytes // 1_000_000, 1)},
            size_bytes=len(content),
            max_bytes=max_bytes,
        )


def _write(digest: str, content: bytes) -> None:
    """Put content in its place in one step, so that nobody ever reads half of it."""
    path = path_of(digest)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as new:
        try:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(path)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
