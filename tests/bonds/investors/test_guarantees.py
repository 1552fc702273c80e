"""Guarantors pay what is missing at the end, beside the money of the deal, up to its limit. Deals are fictional."""

from __future__ import annotations

import pytest

from bonds.arithmetic.payouts import list_movements
from bonds.arithmetic.positions import MovementKind, compute_positions
from bonds.arithmetic.tranches import Guarantee, GuaranteeBasis
from tests.bonds.investors.deals import YEAR_ON, all_drawn, commit, deal, moved, pay_out, tranche

SENIOR = [commit("Calder", "senior", 600_000), commit("Wharfe", "senior", 360_000)]


def guaranteed(*guarantees: Guarantee, commitments=SENIOR):
    return deal([tranche("senior"), tranche("first_loss")], commitments, guarantees=guarantees)


def of_principal(percent: int = 7_500, **more) -> Guarantee:
    return Guarantee(guarantor="Foundation", tranches=("senior",), percent=percent, **more)


def calls(terms, available, **more):
    result = pay_out(terms, all_drawn(terms), available, is_final=True, **more)
    return {(call.guarantor, call.investor): call.amount for call in result.guarantee_calls}


@pytest.mark.parametrize(
    ("available", "called"),
    [
        (0, {("Foundation", "Calder"): 450_000, ("Foundation", "Wharfe"): 270_000}),
        (480_000, {("Foundation", "Calder"): 150_000, ("Foundation", "Wharfe"): 90_000}),
        (719_999, {("Foundation", "Calder"): 1}),
        (720_000, {}),
        (960_000, {}),
    ],
)
def test_three_quarters_of_the_principal_come_back_whatever_happens(available, called):
    assert calls(guaranteed(of_principal()), available) == called


def test_of_the_loss_a_part_is_made_good():
    terms = guaranteed(of_principal(5_000, basis=GuaranteeBasis.LOSS))

    assert calls(terms, 480_000) == {("Foundation", "Calder"): 150_000, ("Foundation", "Wharfe"): 90_000}


def test_half_a_penny_is_made_good_whole():
    terms = guaranteed(of_principal(5_000), commitments=[commit("Calder", "senior", 3)])

    assert calls(terms, 0) == {("Foundation", "Calder"): 2}


@pytest.mark.parametrize(
    ("most", "paid", "called"),
    [
        (720_000, 0, [450_000, 270_000]),
        (719_999, 0, [449_999, 270_000]),
        (400_000, 80_000, [200_000, 120_000]),
        (80_000, 80_000, []),
    ],
)
def test_a_guarantor_pays_no_more_than_its_limit_altogether(most, paid, called):
    terms = guaranteed(of_principal(most=most))

    assert list(calls(terms, 0, guarantees_paid={"Foundation": paid}).values()) == called


def test_what_the_first_makes_good_is_not_missing_to_the_second():
    second = Guarantee(guarantor="Bank", tranches=("senior",), percent=10_000, basis=GuaranteeBasis.LOSS)
    terms = guaranteed(of_principal(), second)

    assert calls(terms, 0) == {
        ("Foundation", "Calder"): 450_000, ("Foundation", "Wharfe"): 270_000,
        ("Bank", "Calder"): 150_000, ("Bank", "Wharfe"): 90_000,
    }  # fmt: skip


def test_only_its_own_tranches_are_guaranteed():
    terms = guaranteed(of_principal(), commitments=[*SENIOR, commit("Nidd", "first_loss", 100_000)])

    assert ("Foundation", "Nidd") not in calls(terms, 0)


def test_nothing_is_called_before_the_end():
    terms = guaranteed(of_principal())

    assert pay_out(terms, all_drawn(terms), 0).guarantee_calls == ()


def test_it_is_no_part_of_the_money_paid_out_and_comes_off_the_principal():
    terms = guaranteed(of_principal())
    result = pay_out(terms, all_drawn(terms), 480_000, is_final=True)

    after = compute_positions(terms, [*all_drawn(terms), *list_movements(result)], on=YEAR_ON)

    assert result.distributed == 480_000
    assert [position.principal for position in after] == [150_000, 90_000]
    assert [position.repaid for position in after] == [450_000, 270_000]


def test_what_a_guarantor_paid_before_is_not_called_again():
    terms = guaranteed(of_principal())
    before = [
        moved(YEAR_ON, "Calder", "senior", MovementKind.GUARANTEED, 450_000),
        moved(YEAR_ON, "Wharfe", "senior", MovementKind.GUARANTEED, 200_000),
    ]

    result = pay_out(terms, [*all_drawn(terms), *before], 0, is_final=True)

    assert [(call.investor, call.amount, call.missing) for call in result.guarantee_calls] == [
        ("Wharfe", 70_000, 70_000)
    ]
