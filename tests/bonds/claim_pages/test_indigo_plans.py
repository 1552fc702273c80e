"""Plans and investments as INDIGO data: as the standard has them, and read again as they were written."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bonds import operations
from bonds.arithmetic.indigo import PaymentType, read_indigo
from bonds.arithmetic.indigo_cells import Status
from bonds.arithmetic.indigo_investments import InvestmentType, ReturnType
from bonds.arithmetic.indigo_writing import write_indigo
from bonds.arithmetic.plans import Expected
from bonds.arithmetic.tranches import ReturnCap, ReturnKind
from bonds.documents.indigo import read_tabs, write_workbook
from bonds.queries import indigo_plans
from bonds.queries.indigo import gather_indigo, named_parties
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.investor_books.support import SENIOR, TERMS, TIMES_TWO, make_deal, vary
from tests.bonds.overview.story import at, tell
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db

IDS = {"northmoor": "INDIGO-ORG-0001", "southfell": "GB-LAE-SFL", "topup": "INDIGO-ORG-0003"}
FUNDS = {"bigfund": "INDIGO-ORG-0011", "smallfund": "INDIGO-ORG-0012", "seedtrust": "INDIGO-ORG-0013"}
TODAY = date(2025, 10, 31)


def make_plan(contract, number, expected, when):
    return operations.make_plan(
        contract=contract, number=number, expected=expected, reason=f"Basis {number}", actor=HOLDER, at=when
    )


def rows_of(found, plan):
    return [
        (one.metric, one.from_on, one.until_on, one.payer, one.type, one.amount)
        for one in found.payments
        if one.plan == plan
    ]


def test_a_plan_repeats_what_had_happened_and_expects_the_rest():
    contract = tell().world.contract
    make_plan(contract, 0, [Expected(3, "moved_in", 1)], at(8, 1))
    make_plan(contract, 1, [Expected(3, "moved_in", 2)], at(10, 20))

    found = gather_indigo(contract=contract, identifiers=IDS, on=TODAY)

    assert [(one.id, one.notes, one.status) for one in found.plans] == [
        ("plan1", "Basis 0", Status.PRIVATE),
        ("plan2", "Basis 1", Status.PRIVATE),
    ]
    third = (date(2025, 10, 1), date(2026, 1, 1))
    assert rows_of(found, "plan1") == [
        ("outcomemetric1", *third, "INDIGO-ORG-0001", PaymentType.PLANNED, 25_000),
        ("outcomemetric1", *third, "GB-LAE-SFL", PaymentType.PLANNED, 15_000),
        ("outcomemetric1", *third, "INDIGO-ORG-0003", PaymentType.PLANNED, 10_000),
    ]
    second = (date(2025, 7, 1), date(2025, 10, 1))
    assert rows_of(found, "plan2")[:3] == [
        ("outcomemetric1", *second, "INDIGO-ORG-0001", PaymentType.ACTUAL, 75_000),
        ("outcomemetric1", *second, "GB-LAE-SFL", PaymentType.ACTUAL, 45_000),
        ("outcomemetric1", *second, "INDIGO-ORG-0003", PaymentType.ACTUAL, 30_000),
    ]
    assert {one.status for one in found.payments if one.plan} == {Status.PRIVATE}
    # What was paid counts once, in no plan.
    assert found.total(PaymentType.ACTUAL, plan="plan2") == 150_000
    assert read_indigo(read_tabs(write_workbook(write_indigo(found))), on=TODAY) == found


def test_of_many_plans_the_first_and_the_newest_are_told(monkeypatch):
    contract = tell().world.contract
    for number in range(4):
        make_plan(contract, number, [Expected(4, "moved_in", 1)], at(10, 20))
    told = [plan.rows.filter(parts__pence__gt=0).count() for plan in contract.plans.order_by("number")]
    assert len(set(told)) == 1

    monkeypatch.setattr(indigo_plans, "MOST_ROWS", told[0] * 3)

    found = gather_indigo(contract=contract, identifiers=IDS, on=TODAY)
    assert [one.id for one in found.plans] == ["plan1", "plan3", "plan4"]
    assert {one.plan for one in found.payments} == {"plan1", "plan3", "plan4"}


def test_an_investment_has_its_amount_and_its_greatest_return():
    irr = ReturnCap(kind=ReturnKind.IRR, limit=Decimal("11.370"))
    big, small, first_loss, grant = TERMS.commitments
    world = make_deal(
        dataclasses.replace(
            TERMS,
            tranches=(dataclasses.replace(SENIOR, return_caps=(irr, TIMES_TWO)), *TERMS.tranches[1:]),
            commitments=(big, dataclasses.replace(small, return_caps=()), first_loss, grant),
        )
    )

    found = gather_indigo(contract=world.contract, identifiers=FUNDS, on=TODAY)

    assert [party.code for party in named_parties(world.contract)] == ["bigfund", "seedtrust", "smallfund"]
    # The grant is no investment.
    assert [(one.id, one.investor, one.exact, one.return_type, one.most_return) for one in found.investments] == [
        ("investment1", "INDIGO-ORG-0011", 300_000, ReturnType.IRR, Decimal("11.37")),
        ("investment2", "INDIGO-ORG-0012", 100_000, None, None),
        ("investment3", "INDIGO-ORG-0013", 100_000, None, None),
    ]
    assert [one.notes for one in found.investments] == ["At most 2 times what was paid in.", "", ""]
    assert {(one.type, one.status, one.currency) for one in found.investments} == {
        (InvestmentType.DEBT, Status.PRIVATE, "GBP")
    }
    assert read_indigo(read_tabs(write_workbook(write_indigo(found))), on=TODAY) == found


def test_a_draft_of_a_variation_changes_no_investment():
    world = make_deal()
    before = gather_indigo(contract=world.contract, identifiers=FUNDS, on=TODAY).investments

    vary(world, dataclasses.replace(TERMS, commitments=(dataclasses.replace(TERMS.commitments[0], amount=1),)))

    assert gather_indigo(contract=world.contract, identifiers=FUNDS, on=TODAY).investments == before


def test_the_page_asks_for_investors_and_the_file_is_tried_again(time_machine):
    world = make_deal()
    make_plan(world.contract, 0, [Expected(3, "moved_in", 1)], at(8, 1))
    room = Room(world)
    time_machine.move_to(at(10, 31), tick=False)
    typed = {f"party_{code}": ident for code, ident in (IDS | FUNDS).items()}

    page = room.get("holder", "indigo").content.decode()
    answer = room.as_("holder").post(room.at("holder", "indigo"), typed | {"act": "xlsx"})
    file = SimpleUploadedFile("a.xlsx", answer.content)
    tried = room.post("holder", "indigo-check", file=file).content.decode()

    assert all(f'name="{name}"' in page for name in typed)
    assert "has no bad row: 2 results, 2 prices, 3 payments, 1 plans, 3 investments." in tried
    assert "The last plan comes to:" in tried
    assert "£500.00" in tried
