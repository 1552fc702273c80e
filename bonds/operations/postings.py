"""What claims post to the contract's books. One batch id, the round's, ties claim, invoice, receipt and distribution.

Source: treasury specification A8: V5 (claim submitted, memo), V6 (claim approved), V7 (claim rejected or withdrawn).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from bonds.arithmetic.lines import Line as ResultLine
from bonds.models import AssessmentRun, Claim, OutcomesContract, PartyRoleHeld
from bonds.states import PartyRole
from core.periods import legal_day
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line, NewEntry

DEBTORS: Final = "1100"
EARNED: Final = "1110"
CLAWBACK: Final = "2410"
OUTCOME_PAYMENTS: Final = "4000"
TOP_UP_PAYMENTS: Final = "4010"
VAT: Final = "2200"
CLAIMS_SUBMITTED: Final = "9110"
CLAIMS_CONTRA: Final = "9111"


def post_submitted(*, claim: Claim, pence: int, actor: str, at: datetime) -> None:
    """V5: what is claimed, at tariff times count, stands in the memo book until it is decided.

    Args:
        claim: Just submitted.
        pence: The sum of its lines' indicative amounts; nothing is posted for nothing.
        actor: Who.
        at: Now.
    """
    if pence:
        _post_memo(
            claim, key="submitted", debit=CLAIMS_SUBMITTED, credit=CLAIMS_CONTRA, pence=pence, actor=actor, at=at
        )


def post_decided(*, claim: Claim, key: str, pence: int, actor: str, at: datetime) -> None:
    """V6 and V7, memo side: lines that were decided or withdrawn are claims no more, whatever they came to.

    Args:
        claim: Whose lines.
        key: Names the decision, once.
        pence: The sum of the lines' indicative amounts.
        actor: Who.
        at: Now.
    """
    if pence:
        _post_memo(claim, key=key, debit=CLAIMS_CONTRA, credit=CLAIMS_SUBMITTED, pence=pence, actor=actor, at=at)


def post_accepted(*, run: AssessmentRun, results: Sequence[ResultLine], actor: str, at: datetime) -> None:
    """V6: what was accepted is earned and not yet invoiced, payer by payer; a top-up fund's part apart.

    What settles an earlier overpayment is income as well, against what was set aside for it. What the investors' side
    owes a payer (a downside share) takes income back.

    Args:
        run: The working that made the lines.
        results: The lines.
        actor: Who.
        at: Now.
    """
    claim, contract = run.claim, run.contract
    top_up = top_up_payers(contract)
    lines = []
    for payer, (net, settled) in sorted(_sums(results).items()):
        income = TOP_UP_PAYMENTS if payer in top_up else OUTCOME_PAYMENTS
        if net > 0:
            lines.append(Line(EARNED, income, net))
        elif net < 0:
            lines.append(Line(income, EARNED, -net))
        if settled > net:
            lines.append(Line(CLAWBACK, income, settled - net))
    if not lines:
        return
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        key=f"bonds:accepted:{run.public_id}",
        kind="bonds.accepted",
        effective_on=legal_day(at),
        lines=lines,
        actor=actor,
        source=claim.public_id,
        batch=batch_of(claim),
        recorded_at=at,
    )


def batch_of(claim: Claim) -> str:
    """The id that ties all entries that come of a submitted claim: its round's."""
    assert claim.round is not None, "a claim that is posted belongs to a round"
    return claim.round.public_id


def _sums(results: Sequence[ResultLine]) -> Mapping[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for result in results:
        for part in result.shares:
            net, settled = sums.get(part.payer, (0, 0))
            sums[part.payer] = (net + part.net, settled + part.settled)
    return sums


def top_up_payers(contract: OutcomesContract) -> Collection[str]:
    """Codes of the parties whose part is top-up: it is booked apart (4010)."""
    held = PartyRoleHeld.objects.filter(party__contract=contract).of({PartyRole.TOP_UP_FUND})
    return set(held.values_list("party__code", flat=True))


def _post_memo(claim: Claim, *, key: str, debit: str, credit: str, pence: int, actor: str, at: datetime) -> None:
    owner = claim.public_id
    entry = NewEntry(
        key=f"bonds:{owner}:{key}",
        kind="bonds.claimed" if debit == CLAIMS_SUBMITTED else "bonds.claim_decided",
        effective_on=legal_day(at),
        lines=[Line(debit, credit, pence, owner, owner)],
        source=owner,
        batch=batch_of(claim),
    )
    book = ledger_queries.get_book_by_slug(slug=claim.contract.memo_slug)
    ledger_operations.post_many(book=book, entries=[entry], actor=actor, recorded_at=at)
