"""What a payer pays before results is deferred until results earn it; the exact entries of V11, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from bonds import operations, states
from bonds.arithmetic.advancing import use_advances
from bonds.models import Advance, AdvanceMoney, AdvanceUse, ClaimLine, Invoice
from bonds.operations.advance_errors import AdvanceAsked, AdvanceEarned, AdvanceTaxed, TooMuchAdvanced
from bonds.operations.errors import WrongMoney
from bonds.queries.advances import AdvanceMissing, list_advances, list_foreseen, sum_unearned
from bonds.queries.closing import find_obstacles
from bonds.queries.report_money import sum_cash
from foundation.models import AuditEvent, MailMessage
from ledger import queries as ledger_queries
from ledger.models import Entry
from payments.models import RecordedMoney
from payments.operations import MoneyFacts, record_receipt
from tests.bonds.advances.support import (
    ASKED_AT,
    FIRST,
    PAID_AT,
    PAID_ON,
    approve,
    ask,
    make_world,
    move,
    pay,
    undo,
)
from tests.bonds.claims.test_taking_back import take_back
from tests.bonds.invoices.test_invoicing import balances, issue
from tests.bonds.invoices.test_invoicing import receive as receive_invoice
from tests.factories.bonds import HOLDER, RUN_OFF_UNTIL, make_contract
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db

NEXT_AT = datetime(2025, 10, 15, 9, 0, tzinfo=UTC)


def accept(world, people=1, day=10):
    events = [world.make_event("moved_in", date(2025, 4, day), evidence="tenancy") for _ in range(people)]
    world.accept(world.submit(*events))


def lines_of(entry):
    found = [(one.debit_account.code, one.credit_account.code, one.amount) for one in entry.transfers.order_by("pk")]
    assert found
    return found


def standing(world):
    return {
        one.advance.code: (one.open, one.received, one.earned, one.refunded, one.unearned)
        for one in list_advances(world.contract)
    }


@pytest.mark.parametrize(
    ("asked", "unearned", "used"),
    [
        (100, [], []),
        (100, [30, 20], [30, 20]),
        (40, [30, 20], [30, 10]),
        (30, [30, 20], [30, 0]),
        (0, [30], [0]),
        (10, [0, 20], [0, 10]),
    ],
)
def test_the_oldest_advance_is_used_first_and_none_beyond_the_invoice(asked, unearned, used):
    assert use_advances(asked, unearned) == used


def test_an_advance_that_came_is_no_income():
    world = make_world()
    make_officer(world.parties["northmoor"].organisation, email="northmoor@example.org")
    assert [one.term.code for one in list_foreseen(world.contract, on=date(2025, 4, 2))] == ["fund", "start", "autumn"]

    advance = ask(world)
    assert balances() == {}
    record = move(advance, 40_000)
    assert balances() == {}
    approve(record)

    assert balances() == {"1200": 40_000, "2400": -40_000}
    entry = Entry.objects.get()
    assert (entry.kind, entry.batch) == ("payments.recorded_receipt", advance.public_id)
    assert lines_of(entry) == [("1200", "2400", 40_000)]
    assert standing(world) == {"start": (0, 40_000, 0, 0, 40_000)}
    assert [one.term.code for one in list_foreseen(world.contract, on=date(2025, 4, 2))] == ["fund", "autumn"]
    event = AuditEvent.objects.get(action="bonds.advance_asked")
    assert event.after == {"advance": "start", "pence": 40_000, "payable_on": "2025-05-01"}
    told = MailMessage.objects.filter(to="northmoor@example.org").order_by("pk").values_list("template", flat=True)
    assert [one for one in told if one.startswith("bonds/")] == [
        "bonds/mail/advance_asked",
        "bonds/mail/advance_received",
    ]


def test_results_earn_it_when_they_are_invoiced_and_income_is_credited_once():
    world = make_world()
    pay(world)
    accept(world)
    assert balances() == {"1200": 40_000, "2400": -40_000, "1110": 50_000, "4000": -40_000, "4010": -10_000}

    invoices = issue(world)

    mine = invoices["northmoor"]
    mine.refresh_from_db()
    assert (mine.state, mine.net_pence, mine.settled_pence, mine.open_pence) == ("paid", 25_000, 25_000, 0)
    assert (mine.facts["BT-112"], mine.facts["BT-113"], mine.facts["BT-115"]) == ("250.00", "250.00", "0.00")
    assert "BT-113" not in invoices["southfell"].facts
    assert balances() == {"1200": 40_000, "2400": -15_000, "1100": 25_000, "4000": -40_000, "4010": -10_000}
    earned = Entry.objects.get(kind="bonds.advance_earned")
    assert (earned.batch, earned.source) == (mine.round.public_id, mine.public_id)
    assert lines_of(earned) == [("2400", "1100", 25_000)]
    assert standing(world) == {"start": (0, 40_000, 25_000, 0, 15_000)}
    assert ClaimLine.objects.get().state == "invoiced"
    assert AuditEvent.objects.get(action="bonds.advance_earned").after == {
        "invoice": "BRIGHTWATER-INV-0001",
        "pence": 25_000,
    }


def test_what_the_advance_does_not_cover_is_paid_as_ever_and_the_line_is_paid_when_all_have():
    world = make_world()
    pay(world)
    pay(world, "fund")
    accept(world)
    issue(world)
    accept(world, day=11)
    issue(world, at=NEXT_AT)

    northmoor = Invoice.objects.filter(payer__code="northmoor").order_by("number")
    assert [(one.state, one.settled_pence, one.open_pence) for one in northmoor] == [
        ("paid", 25_000, 0),
        ("issued", 15_000, 10_000),
    ]
    assert (northmoor[1].facts["BT-113"], northmoor[1].facts["BT-115"]) == ("150.00", "100.00")
    assert [one.open_pence for one in Invoice.objects.filter(payer__code="topup").order_by("number")] == [2_000, 10_000]
    for one in Invoice.objects.unpaid():
        approve(receive_invoice(one, one.open_pence), at=NEXT_AT)

    assert set(ClaimLine.objects.values_list("state", flat=True)) == {"paid"}
    assert balances() == {"1200": 100_000, "4000": -80_000, "4010": -20_000}
    assert sum_unearned(world.contract) == {}


def test_an_invoice_uses_two_advances_and_names_both():
    world = make_world()
    pay(world, pence=20_000)
    pay(world, "autumn")
    accept(world)

    invoice = issue(world)["northmoor"]

    assert list(AdvanceUse.objects.values_list("advance__code", "pence")) == [("start", 20_000), ("autumn", 5_000)]
    assert invoice.facts["BT-113"] == "250.00"
    assert balances()["2400"] == -5_000


def test_what_was_never_earned_goes_back_and_only_that():
    world = make_world()
    make_officer(world.parties["northmoor"].organisation, email="northmoor@example.org")
    advance = pay(world)
    accept(world)
    issue(world)
    codes = [one.code for one in find_obstacles(world.contract, on=RUN_OFF_UNTIL)]
    assert codes.count("advance_unearned") == 1

    with pytest.raises(TooMuchAdvanced) as refused:
        move(advance, 15_001, is_receipt=False)
    assert refused.value.facts["open_pence"] == 15_000
    record = approve(move(advance, 15_000, is_receipt=False))

    entry = Entry.objects.order_by("pk").last()
    assert lines_of(entry) == [("2400", "1200", 15_000)]
    assert "2400" not in balances()
    assert standing(world) == {"start": (0, 40_000, 25_000, 15_000, 0)}
    assert "advance_unearned" not in [one.code for one in find_obstacles(world.contract, on=RUN_OFF_UNTIL)]
    assert MailMessage.objects.filter(template="bonds/mail/advance_refunded").count() == 1

    undo(record)
    assert balances()["2400"] == -15_000
    assert standing(world) == {"start": (0, 40_000, 25_000, 0, 15_000)}


def test_a_line_that_an_advance_settled_is_taken_back_as_one_that_was_paid():
    world = make_world()
    pay(world)
    accept(world)
    issue(world)

    take_back(world)

    # Northmoor had paid its part in advance; the others had not paid theirs.
    assert balances() == {"1200": 40_000, "2400": -15_000, "2410": -25_000}
    accept(world, day=11)
    issue(world, at=NEXT_AT)
    assert balances() == {"1200": 40_000, "2400": -15_000, "1100": 25_000, "4000": -40_000, "4010": -10_000}


def test_a_receipt_that_was_wrong_is_undone_unless_it_was_earned():
    world = make_world()
    advance = ask(world)
    record = approve(move(advance, 40_000))
    undo(record)
    assert balances() == {}
    assert standing(world) == {"start": (40_000, 0, 0, 0, 0)}

    record = approve(move(advance, 30_000))
    accept(world)
    issue(world)
    before = balances()
    with pytest.raises(AdvanceEarned):
        undo(record)
    assert balances() == before
    assert standing(world) == {"start": (10_000, 30_000, 25_000, 0, 5_000)}


def test_what_cannot_be_is_refused_and_changes_nothing():
    world = make_world()
    with pytest.raises(AdvanceMissing):
        ask(world, "winter")
    advance = ask(world)
    with pytest.raises(AdvanceAsked):
        ask(world)
    with pytest.raises(TooMuchAdvanced):
        move(advance, 40_001)
    with pytest.raises(TooMuchAdvanced):
        move(advance, 1, is_receipt=False)
    facts = MoneyFacts(
        moved_on=PAID_ON, amount_pence=1, party_name="X", purpose="bonds.advance", subject=advance.public_id, batch="b"
    )
    book = ledger_queries.get_book_by_slug(slug="brightwater")
    with pytest.raises(WrongMoney):
        record_receipt(
            organisation=world.contract.organisation, book=book, facts=facts, key="k", actor=FIRST, at=PAID_AT,
            today=PAID_ON,
        )  # fmt: skip
    first, second = move(advance, 40_000), move(advance, 30_000)
    approve(first)
    with pytest.raises(TooMuchAdvanced):
        approve(second)

    assert (Advance.objects.count(), AdvanceMoney.objects.count(), RecordedMoney.objects.count()) == (1, 1, 2)
    assert balances() == {"1200": 40_000, "2400": -40_000}


def test_a_contract_without_advances_foresees_none():
    world = make_contract()

    with pytest.raises(AdvanceMissing):
        ask(world)

    assert list_foreseen(world.contract, on=date(2025, 4, 2)) == []


def test_no_advance_where_vat_is_charged_and_no_vat_while_one_is_unearned():
    world = make_world()
    advance = pay(world)
    treatment = {
        "contract": world.contract, "category": states.VatCategory.STANDARD, "from_on": date(2025, 5, 1),
        "reason": "Advice of 1 April", "registration": "GB 123 4567 89", "actor": HOLDER, "at": PAID_AT,
    }  # fmt: skip

    with pytest.raises(AdvanceTaxed):
        operations.record_vat_treatment(**treatment)
    assert world.contract.vat_treatments.count() == 0
    approve(move(advance, 40_000, is_receipt=False))
    operations.record_vat_treatment(**treatment)
    with pytest.raises(AdvanceTaxed):
        ask(world, "autumn", at=NEXT_AT)
    assert Advance.objects.count() == 1


def test_the_money_shown_to_investors_tells_advances_apart():
    world = make_world()
    advance = pay(world)
    approve(move(advance, 15_000, is_receipt=False))

    book = ledger_queries.get_book_by_slug(slug="brightwater")
    moved = sum_cash(book=book, from_on=date(2025, 4, 1), until_on=date(2025, 5, 1))

    assert moved.sums == {("in", "advances"): 40_000, ("out", "advances"): 15_000}


@pytest.mark.parametrize("change", ["pence = 1", "payer_id = payer_id + 1"])
def test_what_was_asked_for_is_fixed(change):
    ask(make_world())

    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE bonds_advance SET {change}")


def test_the_database_lets_nobody_earn_what_did_not_come():
    world = make_world()
    advance = pay(world, pence=10_000)
    accept(world)
    invoices = issue(world)
    more = {"at": PAID_AT, "advance": advance, "pence": 1}

    for refused in (
        lambda: AdvanceMoney.objects.create(is_receipt=False, record="rec_x", moved_on=PAID_ON, **more),
        lambda: AdvanceMoney.objects.create(
            is_receipt=True, record="rec_y", moved_on=PAID_ON, **more | {"pence": 30_001}
        ),
        lambda: AdvanceUse.objects.create(invoice=invoices["southfell"], **more),
    ):
        with pytest.raises(DatabaseError, match="advance"), transaction.atomic():
            refused()
    assert (AdvanceMoney.objects.count(), AdvanceUse.objects.count()) == (1, 1)
    assert ASKED_AT < PAID_AT
