"""A deal with a year behind it, and its first report."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bonds.models import InvestorReport
from bonds.operations.reporting import issue_report
from documents.models import Document
from documents.operations import render_document
from tests.bonds.investor_books.support import (
    RUN_ON,
    approve,
    ask_payment,
    call,
    draw,
    earn,
    make_deal,
    run,
    spend,
)
from tests.factories.bonds import HOLDER, SERVICE_FROM, ContractWorld

UNTIL = date(2026, 5, 1)
ISSUED_AT = datetime(2026, 5, 7, 9, 0, tzinfo=UTC)
EXPECTED = {"moved_in": 8, "stayed_3m": 3}


def a_year() -> ContractWorld:
    """A fifth was drawn and spent; results brought 50,000, which a run gave to the seniors; one of them is paid."""
    world = make_deal()
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 50_000)
    dues = run(world).distributions.select_related("run__contract", "run__round", "party__organisation")
    for due in dues:
        if due.party.code == "bigfund":
            approve(ask_payment(due, on=RUN_ON))
    call(world, 10_000, due_on=date(2026, 6, 1), at=ISSUED_AT)
    return world


def accept_moves(world: ContractWorld, count: int) -> None:
    """So many people moved in, and the verifier accepted it in July of the first year."""
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(count)]
    world.accept(world.submit(*events))


def issue(world: ContractWorld, **more: Any) -> InvestorReport:
    """The report of the first year."""
    values: dict[str, Any] = {
        "from_on": SERVICE_FROM,
        "until_on": UNTIL,
        "words": "We open a second house in June.",
        "expected": EXPECTED,
        "actor": HOLDER,
        "at": ISSUED_AT,
    }
    report, _job = issue_report(contract=world.contract, **values | more)
    return report


def render_all(report: InvestorReport) -> dict[str, Document]:
    """Make every copy's file; documents by the investor's code."""
    codes = {copy.public_id: copy.party.code for copy in report.copies.select_related("party")}
    made = {}
    for document in Document.objects.in_batch(report.public_id):
        made[codes[document.subject]] = render_document(document_id=document.pk, at=ISSUED_AT)
    return made
