"""Commitments are taken with the version, called on pro rata, paid in by two people, and cancelled when not needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds import operations
from bonds.arithmetic.calls import CallAboveUndrawn, CallNotPositive
from bonds.arithmetic.tranches import Commitment
from bonds.models import CallPart, CapitalCall, CommitmentChange, Drawdown, InvestorCommitment
from bonds.operations.calling import call_capital
from bonds.operations.committing import cancel_commitments
from bonds.operations.errors import NotRunning, ReasonMissing, VersionIncomplete, WrongMoney
from bonds.operations.investor_errors import CallUnsound, CommitmentsBroken, NoInvestors, TooMuchDrawn
from ledger.models import Entry
from payments.operations import reverse_recorded
from tests.bonds.investor_books.support import (
    CALLED_AT,
    DRAWN_AT,
    DRAWN_ON,
    FIRST,
    SENIOR,
    TERMS,
    approve,
    ask_receipt,
    balances,
    call,
    draw,
    make_deal,
    owners,
    sign,
    vary,
    write,
)
from tests.factories.bonds import HOLDER, make_contract, sign_all

pytestmark = pytest.mark.django_db

BIG, SMALL, JUNIOR_PLACE, GRANT_PLACE = (
    ("bigfund", "senior"),
    ("smallfund", "senior"),
    ("seedtrust", "junior"),
    ("seedtrust", "grant"),
)
ALL_UNDRAWN = {BIG: 300_000, SMALL: 100_000, JUNIOR_PLACE: 100_000, GRANT_PLACE: 50_000}


def cancel(world, pence, **more):
    values = {"reason": "The service needs less", "actor": HOLDER, "at": DRAWN_AT} | more
    return cancel_commitments(contract=world.contract, amount_pence=pence, **values)


def test_commitments_are_taken_with_the_last_signature():
    world = make_deal(is_signed=False)
    assert InvestorCommitment.objects.count() == 0

    sign(world)

    assert owners(world, "9100", memo=True) == ALL_UNDRAWN
    assert balances(world.contract, memo=True) == {"9100": 550_000, "9101": -550_000}
    assert balances(world.contract) == {}


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"currency": "EUR"}, "/investor_terms/currency"),
        ({"tranches": ()}, "/investor_terms/tranches"),
        (
            {"commitments": (Commitment(investor="northmoor", tranche="senior", amount=1),)},
            "/investor_terms/commitments/0/investor",
        ),
    ],
)
def test_what_investors_cannot_have_meant_is_not_put_to_the_parties(changed, at):
    world = make_deal(is_signed=False)
    write(world, replace(TERMS, **changed))

    with pytest.raises(VersionIncomplete) as refused:
        sign(world)

    assert at in {one["at"] for one in refused.value.facts["problems"]}
    assert InvestorCommitment.objects.count() == 0


def test_a_variation_adds_what_it_says_more():
    world = make_deal()
    more = replace(TERMS.commitments[0], amount=340_000)
    vary(world, replace(TERMS, commitments=(more, *TERMS.commitments[1:])))
    sign(world, at=DRAWN_AT)

    assert owners(world, "9100", memo=True) == ALL_UNDRAWN | {BIG: 340_000}
    assert InvestorCommitment.objects.count() == 4


def test_a_variation_leaves_nobody_out_and_changes_no_terms_of_called_money():
    world = make_deal()
    draw(world, 110_000)
    cases = {
        "/investor_terms/commitments": {"commitments": TERMS.commitments[1:]},
        "/investor_terms/tranches": {"tranches": (replace(SENIOR, rate=SENIOR.rate + 1), *TERMS.tranches[1:])},
        "/investor_terms/commitments/0/amount": {
            "commitments": (replace(TERMS.commitments[0], amount=59_999), *TERMS.commitments[1:])
        },
    }
    vary(world, TERMS)
    for at, changed in cases.items():
        write(world, replace(TERMS, **changed))
        with pytest.raises(VersionIncomplete) as refused:
            sign(world, at=DRAWN_AT)
        assert [one["at"] for one in refused.value.facts["problems"]] == [at]

    write(world, replace(TERMS, commitments=(replace(TERMS.commitments[0], amount=60_000), *TERMS.commitments[1:])))
    sign(world, at=DRAWN_AT)
    assert owners(world, "9100", memo=True) == {SMALL: 80_000, JUNIOR_PLACE: 80_000, GRANT_PLACE: 40_000}


def test_a_call_between_proposal_and_signature_is_not_cut_off():
    world = make_deal()
    vary(world, replace(TERMS, commitments=(replace(TERMS.commitments[0], amount=1_000), *TERMS.commitments[1:])))
    version = operations.propose_version(contract=world.contract, actor=HOLDER, at=CALLED_AT)
    call(world, 110_000)

    with pytest.raises(CommitmentsBroken):
        sign_all(world, version, at=DRAWN_AT)

    assert owners(world, "9100", memo=True) == ALL_UNDRAWN


def test_a_call_asks_each_for_its_part_to_the_penny():
    world = make_deal()

    parts = call(world, 100_001)

    assert {key: part.pence for key, part in parts.items()} == {
        BIG: 54_546,
        SMALL: 18_182,
        JUNIOR_PLACE: 18_182,
        GRANT_PLACE: 9_091,
    }
    # Nothing is owed or had before it is paid.
    assert balances(world.contract) == {}


def test_tranches_are_called_group_after_group():
    world = make_deal(replace(TERMS, calls=(("grant",), ("junior", "senior"))))

    assert {key: part.pence for key, part in call(world, 60_000).items()} == {
        GRANT_PLACE: 50_000,
        BIG: 6_000,
        SMALL: 2_000,
        JUNIOR_PLACE: 2_000,
    }


def test_all_that_is_left_can_be_called_and_not_a_penny_more():
    world = make_deal()
    call(world, 549_999)

    with pytest.raises(CallAboveUndrawn):
        call(world, 2)
    call(world, 1)
    with pytest.raises(CallAboveUndrawn):
        call(world, 1)

    assert list(CapitalCall.objects.values_list("number", "pence")) == [(1, 549_999), (2, 1)]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"pence": 0}, CallNotPositive),
        ({"pence": 1, "reason": " "}, CallUnsound),
        ({"pence": 1, "due_on": date(2025, 3, 31)}, CallUnsound),
    ],
)
def test_an_unsound_call_is_refused(changed, error):
    world = make_deal()

    with pytest.raises(error):
        call(world, **changed)

    assert CallPart.objects.count() == 0


def test_without_investors_or_before_the_signature_nobody_is_called():
    with pytest.raises(NotRunning):
        call(make_deal(is_signed=False), 1)
    alone = make_contract(reference="alone")
    with pytest.raises(NoInvestors):
        call_capital(
            contract=alone.contract,
            amount_pence=1,
            due_on=date(2025, 4, 20),
            reason="Working capital",
            actor=HOLDER,
            at=CALLED_AT,
        )


def test_money_paid_in_is_owed_and_no_longer_undrawn():
    world = make_deal()

    draw(world, 110_000)

    assert balances(world.contract) == {"1200": 110_000, "2300": -80_000, "2310": -20_000, "2400": -10_000}
    assert owners(world, "2300") == {BIG: 60_000, SMALL: 20_000}
    assert owners(world, "2310") == {JUNIOR_PLACE: 20_000}
    assert owners(world, "9100", memo=True) == {
        BIG: 240_000,
        SMALL: 80_000,
        JUNIOR_PLACE: 80_000,
        GRANT_PLACE: 40_000,
    }
    batch = CapitalCall.objects.get().public_id
    assert Entry.objects.filter(batch=batch, kind="bonds.drawn").count() == 4
    assert Entry.objects.filter(batch=batch, kind="payments.recorded_receipt").count() == 4


def test_a_part_of_a_part_is_taken_and_more_than_was_called_is_refused():
    world = make_deal()
    part = call(world, 110_000)[BIG]
    approve(ask_receipt(world, part, 59_999))

    with pytest.raises(TooMuchDrawn) as refused:
        ask_receipt(world, part, 2)
    assert refused.value.facts["open_pence"] == 1
    with pytest.raises(WrongMoney):
        ask_receipt(world, part, 1, batch="cal_other")
    approve(ask_receipt(world, part, 1))

    assert owners(world, "2300") == {BIG: 60_000}
    assert Drawdown.objects.count() == 2


def test_two_receipts_for_one_part_cannot_both_come_in():
    world = make_deal()
    part = call(world, 110_000)[SMALL]
    first, second = ask_receipt(world, part, 20_000), ask_receipt(world, part, 19_000)
    approve(first)

    with pytest.raises(TooMuchDrawn):
        approve(second)

    assert owners(world, "2300") == {SMALL: 20_000}


def test_a_wrong_receipt_is_undone_and_the_money_is_wanted_again():
    world = make_deal()
    part = call(world, 110_000)[BIG]
    record = approve(ask_receipt(world, part, 60_000))

    approve(
        reverse_recorded(
            record=record, moved_on=DRAWN_ON, reason="Of another deal", actor=FIRST, at=DRAWN_AT, today=DRAWN_ON
        )
    )

    assert balances(world.contract) == {}
    assert owners(world, "9100", memo=True) == ALL_UNDRAWN
    assert Drawdown.objects.standing().count() == 0
    approve(ask_receipt(world, part, 60_000, on=date(2025, 4, 11)))
    assert owners(world, "2300") == {BIG: 60_000}


def test_what_is_not_needed_is_cancelled_and_cannot_be_called():
    world = make_deal()
    call(world, 110_000)

    made = cancel(world, 44_000)

    assert [one.pence for one in made] == [24_000, 8_000, 8_000, 4_000]
    assert owners(world, "9100", memo=True) == {
        BIG: 276_000,
        SMALL: 92_000,
        JUNIOR_PLACE: 92_000,
        GRANT_PLACE: 46_000,
    }
    with pytest.raises(CallAboveUndrawn):
        call(world, 396_001, at=DRAWN_AT)
    call(world, 396_000, at=DRAWN_AT)
    with pytest.raises(CallAboveUndrawn):
        cancel(world, 1)


def test_cancelling_says_why_and_how_much():
    world = make_deal()

    with pytest.raises(ReasonMissing):
        cancel(world, 1, reason=" ")
    with pytest.raises(CallNotPositive):
        cancel(world, 0)

    assert CommitmentChange.objects.count() == 0
    assert owners(world, "9100", memo=True) == ALL_UNDRAWN


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("bonds_commitmentamount", "pence = 1"),
        ("bonds_capitalcall", "due_on = due_on + 1"),
        ("bonds_callpart", "pence = pence + 1"),
        ("bonds_drawdown", "pence = pence - 1"),
    ],
)
def test_facts_do_not_change(table, change):
    draw(make_deal(), 110_000)

    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"UPDATE {table} SET {change}")


def test_the_database_refuses_more_than_was_called():
    world = make_deal()
    part = call(world, 110_000)[BIG]
    now = datetime.fromisoformat("2025-04-10T10:00:00+00:00")

    with pytest.raises(IntegrityError, match="of 60000 called"), transaction.atomic():
        Drawdown.objects.create(part=part, record="rec_x", drawn_on=DRAWN_ON, pence=60_001, at=now)
    CapitalCall.objects.create(
        contract=world.contract, number=9, pence=1, called_on=DRAWN_ON, due_on=DRAWN_ON, reason="x", made_at=now
    )
    with pytest.raises(IntegrityError, match="its parts come to 0"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    CallPart.objects.create(call=CapitalCall.objects.get(number=9), commitment=part.commitment, pence=1)
