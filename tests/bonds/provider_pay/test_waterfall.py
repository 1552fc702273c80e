"""A run of the waterfall leaves what providers are due where it is, and pays shares of its own beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bonds import operations
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import ProviderTerms
from bonds.arithmetic.tranches import SuccessFee, Upside
from bonds.models import ProviderDue
from bonds.operations.distributing import withdraw_run
from bonds.queries.provider_pay import balance_of
from bonds.queries.provider_statements import compute_statement
from tests.bonds.investor_books.support import (
    JUNIOR,
    RUN_AT,
    RUN_ON,
    TERMS,
    approve,
    ask_payment,
    draw,
    earn,
    given,
    make_deal,
    run,
    sign,
    spend,
)
from tests.bonds.provider_pay import support
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, small_terms

pytestmark = pytest.mark.django_db
SHARING = replace(
    TERMS,
    tranches=(TERMS.tranches[0], JUNIOR, TERMS.tranches[2]),
    upside=Upside(tranches=("junior",), fees=(SuccessFee(provider="hearthside", percent=5_000),)),
)


def a_deal(cash, terms=TERMS):
    """Investors paid in and the money was spent; results brought so much; a fee of £10 a month is agreed."""
    world = make_deal(terms, is_signed=False)
    own = small_terms(providers=(ProviderTerms(provider="hearthside", fee=1_000),))
    operations.write_terms(contract=world.contract, terms=write_terms(own), actor=HOLDER, at=SIGNED_AT)
    sign(world)
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, cash)
    return world


def test_what_providers_are_due_by_today_is_booked_and_set_aside():
    world = a_deal(50_000)

    made = run(world)

    # Twelve months, of which none was booked before the run.
    assert support.owed(world) == {"hearthside": 12_000}
    assert (made.set_aside_pence, made.distributed_pence, made.kept_pence) == (12_000, 38_000, 0)
    assert made.steps[2]["facts"]["parts"] == [
        {"party": "hearthside", "what": "2100", "due": 12_000, "cut": 0, "paid": 12_000}
    ]
    support.pay(world.provider, 12_000, on=RUN_ON)
    assert support.owed(world) == {}


def test_what_a_provider_owes_is_no_cash_for_investors():
    world = a_deal(50_000)
    support.book(world, at=RUN_AT)
    support.pay(world.provider, 12_000, on=RUN_ON)

    made = run(world)

    assert (made.cash_pence, made.set_aside_pence, made.distributed_pence) == (38_000, 0, 38_000)


def test_a_share_by_a_run_stands_on_the_statement_and_is_paid_by_itself():
    world = a_deal(162_000, SHARING)
    made = run(world)
    share = made.distributions.select_related("run__contract", "run__round", "party__organisation").get(
        party=world.provider
    )
    days = {"from_on": SERVICE_FROM, "until_on": RUN_ON.replace(day=11)}

    before, _ = compute_statement(world.provider, **days)
    balance = balance_of(world.provider)

    assert given(made)["upside", "hearthside"] == share.pence > 0
    assert (before.due, balance.open, balance.from_runs) == (12_000 + share.pence, 12_000, share.pence)
    assert support.owed(world) == {"hearthside": 12_000 + share.pence}
    approve(ask_payment(share))
    after, entries = compute_statement(world.provider, **days)
    assert (after.after, balance_of(world.provider).from_runs) == (12_000, 0)
    assert [one.what for one in entries][-2:] == ["run_share", "payment"]


def test_a_run_that_was_taken_back_takes_its_share_with_it():
    world = a_deal(162_000, SHARING)
    made = run(world)
    withdraw_run(run=made, reason="Wrong month.", actor=HOLDER, at=RUN_AT)

    found, entries = compute_statement(world.provider, from_on=SERVICE_FROM, until_on=RUN_ON.replace(day=11))

    assert found.after == 12_000 == support.owed(world)["hearthside"]
    assert [one.what for one in entries][-2:] == ["run_share", "run_withdrawn"]
    assert ProviderDue.objects.count() == 12
