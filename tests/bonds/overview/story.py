"""A contract with every kind of cap, and half a year of it: claimed, accepted, cut, invoiced, paid, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bonds import operations
from bonds.arithmetic.terms import Cap, CapScope, Every
from bonds.models import Claim, Invoice
from bonds.operations.clawing import take_back_lines
from bonds.operations.invoicing import RECEIPT_PURPOSE
from foundation.access import Actor
from ledger.queries import get_book_by_slug
from payments.operations import MoneyFacts, approve_recorded, record_receipt
from tests.factories.bonds import HOLDER, VERIFIER, ContractWorld, make_contract, small_terms

FIRST = Actor(ref="user:usr_first", user_id=1, second_factor=True)
SECOND = Actor(ref="user:usr_second", user_id=2, second_factor=True)
CAPS = (
    Cap(code="person_1800", scope=CapScope.PERSON, amount=180_000),
    Cap(code="moves_2300", scope=CapScope.METRIC, amount=230_000, metrics=("moved_in",)),
    Cap(code="year_2500", scope=CapScope.PERIOD, amount=250_000, every=Every.YEAR),
    Cap(code="all_4000", scope=CapScope.CONTRACT, amount=400_000),
    Cap(code="fund_450", scope=CapScope.PAYER, amount=45_000, payer="topup"),
)


def at(month: int, day: int) -> datetime:
    """Ten in the morning of a day of 2025."""
    return datetime(2025, month, day, 10, 0, tzinfo=UTC)


@dataclass
class Story:
    """What happened, for tests to look at."""

    world: ContractWorld
    claims: list[Claim]
    invoices: dict[str, Invoice]


def tell(**changed) -> Story:
    """Two claims, of which four lines are accepted, one rejected, one waits; three invoices, two paid, one in part.

    Claim 1, 7 July: five moved in. On 14 July four are accepted (£2,000), on 15 July one is rejected. Invoices are
    issued on 20 July; northmoor pays all on 4 August, southfell £200 on 5 August. On 20 August one line is taken back.
    Claim 2, 6 October: two who moved in in September; one is accepted on 13 October, the other waits.
    """
    world = make_contract(small_terms(caps=CAPS) if not changed else small_terms(**changed))
    moved = [world.make_event("moved_in", date(2025, 4, 10 + n), evidence="tenancy") for n in range(4)]
    moved.append(world.make_event("moved_in", date(2025, 6, 1)))
    first = world.submit(*moved, at=at(7, 7))
    lines = list(first.lines.order_by("pk").values_list("public_id", flat=True))
    verify = {"verifier": world.verifier, "actor": VERIFIER}
    operations.accept_lines(claim=first, lines=lines[:4], at=at(7, 14), **verify)
    operations.reject_lines(claim=first, lines=lines[4:], reason="Nothing shows it.", at=at(7, 15), **verify)
    issued = operations.issue_invoices(contract=world.contract, actor=HOLDER, at=at(7, 20))
    invoices = {one.payer.code: one for one in issued}
    receive(invoices["northmoor"], 100_000, at(8, 4))
    receive(invoices["southfell"], 20_000, at(8, 5))
    take_back_lines(claim=first, lines=lines[:1], reason="No such flat.", at=at(8, 20), **verify)
    later = [world.make_event("moved_in", date(2025, 9, 2 + n), evidence="tenancy") for n in range(2)]
    second = world.submit(*later, at=at(10, 6))
    lines = list(second.lines.order_by("pk").values_list("public_id", flat=True))
    operations.accept_lines(claim=second, lines=lines[:1], at=at(10, 13), **verify)
    return Story(world, [first, second], invoices)


def receive(invoice: Invoice, pence: int, when: datetime) -> None:
    """Money for an invoice, let into the books by a second person."""
    invoice.refresh_from_db()
    facts = MoneyFacts(
        moved_on=when.date(),
        amount_pence=pence,
        party_name=invoice.payer.organisation.name,
        purpose=RECEIPT_PURPOSE,
        subject=invoice.public_id,
        batch=invoice.round.public_id,
    )
    record = record_receipt(
        organisation=invoice.contract.organisation,
        book=get_book_by_slug(slug=invoice.contract.book_slug),
        facts=facts,
        key=f"{invoice.public_id}:{pence}",
        actor=FIRST,
        at=when,
        today=when.date(),
    )
    approve_recorded(record=record, actor=SECOND, at=when, today=when.date())
