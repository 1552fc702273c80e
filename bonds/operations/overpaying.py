"""What a payer has paid too much, or is owed, as a credit (2410): set against its next invoices, or paid back.

Source: treasury specification A8: V10 (clawback, credit note). Where no VAT is charged, what was paid too much is
settled inside the payer's next lines instead (see `clawing`): that changes no tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bonds.arithmetic.advancing import use_advances
from bonds.models import AssessmentRun, CreditUse, Invoice, OutcomesContract, Overpayment, Party
from bonds.operations.postings import CLAWBACK, DEBTORS, EARNED, VAT
from bonds.queries.overpayments import credits_of
from core.periods import legal_day
from foundation import audit
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line

CREDITED_KIND: Final = "bonds.credited"
USED_KIND: Final = "bonds.credit_used"


def credit_paid(note: Invoice, pence: int, *, actor: str, at: datetime) -> None:
    """Keep as a credit what a note cannot take off its invoice, because it was paid.

    Args:
        note: Just issued; all of it was booked to the payer's account.
        pence: So much of it, with tax in proportion, rounded down; nothing is kept of nothing.
        actor: Reference of who.
        at: Now.
    """
    if pence:
        tax = note.tax_pence * pence // note.gross_pence
        _keep(note, pence, tax, actor=actor, at=at)
        _post(note, [Line(DEBTORS, CLAWBACK, pence, debit_owner=note.payer.public_id)], actor=actor, at=at)


def credit_owed(note: Invoice, *, actor: str, at: datetime) -> None:
    """Keep as a credit what the investors' side owes a payer by a note for a downside share.

    Args:
        note: Just issued; nothing of it was booked but that the income went back.
        actor: Reference of who.
        at: Now.
    """
    _keep(note, note.gross_pence, note.tax_pence, actor=actor, at=at)
    lines = [Line(EARNED, CLAWBACK, note.net_pence)]
    if note.tax_pence:
        lines.append(Line(VAT, CLAWBACK, note.tax_pence))
    _post(note, lines, actor=actor, at=at)


def plan_credits(payer: Party, *, asked: int) -> list[tuple[Overpayment, int]]:
    """Say what of a payer's credits an invoice uses, the oldest first. The caller has locked the contract.

    Args:
        payer: Whose.
        asked: What is still to be paid of the invoice, in pence.
    """
    left = credits_of(payer)
    used = use_advances(asked, [one.left for one in left])
    return [(one.credit, pence) for one, pence in zip(left, used, strict=True) if pence]


def use_credits(invoice: Invoice, uses: Sequence[tuple[Overpayment, int]], *, actor: str, at: datetime) -> None:
    """Set credits against an invoice: the payer owes so much less.

    Args:
        invoice: Just issued, of a contract that the caller has locked.
        uses: As `plan_credits` gave them.
        actor: Reference of who.
        at: Now.
    """
    for credit, pence in uses:
        use = CreditUse.objects.create(overpayment=credit, invoice=invoice, pence=pence, at=at)
        ledger_operations.post(
            book=ledger_queries.get_book_by_slug(slug=invoice.contract.book_slug),
            key=f"bonds:credit_used:{use.public_id}",
            kind=USED_KIND,
            effective_on=invoice.issued_on,
            lines=[Line(CLAWBACK, DEBTORS, pence, credit_owner=invoice.payer.public_id)],
            actor=actor,
            source=invoice.public_id,
            batch=invoice.round.public_id,
            recorded_at=at,
        )
        audit.record(
            actor=actor,
            action="bonds.credit_used",
            at=at,
            organisation=invoice.contract.organisation.public_id,
            subject=credit.public_id,
            after={"invoice": invoice.public_id, "pence": pence},
        )


def last_run(contract: OutcomesContract) -> int:
    """Number of the last working of a contract; 0 before the first."""
    runs = AssessmentRun.objects.filter(contract=contract).order_by("-number")
    return runs.values_list("number", flat=True).first() or 0


def _keep(note: Invoice, pence: int, tax: int, *, actor: str, at: datetime) -> None:
    Overpayment.objects.create(
        contract=note.contract,
        payer=note.payer,
        source=note.public_id,
        pence=pence,
        is_credit=True,
        tax_pence=tax,
        note=note,
        after_run=last_run(note.contract),
        by=actor,
        at=at,
    )


def _post(note: Invoice, lines: list[Line], *, actor: str, at: datetime) -> None:
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=note.contract.book_slug),
        key=f"bonds:credited:{note.public_id}",
        kind=CREDITED_KIND,
        effective_on=legal_day(at),
        lines=lines,
        actor=actor,
        source=note.public_id,
        batch=note.round.public_id,
        recorded_at=at,
    )
