"""A run says who is due what and why; two people pay it; interest, loans and commitments follow in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.returns import RateState
from bonds.arithmetic.tranches import Beneficiary, SuccessFee, SurplusPart, Upside
from bonds.models import Distribution, DistributionPayment, Drawdown, InterestAccrual, WaterfallRun
from bonds.operations.accruing import accrue_interest
from bonds.operations.distributing import withdraw_run
from bonds.operations.errors import ReasonMissing, WrongMoney
from bonds.operations.investor_errors import DrawdownInUse, NothingToDistribute, RunPaid, TooMuchPaidOut
from bonds.queries.investors import compute_investor_statements, list_movements, list_open
from ledger import operations as ledger_operations
from ledger.models import Entry
from ledger.operations import Line
from payments.models import RecordedMoney
from payments.operations import refuse_recorded, reverse_recorded
from tests.bonds.investor_books.support import (
    FIRST,
    JUNIOR,
    RUN_AT,
    RUN_ON,
    SECOND,
    TERMS,
    TIMES_TWO,
    approve,
    ask_payment,
    balances,
    book_of,
    call,
    draw,
    earn,
    given,
    make_deal,
    owners,
    run,
    spend,
)
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db

BIG, SMALL, SEED = ("bigfund", "senior"), ("smallfund", "senior"), ("seedtrust", "junior")
# 6.5 % of 60,000 and of 20,000 for a year.
A_YEAR = {BIG: 3_900, SMALL: 1_300}


def deal(cash, terms=TERMS):
    """A fifth was drawn and spent a year ago, and results brought so much."""
    world = make_deal(terms)
    draw(world, 110_000)
    spend(world, 110_000)
    if cash:
        earn(world, cash)
    return world


def pay_all(made, *, on=RUN_ON):
    for due in made.distributions.select_related("run__contract", "run__round", "party__organisation"):
        approve(ask_payment(due, on=on))


def test_seniors_get_interest_and_principal_before_anybody_else():
    world = deal(50_000)

    made = run(world)

    assert given(made) == {
        ("interest", "bigfund"): 3_900,
        ("interest", "smallfund"): 1_300,
        ("principal", "bigfund"): 33_600,
        ("principal", "smallfund"): 11_200,
    }
    assert (made.available_pence, made.distributed_pence, made.kept_pence) == (50_000, 50_000, 0)
    assert [(step["name"], step["amount"]) for step in made.steps] == [
        ("available", 50_000),
        ("costs", 50_000),
        ("provider_fees", 50_000),
        ("reserve", 50_000),
        ("interest", 44_800),
        ("principal", 0),
        ("principal", 0),
        ("upside", 0),
        ("surplus", 0),
    ]
    # Interest is owed by now; principal is owed as before; nothing has left the bank.
    assert owners(world, "2320") == A_YEAR
    assert owners(world, "2300") == {BIG: 60_000, SMALL: 20_000}
    assert balances(world.contract)["1200"] == 50_000


def test_what_is_paid_leaves_the_bank_the_loans_and_the_interest():
    world = deal(50_000)
    made = run(world)

    pay_all(made)

    assert owners(world, "2320") == {}
    assert owners(world, "2300") == {BIG: 26_400, SMALL: 8_800}
    assert "1200" not in balances(world.contract)
    assert list_open(world.contract) == []
    batch = made.round.public_id
    kinds = Entry.objects.filter(batch=batch).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["bonds.interest_accrued", *["payments.recorded_payment"] * 4]


def test_all_stages_are_paid_when_there_is_enough():
    terms = replace(
        TERMS,
        tranches=(TERMS.tranches[0], replace(JUNIOR, return_caps=(TIMES_TWO,)), TERMS.tranches[2]),
        upside=Upside(tranches=("junior",), fees=(SuccessFee(provider="hearthside", percent=5_000),)),
        surplus=(SurplusPart(to=Beneficiary.COMMISSIONER, party="northmoor", percent=10_000),),
    )
    world = deal(160_000, terms)

    made = run(world)

    # 54,800 are left after 85,200 for the seniors and 20,000 for the first loss; twice its money is another 20,000.
    assert given(made) == {
        ("interest", "bigfund"): 3_900,
        ("interest", "smallfund"): 1_300,
        ("principal", "bigfund"): 60_000,
        ("principal", "smallfund"): 20_000,
        ("principal", "seedtrust"): 20_000,
        ("upside", "hearthside"): 20_000,
        ("upside", "seedtrust"): 20_000,
        ("surplus", "northmoor"): 14_800,
    }
    assert owners(world, "2330") == {SEED: 20_000}
    assert balances(world.contract)["2100"] == -20_000
    pay_all(made)
    # What the first loss got back can be called again; the grant stays where it is.
    assert owners(world, "9100", memo=True)[SEED] == 100_000
    assert balances(world.contract) == {
        "2400": -10_000,
        "4000": -145_200,
        "5000": 110_000,
        "5010": 20_000,
        "7600": 5_200,
        "7610": 20_000,
    }


def test_what_was_promised_is_not_promised_again():
    world = deal(50_000)
    run(world)

    with pytest.raises(NothingToDistribute):
        run(world)
    earn(world, 10_000, on=RUN_ON)
    second = run(world)

    assert (second.number, second.cash_pence, second.promised_pence) == (2, 60_000, 50_000)
    # 26,400 and 8,800 are left of the loans.
    assert given(second) == {("principal", "bigfund"): 7_500, ("principal", "smallfund"): 2_500}


def test_what_the_books_owe_is_set_aside_and_the_reserve_is_filled_and_released():
    world = deal(50_000, replace(TERMS, reserve_months=2))
    ledger_operations.post(
        book=book_of(world.contract),
        key="fee",
        kind="treasury.journal",
        effective_on=RUN_ON,
        lines=[Line("5000", "2100", 9_000, credit_owner="sup_workshop"), Line("7500", "2110", 1_000)],
        actor=FIRST.ref,
        recorded_at=RUN_AT,
    )

    made = run(world, monthly_cost_pence=4_000)

    assert (made.set_aside_pence, made.topped_up_pence, made.distributed_pence) == (10_000, 8_000, 32_000)
    assert balances(world.contract)["1210"] == 8_000
    assert [step["facts"]["parts"][0]["party"] for step in made.steps[1:3]] == ["Accruals", "sup_workshop"]
    # Months cost less by now: what the reserve holds above its target is shared out.
    second = run(world, monthly_cost_pence=3_000)
    assert (second.released_pence, second.set_aside_pence, second.distributed_pence) == (2_000, 10_000, 2_000)
    assert balances(world.contract)["1210"] == 6_000


def test_more_than_is_due_is_refused_and_so_is_a_payment_before_the_run():
    due = run(deal(50_000)).distributions.select_related("run__contract", "run__round", "party__organisation")[0]

    with pytest.raises(TooMuchPaidOut) as refused:
        ask_payment(due, 3_901)
    assert refused.value.facts["open_pence"] == 3_900
    with pytest.raises(WrongMoney):
        ask_payment(due, batch="rnd_other")
    with pytest.raises(WrongMoney):
        ask_payment(due, on=date(2026, 4, 9))
    approve(ask_payment(due, 3_899))
    approve(ask_payment(due, 1))
    with pytest.raises(TooMuchPaidOut):
        ask_payment(due, 1, on=date(2026, 4, 11))

    assert DistributionPayment.objects.count() == 2


def test_a_wrong_payment_is_undone_and_the_party_is_due_it_again():
    world = deal(110_000)
    made = run(world)
    pay_all(made)
    record = RecordedMoney.objects.get(subject=made.distributions.get(commitment__tranche="junior", place=5).public_id)
    assert owners(world, "9100", memo=True)[SEED] == 100_000

    approve(
        reverse_recorded(
            record=record, moved_on=RUN_ON, reason="Returned by the bank", actor=FIRST, at=RUN_AT, today=RUN_ON
        )
    )

    assert [(one.party.code, pence) for one, pence in list_open(world.contract)] == [("seedtrust", 20_000)]
    assert owners(world, "2310") == {SEED: 20_000}
    assert owners(world, "9100", memo=True)[SEED] == 80_000


def test_a_run_is_taken_back_while_nothing_of_it_is_paid():
    world = deal(110_000)
    made = run(world)
    due = made.distributions.select_related("run__contract", "run__round", "party__organisation")[0]
    waiting = ask_payment(due)

    with pytest.raises(ReasonMissing):
        withdraw_run(run=made, reason=" ", actor=HOLDER, at=RUN_AT)
    with pytest.raises(RunPaid):
        withdraw_run(run=made, reason="A fee was missing", actor=HOLDER, at=RUN_AT)
    refuse_recorded(record=waiting, reason="Not yet", actor=SECOND, at=RUN_AT)
    withdraw_run(run=made, reason="A fee was missing", actor=HOLDER, at=RUN_AT)

    assert owners(world, "2330") == {}
    with pytest.raises(TooMuchPaidOut):
        ask_payment(due, 1)
    with pytest.raises(RunPaid):
        withdraw_run(run=made, reason="Again", actor=HOLDER, at=RUN_AT)
    assert given(run(world)) == given(made)


def test_interest_is_accrued_once_and_follows_what_turns_out():
    world = deal(0)
    accrue_interest(contract=world.contract, actor=HOLDER, at=RUN_AT)
    assert accrue_interest(contract=world.contract, actor=HOLDER, at=RUN_AT) == []
    assert owners(world, "2320") == A_YEAR

    # The smaller lender's receipt was of another deal: it never earned anything.
    wrong = Drawdown.objects.get(part__commitment__party__code="smallfund")
    earn(world, 20_000, on=RUN_ON)
    approve(
        reverse_recorded(
            record=RecordedMoney.objects.get(public_id=wrong.record),
            moved_on=RUN_ON,
            reason="Of another deal",
            actor=FIRST,
            at=RUN_AT,
            today=RUN_ON,
        )
    )
    changed = accrue_interest(contract=world.contract, actor=HOLDER, at=RUN_AT)

    assert [(one.earned_pence, one.pence) for one in changed] == [(0, -1_300)]
    assert owners(world, "2320") == {BIG: 3_900}
    assert InterestAccrual.objects.count() == 3


def test_a_drawdown_that_was_repaid_or_promised_cannot_be_undone():
    world = deal(85_200)
    run(world)
    record = RecordedMoney.objects.get(public_id=Drawdown.objects.get(part__commitment__party__code="bigfund").record)

    with pytest.raises(DrawdownInUse):
        reverse_recorded(record=record, moved_on=RUN_ON, reason="Of another deal", actor=FIRST, at=RUN_AT, today=RUN_ON)

    assert Drawdown.objects.standing().count() == 4


def test_recycled_money_is_called_again():
    world = deal(105_200)
    pay_all(run(world))
    later = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)

    parts = call(world, 440_000 + 20_000, due_on=date(2026, 5, 20), at=later)

    assert {key: part.pence for key, part in parts.items()}[SEED] == 100_000


def test_a_statement_says_what_the_books_say():
    world = deal(50_000)
    pay_all(run(world))

    (one,) = compute_investor_statements(
        contract=world.contract, from_on=date(2025, 4, 1), until_on=date(2026, 4, 11), investor="bigfund"
    )

    assert (one.drawn, one.repaid, one.principal_after) == (60_000, 33_600, owners(world, "2300")[BIG])
    assert (one.interest_paid, one.undrawn) == (3_900, owners(world, "9100", memo=True)[BIG])
    # A day's interest on 26,400 since.
    assert one.interest_after == 5
    assert (str(one.returns.multiple), one.returns.rate_state) == ("0.625000", RateState.UNIQUE)
    assert {move.kind for move in list_movements(world.contract)} == {
        MovementKind.CALLED,
        MovementKind.DRAWN,
        MovementKind.INTEREST,
        MovementKind.PRINCIPAL,
    }


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("bonds_waterfallrun", "kept_pence = 1"),
        ("bonds_distribution", "pence = pence + 1"),
        ("bonds_distributionpayment", "pence = pence - 1"),
        ("bonds_interestaccrual", "pence = pence + 1"),
    ],
)
def test_facts_do_not_change(table, change):
    pay_all(run(deal(50_000)))

    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE {table} SET {change}")


def test_the_database_refuses_a_run_that_does_not_add_up_and_more_than_is_due():
    made = run(deal(50_000))
    due = Distribution.objects.filter(run=made).first()
    assert due is not None
    columns = {
        field.attname: getattr(made, field.attname)
        for field in WaterfallRun._meta.concrete_fields
        if field.attname not in {"id", "public_id"}
    }

    with pytest.raises(IntegrityError, match="bonds_waterfall_adds_up"), transaction.atomic():
        WaterfallRun.objects.create(**columns | {"number": 2, "kept_pence": 1})
    with pytest.raises(IntegrityError, match="of 3900 due"), transaction.atomic():
        DistributionPayment.objects.create(
            distribution=due, record="rec_x", paid_on=RUN_ON, pence=due.pence + 1, at=RUN_AT
        )
