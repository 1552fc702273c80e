"""Taking back what was accepted: it fills no cap any more, and what was asked or paid for it is made good.

Source: treasury specification A8: V10 (clawback, credit note). What has been paid is set off against the payer's next
parts, or paid back; until then it stands in the clawback provision (2410), which the next lines use up (see
`postings`). Where VAT is charged it is credited with its tax instead, and settled by the next invoices (see
`overpaying`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import AssessmentRun, Claim, Clawback, OutcomesContract, Overpayment, Party
from bonds.operations.assessing import check_running
from bonds.operations.claim_mails import tell_taken_back
from bonds.operations.crediting import issue_credit_notes
from bonds.operations.deciding import check_verifier
from bonds.operations.errors import UndoneOtherwise
from bonds.operations.lines import change_lines, lock_lines, read_claim, require_words
from bonds.operations.locks import lock_contract
from bonds.operations.postings import (
    CLAWBACK,
    DEBTORS,
    EARNED,
    OUTCOME_PAYMENTS,
    TOP_UP_PAYMENTS,
    VAT,
    batch_of,
    top_up_payers,
)
from bonds.queries.invoices import charges_vat
from bonds.queries.undoing import LinePlan, PartPlan, digest_of, plan_undoing
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book
from ledger.operations import Line

State = states.LineState
TOLD_EVERY: Final = 50


@transaction.atomic
def take_back_lines(
    *,
    claim: Claim,
    lines: Sequence[str],
    reason: str,
    told: str = "",
    verifier: Party,
    actor: Actor,
    at: datetime,
    seen: str = "",
) -> list[Clawback]:
    """Take back accepted lines: what was not invoiced is not, what was gets a credit note, what was paid is set off.

    Args:
        claim: Whose lines.
        lines: Public ids; accepted, invoiced or paid.
        reason: Why; for verifier and provider, since it may be about a person.
        told: What payers are told on credit notes; may be empty.
        verifier: For whom somebody decides.
        actor: Who decides.
        at: Now.
        seen: Digest of the plan that was looked at before; empty where nobody looked.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingWritten: the record has to say why.
        NotTheVerifier: the party does not verify now, or it is the one that claims.
        WrongState: a line was not accepted; then none is taken back.
        NothingToDecide: no line of this claim was named.
        UndoneOtherwise: meanwhile something else would come of it than was seen; nothing is taken back.
    """
    words = require_words(reason, _("Say why the lines are taken back: the provider has to be told."))
    contract = lock_contract(claim.contract_id)
    check_running(contract)
    claim = read_claim(claim, contract)
    check_verifier(claim, verifier, on=legal_day(at))
    found = lock_lines(claim, lines)
    change_lines(found, to=State.CLAWED_BACK, actor=actor.ref, at=at, reason=words, decider=verifier)
    plans = plan_undoing(found)
    if seen and digest_of(plans) != seen:
        raise UndoneOtherwise(
            _("Meanwhile something was invoiced or paid, so something else would come of it. Please look again.")
        )
    made = undo_results(contract, plans, reason=words, told=told.strip(), actor=actor.ref, at=at)
    tell_taken_back(claim, plans, at=at)
    return made


def undo_results(
    contract: OutcomesContract,
    plans: Sequence[LinePlan],
    *,
    reason: str,
    told: str = "",
    actor: str,
    at: datetime,
    tell: Tell = tell_nobody,
) -> list[Clawback]:
    """Undo what came of accepted lines, as planned. The caller has locked contract and lines and has moved the lines.

    Args:
        contract: Locked.
        plans: Of lines that the caller moved to "taken back".
        reason: Why, as the record keeps it.
        told: What payers are told on credit notes; may be empty.
        actor: Who.
        at: Now.
        tell: Is told how far it is.
    """
    if not plans:
        return []
    last = AssessmentRun.objects.filter(contract=contract).order_by("-number")[0]
    top_up, is_credit = top_up_payers(contract), charges_vat(contract)
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    batches: dict[int, str] = {}
    made = []
    for number, plan in enumerate(plans):
        if number % TOLD_EVERY == 0:
            tell(number, len(plans))
        clawback = Clawback.objects.create(result=plan.result, after_run=last.number, reason=reason, by=actor, at=at)
        made.append(clawback)
        _keep_overpayments(contract, clawback, plan, is_credit=is_credit, actor=actor, at=at)
        lines = [line for part in plan.parts for line in _lines(part, is_top_up=part.share.payer.code in top_up)]
        if lines:
            claim = plan.line.claim
            batch = batches.get(claim.pk) or batches.setdefault(claim.pk, batch_of(claim))
            _post(book, clawback, lines, source=claim.public_id, batch=batch, actor=actor, at=at)
        audit.record(
            actor=actor,
            action="bonds.line_taken_back",
            at=at,
            organisation=contract.organisation.public_id,
            subject=plan.line.public_id,
            after={"net_pence": plan.result.net_pence},
            reason=reason[:200],
        )
    issue_credit_notes(contract, plans, told=told, actor=actor, at=at)
    return made


def _lines(part: PartPlan, *, is_top_up: bool) -> list[Line]:
    """Income goes back by the whole part, against where it stands; the tax of what is credited goes back with it."""
    income, undone = TOP_UP_PAYMENTS if is_top_up else OUTCOME_PAYMENTS, part.undone
    found = []
    if undone.unasked > 0:
        found.append(Line(income, EARNED, undone.unasked))
    elif undone.unasked < 0:
        found.append(Line(EARNED, income, -undone.unasked))
    if undone.credited:
        found.append(Line(income, DEBTORS, undone.credited, credit_owner=part.share.payer.public_id))
    if part.tax:
        found.append(Line(VAT, DEBTORS, part.tax, credit_owner=part.share.payer.public_id))
    if undone.set_off:
        found.append(Line(income, CLAWBACK, undone.set_off))
    return found


def _keep_overpayments(
    contract: OutcomesContract, clawback: Clawback, plan: LinePlan, *, is_credit: bool, actor: str, at: datetime
) -> None:
    """Keep what payers have paid too much; what an earlier overpayment had settled is owed to them again."""
    for part in plan.parts:
        if part.undone.set_off:
            Overpayment.objects.create(
                contract=contract,
                payer=part.share.payer,
                line=plan.line,
                source=clawback.public_id,
                pence=part.undone.set_off,
                is_credit=is_credit,
                after_run=clawback.after_run,
                by=actor,
                at=at,
            )


def _post(
    book: Book, clawback: Clawback, lines: list[Line], *, source: str, batch: str, actor: str, at: datetime
) -> None:
    ledger_operations.post(
        book=book,
        key=f"bonds:taken_back:{clawback.public_id}",
        kind="bonds.taken_back",
        effective_on=legal_day(at),
        lines=lines,
        actor=actor,
        source=source,
        batch=batch,
        recorded_at=at,
    )
