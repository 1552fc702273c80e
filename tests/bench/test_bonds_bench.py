"""What the benchmark of outcome contracts is made of: every mechanism acts, and the same seed gives the same rows."""

from collections import Counter

from bench.bonds.made import make_investor_terms, make_movements, make_rows, make_terms
from bench.bonds.runs import _candidate
from bonds.arithmetic.canonical import write_canonical
from bonds.arithmetic.engine import assess
from bonds.arithmetic.positions import compute_positions
from bonds.arithmetic.reading import read_terms, write_terms
from bonds.arithmetic.standing import Standing


def work_out(count):
    terms = {1: make_terms(count)}
    return list(assess(terms, map(_candidate, make_rows(count)), Standing(terms), version_on=lambda _on: 1))


def test_the_contract_is_sound_and_every_mechanism_acts():
    assert read_terms(write_terms(make_terms(2_000))) == make_terms(2_000)

    lines = work_out(2_000)

    cuts = Counter(cut.reason for line in lines for cut in line.reductions)
    cuts += Counter(cut.reason for line in lines for part in line.shares for cut in part.reductions)
    assert {
        "evidence",
        "once_only",
        "exclusive_variant",
        "rung_missing",
        "too_early",
        "age",
        "person_cap",
        "metric_cap",
        "period_cap",
        "payer_cap",
    } <= set(cuts)
    assert any(step.name == "uplift" for line in lines for step in line.steps)
    assert all(line.steps and line.gross >= line.net >= 0 for line in lines)


def test_the_same_seed_gives_the_same_bytes():
    assert [write_canonical(line) for line in work_out(300)] == [write_canonical(line) for line in work_out(300)]


def test_a_deal_has_forty_two_movements_and_six_positions():
    movements = make_movements(1)

    assert len(movements) == 42
    assert movements == make_movements(1) != make_movements(2)
    assert len(compute_positions(make_investor_terms(), movements, on=movements[-1].on)) == 6
