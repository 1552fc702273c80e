"""People who were not referred: who owes whom, how much, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from bonds import operations
from bonds.arithmetic.spans import YearKind
from bonds.models import Invoice, Overpayment, ProviderDue, ReferralCompensation
from bonds.operations.errors import NothingWritten
from bonds.operations.invoicing import RECEIPT_PURPOSE
from bonds.operations.provider_errors import CompensationUndone, GuaranteeMissing, NothingToCompensate
from bonds.queries.overview import gather
from bonds.queries.overview_books import compare_with_books
from bonds.queries.people import guarantee_standings
from bonds.queries.provider_pay import balance_of
from bonds.queries.standing import find_set_offs
from core.periods import legal_day
from foundation.models import AuditEvent, MailMessage
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
from tests.people.support import make_officer

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
    receive(made, 100_000)
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


def undo(made, *, at=BOOKED_AT, reason="Two referrals were recorded late."):
    return operations.undo_compensation(compensation=made, reason=reason, actor=HOLDER, at=at)


def receive(made, pence: int) -> None:
    """So much of the invoice is paid, by two people."""
    facts = MoneyFacts(
        moved_on=PAID_ON,
        amount_pence=pence,
        party_name="Northmoor",
        purpose=RECEIPT_PURPOSE,
        subject=made.invoice.public_id,
        batch=made.invoice.round.public_id,
    )
    approve(
        record_receipt(
            organisation=made.contract.organisation, book=book_of(made.contract), facts=facts, key=f"r{pence}",
            actor=FIRST, at=noon(PAID_ON), today=PAID_ON,
        )
    )  # fmt: skip


def test_what_was_not_paid_is_credited_and_the_period_can_be_made_good_again():
    world = make_world()
    for code in ("northmoor", "hearthside", "southfell"):
        make_officer(world.parties[code].organisation, email=f"{code}@example.org")
    made = accept(world)
    MailMessage.objects.all().delete()

    undoing = undo(made)

    assert posted(world, "bonds.compensation_undone") == [
        ("2100", "hearthside", "5000", "", 100_000),
        ("4020", "", "1100", "northmoor", 100_000),
    ]
    assert (balances(world.contract), owed(world)) == ({}, {})
    note = undoing.note
    assert (note.kind, note.credits, note.net_pence, note.number) == ("credit_note", made.invoice, 100_000, 2)
    assert (note.reason, note.facts["BG-25"]) == ("Two referrals were recorded late.", made.invoice.facts["BG-25"])
    assert Invoice.objects.get(pk=made.invoice.pk).state == "paid"
    assert not Overpayment.objects.exists()
    entry = Entry.objects.get(kind="bonds.compensation_undone")
    assert (entry.batch, entry.source) == (made.invoice.round.public_id, made.public_id)
    assert [(due.kind, due.pence, due.is_taken_back) for due in ProviderDue.objects.order_by("pk")] == [
        ("compensation", 100_000, False), ("compensation", -100_000, True),
    ]  # fmt: skip
    audited = AuditEvent.objects.get(action="bonds.compensation_undone")
    assert (audited.subject, audited.after) == (made.public_id, {"credited": 100_000, "set_off": 0})
    mails = MailMessage.objects.filter(template__startswith="bonds/").order_by("pk")
    assert [(one.to, one.template) for one in mails] == [
        ("northmoor@example.org", "bonds/mail/compensation_undone"),
        ("hearthside@example.org", "bonds/mail/compensation_undone"),
        ("northmoor@example.org", "bonds/mail/credit_note_issued"),
    ]
    refer(world, 4)
    again = accept(world)
    assert (again.pence, owed(world)) == (20_000, {"hearthside": 20_000})


@pytest.mark.parametrize("received", [1, 100_000])
def test_what_was_paid_is_set_off_and_the_provider_owes_what_it_was_paid(received):
    world = make_world()
    made = accept(world)
    receive(made, received)
    pay(world.provider, 100_000)

    undoing = undo(made)

    assert undoing.note is None
    kept = Overpayment.objects.get()
    assert (kept.payer.code, kept.pence, kept.source, kept.line, kept.after_run) == (
        "northmoor", 100_000, undoing.public_id, None, 0,
    )  # fmt: skip
    assert posted(world, "bonds.compensation_undone") == [
        ("2100", "hearthside", "5000", "", 100_000),
        ("4020", "", "2410", "", 100_000),
    ]
    assert owed(world) == {"hearthside": -100_000}
    assert balance_of(world.provider).owed_back == 100_000
    # The next result that the commissioner pays for settles a part of it.
    world.accept(world.submit(world.make_event("moved_in", date(2025, 4, 10), world.make_person(), "tenancy")))
    assert 0 < find_set_offs(world.contract)["northmoor"] < 100_000
    assert gather(contract=world.contract, on=PAID_ON, years=YearKind.FINANCIAL).recovered == 0


@pytest.mark.parametrize(("reason", "refusal"), [("Again.", CompensationUndone), (" ", NothingWritten)])
def test_it_is_undone_once_and_only_with_a_reason(reason, refusal):
    world = make_world()
    made = accept(world)
    if reason.strip():
        undo(made)
    before = entry_count(world), Invoice.objects.count(), ProviderDue.objects.count()

    with pytest.raises(refusal):
        undo(made, reason=reason)

    assert (entry_count(world), Invoice.objects.count(), ProviderDue.objects.count()) == before


def test_the_database_makes_a_period_good_once_and_takes_back_the_whole():
    world = make_world()
    made = accept(world)
    row = ReferralCompensation.objects.filter(pk=made.pk).values().get()

    with pytest.raises(IntegrityError, match="made good before"), transaction.atomic():
        ReferralCompensation.objects.create(**row | {"id": None, "public_id": "rcp_other"})
    undo(made)
    due = ProviderDue.objects.filter(undoing__isnull=False).values().get()
    with pytest.raises(IntegrityError, match="goes back whole"), transaction.atomic():
        ProviderDue.objects.create(**due | {"id": None, "public_id": "pdu_other", "pence": -1})


def ties(world, *, on=PAID_ON) -> dict[str, tuple[int, int]]:
    """What invoices and books say of what is open, too much, and earned."""
    found = compare_with_books(gather(contract=world.contract, on=on))
    return {tie.code: (tie.ours, tie.difference) for tie in found if tie.ours or tie.difference}


def test_at_a_glance_says_what_is_open_of_it_and_the_books_say_the_same():
    world = make_world()
    made = accept(world)

    assert ties(world) == {"open": (100_000, 0)}
    assert gather(contract=world.contract, on=PAID_ON).besides == {"northmoor": 100_000}
    assert gather(contract=world.contract, on=PAID_ON, provider=world.provider).besides == {}

    receive(made, 40_000)
    assert ties(world) == {"open": (60_000, 0)}

    undo(made)
    assert ties(world) == {"open": (60_000, 0), "recoverable": (100_000, 0)}


def test_undone_before_it_is_paid_nothing_is_open():
    world = make_world()

    undo(accept(world))

    assert ties(world) == {}
    assert gather(contract=world.contract, on=PAID_ON).besides == {}
