"""What investors lost is written off once, when nothing is left for them; then their side is over."""

from __future__ import annotations

import pytest

from bonds.models import CommitmentChange, Drawdown
from bonds.operations.accruing import accrue_interest
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import DrawdownInUse, MoneyLeft, NothingToWriteOff, WrittenOff
from bonds.operations.writing_off import write_off
from bonds.queries.investors import compute_investor_statements
from ledger.models import Entry
from payments.models import RecordedMoney
from payments.operations import reverse_recorded
from tests.bonds.investor_books.support import (
    FIRST,
    RUN_AT,
    RUN_ON,
    approve,
    ask_payment,
    ask_receipt,
    balances,
    call,
    draw,
    earn,
    make_deal,
    owners,
    run,
    spend,
)
from tests.factories.bonds import HOLDER, SERVICE_FROM

pytestmark = pytest.mark.django_db


def lose(world, **more):
    values = {"reason": "The service ended without results", "actor": HOLDER, "at": RUN_AT} | more
    return write_off(contract=world.contract, **values)


def pay_all(made):
    for due in made.distributions.select_related("run__contract", "run__round", "party__organisation"):
        approve(ask_payment(due))


def spent_deal(pence=110_000):
    """A fifth was drawn a year ago, and so much of it was spent."""
    world = make_deal()
    draw(world, 110_000)
    spend(world, pence)
    return world


def test_loans_and_interest_are_released_when_nothing_is_left():
    world = spent_deal()

    made = lose(world)

    assert [one.pence for one in made] == [60_000, 20_000, 20_000]
    # 100,000 of loans and 5,200 of interest; the grant was never a loan.
    assert balances(world.contract) == {"2400": -10_000, "4950": -105_200, "5000": 110_000, "7600": 5_200}
    assert owners(world, "2300") == owners(world, "2310") == owners(world, "2320") == {}
    assert Entry.objects.filter(kind="bonds.written_off").count() == 1
    (one,) = compute_investor_statements(
        contract=world.contract, from_on=SERVICE_FROM, until_on=RUN_ON.replace(day=11), investor="bigfund"
    )
    assert (one.written_off, one.principal_after, one.returns.rate_state) == (60_000, 0, "total_loss")


def test_it_waits_for_all_money_to_be_shared_out_and_paid():
    world = spent_deal(109_999)
    with pytest.raises(MoneyLeft):
        lose(world)
    made = run(world)
    with pytest.raises(MoneyLeft) as refused:
        lose(world)
    assert refused.value.facts == {"left_pence": 1, "promised_pence": 1}

    pay_all(made)

    assert sum(one.pence for one in lose(world)) == 100_000
    assert balances(world.contract)["4950"] == -(100_000 + 5_199)


def test_it_says_why_is_done_once_and_needs_a_loss():
    world = spent_deal()
    with pytest.raises(ReasonMissing):
        lose(world, reason=" ")
    assert CommitmentChange.objects.count() == 0
    lose(world)

    with pytest.raises(WrittenOff):
        lose(world)

    assert CommitmentChange.objects.filter(kind="written_off").count() == 3


def test_without_loans_there_is_nothing_to_write_off():
    world = make_deal()

    with pytest.raises(NothingToWriteOff):
        lose(world)


def test_afterwards_nothing_moves_on_the_investors_side():
    world = spent_deal()
    part = call(world, 11_000)["bigfund", "senior"]
    waiting = ask_receipt(world, part, part.pence)
    lose(world)
    kept = balances(world.contract)
    drawn = RecordedMoney.objects.get(public_id=Drawdown.objects.order_by("pk")[0].record)

    for act in (
        lambda: call(world, 1),
        lambda: approve(waiting),
        lambda: accrue_interest(contract=world.contract, actor=HOLDER, at=RUN_AT),
        lambda: run(world),
    ):
        with pytest.raises(WrittenOff):
            act()
    with pytest.raises(DrawdownInUse):
        reverse_recorded(record=drawn, moved_on=RUN_ON, reason="Of another", actor=FIRST, at=RUN_AT, today=RUN_ON)

    assert balances(world.contract) == kept


def test_a_payment_before_it_stays_paid():
    world = spent_deal()
    earn(world, 1_000, on=RUN_ON)
    pay_all(run(world))
    lose(world)
    paid = RecordedMoney.objects.filter(purpose="bonds.distribution").first()

    with pytest.raises(WrittenOff):
        reverse_recorded(record=paid, moved_on=RUN_ON, reason="Returned", actor=FIRST, at=RUN_AT, today=RUN_ON)

    assert owners(world, "2320") == {}
