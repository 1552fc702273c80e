"""The demo's reports to investors: two half-years, each read by every investor in a copy of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bonds.models import OutcomesContract
from bonds.operations.reporting import issue_report
from bonds.queries.investor_reports import documents_of, next_from_on
from core.periods import start_of_day
from documents.operations import render_document
from foundation.access import Actor

# After which quarter, counted from 0, a report is issued.
_AFTER: Final = {
    3: "The second house took longer to open than we had hoped; since March it is full.",
    6: "More people stay than we planned for. We expect to repay the senior loan within the year.",
}
_ISSUED_AFTER: Final = timedelta(days=60, hours=10)


def report_after_quarter(contract: OutcomesContract, quarter: int, *, until: date, actor: Actor) -> None:
    """Issue the report that is due after a quarter, and have every copy made; nothing after most quarters.

    Args:
        contract: With investors.
        quarter: Counted from 0.
        until: The day after its last.
        actor: Who keeps the investors' side for the holder.
    """
    begins = next_from_on(contract)
    if quarter not in _AFTER or begins is None:
        return
    at = start_of_day(until) + _ISSUED_AFTER
    report, _job = issue_report(
        contract=contract, from_on=begins, until_on=until, words=_AFTER[quarter], expected={}, actor=actor, at=at
    )
    for document in documents_of(report).values():
        render_document(document_id=document.pk, at=at)
