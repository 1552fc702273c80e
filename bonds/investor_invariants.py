"""What must always hold of investors' money; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, Sum

from bonds.arithmetic.calls import compute_facilities
from bonds.arithmetic.positions import Position, compute_positions
from bonds.arithmetic.tranches import TrancheKind
from bonds.models import CallPart, CapitalCall, Drawdown, InvestorCommitment, OutcomesContract
from bonds.operations.calling import DRAWDOWN_PURPOSE
from bonds.operations.investor_postings import UNDRAWN
from bonds.queries.investors import find_investor_terms, list_commitments, list_movements
from core.invariants import Invariant
from ledger import queries as ledger_queries
from ledger.models import Book
from payments.models import RecordedMoney
from payments.states import RecordedState

SPECIFICATION = "outcome contracts specification, section 6, 8 and 10"


def find_calls_not_shared_out() -> Iterator[str]:
    """Calls whose parts do not sum to them, and parts of which more was paid in than was called."""
    for call in CapitalCall.objects.annotate(shared=Sum("parts__pence")).exclude(shared=F("pence")):
        yield f"{call.public_id}: {call.pence} called, its parts come to {call.shared}"
    for part in CallPart.objects.annotate(
        paid=Sum("drawdowns__pence", filter=Q(drawdowns__undoes=None, drawdowns__undone_by=None), default=0)
    ).filter(paid__gt=F("pence")):
        yield f"{part.public_id}: {part.paid} paid in of {part.pence}"


def find_memo_differences() -> Iterator[str]:
    """Commitments of which the memo book (9100) does not show what has not been paid in and may still be."""
    for contract, positions in _standings():
        book = ledger_queries.get_book_by_slug(slug=contract.memo_slug)
        kept = ledger_queries.owner_balances(book=book, code=UNDRAWN)
        commitments = list_commitments(contract)
        for one in compute_facilities(positions):
            owner = commitments[one.position.commitment.investor, one.position.tranche.code].public_id
            shown = kept.pop(owner, 0)
            if shown != one.undrawn:
                yield f"{owner}: the memo book shows {shown}, {one.undrawn} is undrawn"
        yield from (f"{owner}: the memo book shows {shown} of no commitment" for owner, shown in kept.items() if shown)


def find_loan_differences() -> Iterator[str]:
    """Commitments whose loan in the contract's book (2300, 2310) is not what is outstanding by all that moved."""
    for contract, positions in _standings():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        commitments = list_commitments(contract)
        for code, kinds in _LOAN_KINDS.items():
            kept = _owners(book, code)
            for one in positions:
                if one.tranche.kind not in kinds:
                    continue
                owner = commitments[one.commitment.investor, one.tranche.code].public_id
                shown = kept.pop(owner, 0)
                if shown != one.principal:
                    yield f"{owner}: {code} shows {shown}, {one.principal} is outstanding"
            yield from (f"{owner}: {code} shows {shown} of no commitment" for owner, shown in kept.items() if shown)


def find_drawdowns_without_receipt() -> Iterator[str]:
    """Drawdowns that no approved receipt of the same amount stands behind, and such receipts without a drawdown."""
    approved = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose=DRAWDOWN_PURPOSE)
    money = dict(approved.values_list("public_id", "amount_pence"))
    for drawdown in Drawdown.objects.order_by("pk"):
        received = money.pop(drawdown.record, None)
        if received != drawdown.pence:
            yield f"{drawdown.public_id}: {drawdown.pence} drawn, the receipt is of {received}"
    yield from (f"{record}: {pence} received and not drawn" for record, pence in money.items())


_LOAN_KINDS = {
    "2300": {TrancheKind.SENIOR},
    "2310": {TrancheKind.MEZZANINE, TrancheKind.FIRST_LOSS, TrancheKind.RECOVERABLE_GRANT},
}


def _standings() -> Iterator[tuple[OutcomesContract, tuple[Position, ...]]]:
    """Contracts with investors, and where these stand after all that moved."""
    mine = InvestorCommitment.objects.values("contract")
    for contract in OutcomesContract.objects.filter(pk__in=mine):
        terms, moved = find_investor_terms(contract), list_movements(contract)
        assert terms is not None, "a version with commitments was signed"
        on = max([contract.created_at.date(), *(one.on for one in moved)])
        yield contract, compute_positions(terms, moved, on=on)


def _owners(book: Book, code: str) -> dict[str, int]:
    return dict(ledger_queries.owner_balances(book=book, code=code))


INVESTOR_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-21",
        "The parts of a call sum to it, and nobody pays in more than was called.",
        SPECIFICATION,
        ("bonds_call_adds_up", "bonds_callpart_adds_up", "bonds_drawdown_within_part"),
        find_calls_not_shared_out,
    ),
    Invariant(
        "BND-22",
        "The memo book shows, commitment by commitment, what was not paid in and may still be called.",
        "treasury specification A8, V1 and V3",
        ("lock: operations.investor_postings.post_undrawn",),
        find_memo_differences,
    ),
    Invariant(
        "BND-23",
        "What investors are owed in the contract's book is what they paid in and did not get back, by commitment.",
        "treasury specification A8, V3",
        ("lock: operations.locks.lock_contract",),
        find_loan_differences,
    ),
    Invariant(
        "BND-24",
        "Behind every drawdown stands one receipt of its amount that a second person let in, and no other.",
        "treasury specification A8, V3",
        ("lock: operations.locks.lock_contract",),
        find_drawdowns_without_receipt,
    ),
)
