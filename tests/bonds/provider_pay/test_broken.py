"""Rows that no act writes, put in with the guards taken away: the check of each invariant of providers finds them."""

from __future__ import annotations

import pytest

from bonds import operations
from bonds.invariants.providers import PROVIDER_INVARIANTS
from tests.bonds.provider_pay.support import BOOKED_AT, PAID_ON, book, claim_two, make_world, pay, take_back
from tests.bonds.provider_pay.test_compensation import accept, receive, undo
from tests.bonds.provider_pay.test_statements import whole
from tests.factories.bonds import HOLDER
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in PROVIDER_INVARIANTS}
OTHER = "(SELECT id FROM bonds_party WHERE code = 'lanternhouse')"
ADDS_UP = "ALTER TABLE bonds_referralcompensation DROP CONSTRAINT bonds_compensation_adds_up;"
SAYS = "ALTER TABLE bonds_providerstatement DROP CONSTRAINT bonds_providerstatement_adds_up;"
BREAKS = {
    "BND-31": [
        "UPDATE bonds_providerdue SET pence = pence + 1 WHERE kind = 'fee'",
        "DELETE FROM bonds_providerpayment",
        "UPDATE ledger_balance SET credits = credits + 1 WHERE owner <> '' AND account_id IN "
        "(SELECT id FROM ledger_account WHERE code = '2100')",
    ],
    "BND-32": [
        f"UPDATE bonds_providerdue SET provider_id = {OTHER} WHERE kind = 'success'",
        "UPDATE bonds_providerdue SET pence = pence - 1 WHERE clawback_id IS NOT NULL",
        "DELETE FROM bonds_providerdue WHERE kind = 'outcome' AND clawback_id IS NULL",
        "UPDATE bonds_providerdue SET result_id = (SELECT max(result_id) FROM bonds_providerdue) "
        "WHERE clawback_id IS NOT NULL",
    ],
    "BND-33": [
        "UPDATE bonds_providerpayment SET pence = pence - 1",
        "UPDATE bonds_providerpayment SET record = 'rec_other'",
        f"UPDATE bonds_providerpayment SET provider_id = {OTHER}",
        "DELETE FROM bonds_providerpayment",
    ],
    "BND-34": ["UPDATE bonds_providerpayment SET pence = 10000000", "DELETE FROM bonds_providerdue WHERE pence > 0"],
    "BND-35": [
        f"{ADDS_UP} UPDATE bonds_referralcompensation SET pence = pence + 1",
        f"{ADDS_UP} UPDATE bonds_referralcompensation SET came = 1",
        "DELETE FROM bonds_providerdue WHERE kind = 'compensation'",
        f"UPDATE bonds_providerdue SET provider_id = {OTHER} WHERE kind = 'compensation'",
        "UPDATE bonds_providerdue SET pence = pence + 1 WHERE undoing_id IS NOT NULL",
        "UPDATE bonds_overpayment SET pence = pence - 1 WHERE source LIKE 'rcu%'",
        "UPDATE bonds_compensationundoing SET note_id = NULL",
        "UPDATE bonds_referralcompensation SET commissioner_id = (SELECT id FROM bonds_party WHERE code = 'southfell')",
    ],
    "BND-36": [
        f"{SAYS} UPDATE bonds_providerstatement SET after_pence = after_pence + 1",
        "UPDATE bonds_providerdue SET pence = pence + 1 WHERE kind = 'fee'",
        "UPDATE bonds_providerpayment SET paid_on = paid_on + 90",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """All three kinds of pay, a payment, a result taken back, compensation in all its states, and statements."""
    world = make_world()
    claim = claim_two(world)
    world.accept(claim)
    book(world)
    pay(world.provider, 100_000)
    take_back(world, claim, "moved_in")
    book(world)
    # One that was undone before it was paid, one that was undone afterwards, and one that stands.
    undo(accept(world))
    paid = accept(world)
    receive(paid, 1)
    undo(paid)
    accept(world)
    operations.issue_provider_statement(
        provider=whole(world), from_on=PAID_ON.replace(month=4), until_on=BOOKED_AT.date(), actor=HOLDER, at=BOOKED_AT
    )
    operations.issue_provider_statement(
        provider=whole(world), from_on=PAID_ON.replace(month=4), until_on=PAID_ON.replace(day=26), actor=HOLDER,
        at=BOOKED_AT.replace(day=26),
    )  # fmt: skip


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
