from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.sampling import (
    ErrorBasis,
    Finding,
    PaidLine,
    Recovery,
    Sample,
    SampleIncomplete,
    UnusablePopulation,
    UnusableSeed,
    compute_recovery,
    compute_sample_size,
    draw_sample,
    hash_population,
)
from core.errors import InvalidInput

SEED = "a seed of 2026-11-22"
LINES = [PaidLine(f"cll_{number:03}", 10_000 + number) for number in range(100)]


def drawn(population=LINES, seed=SEED, percent=1000):
    return draw_sample(population, seed=seed, percent=percent)


def all_stand(sample: Sample) -> list[Finding]:
    return [Finding(line.id, line.paid) for line in sample.drawn]


def test_a_sample_is_pinned_to_its_version():
    # Whoever changes the draw has to add a version: these samples were acted upon.
    sample = drawn()

    assert sample.population_digest == "bd9f4b5bb7a8ac01c4df19379fa87ad7e8bc3cd0df762bd1e6ae52a31c11656e"
    assert [line.id for line in sample.drawn] == [
        "cll_029",
        "cll_065",
        "cll_050",
        "cll_053",
        "cll_098",
        "cll_043",
        "cll_049",
        "cll_099",
        "cll_004",
        "cll_025",
    ]
    assert (sample.version, sample.population_count, sample.population_pence) == (1, 100, 1_004_950)


def test_the_same_seed_draws_the_same_lines_in_whatever_order_they_are_given():
    assert drawn(list(reversed(LINES))) == drawn(LINES)


def test_another_seed_draws_others():
    assert drawn(seed="another seed of 2026-11-22").drawn != drawn().drawn


def test_a_line_slipped_in_or_paid_otherwise_changes_the_hash_of_the_population():
    before = hash_population(LINES)

    assert hash_population([*LINES, PaidLine("cll_100", 0)]) != before
    assert hash_population(LINES[1:]) != before
    assert hash_population([PaidLine("cll_000", 10_001), *LINES[1:]]) != before
    assert hash_population([]) != before


@pytest.mark.parametrize(
    ("count", "percent", "size"),
    [(0, 1000, 0), (1, 1, 1), (100, 1000, 10), (101, 1000, 11), (100, 0, 0), (7, 10_000, 7), (3, 3333, 1)],
)
def test_a_percentage_of_lines_is_rounded_up(count, percent, size):
    assert compute_sample_size(count, percent=percent) == size


@pytest.mark.parametrize("percent", [-1, 10_001])
def test_no_other_percentage(percent):
    with pytest.raises(InvalidInput):
        compute_sample_size(1, percent=percent)


@pytest.mark.parametrize("seed", ["", "x" * 15, "x" * 81])
def test_a_seed_that_cannot_be_there_by_chance_is_refused(seed):
    with pytest.raises(UnusableSeed) as refused:
        drawn(seed=seed)

    assert refused.value.facts == {"length": len(seed)}


@pytest.mark.parametrize("seed", ["x" * 16, "x" * 80])
def test_the_shortest_and_the_longest_seed_are_taken(seed):
    assert drawn(seed=seed).seed == seed


def test_a_population_with_a_line_twice_or_below_zero_is_refused():
    with pytest.raises(UnusablePopulation) as refused:
        drawn([*LINES, LINES[3], PaidLine("cll_x", -1)])

    assert refused.value.facts == {"twice": ["cll_003"], "below": ["cll_x"]}


def test_every_line_has_the_same_chance():
    # 2,000 draws of one in ten: each line about 200 times; 13.4 is the standard deviation, and 6 of these the bound.
    times = Counter(
        line.id
        for number in range(2_000)
        for line in draw_sample(LINES[:10], seed=f"the seed of draw {number:04}", percent=1000).drawn
    )

    assert len(times) == 10
    assert all(abs(count - 200) < 81 for count in times.values())


def test_a_sample_without_errors_recovers_nothing():
    sample = drawn()

    recovery = compute_recovery(sample, all_stand(sample), tolerance_percent=0)

    assert (recovery.checked, recovery.invalid, recovery.found, recovery.error_rate, recovery.total) == (10, 0, 0, 0, 0)


def recover(*, lost: int, tolerance: int, basis: ErrorBasis = ErrorBasis.VALUE) -> Recovery:
    """Draw ten of a hundred lines of 100 pounds, of which the first does not stand by so many pence."""
    sample = drawn([PaidLine(f"cll_{number:03}", 10_000) for number in range(100)])
    findings = [Finding(line.id, 10_000 - (lost if place == 0 else 0)) for place, line in enumerate(sample.drawn)]
    return compute_recovery(sample, findings, tolerance_percent=tolerance, basis=basis)


def test_the_error_rate_is_applied_to_the_lines_that_were_not_drawn():
    # One line of ten, worth a tenth of what was looked at; 9,000 pounds were not.
    recovery = recover(lost=10_000, tolerance=0)

    assert (recovery.error_rate, recovery.found, recovery.extrapolated) == (Fraction(1, 10), 10_000, 90_000)
    assert recovery.total == 100_000
    assert [(step.name, step.amount) for step in recovery.steps] == [
        ("drawn", 100_000), ("found", 10_000), ("error_rate", 0), ("extrapolated", 90_000),
    ]  # fmt: skip
    assert recovery.steps[2].facts == {"rate": "0.1", "basis": "value", "tolerance": "0"}


@pytest.mark.parametrize(("tolerance", "extrapolated"), [(999, 90), (1000, 0), (1001, 0), (500, 45_000)])
def test_only_what_is_above_the_tolerance_is_extrapolated(tolerance, extrapolated):
    recovery = recover(lost=10_000, tolerance=tolerance)

    assert (recovery.found, recovery.extrapolated) == (10_000, extrapolated)


def test_a_line_of_which_a_part_stands_counts_by_its_part_or_as_a_line():
    by_value = recover(lost=2_500, tolerance=0)
    by_lines = recover(lost=2_500, tolerance=0, basis=ErrorBasis.LINES)

    assert (by_value.error_rate, by_value.extrapolated) == (Fraction(1, 40), 22_500)
    assert (by_lines.error_rate, by_lines.extrapolated) == (Fraction(1, 10), 90_000)
    assert by_value.found == by_lines.found == 2_500


def test_what_is_extrapolated_is_rounded_down():
    sample = drawn([PaidLine("cll_a", 3), PaidLine("cll_b", 3), PaidLine("cll_c", 3)], percent=3000)
    (line,) = sample.drawn

    assert compute_recovery(sample, [Finding(line.id, 2)], tolerance_percent=1).extrapolated == 1


@pytest.mark.parametrize(
    ("damage", "facts"),
    [
        (lambda found: found[1:], "missing"),
        (lambda found: [*found, Finding("cll_other", 0)], "strange"),
        (lambda found: [Finding(found[0].id, -1), *found[1:]], "wrong"),
        (lambda found: [Finding(found[0].id, 20_000), *found[1:]], "wrong"),
    ],
)
def test_findings_cover_just_the_lines_that_were_drawn(damage, facts):
    sample = drawn()

    with pytest.raises(SampleIncomplete) as refused:
        compute_recovery(sample, damage(all_stand(sample)), tolerance_percent=0)

    assert [name for name, lines in refused.value.facts.items() if lines] == [facts]


def test_a_line_has_one_finding():
    sample = drawn()

    with pytest.raises(SampleIncomplete):
        compute_recovery(sample, [*all_stand(sample), all_stand(sample)[0]], tolerance_percent=0)


def test_an_empty_population_recovers_nothing():
    recovery = compute_recovery(drawn([]), [], tolerance_percent=0)

    assert (recovery.checked, recovery.error_rate, recovery.total) == (0, 0, 0)


PAID = st.lists(st.integers(0, 10**7), max_size=40)


@settings(deadline=None)
@given(PAID, st.integers(0, 10_000), st.integers(0, 2_000), st.sampled_from(ErrorBasis), st.data())
def test_no_more_is_recovered_than_was_paid(paid, percent, tolerance, basis, data):
    population = [PaidLine(f"cll_{number}", amount) for number, amount in enumerate(paid)]
    sample = drawn(population, percent=percent)
    findings = [Finding(line.id, data.draw(st.integers(0, line.paid))) for line in sample.drawn]

    recovery = compute_recovery(sample, findings, tolerance_percent=tolerance, basis=basis)

    assert (
        len(sample.drawn) == len({line.id for line in sample.drawn}) == compute_sample_size(len(paid), percent=percent)
    )
    assert 0 <= recovery.found <= sample.drawn_pence
    assert 0 <= recovery.extrapolated <= sample.population_pence - sample.drawn_pence
    assert recovery.extrapolated == 0 or recovery.found > 0
