"""Payments to providers: two people, part by part, never more than is due, and undone."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bonds.arithmetic.terms import ProviderTerms
from bonds.models import ClaimRound, ProviderPayment
from bonds.operations.errors import WrongMoney
from bonds.operations.provider_errors import TooMuchPaidToProvider
from bonds.queries.provider_pay import PAYMENT_PURPOSE, balance_of, balances_of
from core.periods import legal_day
from foundation.approvals import SamePerson
from foundation.models import MailMessage
from payments.operations import MoneyFacts, approve_recorded, record_payment, refuse_recorded, reverse_recorded
from payments.operations.recording import RecordUnsound
from tests.bonds.provider_pay.support import (
    BOOKED_AT,
    FIRST,
    PAID_ON,
    SECOND,
    approve,
    ask,
    balances,
    book,
    book_of,
    claim_two,
    entry_count,
    make_world,
    noon,
    owed,
    pay,
    posted,
    take_back,
)
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """£3,480 is due to the first provider, £1,800 to the second."""
    made = make_world()
    made.accept(claim_two(made))
    book(made)
    return made


def test_a_payment_waits_for_the_second_person_and_then_leaves_the_bank(world):
    record = ask(world.provider, 348_000)

    waiting = balance_of(world.provider)
    assert (waiting.open, waiting.waiting, owed(world)["hearthside"]) == (348_000, 348_000, 348_000)
    approve(record)

    assert posted(world, "payments.recorded_payment") == [("2100", "hearthside", "1200", "", 348_000)]
    assert owed(world) == {"lanternhouse": 180_000}
    assert balances(world.contract)["1200"] == -348_000
    assert (balance_of(world.provider).open, balance_of(world.provider).waiting) == (0, 0)
    record.refresh_from_db()
    latest = ClaimRound.objects.order_by("from_on").last()
    assert (record.batch, record.entry.batch) == (latest.public_id, latest.public_id)
    made = ProviderPayment.objects.get()
    assert (made.provider, made.pence, made.paid_on, made.record) == (
        world.provider,
        348_000,
        PAID_ON,
        record.public_id,
    )


def test_whoever_wrote_it_down_does_not_let_it_in(world):
    record = ask(world.provider, 1_000)

    with pytest.raises(SamePerson):
        approve_recorded(record=record, actor=FIRST, at=noon(PAID_ON), today=PAID_ON)

    assert (ProviderPayment.objects.count(), owed(world)["hearthside"]) == (0, 348_000)


def test_it_may_be_paid_in_parts_and_not_a_penny_more(world):
    pay(world.provider, 347_999)
    with pytest.raises(TooMuchPaidToProvider) as refused:
        ask(world.provider, 2)

    assert refused.value.facts["open_pence"] == 1
    pay(world.provider, 1)
    assert owed(world) == {"lanternhouse": 180_000}
    assert ProviderPayment.objects.count() == 2


def test_two_payments_that_wait_cannot_both_come_in(world):
    records = [ask(world.provider, 348_000, key=f"twice-{number}") for number in range(2)]
    approve(records[0])
    before = entry_count(world)

    with pytest.raises(TooMuchPaidToProvider):
        approve(records[1])

    assert (entry_count(world), ProviderPayment.objects.count()) == (before, 1)


def test_a_refused_payment_changes_nothing(world):
    record = ask(world.provider, 348_000)

    refuse_recorded(record=record, reason="Not on the statement.", actor=SECOND, at=noon(PAID_ON))

    balance = balance_of(world.provider)
    assert (balance.open, balance.waiting, owed(world)["hearthside"]) == (348_000, 0, 348_000)


def test_an_undone_payment_is_due_again_and_the_provider_is_told(world):
    make_officer(world.provider.organisation, email="provider@example.org")
    record = pay(world.provider, 348_000)
    back = reverse_recorded(
        record=record, moved_on=PAID_ON, reason="It came back.", actor=FIRST, at=noon(PAID_ON), today=PAID_ON
    )

    approve(back)

    assert owed(world)["hearthside"] == 348_000
    assert balance_of(world.provider).open == 348_000
    assert [(one.pence, one.undoes_id is None) for one in ProviderPayment.objects.order_by("pk")] == [
        (348_000, True),
        (348_000, False),
    ]
    mail = MailMessage.objects.get(template="bonds/mail/provider_payment_undone")
    assert (mail.to, "It came back." in mail.text) == ("provider@example.org", True)
    assert "A payment of £3,480.00 to you" in mail.subject
    pay(world.provider, 348_000, on=date(2025, 7, 26))
    assert "hearthside" not in owed(world)


def test_money_with_the_wrong_batch_day_or_party_is_refused(world):
    facts = {
        "moved_on": PAID_ON,
        "amount_pence": 100,
        "party_name": "Hearthside",
        "purpose": PAYMENT_PURPOSE,
        "subject": world.provider.public_id,
        "batch": "rnd_other",
    }

    def record(**changed):
        return record_payment(
            organisation=world.contract.organisation, book=book_of(world.contract), facts=MoneyFacts(**facts | changed),
            key="wrong", actor=FIRST, at=noon(PAID_ON), today=PAID_ON,
        )  # fmt: skip

    with pytest.raises(WrongMoney):
        record()
    with pytest.raises(TooMuchPaidToProvider):
        record(subject=world.verifier.public_id)
    with pytest.raises(RecordUnsound):
        ask(world.provider, 0)
    assert ProviderPayment.objects.count() == 0


def test_the_database_refuses_more_than_is_due(world):
    facts = {"contract": world.contract, "provider": world.provider, "paid_on": PAID_ON, "at": BOOKED_AT}

    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderPayment.objects.create(record="rec_x", pence=348_001, **facts)

    assert ProviderPayment.objects.count() == 0


def test_what_goes_back_after_payment_is_set_off_against_the_next_due_first():
    world = make_world(rows=(ProviderTerms(provider="hearthside", fee=10_000, per_outcome={"moved_in": 30_000}),))
    claim = claim_two(world)
    world.accept(claim)
    book(world)
    pay(world.provider, 60_000, on=legal_day(BOOKED_AT))
    take_back(world, claim, "moved_in")
    book(world)

    with pytest.raises(TooMuchPaidToProvider):
        ask(world.provider, 1)
    # Three months on, £300 of fees settle what was paid too much; the fourth is to be paid.
    book(world, at=noon(date(2025, 11, 3)))

    balance = balance_of(world.provider)
    assert (balance.due, balance.paid, balance.open, balance.owed_back) == (70_000, 60_000, 10_000, 0)


def test_balances_of_all_are_those_of_each(world, django_assert_max_num_queries):
    pay(world.provider, 8_000)

    with django_assert_max_num_queries(8):
        found = balances_of(world.contract)

    assert found == [balance_of(one.provider) for one in found]
    assert [(one.provider.code, one.open) for one in found] == [("hearthside", 340_000), ("lanternhouse", 180_000)]
