"""Sums made by the database in two queries are, to the penny, those of every row added up by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bonds import operations
from bonds.arithmetic.spans import YearKind
from bonds.arithmetic.terms import Cap, CapScope, Every, Period, PeriodBasis
from bonds.models import ClaimLine
from bonds.queries.overview import years_of
from bonds.queries.overview_cube import read_cube, sum_used
from bonds.queries.overview_sums import Scope
from bonds.queries.terms import terms_by_version
from tests.bonds.overview import slow
from tests.bonds.overview.story import CAPS, tell
from tests.factories.bonds import SERVICE_FROM, VERIFIER, ContractWorld, make_contract, small_terms

pytestmark = pytest.mark.django_db

# Of every kind; those of the story cut, the others are only gauged.
ALL_CAPS = (
    *CAPS,
    Cap(code="quarter", scope=CapScope.PERIOD, amount=9_000_000, every=Every.QUARTER, basis=PeriodBasis.CLAIMED),
    Cap(code="month", scope=CapScope.PERIOD, amount=9_000_000, every=Every.MONTH, metrics=("moved_in",)),
    Cap(
        code="spring",
        scope=CapScope.CONTRACT,
        amount=9_000_000,
        period=Period(from_on=date(2025, 4, 12), until_on=date(2025, 6, 3)),
    ),
    Cap(code="ten", scope=CapScope.METRIC, count=900, metrics=("moved_in",)),
    Cap(code="fund_five", scope=CapScope.PAYER, count=500, payer="topup"),
    Cap(code="once", scope=CapScope.PERIOD, amount=9_000_000, period=Period(until_on=date(2025, 5, 1))),
)
WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)
# Of each line: after how many days somebody moved in, in which claim it stands, what becomes of it.
LINES = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 2), st.sampled_from(("accept", "reject", "wait", "undo"))),
    min_size=1,
    max_size=9,
)


def check_same(world: ContractWorld, on: date, kind: YearKind, *, is_own: bool = False) -> None:
    """The quick sums of a day are the slow ones."""
    versions = terms_by_version(world.contract)
    terms = versions[1]
    scope = Scope(world.contract, on, years_of(terms, kind), world.provider if is_own else None)

    cube = read_cube(scope, versions.values())

    assert cube.sum_done() == slow.done(scope)
    parts = {place: (one.due, one.earned, one.set_off) for place, one in cube.sum_parts([]).items()}
    assert parts == slow.parts(scope)
    for cap in terms.caps:
        if cap.scope is not CapScope.PERSON:
            assert sum_used(cube, cap, terms) == slow.used(scope, cap, terms), cap.code


def test_on_every_day_of_a_story():
    world = tell(caps=ALL_CAPS).world

    for on in ((7, 6), (7, 14), (8, 19), (8, 20), (10, 31)):
        for kind in YearKind:
            check_same(world, date(2025, *on), kind)
        check_same(world, date(2025, *on), YearKind.FINANCIAL, is_own=True)


@settings(
    deadline=None, max_examples=3, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(LINES)
def test_of_whatever_was_claimed_and_decided(lines):
    with transaction.atomic():
        world = make_contract(small_terms(caps=ALL_CAPS))
        _live(world, lines)
        for on in (date(2025, 7, 16), date(2025, 8, 20), date(2026, 3, 31)):
            check_same(world, on, YearKind.FINANCIAL)
        transaction.set_rollback(True)


def test_two_queries_whatever_the_caps(django_assert_num_queries):
    world = tell(caps=ALL_CAPS).world
    versions = terms_by_version(world.contract)
    scope = Scope(world.contract, date(2025, 10, 31), years_of(versions[1], YearKind.FINANCIAL))

    with django_assert_num_queries(2):
        read_cube(scope, versions.values())
    with django_assert_num_queries(1):
        read_cube(scope, versions.values(), has_money=False)


def _live(world: ContractWorld, lines) -> None:
    who = {"verifier": world.verifier, "actor": VERIFIER}
    for week in sorted({claim for _days, claim, _fate in lines}):
        mine = [(days, fate) for days, claim, fate in lines if claim == week]
        at = datetime(2025, 7, 7 + 7 * week, 10, 0, tzinfo=UTC)
        events = [
            world.make_event("moved_in", SERVICE_FROM + timedelta(days=days), evidence="tenancy")
            for days, _fate in mine
        ]
        claim = world.submit(*events, at=at)
        by_event = dict(ClaimLine.objects.filter(claim=claim).values_list("event_id", "public_id"))
        fates = [(by_event[event.pk], fate) for event, (_days, fate) in zip(events, mine, strict=True)]
        accepted = [line for line, fate in fates if fate in {"accept", "undo"}]
        rejected = [line for line, fate in fates if fate == "reject"]
        undone = [line for line, fate in fates if fate == "undo"]
        if accepted:
            operations.accept_lines(claim=claim, lines=accepted, at=at + timedelta(days=3), **who)
        if rejected:
            operations.reject_lines(claim=claim, lines=rejected, reason="No.", at=at + timedelta(days=4), **who)
        if undone:
            back = {"lines": undone, "reason": "No such flat.", "at": at + timedelta(days=40)}
            operations.take_back_lines(claim=claim, **back, **who)
