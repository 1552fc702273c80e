"""What investors' money posts: commitments in the memo book, loans and returns in the contract's own.

The owner of a loan, of interest and of an undrawn commitment is the public id of the commitment.

Source: treasury specification A8: V1 (commitment), V2 (drawdown notice), V3 (drawdown), V4 (success fees), V12
(interest accrued), V13 (interest paid, tax withheld), V14 (principal repaid), V15 (outcome-linked return), V16
(written off).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from bonds.arithmetic.tranches import Beneficiary, StageKind, TrancheKind
from bonds.models import Distribution, InvestorCommitment, OutcomesContract
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line, NewEntry

BANK: Final = "1200"
# What was called and is awaited, where calls are posted.
AWAITED: Final = "1150"
UNDRAWN: Final = "9100"
UNDRAWN_CONTRA: Final = "9101"
# What is never repaid is no loan. Source: FRS 102 section 24 (performance model); unverified for outcome contracts.
DEFERRED_INCOME: Final = "2400"
RESERVE: Final = "1210"
PROVIDERS: Final = "2100"
INTEREST: Final = "2320"
INTEREST_EXPENSE: Final = "7600"
TAX: Final = "2180"
RETURN: Final = "2330"
RETURN_EXPENSE: Final = "7610"
RELEASE_GAIN: Final = "4950"
PROVIDER_BONUS: Final = "5010"
# What is owed beside providers and investors: accruals, tax withheld, VAT.
# What payers are owed (2410) is theirs before anything is shared out.
COSTS: Final = ("2110", TAX, "2200", "2410")
# The specification has no row for a surplus: a commissioner's part takes outcome payments back, a provider's is a
# bonus, what stays in the asset lock comes out of what was retained (unverified).
_SURPLUS: Final = {
    Beneficiary.COMMISSIONER.value: "4000",
    Beneficiary.PROVIDER.value: PROVIDER_BONUS,
    Beneficiary.ASSET_LOCK.value: "3200",
}
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


def drawdown_line(commitment: InvestorCommitment, *, bank: str, pence: int, is_posted: bool = False) -> Line:
    """V3, main side: money came to the bank, and is owed to the investor unless it was given.

    Args:
        commitment: Whose.
        bank: Code of the account to which it came.
        pence: Above zero.
        is_posted: Whether it is owed since it was called (V2): then it settles what was awaited.
    """
    code, owner = (AWAITED, commitment.public_id) if is_posted else loan_of(commitment)
    return Line(bank, code, pence, credit_owner=owner)


def payment_lines(due: Distribution, *, bank: str, pence: int, tax: int = 0) -> list[Line]:
    """V13, V14 and V15, or V4 for a success fee: what a party is due goes down by what left the bank, and by tax.

    Args:
        due: What it is paid for.
        bank: Code of the account that it left.
        pence: How much left it, above zero.
        tax: Withheld from interest, beside it.
    """
    lines = [_payment_line(due, bank=bank, pence=pence)]
    if tax:
        assert due.commitment is not None, "tax is withheld from investors' interest"
        lines.append(Line(INTEREST, TAX, tax, debit_owner=due.commitment.public_id))
    return lines


def _payment_line(due: Distribution, *, bank: str, pence: int) -> Line:
    if due.commitment is None:
        code = _SURPLUS.get(due.beneficiary, PROVIDERS)
        return Line(code, bank, pence, debit_owner=due.party.public_id if code == PROVIDERS else "")
    if due.stage == StageKind.PRINCIPAL.value:
        code, owner = loan_of(due.commitment)
        return Line(code, bank, pence, debit_owner=owner)
    code = INTEREST if due.stage == StageKind.INTEREST.value else RETURN
    return Line(code, bank, pence, debit_owner=due.commitment.public_id)


def declared_lines(dues: Sequence[Distribution], *, released: int, topped_up: int) -> list[Line]:
    """V15 and V4: what results earned is owed from the run on; and what the run moves into the reserve or out of it.

    Args:
        dues: Of the run.
        released: Pence out of the reserve.
        topped_up: Pence into it.
    """
    lines = [] if not released else [Line(BANK, RESERVE, released)]
    lines += [] if not topped_up else [Line(RESERVE, BANK, topped_up)]
    for due in dues:
        if due.stage != StageKind.UPSIDE.value:
            continue
        if due.commitment is None:
            lines.append(Line(PROVIDER_BONUS, PROVIDERS, due.pence, credit_owner=due.party.public_id))
        else:
            lines.append(Line(RETURN_EXPENSE, RETURN, due.pence, credit_owner=due.commitment.public_id))
    return lines


def accrual_lines(changes: Mapping[InvestorCommitment, int]) -> list[Line]:
    """V12: interest that fell due is owed; below zero where an earlier day turned out to have earned less."""
    return [
        Line(INTEREST_EXPENSE, INTEREST, pence, credit_owner=commitment.public_id)
        if pence > 0
        else Line(INTEREST, INTEREST_EXPENSE, -pence, debit_owner=commitment.public_id)
        for commitment, pence in changes.items()
    ]


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
