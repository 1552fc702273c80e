"""Undoing a compensation that was accepted wrongly: nobody owes it any more, and the period can be made good again.

Source: treasury specification A8: V10 (credit note, set-off), as for results that are taken back; for the provider the
opposite of what was booked. The specification has no row for compensation; ask your accountant.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.provider_pay import PayKind
from bonds.arithmetic.undoing import Undone
from bonds.models import (
    CompensationUndoing,
    Invoice,
    Overpayment,
    ProviderDue,
    ReferralCompensation,
)
from bonds.operations.assessing import check_running
from bonds.operations.compensating import SERVICE_INCOME
from bonds.operations.investor_postings import PROVIDERS
from bonds.operations.invoice_papers import publish
from bonds.operations.invoicing import settle_invoice
from bonds.operations.lines import require_words
from bonds.operations.locks import lock_contract
from bonds.operations.noting import issue_note
from bonds.operations.overpaying import last_run
from bonds.operations.postings import CLAWBACK, DEBTORS
from bonds.operations.provider_dues import PROVIDER_FEES
from bonds.operations.provider_errors import CompensationUndone
from bonds.operations.provider_mails import tell_compensation_undone
from bonds.queries.invoices import charges_vat, number_of
from bonds.queries.provider_pay import get_compensation, plan_compensation_undoing
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line


@transaction.atomic
def undo_compensation(
    *, compensation: ReferralCompensation, reason: str, actor: Actor, at: datetime
) -> CompensationUndoing:
    """Undo, for the contract holder, what a commissioner was asked for people it did not refer.

    If all of it is still to be paid a credit note takes it off the invoice; otherwise the commissioner has paid too
    much, and its next parts settle that. The provider is not due it any more: what it was paid already, its next
    amounts settle.

    Args:
        compensation: What was accepted, of a contract that runs.
        reason: Why; commissioner and provider are told.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        NotRunning: the contract is closed.
        NothingWritten: nobody said why.
        CompensationUndone: it was undone before.
    """
    words = require_words(reason, _("Say why it is undone: commissioner and provider are told."))
    contract = lock_contract(compensation.contract_id)
    check_running(contract)
    made = get_compensation(contract=contract, public_id=compensation.public_id)
    if CompensationUndoing.objects.filter(compensation=made).exists():
        raise CompensationUndone(_("This compensation was undone before."), compensation=made.public_id)
    plan = plan_compensation_undoing(made)
    note = _credit(made, words, actor=actor.ref, at=at) if plan.credited else None
    undoing = CompensationUndoing.objects.create(
        compensation=made, note=note, reason=words, undone_on=legal_day(at), by=actor.ref, at=at
    )
    if plan.set_off:
        _keep_overpayment(undoing, plan.set_off)
    _take_from_provider(undoing)
    _post(undoing, plan)
    audit.record(
        actor=actor.ref,
        action="bonds.compensation_undone",
        at=at,
        organisation=contract.organisation.public_id,
        subject=made.public_id,
        after={"credited": plan.credited, "set_off": plan.set_off},
        reason=words[:200],
    )
    tell_compensation_undone(undoing, plan, at=at)
    if note is not None:
        publish([note], actor=actor.ref, at=at)
    return undoing


def _credit(made: ReferralCompensation, words: str, *, actor: str, at: datetime) -> Invoice:
    """A credit note with the one line of the invoice."""
    invoice = made.invoice
    note = issue_note(
        payer=invoice.payer,
        claim_round=invoice.round,
        parts=[],
        plain_lines=invoice.facts["BG-25"],
        net_pence=made.pence,
        tax_pence=0,
        like=invoice,
        of=invoice,
        reason=words,
        actor=actor,
        at=at,
    )
    settle_invoice(invoice, note.gross_pence, actor=actor, at=at, reason=number_of(note))
    return note


def _keep_overpayment(undoing: CompensationUndoing, pence: int) -> None:
    made = undoing.compensation
    Overpayment.objects.create(
        contract=made.contract,
        payer=made.commissioner,
        source=undoing.public_id,
        pence=pence,
        is_credit=charges_vat(made.contract),
        after_run=last_run(made.contract),
        by=undoing.by,
        at=undoing.at,
    )


def _take_from_provider(undoing: CompensationUndoing) -> None:
    made = undoing.compensation
    ProviderDue.objects.create(
        contract=made.contract,
        provider=made.provider,
        round=made.invoice.round,
        kind=PayKind.COMPENSATION.value,
        from_on=made.from_on,
        until_on=made.until_on,
        undoing=undoing,
        pence=-made.pence,
        steps=made.due.steps,
        booked_on=undoing.undone_on,
        by=undoing.by,
        at=undoing.at,
    )


def _post(undoing: CompensationUndoing, plan: Undone) -> None:
    made = undoing.compensation
    lines = [Line(PROVIDERS, PROVIDER_FEES, made.pence, debit_owner=made.provider.public_id)]
    if plan.credited:
        lines.append(Line(SERVICE_INCOME, DEBTORS, plan.credited, credit_owner=made.commissioner.public_id))
    if plan.set_off:
        lines.append(Line(SERVICE_INCOME, CLAWBACK, plan.set_off))
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=made.contract.book_slug),
        key=f"bonds:compensation_undone:{undoing.public_id}",
        kind="bonds.compensation_undone",
        effective_on=undoing.undone_on,
        lines=lines,
        actor=undoing.by,
        source=made.public_id,
        batch=made.invoice.round.public_id,
        recorded_at=undoing.at,
    )
