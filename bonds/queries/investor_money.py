"""Recorded money of investors that waits for a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payments.models import RecordedMoney


def waiting_by_subject(purpose: str, subjects: Iterable[str]) -> Mapping[str, list[RecordedMoney]]:
    """Give what was recorded for some subjects and is not decided yet, by subject; reversals are left out.

    Args:
        purpose: Of the records.
        subjects: Public ids.
    """
    rows = RecordedMoney.objects.waiting().filter(purpose=purpose, subject__in=list(subjects), reverses=None)
    found: dict[str, list[RecordedMoney]] = {}
    for row in rows.order_by("pk").prefetch_related("lines"):
        found.setdefault(row.subject, []).append(row)
    return found


def gross_of(record: RecordedMoney) -> int:
    """What a party is due less by a payment, in pence: what left the bank, and the tax withheld beside it.

    Args:
        record: With its lines.
    """
    return sum(line.amount_pence for line in record.lines.all())
