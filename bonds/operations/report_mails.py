"""Who is told of a report by mail: each investor's officers of their own copy, with a link and no figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bonds.models import InvestorReport, InvestorReportCopy
from bonds.operations.telling import tell_officers
from bonds.queries.investor_reports import copies_of, get_copy


def tell_ready(*, document: Any, at: datetime) -> None:
    """Tell an investor's officers that their copy can be read, in the transaction that fixed its file.

    Args:
        document: Of the copy, with its file.
        at: Now.
    """
    _tell(get_copy(public_id=document.subject), "report_ready", at=at)


def tell_taken_back(report: InvestorReport, *, at: datetime) -> None:
    """Tell every investor's officers that a report does not count any more."""
    for copy in copies_of(report):
        _tell(copy, "report_taken_back", at=at)


def _tell(copy: InvestorReportCopy, template: str, *, at: datetime) -> None:
    report = copy.report
    tell_officers(
        copy.party.organisation,
        template,
        contract=report.contract,
        page="investor-report",
        parts=(report.number,),
        key=copy.public_id,
        facts={"number": report.number},
        at=at,
    )
