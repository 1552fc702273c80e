"""Whatever the terms and whatever is achieved: every penny is named, no cap is passed, nothing is paid twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bonds.arithmetic.canonical import write_canonical
from bonds.arithmetic.lines import Line
from bonds.arithmetic.months import add_months
from bonds.arithmetic.reading import read_terms, write_terms
from bonds.arithmetic.records import read_candidate, write_candidate
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import (
    Cap,
    CapScope,
    Every,
    Ladder,
    PayerShare,
    Period,
    PeriodBasis,
    Rounding,
    ShareKind,
    Terms,
    Uplift,
)
from tests.bonds.arithmetic.support import FROM, candidate, metric, part_of, run, tariff, terms

PAYERS = ("a", "b", "c")
CODES = ("entry", "m3", "m6", "part_time", "full_time")
METRICS = (
    metric("entry", most=None),
    metric("m3", ladder=Ladder(name="home", months=3)),
    metric("m6", ladder=Ladder(name="home", months=6, after="m3")),
    metric("part_time", most=2, variant_of="job"),
    metric("full_time", most=2, variant_of="job"),
)
TURN = date(2025, 4, 1)
MONTHS_OF = {Every.YEAR: 12, Every.QUARTER: 3, Every.MONTH: 1}
SOME = st.lists(st.sampled_from(CODES), unique=True, max_size=2).map(tuple)
PENCE = st.integers(0, 5_000)
PERIODS = st.sampled_from([Period(), Period(from_on=TURN), Period(until_on=TURN)])


@st.composite
def prices(draw):
    """A price for each metric: one, or two bands, or one of a group beside it."""
    found = []
    for code in CODES:
        edge = draw(st.integers(2, 6))
        found += [tariff(draw(PENCE), code, until_count=edge), tariff(draw(PENCE), code, from_count=edge)]
        if draw(st.booleans()):
            found.append(tariff(draw(PENCE), code, subgroup="g"))
    return tuple(found)


@st.composite
def caps(draw):
    found = []
    for place in range(draw(st.integers(0, 4))):
        scope = draw(st.sampled_from(CapScope))
        is_by_number = draw(st.booleans())
        found.append(
            Cap(
                code=f"cap_{place}",
                scope=scope,
                amount=None if is_by_number else draw(st.integers(0, 20_000)),
                count=draw(st.integers(0, 12)) if is_by_number else None,
                metrics=draw(SOME),
                payer=draw(st.sampled_from(PAYERS)) if scope is CapScope.PAYER else "",
                period=Period(from_on=TURN) if scope is CapScope.PERIOD else draw(PERIODS),
                every=draw(st.sampled_from(Every)) if scope is CapScope.PERIOD else Every.ONCE,
                basis=draw(st.sampled_from(PeriodBasis)),
            )
        )
    return tuple(found)


@st.composite
def shares(draw):
    """Shares that make up the whole: percents or commitments, for all metrics, and some fixed amounts."""
    by_percent = draw(st.booleans())
    first, second = draw(st.integers(1, 4_999)), draw(st.integers(1, 4_999))
    amounts = (first, second, 10_000 - first - second) if by_percent else (first, second, draw(st.integers(1, 10**9)))
    kind = ShareKind.PERCENT if by_percent else ShareKind.COMMITMENT
    found = [PayerShare(payer=payer, kind=kind, amount=amount) for payer, amount in zip(PAYERS, amounts, strict=True)]
    for code in draw(SOME):
        found.append(PayerShare(payer="a", kind=ShareKind.FIXED, amount=draw(st.integers(1, 6_000)), metrics=(code,)))
        found.append(PayerShare(payer="b", kind=ShareKind.PERCENT, amount=10_000, metrics=(code,)))
    return tuple(found)


@st.composite
def any_terms(draw) -> Terms:
    uplifts = st.builds(
        Uplift, code=st.just("more"), label=st.just("More"), amount=st.just(0), percent=st.integers(1, 20_000),
        subgroup=st.sampled_from(["", "g"]), above_count=st.integers(0, 4), period=PERIODS, metrics=SOME,
    )  # fmt: skip
    return terms(
        payers=draw(st.permutations(PAYERS).map(tuple)), metrics=METRICS, tariffs=draw(prices()), shares=draw(shares()),
        caps=draw(caps()), uplifts=tuple(draw(st.lists(uplifts, max_size=1))), subgroups={"g": "Group"},
        rounding=draw(st.sampled_from(Rounding)), is_excess_respread=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def any_candidates(draw):
    size = draw(st.integers(1, 14))
    days = sorted(draw(st.lists(st.integers(0, 700), min_size=size, max_size=size)))
    found = []
    for number, day in enumerate(days, 1):
        achieved_on = FROM + timedelta(days=day)
        missing = draw(st.sampled_from([{}, {}, {}, {"b": ("letter",)}, {"": ("letter",)}]))
        found.append(
            candidate(
                number,
                draw(st.sampled_from(CODES)),
                achieved_on=achieved_on,
                claimed_on=achieved_on + timedelta(days=draw(st.integers(0, 90))),
                provider=draw(st.sampled_from(["hostel", "college"])),
                person=draw(st.sampled_from(["p", "q", "r"])),
                cohort=draw(st.sampled_from(["", "one"])),
                quantity=draw(st.sampled_from([1, 1, 1, 3])),
                subgroups=draw(st.sampled_from([frozenset(), frozenset({"g"})])),
                clock_started_on=FROM + timedelta(days=draw(st.integers(0, 400))),
                evidence=missing,
            )
        )
    return found


WHATEVER = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
VERSIONS = st.tuples(any_terms(), any_terms()).map(lambda both: {1: both[0], 2: both[1]})


def version_on(on: date) -> int:
    return 1 if on < TURN else 2


def work_out(versions, asked, owed=0) -> list[Line]:
    standing = Standing(versions)
    if owed:
        standing.owe(payer="a", pence=owed)
    return run(versions, asked, standing, version_on=version_on)


@WHATEVER
@given(any_terms())
def test_the_terms_of_these_tests_are_sound_and_are_read_as_written(what):
    assert read_terms(write_terms(what)) == what


@WHATEVER
@given(VERSIONS, any_candidates(), st.integers(0, 3_000))
def test_gross_is_what_is_paid_and_named_cuts_and_shares_sum_to_the_penny(versions, asked, owed):
    lines = work_out(versions, asked, owed)  # each line is looked at by `run`

    assert [line.candidate for line in lines] == asked
    assert all(part.net >= 0 and part.due >= 0 for line in lines for part in line.shares)


def period_of(cap: Cap, line: Line) -> str | None:
    """Under which name a line falls under a cap, told without the engine's own words for it; None: it does not."""
    on = line.candidate.achieved_on if cap.basis is PeriodBasis.ACHIEVED else line.candidate.claimed_on
    if not cap.period.holds(on) or (cap.metrics and line.candidate.metric not in cap.metrics):
        return None
    if cap.scope is CapScope.PERIOD and cap.every is not Every.ONCE:
        ends = FROM
        while ends <= on:
            ends = add_months(ends, MONTHS_OF[cap.every])
        return ends.isoformat()
    names = {
        CapScope.PERSON: line.candidate.person,
        CapScope.METRIC: line.candidate.metric,
        CapScope.COHORT: line.candidate.cohort,
    }
    return names.get(cap.scope, "always") or None


def amount_under(cap: Cap, line: Line) -> int:
    paid = {part.payer: part.settled for part in line.shares}
    amount = paid.get(cap.payer, 0) if cap.payer else sum(paid.values())
    return amount if cap.amount is not None else 0


@WHATEVER
@given(VERSIONS, any_candidates(), st.integers(0, 3_000))
def test_no_cap_is_ever_passed(versions, asked, owed):
    before: list[Line] = []
    for line in work_out(versions, asked, owed):
        before.append(line)
        for cap in versions[line.version].caps:
            name = period_of(cap, line)
            # A cap that a later version lowered may have been passed before; then nothing more is paid.
            if name is not None and cap.amount is not None and amount_under(cap, line):
                assert sum(amount_under(cap, each) for each in before if period_of(cap, each) == name) <= cap.amount


@WHATEVER
@given(VERSIONS, any_candidates())
def test_no_cap_by_number_lets_more_units_be_paid(versions, asked):
    seen: dict[tuple[str, str], int] = defaultdict(int)
    one = {1: versions[1], 2: versions[1]}
    for line in work_out(one, asked):
        for cap in versions[1].caps:
            name = period_of(cap, line)
            if cap.count is None or cap.scope is CapScope.PAYER or name is None or not line.units:
                continue
            seen[cap.code, name] += line.counted
            assert line.net == 0 or seen[cap.code, name] <= cap.count


@WHATEVER
@given(VERSIONS, any_candidates())
def test_no_result_is_paid_more_often_than_the_terms_say_nor_in_two_variants(versions, asked):
    taken = Counter()
    for line in work_out(versions, asked):
        taken[line.candidate.person, line.candidate.metric] += line.units
        assert line.units or not line.net

    most = {each.code: each.most for each in METRICS}
    assert all(most[code] is None or units <= most[code] for (_, code), units in taken.items())
    assert all(not (taken[person, "part_time"] and taken[person, "full_time"]) for person in "pqr")


@WHATEVER
@given(VERSIONS, any_candidates())
def test_no_rung_is_paid_before_its_day_by_the_clock_that_counts(versions, asked):
    reached = set()
    for line in work_out(versions, asked):
        who, code = line.candidate.person, line.candidate.metric
        if line.units and code in {"m3", "m6"}:
            assert line.candidate.achieved_on >= add_months(line.candidate.clock_started_on, int(code[1]))
            assert code == "m3" or (who, "m3") in reached
        if line.units:
            reached.add((who, code))


@WHATEVER
@given(VERSIONS, any_candidates(), st.integers(0, 14))
def test_working_it_out_again_gives_the_same_bytes_in_one_run_or_two(versions, asked, cut):
    kept = [read_candidate(write_candidate(each)) for each in asked]
    whole = [write_canonical(line) for line in work_out(versions, asked)]
    standing = Standing({number: read_terms(write_terms(what)) for number, what in versions.items()})
    parts = [
        write_canonical(line)
        for some in (kept[:cut], kept[cut:])
        for line in run(versions, some, standing, version_on=version_on)
    ]

    assert parts == whole


@WHATEVER
@given(VERSIONS, any_candidates())
def test_a_new_version_leaves_the_lines_of_the_one_before_as_they_were(versions, asked):
    other = {
        1: versions[1],
        2: replace(versions[2], tariffs=tuple(replace(each, price=1) for each in versions[2].tariffs)),
    }
    before = [write_canonical(line) for line in work_out(versions, asked) if line.version == 1]

    assert [write_canonical(line) for line in work_out(other, asked) if line.version == 1] == before


@WHATEVER
@given(VERSIONS, any_candidates())
def test_whoever_leads_the_whole_of_a_line_before_the_payers_parts_is_the_same(versions, asked):
    free = {number: replace(what, caps=(), rounding=Rounding.LARGEST_REMAINDER) for number, what in versions.items()}
    turned = {number: replace(what, payers=tuple(reversed(what.payers))) for number, what in free.items()}

    for line, other in zip(work_out(free, asked), work_out(turned, asked), strict=True):
        assert (line.gross, line.reductions) == (other.gross, other.reductions)
        assert all(abs(part.due - part_of(other, part.payer).due) <= 1 for part in line.shares)
