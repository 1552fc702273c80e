"""One explained run winds a deal up: reserve, last cash, guarantors, and what is lost; two people pay it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from bonds.arithmetic.stages import NoEarlyRedemption
from bonds.arithmetic.waterfall import RedemptionNotCovered
from bonds.models import CommitmentChange, GuaranteeCall, GuaranteeMoney, WaterfallRun
from bonds.operations.accruing import accrue_interest
from bonds.operations.distributing import withdraw_run
from bonds.operations.errors import ReasonMissing
from bonds.operations.guaranteeing import RECEIPT_PURPOSE
from bonds.operations.investor_errors import (
    GuaranteeInUse,
    MoneyLeft,
    PlaceNotEnding,
    PreviewOutdated,
    RunPaid,
    TooMuchGuaranteed,
    WoundUp,
)
from bonds.operations.winding_up import redeem_tranche, work_out_final_run, work_out_redemption
from bonds.operations.writing_off import write_off
from bonds.queries.guarantees import list_guarantees
from bonds.queries.investors import compute_investor_statements
from bonds.queries.run_words import say_stage
from foundation.models import MailMessage
from ledger import operations as ledger_operations
from ledger.models import Entry
from ledger.operations import Line
from payments.models import RecordedMoney
from payments.operations import reverse_recorded
from tests.bonds.investor_books.support import (
    DRAWN_AT,
    DRAWN_ON,
    FIRST,
    RUN_AT,
    RUN_ON,
    approve,
    ask_payment,
    balances,
    book_of,
    call,
    given,
    owners,
    run,
)
from tests.bonds.investor_endings.support import ENDING, GUARANTEED, LATER, LATER_AT, ask_guarantee, deal, end
from tests.factories.bonds import HOLDER, SERVICE_FROM
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db
BIG, SMALL, SEED = ("bigfund", "senior"), ("smallfund", "senior"), ("seedtrust", "junior")


def reserve(world, pence):
    """So much was put into the reserve before."""
    ledger_operations.post(
        book=book_of(world.contract), key="reserved", kind="bonds.distributed", effective_on=DRAWN_ON,
        lines=[Line("1210", "1200", pence)], actor=FIRST.ref, recorded_at=DRAWN_AT,
    )  # fmt: skip


def posted(made):
    """Transfers of a run's own entries: debit, credit, pence."""
    entries = Entry.objects.filter(source=made.public_id, book=book_of(made.contract)).order_by("pk")
    return [
        (one.debit_account.code, one.credit_account.code, one.amount)
        for entry in entries
        for one in entry.transfers.select_related("debit_account", "credit_account")
    ]


def say(made, name):
    [step] = [one for one in made.steps if one["name"] == name]
    return say_stage(step, currency="GBP", tranches={})


def test_the_reserve_and_the_last_cash_go_out_and_the_guarantor_is_asked_for_the_shortfall():
    world = deal(80_000)
    reserve(world, 6_000)

    made = end(world)

    # Seniors: 5,200 interest and 74,800 of 80,000; nothing for the charity, of whose 20,000 the fund owes 75 %.
    assert (made.kind, made.available_pence, made.released_pence, made.kept_pence) == ("final", 74_000, 6_000, 0)
    assert given(made) == {
        ("interest", "bigfund"): 3_900,
        ("interest", "smallfund"): 1_300,
        ("principal", "bigfund"): 56_100,
        ("principal", "smallfund"): 18_700,
    }
    [owed] = list_guarantees(world.contract)
    assert (owed.call.guarantor.code, owed.call.missing_pence, owed.call.pence, owed.open) == (
        "topup", 15_000, 15_000, 15_000,
    )  # fmt: skip
    lost = made.changes.filter(kind="written_off").order_by("pk")
    assert [(one.commitment.party.code, one.pence) for one in lost] == [
        ("bigfund", 3_900), ("smallfund", 1_300), ("seedtrust", 5_000),
    ]  # fmt: skip
    assert posted(made) == [
        ("1200", "1210", 6_000),
        ("2300", "4950", 3_900),
        ("2300", "4950", 1_300),
        ("2310", "4950", 5_000),
    ]
    assert say(made, "guarantees") == "£252.00 of the principal is missing; guarantors are asked for £150.00."
    assert say(made, "written_off") == "£102.00 of principal and £0.00 of interest are lost."


def test_what_the_run_says_is_paid_and_then_nothing_is_left():
    world = deal(80_000)
    made = end(world)
    [owed] = list_guarantees(world.contract)

    for due in made.distributions.select_related("run__contract", "run__round", "party__organisation"):
        approve(ask_payment(due))
    approve(ask_guarantee(owed.call, 15_000, is_receipt=True))
    assert balances(world.contract)["2110"] == -15_000
    approve(ask_guarantee(owed.call, 15_000, is_receipt=False, on=LATER))

    kept = balances(world.contract)
    assert {"1200", "1210", "2110", "2300", "2310", "2320"} & set(kept) == set()
    # What nobody paid and what the guarantor paid for us: 10,200 and 15,000, less what cash covered.
    assert kept["4950"] == -(100_000 - 74_800)
    statement = compute_investor_statements(
        contract=world.contract, from_on=SERVICE_FROM, until_on=LATER.replace(day=30), investor="seedtrust"
    )[0]
    assert (statement.guaranteed, statement.written_off, statement.principal_after) == (15_000, 5_000, 0)
    assert str(statement.returns.multiple) == "0.750000"


def test_interest_that_cannot_be_paid_is_released():
    world = deal(2_000, replace(GUARANTEED, guarantees=()))

    made = end(world)

    assert given(made) == {("interest", "bigfund"): 1_500, ("interest", "smallfund"): 500}
    assert owners(world, "2320") == {BIG: 1_500, SMALL: 500}
    assert posted(made)[-2:] == [("2320", "4950", 2_400), ("2320", "4950", 800)]
    assert say(made, "written_off") == "£1,000.00 of principal and £32.00 of interest are lost."
    assert say(made, "guarantees") == "No guarantor owes anything."
    assert owners(world, "2300") == {}


def test_after_it_nothing_begins_any_more():
    world = deal(80_000)
    end(world)

    for act in (
        lambda: run(world),
        lambda: end(world),
        lambda: call(world, 1_000, at=LATER_AT, due_on=LATER),
        lambda: accrue_interest(contract=world.contract, actor=HOLDER, at=LATER_AT),
    ):
        with pytest.raises(WoundUp):
            act()
    with pytest.raises(MoneyLeft):
        write_off(contract=world.contract, reason="Over", actor=HOLDER, at=LATER_AT)

    assert WaterfallRun.objects.count() == 1


def test_a_run_of_which_nothing_was_paid_is_taken_back_whole():
    world = deal(2_000)
    before = balances(world.contract)
    made = end(world)
    assert balances(world.contract) != before

    withdraw_run(run=made, reason="Too early.", actor=HOLDER, at=RUN_AT)

    # Interest was earned, whatever became of the run.
    assert balances(world.contract) == before | {"2320": -5_200, "7600": 5_200}
    assert accrue_interest(contract=world.contract, actor=HOLDER, at=RUN_AT) == []
    assert owners(world, "2300") == {BIG: 60_000, SMALL: 20_000}
    assert list_guarantees(world.contract) == []
    assert end(world).number == 2


def test_a_guarantor_pays_no_more_than_it_owes_and_only_that_goes_on():
    world = deal(80_000)
    made = end(world)
    [owed] = list_guarantees(world.contract)

    with pytest.raises(TooMuchGuaranteed):
        ask_guarantee(owed.call, 15_001, is_receipt=True)
    with pytest.raises(TooMuchGuaranteed):
        ask_guarantee(owed.call, 1, is_receipt=False)
    received = approve(ask_guarantee(owed.call, 9_000, is_receipt=True))
    with pytest.raises(TooMuchGuaranteed):
        ask_guarantee(owed.call, 9_001, is_receipt=False)
    paid = approve(ask_guarantee(owed.call, 9_000, is_receipt=False))
    with pytest.raises(RunPaid):
        withdraw_run(run=made, reason="Too early.", actor=HOLDER, at=RUN_AT)
    with pytest.raises(GuaranteeInUse):
        reverse_recorded(record=received, reason="Bounced", moved_on=RUN_ON, actor=FIRST, at=RUN_AT, today=RUN_ON)
    approve(reverse_recorded(record=paid, reason="Bounced", moved_on=RUN_ON, actor=FIRST, at=RUN_AT, today=RUN_ON))
    approve(reverse_recorded(record=received, reason="Bounced", moved_on=RUN_ON, actor=FIRST, at=RUN_AT, today=RUN_ON))

    [after] = list_guarantees(world.contract)
    assert (after.received, after.passed_on, after.open) == (0, 0, 15_000)
    assert GuaranteeMoney.objects.count() == 4
    assert "2110" not in balances(world.contract)
    assert owners(world, "2310") == {SEED: 15_000}


def test_whoever_is_told_of_a_guarantees_money_is_told_that_it_was_undone():
    world = deal(80_000)
    for code in ("seedtrust", "topup", "bigfund", "northmoor"):
        make_officer(world.parties[code].organisation, email=f"{code}@example.org")
    end(world)
    [owed] = list_guarantees(world.contract)
    MailMessage.objects.all().delete()

    received = approve(ask_guarantee(owed.call, 9_000, is_receipt=True))
    paid = approve(ask_guarantee(owed.call, 4_000, is_receipt=False))
    for record in (paid, received):
        approve(
            reverse_recorded(record=record, reason="Bounced", moved_on=RUN_ON, actor=FIRST, at=RUN_AT, today=RUN_ON)
        )

    mails = MailMessage.objects.filter(template__startswith="bonds/").order_by("pk")
    assert [(one.to, one.subject) for one in mails] == [
        ("topup@example.org", "Your £90.00 for the guarantee under Brightwater Homes arrived"),
        ("topup@example.org", "£40.00 was paid on from a guarantee under Brightwater Homes"),
        ("seedtrust@example.org", "£40.00 was paid on from a guarantee under Brightwater Homes"),
        ("topup@example.org", "A payment of £40.00 from a guarantee under Brightwater Homes was undone"),
        ("seedtrust@example.org", "A payment of £40.00 from a guarantee under Brightwater Homes was undone"),
        ("topup@example.org", "Your payment of £90.00 for the guarantee under Brightwater Homes was undone"),
    ]
    undone = list(mails)[-1].text
    assert "Bounced" in undone
    assert "/endings/" in undone


def test_the_database_holds_a_guarantee_to_what_is_owed():
    world = deal(80_000)
    end(world)
    owed = GuaranteeCall.objects.get()

    for pence, is_receipt in ((15_001, True), (1, False)):
        with pytest.raises(IntegrityError, match="guarantee of 15000"), transaction.atomic():
            GuaranteeMoney.objects.create(
                call=owed, is_receipt=is_receipt, record=f"rec_{pence}", moved_on=RUN_ON, pence=pence, at=RUN_AT
            )


def test_it_says_why_and_does_what_was_looked_at():
    world = deal(80_000)
    seen = work_out_final_run(contract=world.contract, on=RUN_ON)

    with pytest.raises(ReasonMissing):
        redeem_tranche(contract=world.contract, tranche="senior", reason=" ", actor=HOLDER, at=RUN_AT)
    with pytest.raises(PreviewOutdated):
        end(world, at=LATER_AT, seen=seen.digest)
    assert not WaterfallRun.objects.exists()

    assert end(world, seen=seen.digest).steps == seen.steps


def test_a_tranche_is_ended_early_by_its_terms():
    world = deal(70_000, ENDING)

    made = redeem_tranche(
        contract=world.contract, tranche="senior", reason="The council ends the service.", actor=HOLDER, at=RUN_AT
    )

    # 75 % of 60,000 and 20,000 come back; the rest is lost; 4,800 goes on to the next in the order.
    assert given(made) == {
        ("interest", "bigfund"): 3_900,
        ("interest", "smallfund"): 1_300,
        ("principal", "bigfund"): 45_000,
        ("principal", "smallfund"): 15_000,
        ("principal", "seedtrust"): 4_800,
    }
    assert posted(made) == [("2300", "4950", 15_000), ("2300", "4950", 5_000)]
    assert owners(world, "2300") == {BIG: 45_000, SMALL: 15_000}
    # What could still be called for the tranche is given up, in the memo book as well.
    assert owners(world, "9100", memo=True) == {SEED: 80_000, ("seedtrust", "grant"): 40_000}
    assert say(made, "written_off") == "£200.00 of principal and £0.00 of interest are lost."
    assert CommitmentChange.objects.standing().filter(run=made).count() == 4

    withdraw_run(run=made, reason="Too early.", actor=HOLDER, at=RUN_AT)
    assert owners(world, "2300") == {BIG: 60_000, SMALL: 20_000}
    assert owners(world, "9100", memo=True)[BIG] == 240_000


def test_a_tranche_is_not_ended_where_terms_or_money_do_not_allow_it():
    poor = deal(20_000, ENDING)
    with pytest.raises(RedemptionNotCovered):
        work_out_redemption(contract=poor.contract, tranche="senior", on=RUN_ON)
    with pytest.raises(PlaceNotEnding):
        work_out_redemption(contract=poor.contract, tranche="junior", on=RUN_ON)
    with pytest.raises(PlaceNotEnding):
        work_out_redemption(contract=poor.contract, tranche="other", on=RUN_ON)
    assert not WaterfallRun.objects.exists()


def test_terms_that_say_nothing_of_the_day_allow_no_early_end():
    world = deal(70_000)

    with pytest.raises(NoEarlyRedemption):
        redeem_tranche(contract=world.contract, tranche="senior", reason="Why not", actor=HOLDER, at=RUN_AT)

    assert not WaterfallRun.objects.exists()
    assert not RecordedMoney.objects.filter(purpose=RECEIPT_PURPOSE).exists()
