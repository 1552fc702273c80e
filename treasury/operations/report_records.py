"""What is written down of a report: the question, so that a worker can read it, and that somebody took the answer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from core.reports import Asked
from foundation import audit
from foundation.access import Actor
from ledger.models import Book
from treasury.exports import Audience


class ReportFormat(StrEnum):
    """The files in which a report can be had."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


def write_asked(asked: Asked) -> dict[str, Any]:
    """Write a question, ready for JSON."""
    return {
        "from_on": asked.from_on.isoformat(),
        "through_on": asked.through_on.isoformat(),
        "compare": asked.compare,
        "fund": asked.fund,
        "known_at": asked.known_at.isoformat() if asked.known_at else None,
        "account": asked.account,
    }


def read_asked(facts: dict[str, Any]) -> Asked:
    """Read a question back, as `write_asked` wrote it."""
    return Asked(
        from_on=date.fromisoformat(facts["from_on"]),
        through_on=date.fromisoformat(facts["through_on"]),
        compare=facts["compare"],
        fund=facts["fund"],
        known_at=datetime.fromisoformat(facts["known_at"]) if facts["known_at"] else None,
        account=facts["account"],
    )


def record_taken(
    *,
    book: Book,
    slug: str,
    asked: dict[str, Any],
    shape: ReportFormat,
    audience: Audience,
    actor: Actor,
    at: datetime,
    file: str = "",
) -> None:
    """Write down that somebody took a report as a file.

    Args:
        book: Of which book.
        slug: Which report.
        asked: The question, as `write_asked` writes it.
        shape: As what.
        audience: For whom.
        actor: Who took it.
        at: When.
        file: Public id of the kept file, where it was one.
    """
    kept = {"report_file": file} if file else {}
    audit.record(
        actor=actor.ref,
        action="treasury.report_downloaded",
        at=at,
        organisation=book.organisation,
        subject=book.slug,
        after={"report": slug, "format": shape.value, "audience": audience.value, **asked, **kept},
    )
