from datetime import date

import pytest

from bonds.arithmetic.standing import NothingToSetOff, Standing
from bonds.arithmetic.terms import CapScope, Every, Period, PeriodBasis
from tests.bonds.arithmetic.support import candidate, cap, cuts, metric, percent, run, tariff, terms

PERSONAL = terms(metrics=(metric(most=None),), tariffs=(tariff(300),), caps=(cap(CapScope.PERSON, 820),))


@pytest.mark.parametrize(("limit", "last"), [(899, 299), (900, 300), (901, 300), (600, 0), (601, 1), (0, 0)])
def test_a_cap_leaves_what_is_below_it(limit, last):
    what = terms(metrics=(metric(most=None),), tariffs=(tariff(300),), caps=(cap(CapScope.PERSON, limit),))

    lines = run(what, [candidate(n, person="p") for n in (1, 2, 3)])

    assert sum(line.net for line in lines) == min(limit, 900)
    assert lines[2].net == last
    assert cuts(lines[2]) == ([("person_cap", 300 - last)] if last < 300 else [])


def test_each_person_and_each_cohort_has_a_sum_of_its_own():
    what = terms(
        metrics=(metric(most=None),),
        tariffs=(tariff(300),),
        caps=(cap(CapScope.PERSON, 500), cap(CapScope.COHORT, 700)),
    )
    asked = [("p", "one"), ("p", "one"), ("q", "one"), ("q", "two"), ("r", "")]

    lines = run(what, [candidate(n, person=person, cohort=cohort) for n, (person, cohort) in enumerate(asked, 1)])

    assert [cuts(line) for line in lines] == [[], [("person_cap", 100)], [("cohort_cap", 100)], [], []]
    assert [line.net for line in lines] == [300, 200, 200, 300, 300]
    assert [step.name for step in lines[4].steps] == ["tariff", "person_cap", "split"]


def test_caps_act_from_the_narrowest_to_the_widest_each_on_what_the_one_before_left():
    what = terms(
        tariffs=(tariff(1_000),),
        caps=(
            cap(CapScope.CONTRACT, 500),
            cap(CapScope.PERIOD, 600, every=Every.YEAR),
            cap(CapScope.METRIC, 700),
            cap(CapScope.COHORT, 800),
            cap(CapScope.PERSON, 900),
        ),
    )

    (line,) = run(what, [candidate(cohort="one")])

    assert cuts(line) == [
        ("person_cap", 100),
        ("cohort_cap", 100),
        ("metric_cap", 100),
        ("period_cap", 100),
        ("contract_cap", 100),
    ]
    assert [(step.name, step.amount) for step in line.steps][1:6] == [
        ("person_cap", 900),
        ("cohort_cap", 800),
        ("metric_cap", 700),
        ("period_cap", 600),
        ("contract_cap", 500),
    ]


def test_a_cap_that_cuts_nothing_is_shown_with_what_is_used():
    first, second = run(PERSONAL, [candidate(1, person="p"), candidate(2, person="p")])

    assert first.steps[1].facts == {"cap": "person_limit", "limit": 820, "used": 0}
    assert second.steps[1].facts == {"cap": "person_limit", "limit": 820, "used": 300}


def test_a_metric_cap_is_of_each_metric_and_a_contract_cap_of_some_metrics_is_of_them_together():
    def two(scope):
        return terms(
            metrics=(metric("a"), metric("b"), metric("c")),
            tariffs=(tariff(100, "a"), tariff(100, "b"), tariff(100, "c")),
            caps=(cap(scope, 150, metrics=("a", "b")),),
        )

    asked = [candidate(n, code) for n, code in enumerate("aabbcc", 1)]

    assert [line.net for line in run(two(CapScope.METRIC), asked)] == [100, 50, 100, 50, 100, 100]
    assert [line.net for line in run(two(CapScope.CONTRACT), asked)] == [100, 50, 0, 0, 100, 100]


YEARLY = (date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("every", "days", "left"),
    [
        (Every.YEAR, YEARLY, [100, 100, 0, 100]),
        (
            Every.QUARTER,
            (date(2024, 6, 30), date(2024, 7, 1), date(2024, 9, 30), date(2024, 10, 1)),
            [100, 100, 0, 100],
        ),
        (Every.MONTH, (date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 31), date(2024, 6, 1)), [100, 100, 0, 100]),
    ],
)
def test_periods_begin_again_counted_from_the_first_day_of_service(every, days, left):
    what = terms(tariffs=(tariff(100),), caps=(cap(CapScope.PERIOD, 100, every=every),))

    lines = run(what, [candidate(n, achieved_on=day, claimed_on=date(2027, 1, 1)) for n, day in enumerate(days, 1)])

    assert [line.net for line in lines] == left
    assert lines[1].steps[1].facts["of"] == days[1].isoformat()


@pytest.mark.parametrize(
    ("basis", "left"), [(PeriodBasis.ACHIEVED, [100, 0, 100]), (PeriodBasis.CLAIMED, [100, 100, 0])]
)
def test_the_terms_say_which_day_puts_a_result_into_a_period(basis, left):
    what = terms(tariffs=(tariff(100),), caps=(cap(CapScope.PERIOD, 100, every=Every.YEAR, basis=basis),))
    days = [
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 3, 31), date(2025, 4, 1)),
        (date(2025, 4, 1), date(2025, 5, 1)),
    ]

    lines = run(what, [candidate(n, achieved_on=at, claimed_on=by) for n, (at, by) in enumerate(days, 1)])

    assert [line.net for line in lines] == left


def test_outside_of_its_own_period_a_cap_says_nothing():
    period = Period(from_on=date(2025, 4, 1), until_on=date(2025, 4, 3))
    what = terms(tariffs=(tariff(100),), caps=(cap(CapScope.PERIOD, 100, period=period),))
    days = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 2), date(2025, 4, 3)]

    lines = run(what, [candidate(n, achieved_on=day) for n, day in enumerate(days, 1)])

    assert [line.net for line in lines] == [100, 100, 0, 100]
    assert [step.name for step in lines[0].steps] == ["tariff", "split"]


@pytest.mark.parametrize(
    ("limit", "left"), [(0, [0, 0, 0]), (1, [100, 0, 0]), (2, [100, 100, 0]), (3, [100, 100, 100])]
)
def test_a_cap_by_number_counts_units(limit, left):
    what = terms(tariffs=(tariff(100),), caps=(cap(CapScope.CONTRACT, None, count=limit),))

    assert [line.net for line in run(what, [candidate(n) for n in (1, 2, 3)])] == left


def test_what_one_cap_took_leaves_room_under_the_others():
    what = terms(
        metrics=(metric(most=None),),
        tariffs=(tariff(300),),
        caps=(cap(CapScope.PERSON, 300), cap(CapScope.CONTRACT, 600)),
    )

    lines = run(what, [candidate(1, person="p"), candidate(2, person="p"), candidate(3, person="q")])

    assert [line.net for line in lines] == [300, 0, 300]


def test_a_cap_that_a_later_version_brings_in_counts_from_the_first_day():
    versions = {1: terms(tariffs=(tariff(300),)), 2: terms(tariffs=(tariff(300),), caps=(cap(CapScope.CONTRACT, 700),))}
    asked = [candidate(1), candidate(2), candidate(3, achieved_on=date(2026, 1, 1))]

    lines = run(versions, asked, version_on=lambda on: 1 if on.year < 2026 else 2)

    assert [line.net for line in lines] == [300, 300, 100]


def test_a_cap_that_a_later_version_raises_goes_on_from_what_was_paid():
    versions = {
        number: terms(tariffs=(tariff(300),), caps=(cap(CapScope.CONTRACT, most),))
        for number, most in ((1, 400), (2, 800))
    }
    asked = [
        candidate(1),
        candidate(2),
        candidate(3, achieved_on=date(2026, 1, 1)),
        candidate(4, achieved_on=date(2026, 1, 1)),
    ]

    lines = run(versions, asked, version_on=lambda on: 1 if on.year < 2026 else 2)

    assert [line.net for line in lines] == [300, 100, 300, 100]


def test_a_standing_made_again_from_what_is_kept_is_the_same():
    what = terms(
        metrics=(metric(most=None),),
        tariffs=(tariff(300),),
        payers=("a", "b"),
        shares=(percent("a", 7_000), percent("b", 3_000)),
        subgroups={"g": "G"},
        caps=(
            cap(CapScope.PERSON, 820),
            cap(CapScope.PERIOD, 1_000, every=Every.YEAR),
            cap(CapScope.PAYER, 400, payer="b"),
            cap(CapScope.METRIC, None, count=4),
        ),
    )
    first, again = Standing({1: what}), Standing({1: what})
    asked = [candidate(n, person=f"p{n % 2}", subgroups=frozenset({"g"})) for n in range(1, 9)]

    for line in run(what, asked, first):
        again.record(candidate=line.candidate, units=line.units, counted=line.counted, paid=line.paid)
    last = candidate(20, person="p0")

    assert (again.counts, again.taken, again.group_counts) == (first.counts, first.taken, first.group_counts)
    assert run(what, [last], again) == run(what, [last], first)


@pytest.mark.parametrize("pence", [0, -1])
def test_an_overpayment_of_nothing_is_refused(pence):
    standing = Standing({1: terms()})

    with pytest.raises(NothingToSetOff):
        standing.owe(payer="council", pence=pence)

    assert standing.to_set_off == {}


def test_a_result_by_number_only_counts_what_its_payer_paid():
    what = terms(
        payers=("a", "b"),
        tariffs=(tariff(100),),
        shares=(percent("a", 5_000), percent("b", 5_000)),
        caps=(cap(CapScope.PAYER, None, count=2, payer="b"),),
    )
    missing = {"b": ("letter",)}

    lines = run(what, [candidate(1, evidence=missing), *(candidate(n) for n in (2, 3, 4))])

    assert [line.net for line in lines] == [50, 100, 100, 50]
