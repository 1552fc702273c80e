"""Rows that no act writes, put in with the guards taken away: the check of each invariant finds them."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.invariants.claims import CLAIM_INVARIANTS
from tests.factories.bonds import DECIDED_AT, HOLDER, make_contract
from tests.support.broken import break_and_find

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in CLAIM_INVARIANTS}
ONE = "WHERE line_id = (SELECT min(line_id) FROM bonds_lineresult)"
NAMED = "ALTER TABLE bonds_linereduction DROP CONSTRAINT bonds_reduction_named;"
NEVER = "ALTER TABLE bonds_linestatechange DROP CONSTRAINT bonds_line_claimant_never_verifies;"
BREAKS = {
    "BND-1": [
        f"UPDATE bonds_lineresult SET gross_pence = gross_pence + 1 {ONE}",
        "UPDATE bonds_linereduction SET pence = pence - 1",
        f"{NAMED} UPDATE bonds_linereduction SET reason = ''",
        "DELETE FROM bonds_linereduction",
    ],
    "BND-2": [
        "UPDATE bonds_lineshare SET net_pence = net_pence + 1",
        "DELETE FROM bonds_lineshare WHERE id = (SELECT min(id) FROM bonds_lineshare)",
    ],
    "BND-3": [
        "UPDATE bonds_lineshare SET settled_pence = settled_pence + 1",
        f"UPDATE bonds_lineresult SET units = 2 {ONE}",
    ],
    "BND-4": [
        f"{NEVER} UPDATE bonds_linestatechange SET decider = claimant WHERE to_state = 'validated'",
        f"{NEVER} UPDATE bonds_linestatechange SET claimant = decider WHERE to_state = 'validated'",
        "UPDATE bonds_partyroleheld SET party_id = (SELECT id FROM bonds_party WHERE code = 'hearthside') "
        "WHERE role = 'verifier'",
    ],
    "BND-5": [
        "UPDATE bonds_contractversion SET terms = jsonb_set(terms, '{tariffs,0,price}', '1')",
        "UPDATE bonds_contractversion SET effective_on = effective_on - 1",
        "DELETE FROM bonds_signature WHERE id = (SELECT min(id) FROM bonds_signature)",
    ],
    "BND-6": [
        "UPDATE bonds_claimline SET state = 'validated' WHERE state = 'submitted'",
        "DELETE FROM bonds_linestatechange WHERE to_state = 'validated'",
    ],
    "BND-7": [
        "UPDATE bonds_claimline SET indicative_pence = indicative_pence + 1 WHERE state = 'submitted'",
        "UPDATE bonds_claimline SET state = 'rejected' WHERE state = 'submitted'",
    ],
    "BND-8": [
        "UPDATE ledger_transfer SET amount = amount - 1 WHERE credit_account_id IN "
        "(SELECT id FROM ledger_account WHERE code = '4010')",
        "UPDATE ledger_entry SET key = 'other' WHERE kind = 'bonds.accepted'",
    ],
    "BND-9": ["UPDATE bonds_assessmentrun SET number = 3"],
    "BND-10": [
        "UPDATE bonds_invoice SET net_pence = net_pence + 1 WHERE number = 1",
        "DELETE FROM bonds_invoiceline; DELETE FROM bonds_invoice",
        "UPDATE bonds_invoice SET settled_pence = 1 WHERE number = 1",
    ],
    "BND-11": [
        "INSERT INTO bonds_overpayment (public_id, contract_id, payer_id, source, pence, is_credit, tax_pence, "
        "after_run, by, at) SELECT 'ovp_x', contract_id, id, 'x', 5, false, 0, 1, 'user:usr_x', now() "
        "FROM bonds_party WHERE code = 'topup'",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """A person whose cap is full and for whom every payer has an invoice, and a claim that waits."""
    world = make_contract()
    person = world.make_person()
    world.accept(
        world.submit(
            world.make_event("moved_in", date(2025, 4, 10), person, "tenancy"),
            world.make_event("stayed_3m", date(2025, 7, 1), person, "landlord_letter"),
        )
    )
    operations.issue_invoices(contract=world.contract, actor=HOLDER, at=DECIDED_AT)
    world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"))


@pytest.mark.usefixtures("_history", "_as_superuser")
@pytest.mark.parametrize(("code", "sql"), [(code, sql) for code, many in BREAKS.items() for sql in many])
def test_it_is_found(code, sql):
    assert list(FIND[code]()) == []

    assert break_and_find(FIND[code], sql) != []
    assert list(FIND[code]()) == []


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
