"""Taking a contract at a glance away as a file: written down, and only so often in an hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bonds.models import OutcomesContract
from core.errors import NotFound
from core.periods import legal_day
from core.reports import Report
from documents.exports.report_csv import csv_report
from documents.exports.report_pdf import pdf_reports
from documents.exports.report_xlsx import xlsx_reports
from documents.exports.text import Audience, in_pieces
from foundation import audit
from foundation.access import Actor
from foundation.ratelimits import check_rate
from people.models import Organisation

DOWNLOADS_AN_HOUR: Final = 60
_HOUR_SECONDS: Final = 3_600
DETAILS: Final = frozenset({"details", "plan-rows"})
"""The longest of the tables: each is in the workbook and in a file of its own, not on paper."""


class FileFormat(StrEnum):
    """The files in which it can be had: all tables as a workbook or on paper, one table as CSV."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


_MEDIA_TYPES: Final = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.PDF: "application/pdf",
}


class TableMissing(NotFound):
    """There is no such table, or none for whoever asks."""

    code = "bonds.no_table"


@dataclass(frozen=True, slots=True)
class OverviewFile:
    """A file, ready to be sent piece by piece."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


def take_overview(
    *,
    contract: OutcomesContract,
    organisation: Organisation,
    tables: Sequence[Report],
    about: str = "overview",
    shape: FileFormat,
    table: str = "",
    actor: Actor,
    at: datetime,
) -> OverviewFile:
    """Give tables of a contract as a file, and write down that somebody took it.

    Args:
        contract: Whose.
        organisation: For whom; it stands at the head of the paper.
        tables: What this organisation is given.
        about: What the tables are of, for the name of the file.
        shape: As what.
        table: For CSV: which one, by its slug.
        actor: Who takes it.
        at: Now.

    Raises:
        TableMissing: none of the tables has this name.
        TooManyAttempts: the actor has taken as many as one hour allows.
    """
    check_rate(name="bonds.overview", who=actor.ref, limit=DOWNLOADS_AN_HOUR, seconds=_HOUR_SECONDS, at=at)
    on = tables[0].asked.through_on
    name = f"{contract.reference}-{table or about}-{on.isoformat()}.{shape.value}"
    if shape is FileFormat.CSV:
        pieces = in_pieces(csv_report(_find(tables, table), audience=Audience.HUMAN))
    elif shape is FileFormat.XLSX:
        pieces = iter([xlsx_reports(tables, title=contract.name)])
    else:
        pieces = iter([_typeset(contract, organisation, tables, at)])
    audit.record(
        actor=actor.ref,
        action="bonds.overview_downloaded",
        at=at,
        organisation=organisation.public_id,
        subject=contract.public_id,
        after={"format": shape.value, "table": table, "on": on.isoformat()},
    )
    return OverviewFile(name, _MEDIA_TYPES[shape], pieces)


def _find(tables: Sequence[Report], slug: str) -> Report:
    for one in tables:
        if one.slug == slug:
            return one
    raise TableMissing("There is no such table.", table=slug)


def _typeset(contract: OutcomesContract, organisation: Organisation, tables: Sequence[Report], at: datetime) -> bytes:
    return pdf_reports(
        [one for one in tables if one.slug not in DETAILS],
        title=contract.name,
        subtitle=(contract.reference, *tables[0].subtitle),
        organisation_name=organisation.name,
        made_on=legal_day(at),
    )
