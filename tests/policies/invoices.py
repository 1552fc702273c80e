"""Addresses of invoices under outcomes contracts, with who may use them, and the contract for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bonds import operations
from bonds.arithmetic.terms import AdvanceTerm
from people.models import Organisation
from tests.factories.bonds import DECIDED_AT, HOLDER, make_contract, small_terms
from tests.policies.kinds import SECRETARY, TREASURER, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


@dataclass
class Invoiced:
    """The parts of the addresses of an invoice that the organisation of the world has issued."""

    slug: str
    reference: str
    number: int
    payer: str = "southfell"


def _advance(code: str) -> AdvanceTerm:
    return AdvanceTerm(code=code, payer="northmoor", amount=10_000, payable_on=date(2025, 9, 1))


def an_invoice(organisation: Organisation) -> Invoiced:
    """An invoice under a contract that the organisation holds; something else waits to be invoiced."""
    terms = small_terms(advances=tuple(_advance(code) for code in ("start", "spring")))
    world = make_contract(terms, reference="blackthorn", holder=organisation)
    operations.ask_for_advance(contract=world.contract, code="start", actor=HOLDER, at=DECIDED_AT)
    for day in (10, 11):
        world.accept(world.submit(world.make_event("moved_in", date(2025, 4, day), evidence="tenancy")))
        if day == 10:
            operations.issue_invoices(contract=world.contract, actor=HOLDER, at=DECIDED_AT)
    return Invoiced(organisation.slug, "blackthorn", 1)


def _parts(of: str, *names: str) -> Arguments:
    def give(world: object) -> dict[str, object]:
        found = getattr(world, of)
        return {name: getattr(found, name) for name in ("slug", "reference", *names)}

    return give


PARTS: dict[str, Arguments] = {
    **{f"bonds:{name}": _parts("invoiced") for name in ("invoices", "invoices-issue", "vat", "orders", "order-new")},
    "bonds:recognition": _parts("invoiced"),
    "api:recognition-list": _parts("invoiced"),
    **{f"bonds:invoice{act}": _parts("invoiced", "number") for act in ("", "-pdf", "-receipt")},
    **{
        f"api:{name}": _parts("invoiced") for name in ("invoice-list", "invoices-waiting", "order-list", "vat-list")
    },
    **{f"api:invoice{act}": _parts("invoiced", "number") for act in ("", "-lines", "-pdf", "-receipts")},
    **{name: _parts("invoiced") for name in ("bonds:advances", "bonds:advance-ask", "api:advance-list")},
    **{name: _parts("invoiced") for name in ("bonds:overpayments", "api:overpayment-list")},
    **{name: _parts("invoiced", "payer") for name in ("bonds:overpayment-refund", "api:overpayment-refunds")},
    **{f"bonds:advance-{act}": _parts("invoiced", "number") for act in ("receipt", "refund")},
    **{f"api:advance-{act}": _parts("invoiced", "number") for act in ("receipts", "refunds")},
    "bonds:claim-clawback": _parts("desk_claim", "number"),
    "api:claim-clawback": _parts("desk_claim", "number"),
    "api:claim-clawback-preview": _parts("desk_claim", "number"),
}  # fmt: skip
_KEEPERS = (SECRETARY, TREASURER)
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in ("invoices", "invoice", "orders", "order-new", "claim-clawback")),
    *(officers(f"bonds:{name}", "post") for name in ("invoice-pdf", "order-new", "claim-clawback")),
    *(
        officers(f"bonds:{name}", method, *_KEEPERS)
        for name in ("invoices-issue", "vat", "recognition")
        for method in ("get", "post")
    ),
    *(officers("bonds:invoice-receipt", method, TREASURER) for method in ("get", "post")),
    *(
        officers(f"api:{name}", scope="contracts:read")
        for name in ("invoice-list", "invoice", "invoice-lines", "invoice-pdf", "invoice-receipts", "order-list")
    ),
    officers("api:invoices-waiting", "get", *_KEEPERS, scope="contracts:read"),
    *(officers(f"api:{name}-list", "get", *_KEEPERS, scope="contracts:read") for name in ("vat", "recognition")),
    officers("api:invoice-list", "post", *_KEEPERS, scope="contracts:write"),
    *(officers(f"api:{name}-list", "post", *_KEEPERS, scope="contracts:write") for name in ("vat", "recognition")),
    officers("api:order-list", "post", scope="contracts:write"),
    officers("api:invoice-receipts", "post", TREASURER, scope="payments:write"),
    officers("bonds:advances"),
    officers("bonds:overpayments"),
    *(officers("bonds:overpayment-refund", method, TREASURER) for method in ("get", "post")),
    officers("api:overpayment-list", scope="contracts:read"),
    officers("api:overpayment-refunds", "post", TREASURER, scope="payments:write"),
    officers("bonds:advance-ask", "post", *_KEEPERS),
    *(
        officers(f"bonds:advance-{act}", method, TREASURER)
        for act in ("receipt", "refund")
        for method in ("get", "post")
    ),
    officers("api:advance-list", scope="contracts:read"),
    officers("api:advance-list", "post", *_KEEPERS, scope="contracts:write"),
    *(officers(f"api:advance-{act}", "post", TREASURER, scope="payments:write") for act in ("receipts", "refunds")),
    officers("api:claim-clawback", "post", scope="claims:write"),
    officers("api:claim-clawback-preview", "post", scope="contracts:read"),
)
