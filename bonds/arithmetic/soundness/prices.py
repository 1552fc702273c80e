"""Whether the prices of terms can be meant: tariffs, uplifts, caps, formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bonds.arithmetic.formulas import check_formula
from bonds.arithmetic.shapes import Problem, point
from bonds.arithmetic.soundness.parts import (
    check_codes,
    check_hundredths,
    check_known,
    check_least,
    check_one_known,
    check_period,
)
from bonds.arithmetic.terms import Cap, CapScope, Every, Measure, Period, Tariff, Terms

# An uplift may double a price and more; ten times the price is a slip of the keyboard.
_MOST_UPLIFT = 100_000


def check_tariffs(terms: Terms) -> Iterator[Problem]:
    """List what is wrong with the tariffs, and which of them say two prices for one unit."""
    codes = {metric.code for metric in terms.metrics}
    for place, tariff in enumerate(terms.tariffs):
        at = f"/tariffs/{place}"
        yield from check_one_known(tariff.metric, codes, point(at, "metric"), "metric")
        yield from check_least(tariff.price, 0, point(at, "price"))
        yield from check_least(tariff.from_count, 1, point(at, "from_count"))
        if tariff.until_count is not None and tariff.until_count <= tariff.from_count:
            yield Problem(
                point(at, "until_count"), "A band has to end above where it begins; this is the first not in it."
            )
        if tariff.subgroup:
            yield from check_one_known(tariff.subgroup, terms.subgroups, point(at, "subgroup"), "subgroup")
        yield from check_period(tariff.period, point(at, "period"))
    yield from _check_overlaps(terms.tariffs)


def _check_overlaps(tariffs: Sequence[Tariff]) -> Iterator[Problem]:
    by_group: dict[tuple[str, str], list[int]] = {}
    for place, tariff in enumerate(tariffs):
        others = by_group.setdefault((tariff.metric, tariff.subgroup), [])
        found = next((other for other in others if _overlap(tariffs[other], tariff)), None)
        if found is not None:
            yield Problem(
                f"/tariffs/{place}", f"This and number {found + 1} of the tariffs both price the same units and days."
            )
        others.append(place)


def _overlap(one: Tariff, other: Tariff) -> bool:
    return (
        meet(one.period, other.period)
        and (one.until_count is None or other.from_count < one.until_count)
        and (other.until_count is None or one.from_count < other.until_count)
    )


def meet(one: Period, other: Period) -> bool:
    """Tell whether two periods have a day in common."""
    return not (
        (one.until_on is not None and other.from_on is not None and one.until_on <= other.from_on)
        or (other.until_on is not None and one.from_on is not None and other.until_on <= one.from_on)
    )


def check_uplifts(terms: Terms) -> Iterator[Problem]:
    """List what is wrong with the uplifts."""
    codes = {metric.code for metric in terms.metrics if metric.measure is not Measure.FORMULA}
    yield from check_codes([uplift.code for uplift in terms.uplifts], "/uplifts")
    for place, uplift in enumerate(terms.uplifts):
        at = f"/uplifts/{place}"
        if not uplift.label.strip():
            yield Problem(point(at, "label"), "This cannot be empty.")
        yield from check_least(uplift.amount, 0, point(at, "amount"))
        yield from check_hundredths(uplift.percent, point(at, "percent"), _MOST_UPLIFT)
        if bool(uplift.amount) == bool(uplift.percent):
            yield Problem(at, "An uplift is an amount for each unit or a percentage of the tariff: give one of them.")
        yield from check_known(uplift.metrics, codes, point(at, "metrics"), "metric with a tariff")
        if uplift.subgroup:
            yield from check_one_known(uplift.subgroup, terms.subgroups, point(at, "subgroup"), "subgroup")
        yield from check_least(uplift.above_count, 0, point(at, "above_count"))
        yield from check_period(uplift.period, point(at, "period"))


def check_caps(terms: Terms) -> Iterator[Problem]:
    """List what is wrong with the caps."""
    codes = {metric.code for metric in terms.metrics}
    yield from check_codes([cap.code for cap in terms.caps], "/caps")
    for place, cap in enumerate(terms.caps):
        at = f"/caps/{place}"
        if (cap.amount is None) == (cap.count is None):
            yield Problem(at, "A cap is an amount or a number of units: give one of them.")
        yield from check_least(cap.amount, 0, point(at, "amount"))
        yield from check_least(cap.count, 0, point(at, "count"))
        yield from check_known(cap.metrics, codes, point(at, "metrics"), "metric")
        yield from check_period(cap.period, point(at, "period"))
        yield from _check_scope(cap, terms, at)


def _check_scope(cap: Cap, terms: Terms, at: str) -> Iterator[Problem]:
    if cap.scope is CapScope.PAYER:
        yield from check_one_known(cap.payer, terms.payers, point(at, "payer"), "payer")
    elif cap.payer:
        yield Problem(point(at, "payer"), "Only a cap of a payer's part names a payer.")
    is_once = cap.every is Every.ONCE
    if cap.scope is not CapScope.PERIOD and not is_once:
        yield Problem(point(at, "every"), "Only a cap by period has one for each year, quarter or month.")
    if cap.scope is CapScope.PERIOD and is_once and cap.period.from_on is None and cap.period.until_on is None:
        yield Problem(point(at, "period"), "A cap by period says which, or how often it begins again.")


def check_formulas(terms: Terms) -> Iterator[Problem]:
    """List what is wrong with the formulas, and which of them nothing uses."""
    used = {metric.formula for metric in terms.metrics}
    yield from check_codes([formula.code for formula in terms.formulas], "/formulas")
    for place, formula in enumerate(terms.formulas):
        at = f"/formulas/{place}"
        if formula.code not in used:
            yield Problem(point(at, "code"), "No metric is measured by this formula.")
        yield from (Problem(f"{at}{problem.at}", problem.problem) for problem in check_formula(formula))
