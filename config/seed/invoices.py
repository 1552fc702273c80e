"""Around the invoices of the demo's contract: orders, VAT, a reminder, a part payment that waits, a line taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from bonds import operations
from bonds.arithmetic.months import add_months
from bonds.models import Invoice, OutcomesContract, Party
from bonds.queries.invoice_lists import overdue_invoices
from bonds.states import InvoiceKind, VatCategory
from config.demo_people import COMMISSIONER, HOLDER, VERIFIER
from core.periods import legal_day
from foundation.access import Actor

YEAR: Final = 12
PART_PENCE: Final = 50_000


def record_orders(
    *, contract: OutcomesContract, parties: Mapping[str, Party], begin: date, find_actor: Callable[[str], Actor],
    at: datetime,
) -> None:  # fmt: skip
    """Record what payers ordered, and how VAT looks at the contract, before the first invoice.

    Args:
        contract: Signed.
        parties: By short name.
        begin: First day of service.
        find_actor: Gives the actor of an e-mail address.
        at: When.
    """
    second, third = add_months(begin, YEAR), add_months(begin, 3 * YEAR)
    orders = (
        ("northmoor", "NM-HSG-20417", "Housing 4410", begin, second, 3_000_000, COMMISSIONER),
        ("northmoor", "NM-HSG-22083", "Housing 4410", second, third, 4_000_000, COMMISSIONER),
        ("southfell", "SF 7716", "", begin, third, None, HOLDER),
    )
    for code, number, cost_centre, from_on, until_on, pence, who in orders:
        operations.record_purchase_order(
            payer=parties[code],
            number=number,
            cost_centre=cost_centre,
            from_on=from_on,
            until_on=until_on,
            amount_pence=pence,
            actor=find_actor(who.email),
            at=at,
        )
    operations.record_vat_treatment(
        contract=contract,
        category=VatCategory.OUTSIDE,
        from_on=begin,
        reason="Outside the scope of VAT: grant agreement, adviser's letter of the week of signing",
        actor=find_actor(HOLDER.email),
        at=at,
    )


def leave_things_open(
    *, contract: OutcomesContract, verifier: Party, find_actor: Callable[[str], Actor], now: datetime
) -> None:
    """Remind the slow payer, let a part of its money wait for a second person, and take a line back.

    Args:
        contract: Two years in.
        verifier: Who takes back.
        find_actor: Gives the actor of an e-mail address.
        now: The present instant.
    """
    late = [one for one in overdue_invoices(legal_day(now)) if one.contract_id == contract.pk]
    for invoice in late:
        operations.remind_overdue(invoice=invoice, at=now)
    if not late:
        return
    _take_back(late[0], verifier, actor=find_actor(VERIFIER.email), now=now)
    invoice = Invoice.objects.select_related("contract__organisation", "payer__organisation", "round").get(
        pk=late[0].pk
    )
    operations.record_invoice_receipt(
        invoice=invoice,
        moved_on=legal_day(now),
        amount_pence=min(PART_PENCE, invoice.open_pence),
        reference="KINDLE PART 1",
        account="1200",
        key=f"demo:part:{invoice.public_id}",
        actor=find_actor(HOLDER.email),
        at=now,
        today=legal_day(now),
    )


def _take_back(invoice: Invoice, verifier: Party, *, actor: Actor, now: datetime) -> None:
    """Take back the first line of an invoice: this payer gets a credit note, those who paid are set off."""
    assert invoice.kind == InvoiceKind.INVOICE.value, "only invoices are overdue"
    line = invoice.lines.select_related("share__result__line__claim").order_by("place")[0].share.result.line
    operations.take_back_lines(
        claim=line.claim,
        lines=[line.public_id],
        reason="The landlord wrote that the tenancy had ended two weeks before the day that was claimed.",
        told="A later check of the evidence showed that the result did not stand.",
        verifier=verifier,
        actor=actor,
        at=now,
    )
