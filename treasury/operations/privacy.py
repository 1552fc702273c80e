"""Erasing what the treasury keeps on somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from treasury.models import ReportFile
from treasury.operations.forgetting import forget_report_files
from treasury.operations.journals import erase_journals


@transaction.atomic
def erase_treasury(*, person: str, at: datetime) -> Sequence[str]:
    """Erase what may be erased of a person.

    Reports that were kept for taking may name them; they are few and can be asked again, so all of them go.

    Args:
        person: Public id of the person.
        at: When.

    Returns:
        What was erased, and what is kept and why.
    """
    forget_report_files(ReportFile.objects.all())
    return erase_journals(person=person, at=at)
