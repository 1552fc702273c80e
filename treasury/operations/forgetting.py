"""Forgetting files, and reports that were only kept for a while."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from foundation.files import forget_file
from foundation.models import StoredFile
from treasury.models import ReportFile


def forget_unused(stored: StoredFile) -> None:
    """Forget a stored file once the transaction holds, unless something still points to it."""
    transaction.on_commit(partial(_forget, stored))


@transaction.atomic
def forget_report_files(rows: QuerySet[ReportFile]) -> int:
    """Delete kept reports with their files, and say how many; whoever wants one asks again.

    Args:
        rows: Which.
    """
    found = list(rows.select_for_update(of=("self",)).select_related("file"))
    for row in found:
        row.delete()
        if row.file is not None:
            forget_unused(row.file)
    return len(found)


def _forget(stored: StoredFile) -> None:
    try:
        with transaction.atomic():
            forget_file(stored)
    except ProtectedError:
        return
