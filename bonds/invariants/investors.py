"""What must always hold of investors' money; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, Sum

from bonds.arithmetic.calls import compute_facilities
from bonds.arithmetic.positions import Position, compute_positions
from bonds.arithmetic.tranches import StageKind, TrancheKind
from bonds.models import (
    CallPart,
    CapitalCall,
    Distribution,
    DistributionPayment,
    Drawdown,
    InterestAccrual,
    InvestorCommitment,
    OutcomesContract,
    WaterfallRun,
)
from bonds.operations.calling import DRAWDOWN_PURPOSE
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from bonds.operations.investor_postings import INTEREST, RETURN, UNDRAWN
from bonds.queries.investors import find_investor_terms, list_commitments, list_movements
from bonds.queries.notices import awaited_of_commitments
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
    """Commitments whose loan in the contract's book (2300, 2310) is not what is outstanding, with what is awaited."""
    for contract, positions in _standings():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        commitments, awaited = list_commitments(contract), awaited_of_commitments(contract)
        for code, kinds in _LOAN_KINDS.items():
            kept = _owners(book, code)
            for one in positions:
                if one.tranche.kind not in kinds:
                    continue
                owner = commitments[one.commitment.investor, one.tranche.code].public_id
                shown, owed = kept.pop(owner, 0), one.principal + awaited.get(owner, 0)
                if shown != owed:
                    yield f"{owner}: {code} shows {shown}, {owed} is outstanding or awaited"
            yield from (f"{owner}: {code} shows {shown} of no commitment" for owner, shown in kept.items() if shown)


def find_money_without_record() -> Iterator[str]:
    """Drawdowns and payments that no approved record of the same amount stands behind, and records without them.

    Of a payment from which tax was withheld, the rest left the bank.
    """
    kinds = (
        (DRAWDOWN_PURPOSE, Drawdown.objects.annotate(moved=F("pence"))),
        (DISTRIBUTION_PURPOSE, DistributionPayment.objects.annotate(moved=F("pence") - F("tax_pence"))),
    )
    for purpose, rows in kinds:
        approved = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose=purpose)
        money = dict(approved.values_list("public_id", "amount_pence"))
        for public_id, record, pence in rows.order_by("pk").values_list("public_id", "record", "moved"):
            moved = money.pop(record, None)
            if moved != pence:
                yield f"{public_id}: of {pence}, the record behind it of {moved}"
        yield from (f"{record}: {pence} moved and not noted" for record, pence in money.items())


def find_runs_that_do_not_add_up() -> Iterator[str]:
    """Runs whose distributions are not what they used, or that paid at a stage after one that was not paid whole."""
    for run in WaterfallRun.objects.annotate(shared=Sum("distributions__pence", default=0)):
        if run.shared != run.distributed_pence:
            yield f"{run.public_id}: {run.distributed_pence} given, its parts come to {run.shared}"
        placed = run.set_aside_pence + run.distributed_pence + run.topped_up_pence + run.kept_pence
        if placed != run.available_pence + run.released_pence:
            yield f"{run.public_id}: {placed} placed of {run.available_pence} and {run.released_pence}"
        is_owed = False
        for step in run.steps:
            if is_owed and step["facts"].get("paid", 0):
                yield f"{run.public_id}: paid at {step['name']} while somebody before it was owed"
            is_owed = is_owed or step["facts"].get("unpaid", 0) > 0


def find_overpaid_distributions() -> Iterator[str]:
    """Parties that were paid more than they were due, or by a run that was withdrawn."""
    standing = Q(payments__undoes=None, payments__undone_by=None)
    dues = Distribution.objects.annotate(paid=Sum("payments__pence", filter=standing, default=0))
    for due in dues.filter(Q(paid__gt=F("pence")) | Q(paid__gt=0, run__withdrawal__isnull=False)):
        yield f"{due.public_id}: {due.paid} paid of {due.pence}"


def find_return_differences() -> Iterator[str]:
    """Commitments whose interest (2320) or return (2330) in the book is not what was earned or given, and not paid."""
    for contract, _positions in _standings():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        accrued = InterestAccrual.objects.filter(commitment__contract=contract)
        given = Distribution.objects.filter(
            run__contract=contract, run__withdrawal=None, stage=StageKind.UPSIDE.value, commitment__isnull=False
        )
        for code, stage, grown in ((INTEREST, StageKind.INTEREST, accrued), (RETURN, StageKind.UPSIDE, given)):
            wanted = dict(grown.values_list("commitment__public_id").annotate(sum=Sum("pence")).order_by())
            paid = DistributionPayment.objects.standing().filter(
                distribution__run__contract=contract,
                distribution__stage=stage.value,
                distribution__commitment__isnull=False,
            )
            for owner, pence in paid.values_list("distribution__commitment__public_id", "pence"):
                wanted[owner] = wanted.get(owner, 0) - pence
            kept = _owners(book, code)
            for owner in sorted(wanted.keys() | kept.keys()):
                if wanted.get(owner, 0) != kept.get(owner, 0):
                    yield f"{owner}: {code} shows {kept.get(owner, 0)}, {wanted.get(owner, 0)} is due"


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
        "What investors are owed in the book is what they paid in and did not get back, and what is awaited (1150).",
        "treasury specification A8, V2, V3 and V14",
        ("lock: operations.locks.lock_contract",),
        find_loan_differences,
    ),
    Invariant(
        "BND-24",
        "Behind each drawdown and payment stands one record of its amount that a second person let in, and no other.",
        "treasury specification A8, V3 and V13 to V15",
        ("lock: operations.locks.lock_contract",),
        find_money_without_record,
    ),
    Invariant(
        "BND-25",
        "A run of the waterfall places all of its cash, and pays no stage while one before it is owed.",
        SPECIFICATION,
        ("bonds_waterfall_adds_up", "bonds_run_shared_out", "bonds_distribution_shared_out"),
        find_runs_that_do_not_add_up,
    ),
    Invariant(
        "BND-26",
        "Nobody is paid more than a run gave them, and nothing by a run that was taken back.",
        SPECIFICATION,
        ("bonds_payment_within_due",),
        find_overpaid_distributions,
    ),
    Invariant(
        "BND-27",
        "Interest and returns in the contract's book are what was earned or given and not paid, by commitment.",
        "treasury specification A8, V12, V13 and V15",
        ("lock: operations.locks.lock_contract",),
        find_return_differences,
    ),
)
