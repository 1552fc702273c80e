"""Writing off what investors lost, when there is no money left for them.

Source: treasury specification A8: V16; accrued interest that will not be paid is released with the loan.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.tranches import TrancheKind
from bonds.models import CommitmentChange, InvestorCommitment, OutcomesContract
from bonds.operations.accruing import post_accruals
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_written_off, is_wound_up, require_investor_terms
from bonds.operations.ending_mails import tell_written_off
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import MoneyLeft, NothingToWriteOff
from bonds.operations.investor_postings import BANK, INTEREST, RESERVE
from bonds.operations.locks import lock_contract
from bonds.operations.releasing import release_interest, release_loans, release_undrawn
from bonds.queries.investors import compute_standing, list_commitments, list_open
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book
from ledger.operations import Line


@transaction.atomic
def write_off(*, contract: OutcomesContract, reason: str, actor: Actor, at: datetime) -> list[CommitmentChange]:
    """Write off all loans that are outstanding, with the interest on them: the investors' side is over by it.

    It is done once, and only when nothing is left that a run could share out: neither cash nor reserve, nor anything
    that was promised and not paid. Afterwards nobody is called, and nothing is accrued or shared out: what was undrawn
    is released, and investors are told by mail.

    Args:
        contract: Running, with investors.
        reason: Why nothing more will come.
        actor: Who acts for the contract holder.
        at: Now.

    Returns:
        What each commitment lost of its principal.

    Raises:
        ReasonMissing: the record has to say why.
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff: it was done before.
        MoneyLeft: there is money to share out, or to pay.
        NothingToWriteOff: nothing is outstanding.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why nothing more will come: the record keeps the reason."))
    contract = lock_contract(contract.pk)
    check_running(contract)
    terms, on = require_investor_terms(contract), legal_day(at)
    check_not_written_off(contract)
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    _check_nothing_left(contract, book)
    if not is_wound_up(contract):
        post_accruals(contract, on=on, batch="", actor=actor, at=at)
    commitments = list_commitments(contract)
    lost = {
        commitments[one.commitment.investor, one.tranche.code]: one.principal
        for one in compute_standing(contract, terms, on=on)
        if one.principal and one.tranche.kind != TrancheKind.GRANT
    }
    if not lost:
        raise NothingToWriteOff(_("Nothing is outstanding."))
    made = [
        CommitmentChange.objects.create(
            commitment=commitment,
            kind=MovementKind.WRITTEN_OFF.value,
            changed_on=on,
            pence=pence,
            reason=reason.strip(),
            by=actor.ref,
            at=at,
        )
        for commitment, pence in lost.items()
    ]
    released = _owed_interest(contract, book)
    lines = [*release_loans(made), *release_interest(released, on=on, actor=actor, at=at)]
    _post(made[0], lines, book, actor=actor, at=at)
    release_undrawn(contract, reason=reason.strip(), on=on, batch=made[0].public_id, actor=actor, at=at)
    tell_written_off(contract, key=made[0].public_id, reason=reason.strip(), at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.loans_written_off",
        at=at,
        organisation=contract.organisation.public_id,
        subject=contract.public_id,
        after={"pence": sum(lost.values()), "interest_pence": sum(released.values())},
        reason=reason.strip()[:200],
    )
    return made


def _check_nothing_left(contract: OutcomesContract, book: Book) -> None:
    left = sum(ledger_queries.account_balance(book=book, code=code) for code in (BANK, RESERVE))
    promised = sum(pence for _due, pence in list_open(contract))
    if left > 0 or promised:
        raise MoneyLeft(
            _("There is money left. Pay what is owed, share out the rest, and then write off what is lost."),
            left_pence=left,
            promised_pence=promised,
        )


def _owed_interest(contract: OutcomesContract, book: Book) -> dict[InvestorCommitment, int]:
    """Accrued interest that was not paid, commitment by commitment."""
    owners = {one.public_id: one for one in list_commitments(contract).values()}
    owed = ledger_queries.owner_balances(book=book, code=INTEREST)
    return {owners[owner]: pence for owner, pence in sorted(owed.items()) if pence > 0}


def _post(first: CommitmentChange, lines: list[Line], book: Book, *, actor: Actor, at: datetime) -> None:
    ledger_operations.post(
        book=book,
        key=f"bonds:written_off:{first.public_id}",
        kind="bonds.written_off",
        effective_on=first.changed_on,
        lines=lines,
        actor=actor.ref,
        source=first.public_id,
        batch=first.public_id,
        recorded_at=at,
    )
