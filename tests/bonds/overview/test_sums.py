"""What a contract comes to on any day: exact sums, the same as the books, and the same caps as the engine's."""

from __future__ import annotations

from datetime import date

import pytest

from bonds.arithmetic.liability import left_of_contract, left_of_metric, left_of_payer
from bonds.arithmetic.spans import YearKind
from bonds.queries.liability import standing_on
from bonds.queries.overview import NoTermsYet, gather
from bonds.queries.overview_books import compare_with_books
from bonds.queries.overview_sums import Scope
from bonds.queries.overview_tables import add_up
from bonds.queries.standing import build_standing
from bonds.queries.terms import terms_by_version
from tests.bonds.overview.story import CAPS, at, receive, tell
from tests.factories.bonds import make_contract, small_terms

pytestmark = pytest.mark.django_db

TODAY = date(2025, 10, 31)


def part_of(overview, payer: str):
    return add_up(part for (code, _metric, _year), part in overview.parts.items() if code == payer)


def figures(part) -> tuple[int, ...]:
    return (part.earned, part.set_off, part.to_invoice, part.invoiced, part.credited, part.paid, part.open)


def test_each_payer_is_summed_to_the_penny():
    story = tell()

    overview = gather(contract=story.world.contract, on=TODAY)

    # Northmoor had paid for the line that was taken back: it is settled by the next one. The others were credited.
    assert {code: figures(part_of(overview, code)) for code in ("northmoor", "southfell", "topup")} == {
        "northmoor": (100_000, 25_000, 0, 100_000, 0, 100_000, 0),
        "southfell": (60_000, 0, 15_000, 60_000, 15_000, 20_000, 25_000),
        "topup": (40_000, 0, 10_000, 40_000, 10_000, 0, 30_000),
    }
    assert overview.owed == {}
    assert overview.recovered == 0


def test_a_day_in_the_past_knows_nothing_of_what_came_later():
    story = tell()
    contract = story.world.contract

    before = gather(contract=contract, on=date(2025, 7, 13))
    accepted = gather(contract=contract, on=date(2025, 7, 14))
    taken_back = gather(contract=contract, on=date(2025, 8, 20))

    assert before.parts == {}
    assert [(one.lines, one.pence) for one in before.waiting] == [(1, 50_000)] * 5
    assert figures(part_of(accepted, "northmoor")) == (100_000, 0, 100_000, 0, 0, 0, 0)
    assert [(one.lines, one.pence) for one in accepted.waiting] == [(1, 50_000)]
    assert figures(part_of(taken_back, "northmoor")) == (75_000, 0, 0, 100_000, 0, 100_000, 0)
    assert taken_back.owed == {"northmoor": 25_000}


@pytest.mark.parametrize(
    "on",
    [(7, 6), (7, 7), (7, 14), (7, 15), (7, 20), (8, 4), (8, 5), (8, 19), (8, 20), (10, 6), (10, 13), (10, 31)],
)
def test_the_books_say_the_same_on_every_day(on):
    story = tell()

    ties = compare_with_books(gather(contract=story.world.contract, on=date(2025, *on)))

    assert [(tie.code, tie.difference) for tie in ties] == [
        ("pending", 0),
        ("to_invoice", 0),
        ("open", 0),
        ("recoverable", 0),
        ("earned", 0),
    ]
    if on == (10, 31):
        assert [tie.ours for tie in ties] == [50_000, 25_000, 55_000, 0, 200_000]


def test_caps_are_gauged_as_the_engine_gauges_them():
    story = tell()
    contract = story.world.contract
    versions = terms_by_version(contract)
    terms = versions[1]
    overview = gather(contract=contract, on=TODAY)

    engine = build_standing(contract, versions)
    summed = standing_on(overview.scope, versions)

    for cap in terms.caps[1:]:
        assert summed.gauge_of(cap, terms).sums == engine.gauge_of(cap, terms).sums, cap.code
    assert summed.counts == engine.counts == {"moved_in": 4}
    assert summed.to_set_off == engine.to_set_off == {}


def test_the_most_that_may_still_be_owed():
    story = tell()

    overview = gather(contract=story.world.contract, on=TODAY)

    used = {(room.cap.code, room.member): room.used for room in overview.rooms}
    assert used == {
        ("moves_2300", "moved_in"): 200_000,
        ("year_2500", "2025-04-01"): 200_000,
        ("year_2500", "2026-04-01"): 0,
        ("year_2500", "2027-04-01"): 0,
        ("year_2500", "2028-04-01"): 0,
        ("all_4000", ""): 200_000,
        ("fund_450", ""): 40_000,
    }
    assert left_of_contract(overview.rooms, on=TODAY) == 200_000
    assert left_of_metric("moved_in", overview.rooms, on=TODAY) == 30_000
    assert left_of_metric("stayed_3m", overview.rooms, on=TODAY) == 200_000
    lefts = {code: left_of_payer(code, overview.rooms, overview.terms, on=TODAY) for code in overview.terms.payers}
    assert lefts == {"northmoor": 100_000, "southfell": 60_000, "topup": 5_000}


def test_without_a_cap_nobody_can_say_what_is_left():
    world = make_contract()

    overview = gather(contract=world.contract, on=TODAY)

    assert left_of_contract(overview.rooms, on=TODAY) is None
    assert left_of_payer("northmoor", overview.rooms, overview.terms, on=TODAY) is None


def test_a_year_that_is_over_leaves_at_most_what_waits():
    story = tell()

    overview = gather(contract=story.world.contract, on=date(2026, 6, 30))
    (year,) = [room for room in overview.rooms if room.member == "2025-04-01"]

    assert (year.left, year.left_on(date(2026, 4, 15)), year.left_on(date(2026, 6, 30))) == (50_000, 50_000, 50_000)
    assert year.waiting == 50_000


def test_what_waits_is_weighed_by_what_was_earned_so_far():
    story = tell()

    overview = gather(contract=story.world.contract, on=TODAY)

    # £2,000 stand of £3,000 that were decided: one line was rejected and one taken back.
    assert overview.rate == (200_000, 300_000)
    assert overview.estimate(50_000) == 33_333
    assert overview.waiting_by_payer == {"northmoor": 25_000, "southfell": 15_000, "topup": 10_000}


def test_years_are_those_of_the_achievement():
    story = tell()
    contract = story.world.contract

    financial = gather(contract=contract, on=TODAY)
    own = gather(contract=contract, on=TODAY, years=YearKind.CONTRACT)

    assert financial.scope.years.labels == ("2025/26", "2026/27", "2027/28", "2028/29")
    assert own.scope.years.labels == ("1 (2025)", "2 (2026)", "3 (2027)", "4 (2028)")
    assert {year for _payer, _metric, year in financial.parts} == {1}


def test_a_provider_sums_its_own_claims_alone():
    story = tell()
    world = story.world

    own = gather(contract=world.contract, on=TODAY, provider=world.provider)
    other = gather(contract=world.contract, on=TODAY, provider=world.parties["lanternhouse"])

    assert figures(part_of(own, "southfell")) == (60_000, 0, 15_000, 60_000, 15_000, 20_000, 25_000)
    assert own.rooms == []
    assert (other.parts, other.asked, other.waiting, other.cuts) == ({}, {}, [], [])


def test_a_part_payment_counts_in_proportion():
    story = tell()
    receive(story.invoices["topup"], 10_001, at(9, 1))

    overview = gather(contract=story.world.contract, on=TODAY)

    assert part_of(overview, "topup").paid == 10_001


def test_caps_that_cut_are_named():
    world = make_contract(small_terms(caps=CAPS))
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(6)]
    world.accept(world.submit(*events, at=at(7, 7)), at=at(7, 14))

    overview = gather(contract=world.contract, on=TODAY)

    found = {(cut.reason, cut.cap, cut.payer): cut.pence for cut in overview.cuts}
    assert found == {("metric_cap", "moves_2300", ""): 69_000, ("payer_cap", "fund_450", "topup"): 1_200}
    assert sum(part.earned for part in overview.parts.values()) == 229_800


def test_what_is_not_signed_has_nothing_to_add_up():
    world = make_contract(is_signed=False)

    with pytest.raises(NoTermsYet) as refused:
        gather(contract=world.contract, on=TODAY)

    assert refused.value.code == "bonds.no_terms_yet"


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    story = tell()

    with django_assert_num_queries(18):
        gather(contract=story.world.contract, on=TODAY)


def test_a_scope_ends_with_its_day():
    story = tell()
    overview = gather(contract=story.world.contract, on=date(2025, 7, 14))

    # British summer time: the day is over at 23:00 in UTC.
    assert isinstance(overview.scope, Scope)
    assert overview.scope.end.isoformat() == "2025-07-14T23:00:00+00:00"
