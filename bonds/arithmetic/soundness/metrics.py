"""Whether the metrics of terms can be meant: what is counted, whose, how often, with what evidence."""

from __future__ import annotations

from collections.abc import Iterator

from bonds.arithmetic.shapes import Problem, point
from bonds.arithmetic.soundness.parts import (
    check_between,
    check_code,
    check_codes,
    check_known,
    check_least,
    check_one_known,
)
from bonds.arithmetic.terms import Eligibility, EvidenceRule, Ladder, Measure, Metric, Terms

# Fifty years: longer than any contract lasts.
_MOST_MONTHS = 600
_MOST_WEEKS = 2_600
_WAYS = "kind, any_of, all_of, alternating"


def check_metrics(terms: Terms) -> Iterator[Problem]:
    """List what is wrong with the metrics."""
    if not terms.metrics:
        yield Problem("/metrics", "There is nothing that could be paid for: at least one metric is needed.")
    yield from check_codes([metric.code for metric in terms.metrics], "/metrics")
    for place, metric in enumerate(terms.metrics):
        at = f"/metrics/{place}"
        for name in ("name", "test", "unit"):
            if not getattr(metric, name).strip():
                yield Problem(point(at, name), "This cannot be empty.")
        yield from check_least(metric.most, 1, point(at, "most"))
        if metric.variant_of:
            yield from check_code(metric.variant_of, point(at, "variant_of"))
        yield from _check_measure(metric, terms, at)
        yield from _check_eligibility(metric.eligibility, terms, point(at, "eligibility"))
        yield from _check_ladder(metric, terms, point(at, "ladder"))
        if metric.evidence:
            yield from check_rule(metric.evidence, point(at, "evidence"))
        for payer, rule in metric.evidence_by_payer.items():
            here = point(point(at, "evidence_by_payer"), payer)
            yield from check_one_known(payer, terms.payers, here, "payer")
            yield from check_rule(rule, here)


def _check_measure(metric: Metric, terms: Terms, at: str) -> Iterator[Problem]:
    is_formula = metric.measure is Measure.FORMULA
    if is_formula:
        codes = {formula.code for formula in terms.formulas}
        yield from check_one_known(metric.formula, codes, point(at, "formula"), "formula")
    elif metric.formula:
        yield Problem(point(at, "formula"), "Only a metric that is measured by formula has one.")
    is_priced = any(tariff.metric == metric.code for tariff in terms.tariffs)
    if is_formula and is_priced:
        yield Problem(point(at, "measure"), "A formula says what this is worth: it cannot have a tariff as well.")
    if not is_formula and not is_priced:
        yield Problem(at, "This has no tariff. One of 0 says that nothing is paid for it.")


def _check_eligibility(eligibility: Eligibility, terms: Terms, at: str) -> Iterator[Problem]:
    low, high = eligibility.age_from, eligibility.age_until
    yield from check_least(low, 0, point(at, "age_from"))
    yield from check_least(high, 0, point(at, "age_until"))
    if low is not None and high is not None and high <= low:
        yield Problem(point(at, "age_until"), "This has to be above the lowest age: who is as old no longer counts.")
    yield from check_known(eligibility.subgroups, terms.subgroups, point(at, "subgroups"), "subgroup")


def _check_ladder(metric: Metric, terms: Terms, at: str) -> Iterator[Problem]:
    ladder = metric.ladder
    if ladder is None:
        return
    yield from check_code(ladder.name, point(at, "name"))
    yield from check_between(ladder.months, 0, _MOST_MONTHS, point(at, "months"))
    yield from check_between(ladder.weeks, 0, _MOST_WEEKS, point(at, "weeks"))
    if bool(ladder.months) == bool(ladder.weeks):
        yield Problem(at, "A rung is reached after some months or after some weeks: give one of them.")
    if ladder.after:
        by_code = {each.code: each for each in terms.metrics}
        yield from check_one_known(ladder.after, by_code, point(at, "after"), "metric")
        if _comes_round(metric, by_code):
            yield Problem(point(at, "after"), "These rungs stand on each other in a circle.")
        elif (below := by_code.get(ladder.after)) and below.ladder and not _is_longer(ladder, below.ladder):
            yield Problem(point(at, "after"), "The rung below has to be reached earlier than this one.")


def _comes_round(metric: Metric, by_code: dict[str, Metric]) -> bool:
    seen: set[str] = set()
    at: Metric | None = metric
    while at is not None and at.ladder is not None and at.ladder.after:
        if at.code in seen:
            return True
        seen.add(at.code)
        at = by_code.get(at.ladder.after)
    return False


def _is_longer(ladder: Ladder, below: Ladder) -> bool:
    """Compare two rungs on one clock; months and weeks, and other clocks, cannot be compared."""
    if ladder.name != below.name or bool(ladder.months) != bool(below.months):
        return True
    return (ladder.months, ladder.weeks) > (below.months, below.weeks)


def check_rule(rule: EvidenceRule, at: str) -> Iterator[Problem]:
    """List what is wrong with a rule of evidence, and with those in it."""
    if sum([bool(rule.kind), bool(rule.any_of), bool(rule.all_of), bool(rule.alternating)]) != 1:
        yield Problem(at, f"A rule says exactly one of these: {_WAYS}.")
    if rule.kind:
        yield from check_code(rule.kind, point(at, "kind"))
    if rule.most is not None and not rule.kind:
        yield Problem(point(at, "most"), "Only for a kind can be said how much there may be of it.")
    if rule.within_months and rule.most is None:
        yield Problem(point(at, "within_months"), "This says in what time a number counts: give the number, as “most”.")
    yield from check_least(rule.most, 0, point(at, "most"))
    yield from check_between(rule.within_months, 0, _MOST_MONTHS, point(at, "within_months"))
    for name in ("any_of", "all_of", "alternating"):
        for place, part in enumerate(getattr(rule, name)):
            yield from check_rule(part, point(point(at, name), str(place)))
