"""People who were not referred: who owes whom, how much, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bonds import operations
from bonds.models import Invoice, ProviderDue, ReferralCompensation
from bonds.operations.invoicing import RECEIPT_PURPOSE
from bonds.operations.provider_errors import GuaranteeMissing, NothingToCompensate
from bonds.queries.people import guarantee_standings
from core.periods import legal_day
from ledger.models import Entry
from payments.operations import MoneyFacts, record_receipt
from tests.bonds.provider_pay.support import (
    BOOKED_AT,
    FIRST,
    GUARANTEE,
    PAID_ON,
    approve,
    balances,
    book_of,
    entry_count,
    make_world,
    noon,
    owed,
    pay,
    posted,
    refer,
)
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db


def accept(world, *, at=BOOKED_AT, **changed):
    named = {"commissioner": "northmoor", "provider": "hearthside", "from_on": date(2025, 4, 1)} | changed
    return operations.accept_compensation(contract=world.contract, actor=HOLDER, at=at, **named)


def test_the_commissioner_is_invoiced_and_the_provider_is_due_the_same():
    world = make_world()
    refer(world, 3)

    made = accept(world)

    assert (made.least, made.came, made.each_pence, made.pence) == (5, 3, 20_000, 40_000)
    assert posted(world, "bonds.compensation") == [
        ("1100", "northmoor", "4020", "", 40_000),
        ("5000", "", "2100", "hearthside", 40_000),
    ]
    assert owed(world) == {"hearthside": 40_000}
    invoice = made.invoice
    assert (invoice.payer.code, invoice.net_pence, invoice.number, invoice.lines.count()) == ("northmoor", 40_000, 1, 0)
    assert invoice.facts["BG-25"] == [
        {
            "BT-126": "1",
            "BT-129": "2",
            "BT-131": "400.00",
            "BT-134": "2025-04-01",
            "BT-135": "2025-06-30",
            "BT-146": "200.00",
            "BT-151": "O",
            "BT-153": "Compensation for people not referred to Brightwater Hearthside",
        }
    ]
    entry = Entry.objects.get(kind="bonds.compensation")
    assert (entry.batch, entry.source) == (invoice.round.public_id, made.public_id)
    due = ProviderDue.objects.get()
    assert (due.kind, due.pence, due.compensation, due.steps[0]["facts"]["too_few"]) == (
        "compensation",
        40_000,
        made,
        2,
    )


def test_both_sides_are_paid_in_the_ordinary_ways():
    world = make_world()
    made = accept(world)
    facts = MoneyFacts(
        moved_on=PAID_ON,
        amount_pence=100_000,
        party_name="Northmoor",
        purpose=RECEIPT_PURPOSE,
        subject=made.invoice.public_id,
        batch=made.invoice.round.public_id,
    )
    approve(
        record_receipt(
            organisation=world.contract.organisation, book=book_of(world.contract), facts=facts, key="r", actor=FIRST,
            at=noon(PAID_ON), today=PAID_ON,
        )
    )  # fmt: skip
    pay(world.provider, 100_000)

    assert Invoice.objects.get().state == "paid"
    assert owed(world) == {}
    assert balances(world.contract) == {"4020": -100_000, "5000": 100_000}


def test_it_is_made_good_once():
    world = make_world()
    made = accept(world)
    before = entry_count(world)

    with pytest.raises(NothingToCompensate) as refused:
        accept(world)

    assert refused.value.facts["compensation"] == made.public_id
    assert (entry_count(world), Invoice.objects.count(), ReferralCompensation.objects.count()) == (before, 1, 1)


@pytest.mark.parametrize(
    ("count", "at"), [(5, BOOKED_AT), (9, BOOKED_AT), (0, datetime(2025, 6, 30, 22, 59, tzinfo=UTC))]
)
def test_nothing_is_due_when_enough_came_or_before_the_period_has_ended(count, at):
    world = make_world()
    refer(world, count)

    with pytest.raises(NothingToCompensate):
        accept(world, at=at)

    assert (Invoice.objects.count(), ProviderDue.objects.count(), entry_count(world)) == (0, 0, 0)


def test_it_is_due_from_the_first_moment_after_the_period_in_london():
    world = make_world()

    assert accept(world, at=datetime(2025, 6, 30, 23, 0, tzinfo=UTC)).pence == 100_000


@pytest.mark.parametrize(
    "changed", [{"provider": "lanternhouse"}, {"commissioner": "southfell"}, {"from_on": date(2025, 4, 2)}]
)
def test_a_guarantee_that_nobody_gave_is_not_found(changed):
    world = make_world()

    with pytest.raises(GuaranteeMissing):
        accept(world, **changed)

    assert ReferralCompensation.objects.count() == 0


def test_the_standing_says_what_is_open_and_what_was_accepted():
    world = make_world()

    (before,) = guarantee_standings(contract=world.contract, on=legal_day(BOOKED_AT))
    made = accept(world)
    (after,) = guarantee_standings(contract=world.contract, on=legal_day(BOOKED_AT))

    assert (before.guarantee, before.is_open, before.accepted) == (GUARANTEE, True, None)
    assert (after.is_open, after.accepted) == (False, made)
    # Who comes late changes nothing any more.
    refer(world, 2)
    with pytest.raises(NothingToCompensate):
        accept(world)
