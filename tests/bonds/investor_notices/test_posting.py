"""Calls that are posted when they are made, where the holder chose so: exact entries, and what takes them back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from bonds import operations
from bonds.models import CapitalCall, CommitmentChange, NoticePolicy, NoticePosting
from bonds.operations.distributing import withdraw_run
from bonds.operations.investor_errors import NoticePolicyUnsound, TooMuchDrawn
from bonds.operations.winding_up import redeem_tranche
from bonds.operations.writing_off import write_off
from bonds.queries.closing import find_obstacles
from bonds.queries.investor_overview import find_overview
from bonds.queries.investors import compute_investor_statements
from bonds.queries.report_money import sum_cash
from foundation.models import AuditEvent
from ledger.models import Entry
from payments.operations import reverse_recorded
from tests.bonds.investor_books.support import (
    CALLED_AT,
    DRAWN_AT,
    DRAWN_ON,
    FIRST,
    RUN_AT,
    RUN_ON,
    TERMS,
    approve,
    ask_receipt,
    balances,
    book_of,
    call,
    draw,
    earn,
    make_deal,
    owners,
    run,
    spend,
)
from tests.bonds.investor_endings.support import ENDING, GUARANTEED, LATER, LATER_AT, end
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT

pytestmark = pytest.mark.django_db
BIG, SMALL, SEED, GRANT = (
    ("bigfund", "senior"),
    ("smallfund", "senior"),
    ("seedtrust", "junior"),
    ("seedtrust", "grant"),
)
CALLED = {BIG: 60_000, SMALL: 20_000, SEED: 20_000}


def choose(world, *, is_posted=True, from_on=date(2025, 4, 1), at=SIGNED_AT, **changed):
    facts = {"reason": "Our auditor wants to see what is awaited.", "actor": HOLDER} | changed
    return operations.record_notice_policy(
        contract=world.contract, is_posted=is_posted, from_on=from_on, at=at, **facts
    )


def posting_deal(terms=TERMS):
    world = make_deal(terms)
    choose(world)
    return world


def lines_of(entry):
    return [
        (one.debit_account.code, one.credit_account.code, one.amount) for one in entry.transfers.order_by("line_no")
    ]


def lines(kind):
    return [lines_of(entry) for entry in Entry.objects.filter(kind=kind, book__slug="brightwater").order_by("pk")]


def test_without_a_choice_a_call_posts_nothing():
    world = make_deal()

    call(world, 110_000)

    assert balances(world.contract) == {}
    assert not NoticePosting.objects.exists()


def test_a_call_is_awaited_and_owed_and_a_grant_is_neither():
    world = posting_deal()

    call(world, 110_000)

    assert lines("bonds.call_posted") == [
        [("1150", "2300", 60_000), ("1150", "2300", 20_000), ("1150", "2310", 20_000)]
    ]
    entry, made = Entry.objects.get(kind="bonds.call_posted"), CapitalCall.objects.get()
    assert (entry.batch, entry.source, entry.effective_on) == (made.public_id, made.public_id, made.called_on)
    assert balances(world.contract) == {"1150": 100_000, "2300": -80_000, "2310": -20_000}
    assert owners(world, "1150") == CALLED
    assert owners(world, "2300") == {BIG: 60_000, SMALL: 20_000}


def test_money_settles_what_is_awaited_in_parts_and_the_loan_stands_once():
    world = posting_deal()
    parts = call(world, 110_000)

    first = approve(ask_receipt(world, parts[BIG], 45_000))
    assert lines_of(first.entry) == [("1200", "1150", 45_000)]
    assert owners(world, "1150") == CALLED | {BIG: 15_000}
    assert owners(world, "2300") == {BIG: 60_000, SMALL: 20_000}
    approve(ask_receipt(world, parts[BIG], 15_000))
    for place in (SMALL, SEED, GRANT):
        approve(ask_receipt(world, parts[place], parts[place].pence))

    assert balances(world.contract) == {"1200": 110_000, "2300": -80_000, "2310": -20_000, "2400": -10_000}
    assert owners(world, "1150") == {}
    with pytest.raises(TooMuchDrawn):
        ask_receipt(world, parts[BIG], 1)


def test_undoing_a_receipt_makes_it_awaited_again():
    world = posting_deal()
    part = call(world, 110_000)[BIG]
    record = approve(ask_receipt(world, part, 60_000))
    facts = {"moved_on": DRAWN_ON, "reason": "Bounced", "actor": FIRST, "at": DRAWN_AT, "today": DRAWN_ON}

    approve(reverse_recorded(record=record, **facts))

    assert owners(world, "1150") == CALLED
    assert balances(world.contract) == {"1150": 100_000, "2300": -80_000, "2310": -20_000}
    approve(ask_receipt(world, part, 60_000, on=date(2025, 4, 11)))
    assert owners(world, "1150") == {SMALL: 20_000, SEED: 20_000}


def test_the_policy_of_the_day_of_the_call_counts_for_all_of_its_money():
    world = make_deal()
    before = call(world, 55_000)
    choose(world, from_on=date(2025, 4, 2), at=CALLED_AT)
    after = call(world, 55_000, at=CALLED_AT.replace(day=2))
    choose(world, is_posted=False, from_on=date(2025, 4, 3), at=CALLED_AT)
    last = call(world, 55_000, at=CALLED_AT.replace(day=3))
    assert owners(world, "1150") == {BIG: 30_000, SMALL: 10_000, SEED: 10_000}

    for parts in (before, after, last):
        approve(ask_receipt(world, parts[BIG], 30_000))

    assert owners(world, "2300") == {BIG: 90_000, SMALL: 10_000}
    assert owners(world, "1150") == {SMALL: 10_000, SEED: 10_000}


def figures_of(*, is_posted):
    """What investors are told and given of a deal of which half is awaited; the deal is forgotten again."""
    with transaction.atomic():
        world = make_deal()
        choose(world, is_posted=is_posted)
        draw(world, 55_000)
        call(world, 55_000)
        assert ("1150" in balances(world.contract)) is is_posted
        spend(world, 40_000)
        earn(world, 9_000)
        overview = find_overview(world.contract, on=RUN_ON)
        told = compute_investor_statements(contract=world.contract, from_on=SERVICE_FROM, until_on=LATER)
        cash = sum_cash(book=book_of(world.contract), from_on=SERVICE_FROM, until_on=LATER)
        made = run(world)
        given = [(one.stage, one.party.code, one.pence) for one in made.distributions.order_by("place")]
        figures = (overview.total, [(one.drawn, one.principal_after, one.interest_earned, one.returns) for one in told])
        transaction.set_rollback(True)
    return figures, cash, made.steps, given


def test_what_is_awaited_is_neither_drawn_nor_earning_nor_shared_out():
    plain, posted = figures_of(is_posted=False), figures_of(is_posted=True)

    assert posted == plain
    (total, _told), cash, _steps, _given = posted
    assert (total.drawn, total.outstanding) == (55_000, 55_000)
    assert cash.sums["in", "investors"] == 55_000


def test_winding_up_takes_back_what_will_not_come_and_taking_the_run_back_awaits_it_again():
    world = posting_deal(GUARANTEED)
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 80_000)
    parts = call(world, 55_000, at=LATER_AT, due_on=LATER)
    approve(ask_receipt(world, parts[BIG], 10_000, on=LATER))
    awaited = {BIG: 20_000, SMALL: 10_000, SEED: 10_000}
    before = balances(world.contract)
    assert owners(world, "1150") == awaited

    made = end(world, at=LATER_AT)

    assert lines("bonds.call_taken_back") == [
        [("2300", "1150", 20_000), ("2300", "1150", 10_000), ("2310", "1150", 10_000)]
    ]
    assert Entry.objects.get(kind="bonds.call_taken_back").batch == made.round.public_id
    assert "1150" not in balances(world.contract)
    assert "1150" not in {one.words.split()[1].rstrip(",") for one in find_obstacles(world.contract, on=LATER)}

    withdraw_run(run=made, reason="Too early.", actor=HOLDER, at=LATER_AT)

    assert owners(world, "1150") == awaited
    kept = balances(world.contract)
    assert {code: kept[code] for code in ("1150", "2300", "2310")} == {
        code: before[code] for code in ("1150", "2300", "2310")
    }
    approve(ask_receipt(world, parts[BIG], 20_000, on=LATER))
    assert owners(world, "1150") == {SMALL: 10_000, SEED: 10_000}


def test_ending_a_tranche_takes_back_its_own_and_its_money_is_refused():
    world = posting_deal(ENDING)
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 70_000)
    parts = call(world, 55_000, at=RUN_AT, due_on=RUN_ON)
    waiting = ask_receipt(world, parts[SMALL], 10_000, on=RUN_ON)

    redeem_tranche(contract=world.contract, tranche="senior", reason="The council ends it.", actor=HOLDER, at=RUN_AT)

    assert owners(world, "1150") == {SEED: 10_000}
    assert owners(world, "2300") == {BIG: 45_000, SMALL: 15_000}
    for act in (lambda: approve(waiting), lambda: ask_receipt(world, parts[BIG], 1, on=RUN_ON)):
        with pytest.raises(TooMuchDrawn) as refused:
            act()
        assert refused.value.facts["open_pence"] == 0
    approve(ask_receipt(world, parts[SEED], 10_000, on=RUN_ON))
    assert owners(world, "1150") == {}
    assert CommitmentChange.objects.standing().filter(kind="cancelled", commitment__tranche="senior").count() == 2


def test_money_for_an_ended_tranche_is_refused_where_calls_are_not_posted_too():
    world = make_deal(ENDING)
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 70_000)
    parts = call(world, 55_000, at=RUN_AT, due_on=RUN_ON)
    redeem_tranche(contract=world.contract, tranche="senior", reason="The council ends it.", actor=HOLDER, at=RUN_AT)
    before = balances(world.contract)

    with pytest.raises(TooMuchDrawn):
        ask_receipt(world, parts[BIG], 30_000, on=RUN_ON)

    assert balances(world.contract) == before


def test_writing_off_takes_it_back():
    world = posting_deal()
    draw(world, 55_000)
    spend(world, 55_000)
    call(world, 55_000)

    write_off(contract=world.contract, reason="No money is left.", actor=HOLDER, at=DRAWN_AT)

    assert lines("bonds.call_taken_back") == [
        [("2300", "1150", 30_000), ("2300", "1150", 10_000), ("2310", "1150", 10_000)]
    ]
    assert {"1150", "2300", "2310"} & balances(world.contract).keys() == set()
    assert balances(world.contract)["4950"] == -50_000


@pytest.mark.parametrize(
    ("changed", "field"), [({"reason": " "}, "reason"), ({"from_on": date(2025, 3, 13)}, "from_on")]
)
def test_a_choice_that_cannot_be_is_refused(changed, field):
    world = make_deal()

    with pytest.raises(NoticePolicyUnsound) as refused:
        choose(world, **changed)

    assert refused.value.facts["field"] == field
    assert not NoticePolicy.objects.exists()
    assert not AuditEvent.objects.filter(action="bonds.notice_policy_recorded").exists()


def test_a_choice_is_noted():
    posting_deal()

    event = AuditEvent.objects.get(action="bonds.notice_policy_recorded")
    assert event.after == {"is_posted": True, "from_on": "2025-04-01"}
    assert event.reason == "Our auditor wants to see what is awaited."


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bonds_noticeposting SET pence = 1",
        "DELETE FROM bonds_noticepolicy",
        "INSERT INTO bonds_noticeposting (public_id, part_id, pence, booked_on, by, at) "
        "SELECT 'npo_x', part_id, 1, booked_on, by, at FROM bonds_noticeposting LIMIT 1",
    ],
)
def test_the_database_keeps_what_was_posted(change):
    call(posting_deal(), 110_000)

    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(change)

    assert NoticePosting.objects.count() == 3
