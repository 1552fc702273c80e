"""What investors' money posts: commitments in the memo book, loans and returns in the contract's own.

The owner of a loan, of interest and of an undrawn commitment is the public id of the commitment.

Source: treasury specification A8: V1 (commitment), V3 (drawdown).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from bonds.arithmetic.tranches import TrancheKind
from bonds.models import InvestorCommitment, OutcomesContract
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line, NewEntry

BANK: Final = "1200"
UNDRAWN: Final = "9100"
UNDRAWN_CONTRA: Final = "9101"
# What is never repaid is no loan. Source: FRS 102 section 24 (performance model); unverified for outcome contracts.
DEFERRED_INCOME: Final = "2400"
_LOANS: Final = {
    TrancheKind.SENIOR: "2300",
    TrancheKind.MEZZANINE: "2310",
    TrancheKind.FIRST_LOSS: "2310",
    TrancheKind.RECOVERABLE_GRANT: "2310",
}


def loan_of(commitment: InvestorCommitment) -> tuple[str, str]:
    """The account on which what a commitment paid in stands, and its owner there."""
    code = _LOANS.get(TrancheKind(commitment.kind))
    return (DEFERRED_INCOME, "") if code is None else (code, commitment.public_id)


def drawdown_line(commitment: InvestorCommitment, *, bank: str, pence: int) -> Line:
    """V3, main side: money came to the bank, and is owed to the investor unless it was given."""
    code, owner = loan_of(commitment)
    return Line(bank, code, pence, credit_owner=owner)


def post_undrawn(
    contract: OutcomesContract,
    changes: Mapping[InvestorCommitment, int],
    *,
    key: str,
    kind: str,
    on: date,
    batch: str,
    source: str,
    actor: str,
    at: datetime,
) -> None:
    """V1, and the memo side of V3: what may still be paid in by each commitment grows, or becomes less.

    Args:
        contract: Whose memo book.
        changes: Pence by commitment, below zero where it becomes less; nothing is posted for nothing.
        key: Names the event, once.
        kind: What happened, as in `ENTRY_KINDS`.
        on: The day for which it counts.
        batch: Ties the entry to others of the event.
        source: Public id of what it comes from.
        actor: Who.
        at: Now.
    """
    lines = []
    for commitment, pence in changes.items():
        owner = commitment.public_id
        if pence > 0:
            lines.append(Line(UNDRAWN, UNDRAWN_CONTRA, pence, owner, owner))
        elif pence < 0:
            lines.append(Line(UNDRAWN_CONTRA, UNDRAWN, -pence, owner, owner))
    if not lines:
        return
    ledger_operations.post_many(
        book=ledger_queries.get_book_by_slug(slug=contract.memo_slug),
        entries=[NewEntry(key=key, kind=kind, effective_on=on, lines=lines, source=source, batch=batch)],
        actor=actor,
        recorded_at=at,
    )
