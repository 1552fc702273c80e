"""Booking what providers are due: exact amounts, exact postings, once; and what goes back when a result does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds import operations
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import ProviderTerms
from bonds.models import ClaimRound, Clawback, LineResult, ProviderAccrual, ProviderDue
from bonds.operations.errors import NotRunning
from bonds.operations.provider_errors import NothingToBook
from bonds.queries.provider_dues import find_unbooked
from bonds.queries.provider_pay import balance_of
from core.periods import legal_day
from foundation.models import AuditEvent
from ledger.models import Entry
from tests.bonds.provider_pay.support import (
    BOOKED_AT,
    ROWS,
    balances,
    book,
    claim_two,
    dues,
    entry_count,
    make_world,
    owed,
    pay,
    posted,
    take_back,
)
from tests.factories.bonds import HOLDER, make_contract, sign_all, small_terms

pytestmark = pytest.mark.django_db


def test_fees_prices_and_shares_are_booked_with_exact_postings():
    world = make_world()
    world.accept(claim_two(world))

    made = book(world)

    assert sorted(dues(world)) == sorted(
        [
            *[("hearthside", "fee", 100_000)] * 3,
            *[("lanternhouse", "fee", 60_000)] * 3,
            ("hearthside", "outcome", 30_000),
            ("hearthside", "success", 5_000),
            ("hearthside", "success", 13_000),
        ]
    )
    assert (made.number, made.pence) == (1, 528_000)
    # The fees belong to the first quarter, the results to the one in which they were claimed.
    first, second = ClaimRound.objects.order_by("from_on")
    assert sorted(posted(world, "bonds.provider_dues")) == [
        ("5000", "", "2100", "hearthside", 300_000),
        ("5000", "", "2100", "lanternhouse", 180_000),
        ("5010", "", "2100", "hearthside", 48_000),
    ]
    entries = Entry.objects.filter(kind="bonds.provider_dues").order_by("pk")
    assert [(one.batch, one.source, one.effective_on) for one in entries] == [
        (first.public_id, made.public_id, legal_day(BOOKED_AT)),
        (second.public_id, made.public_id, legal_day(BOOKED_AT)),
    ]
    assert owed(world) == {"hearthside": 348_000, "lanternhouse": 180_000}
    event = AuditEvent.objects.get(action="bonds.provider_dues_booked")
    assert event.after == {"number": 1, "dues": 9, "pence": 528_000}


def test_a_second_booking_changes_nothing():
    world = make_world()
    world.accept(claim_two(world))
    book(world)
    before = (entry_count(world), ProviderDue.objects.count())

    with pytest.raises(NothingToBook):
        book(world)

    assert (entry_count(world), ProviderDue.objects.count(), ProviderAccrual.objects.count()) == (*before, 1)


def test_a_later_booking_books_what_came_since():
    world = make_world()
    book(world, at=datetime(2025, 6, 2, 9, 0, tzinfo=UTC))
    world.accept(claim_two(world))

    book(world)

    assert owed(world) == {"hearthside": 348_000, "lanternhouse": 180_000}
    assert ProviderDue.objects.filter(accrual__number=1).count() == 2
    assert set(ProviderDue.objects.filter(accrual__number=1).values_list("from_on", flat=True)) == {
        date(2025, 4, 1),
        date(2025, 5, 1),
    }


def test_a_quarterly_fee_waits_for_the_end_of_its_quarter():
    world = make_world()

    book(world, at=datetime(2025, 6, 30, 9, 0, tzinfo=UTC))

    assert owed(world) == {"hearthside": 200_000}


def test_the_preview_is_what_is_booked_and_books_nothing():
    world = make_world()
    world.accept(claim_two(world))

    found = find_unbooked(world.contract, on=legal_day(BOOKED_AT))

    assert found.pence == 528_000
    assert ProviderDue.objects.count() == 0
    book(world)
    assert sorted((one.provider.code, one.due.kind.value, one.due.pence) for one in found.dues) == sorted(dues(world))


def test_a_provider_without_terms_is_due_nothing():
    world = make_contract()
    world.accept(claim_two(world))

    with pytest.raises(NothingToBook):
        book(world)

    assert balances(world.contract).keys() == {"1110", "4000", "4010"}


def test_a_draft_books_nothing():
    world = make_contract(small_terms(providers=ROWS), is_signed=False)

    with pytest.raises(NotRunning):
        book(world)

    assert ProviderAccrual.objects.count() == 0


def test_what_was_due_for_a_result_goes_back_with_it():
    world = make_world()
    claim = claim_two(world)
    world.accept(claim)
    book(world)
    take_back(world, claim, "moved_in")

    book(world)

    assert dues(world)[-2:] == [("hearthside", "outcome", -30_000), ("hearthside", "success", -5_000)]
    assert posted(world, "bonds.provider_dues")[-1] == ("2100", "hearthside", "5010", "", 35_000)
    assert owed(world)["hearthside"] == 313_000
    with pytest.raises(NothingToBook):
        book(world)


def test_what_was_taken_back_before_it_was_booked_is_never_due():
    world = make_world()
    claim = claim_two(world)
    world.accept(claim)
    take_back(world, claim, "moved_in")

    book(world)

    assert ("hearthside", "outcome", 30_000) not in dues(world)
    assert owed(world)["hearthside"] == 313_000


def test_a_provider_that_was_paid_what_goes_back_owes_it_until_its_next_dues_settle_it():
    world = make_world(rows=(ProviderTerms(provider="hearthside", per_outcome={"moved_in": 30_000}),))
    claim = claim_two(world)
    world.accept(claim)
    book(world)
    pay(world.provider, 30_000, on=legal_day(BOOKED_AT))
    take_back(world, claim, "moved_in")

    book(world)

    balance = balance_of(world.provider)
    assert (balance.open, balance.owed_back) == (0, 30_000)
    assert owed(world) == {"hearthside": -30_000}
    world.accept(world.submit(world.make_event("moved_in", date(2025, 6, 10), evidence="tenancy"), at=BOOKED_AT))
    book(world)
    assert (balance_of(world.provider).open, balance_of(world.provider).owed_back) == (0, 0)
    assert owed(world) == {}


def test_a_variation_that_reaches_back_changes_the_fee_by_another_row():
    world = make_world(rows=(ProviderTerms(provider="hearthside", fee=100_000),))
    book(world)
    operations.begin_variation(
        contract=world.contract, effective_on=date(2025, 6, 16), reason="Less", actor=HOLDER, at=BOOKED_AT
    )
    terms = small_terms(providers=(ProviderTerms(provider="hearthside", fee=40_000),))
    operations.write_terms(contract=world.contract, terms=write_terms(terms), actor=HOLDER, at=BOOKED_AT)
    version = operations.propose_version(contract=world.contract, actor=HOLDER, at=BOOKED_AT)
    sign_all(world, version, at=BOOKED_AT)

    book(world)

    # June: half a month at £1,000 and half at £400 is £700.
    assert dues(world)[3:] == [("hearthside", "fee", -30_000)]
    last = ProviderDue.objects.order_by("pk").last()
    assert (last.from_on, last.place, last.steps[-1]["facts"]) == (date(2025, 6, 1), 2, {"booked": 100_000})
    assert posted(world, "bonds.provider_dues")[-1] == ("2100", "hearthside", "5000", "", 30_000)


def test_the_database_lets_nothing_go_back_that_was_not_due():
    world = make_world()
    claim = claim_two(world)
    world.accept(claim)
    book(world)
    take_back(world, claim, "moved_in")
    due = ProviderDue.objects.get(kind="outcome")
    facts = {
        name: getattr(due, name) for name in ("contract", "provider", "accrual", "round", "kind", "result", "steps")
    } | {"booked_on": due.booked_on, "by": "x", "at": BOOKED_AT, "clawback": Clawback.objects.get()}

    for wrong in ({"pence": -29_999}, {"pence": -30_000, "provider": world.parties["lanternhouse"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProviderDue.objects.create(**facts | wrong)

    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderDue.objects.create(**facts | {"pence": 30_000, "clawback": None})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE bonds_providerdue SET pence = 1")
    assert ProviderDue.objects.count() == 9


def test_results_are_read_in_a_fixed_number_of_queries(django_assert_num_queries):
    world = make_world(rows=(ProviderTerms(provider="hearthside", success_percent=1_000),))
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(12)]
    world.accept(world.submit(*events))

    with django_assert_num_queries(10):
        found = find_unbooked(world.contract, on=legal_day(BOOKED_AT))

    assert len(found.dues) == 12 == LineResult.objects.count()
