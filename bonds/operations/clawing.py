"""Taking back what was accepted: it fills no cap any more, and what was asked or paid for it is made good.

Source: treasury specification A8: V10 (clawback, credit note). What has been paid is set off against the payer's next
parts; until then it stands in the clawback provision (2410), which the next lines use up (see `postings`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import (
    AssessmentRun,
    Claim,
    ClaimLine,
    Clawback,
    Invoice,
    InvoiceLine,
    LineResult,
    LineShare,
    OutcomesContract,
    Overpayment,
    Party,
)
from bonds.operations.assessing import check_running
from bonds.operations.deciding import check_verifier
from bonds.operations.invoicing import DEBTORS
from bonds.operations.lines import change_lines, lock_lines, read_claim, require_words
from bonds.operations.locks import lock_contract
from bonds.operations.postings import (
    CLAWBACK,
    EARNED,
    OUTCOME_PAYMENTS,
    TOP_UP_PAYMENTS,
    batch_of,
    top_up_payers,
)
from bonds.queries.invoices import write_facts
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line

State = states.LineState


@transaction.atomic
def take_back_lines(
    *, claim: Claim, lines: Sequence[str], reason: str, verifier: Party, actor: Actor, at: datetime
) -> list[Clawback]:
    """Take back accepted lines: what was not invoiced is not, what was gets a credit note, what was paid is set off.

    Args:
        claim: Whose lines.
        lines: Public ids; accepted, invoiced or paid.
        reason: Why.
        verifier: For whom somebody decides.
        actor: Who decides.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingWritten: the record has to say why.
        NotTheVerifier: the party does not verify now, or it is the one that claims.
        WrongState: a line was not accepted; then none is taken back.
        NothingToDecide: no line of this claim was named.
    """
    words = require_words(reason, _("Say why the lines are taken back: payers and provider have to be told."))
    contract = lock_contract(claim.contract_id)
    check_running(contract)
    claim = read_claim(claim, contract)
    check_verifier(claim, verifier, on=legal_day(at))
    found = lock_lines(claim, lines)
    change_lines(found, to=State.CLAWED_BACK, actor=actor.ref, at=at, reason=words, decider=verifier)
    return [undo_result(contract, line, reason=words, actor=actor.ref, at=at) for line in found]


def undo_result(contract: OutcomesContract, line: ClaimLine, *, reason: str, actor: str, at: datetime) -> Clawback:
    """Undo what came of an accepted line. The caller has locked contract and line and has moved the line.

    Args:
        contract: Locked.
        line: Moved to "taken back" by the caller.
        reason: Why.
        actor: Who.
        at: Now.
    """
    result = LineResult.objects.select_related("run").get(line=line)
    last = AssessmentRun.objects.filter(contract=contract).order_by("-number")[0]
    clawback = Clawback.objects.create(result=result, after_run=last.number, reason=reason, by=actor, at=at)
    top_up = top_up_payers(contract)
    lines: list[Line] = []
    for share in LineShare.objects.filter(result=result).select_related("payer", "payer__organisation").order_by("pk"):
        undo = _undo_share(contract, clawback, share, actor=actor, at=at)
        income = TOP_UP_PAYMENTS if share.payer.code in top_up else OUTCOME_PAYMENTS
        lines += undo.lines(income, share.payer)
    if lines:
        _post(contract, line, clawback, lines, actor=actor, at=at)
    audit.record(
        actor=actor,
        action="bonds.line_taken_back",
        at=at,
        organisation=contract.organisation.public_id,
        subject=line.public_id,
        after={"net_pence": result.net_pence},
        reason=reason[:200],
    )
    return clawback


@dataclass(frozen=True, slots=True)
class _Undo:
    """How one payer's part is made good, in pence: not asked for, credited, or set off later."""

    unasked: int = 0
    credited: int = 0
    set_off: int = 0

    def lines(self, income: str, payer: Party) -> list[Line]:
        """Income goes back by the whole part, against where it stands."""
        found = []
        if self.unasked > 0:
            found.append(Line(income, EARNED, self.unasked))
        elif self.unasked < 0:
            found.append(Line(EARNED, income, -self.unasked))
        if self.credited:
            found.append(Line(income, DEBTORS, self.credited, credit_owner=payer.public_id))
        if self.set_off:
            found.append(Line(income, CLAWBACK, self.set_off))
        return found


def _undo_share(contract: OutcomesContract, clawback: Clawback, share: LineShare, *, actor: str, at: datetime) -> _Undo:
    """Make good one payer's part; what an earlier overpayment had settled of it is owed to the payer again."""
    again = share.settled_pence - share.net_pence
    asked = InvoiceLine.objects.filter(share=share, kind=states.InvoiceKind.INVOICE.value).first()
    if asked is None:
        undo = _Undo(unasked=share.net_pence, set_off=again)
    else:
        invoice = Invoice.objects.select_for_update(no_key=True).get(pk=asked.invoice_id)
        if 0 < share.net_pence <= invoice.open_pence:
            _credit(contract, invoice, share, reason=clawback.reason, actor=actor, at=at)
            undo = _Undo(credited=share.net_pence, set_off=again)
        else:
            undo = _Undo(set_off=share.net_pence + again)
    if undo.set_off:
        Overpayment.objects.create(
            contract=contract,
            payer=share.payer,
            line=clawback.result.line,
            source=clawback.public_id,
            pence=undo.set_off,
            after_run=clawback.after_run,
            by=actor,
            at=at,
        )
    return undo


def _credit(
    contract: OutcomesContract, invoice: Invoice, share: LineShare, *, reason: str, actor: str, at: datetime
) -> None:
    """A credit note for one part of an invoice that is still to be paid; it settles so much of it."""
    last = Invoice.objects.filter(contract=contract).order_by("-number")[0]
    invoice.contract = contract
    note = Invoice(
        contract=contract,
        round=invoice.round,
        payer=share.payer,
        kind=states.InvoiceKind.CREDIT_NOTE.value,
        credits=invoice,
        number=last.number + 1,
        state=states.InvoiceState.PAID.value,
        issued_on=legal_day(at),
        due_on=legal_day(at),
        net_pence=share.net_pence,
        settled_pence=share.net_pence,
        purchase_order=invoice.purchase_order,
        reason=reason,
        issued_by=actor,
        issued_at=at,
    )
    note.facts = write_facts(note, [share])
    note.save()
    InvoiceLine.objects.create(invoice=note, place=1, kind=note.kind, share=share, pence=share.net_pence)
    invoice.settled_pence += share.net_pence
    invoice.state = (states.InvoiceState.ISSUED if invoice.open_pence else states.InvoiceState.PAID).value
    invoice.save()


def _post(
    contract: OutcomesContract, line: ClaimLine, clawback: Clawback, lines: list[Line], *, actor: str, at: datetime
) -> None:
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        key=f"bonds:taken_back:{clawback.public_id}",
        kind="bonds.taken_back",
        effective_on=legal_day(at),
        lines=lines,
        actor=actor,
        source=line.claim.public_id,
        batch=batch_of(line.claim),
        recorded_at=at,
    )
