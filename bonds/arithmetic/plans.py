"""A forecast through the engine: expected numbers are priced, capped and divided as results would be.

An expected result is nobody's in particular. So ladders, ages and evidence do not act on it; caps by person, and prices
and uplifts for groups, act as far as the plan says of how many people, and of which groups, its results are (see
`dealing`). Caps by cohort never act; bands by number and all other caps do, in the engine's order. It counts as
achieved and claimed on the first day of its period, at the price of that day.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.dealing import EVERYONE, Assumed, Dealer, Dealt, find_assumed_problems
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line, Worth
from bonds.arithmetic.spans import Spans
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import Eligibility, Measure, Metric, Terms
from bonds.arithmetic.uploads import FileUnusable, Problem, RowUnusable, read_day, rows_of_csv

MOST_COUNT: Final = 100_000
MOST_PENCE: Final = 10**12
MOST_DEALT: Final = 20_000
"""So many results of expected people are worked out in about a second."""
COLUMNS: Final = ("period", "result", "count", "amount")
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_AMOUNT: Final = re.compile(r"£?([0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Expected:
    """What somebody expects of a result in a period.

    Attributes:
        period: Its number.
        metric: Code.
        count: Units, zero or more.
        pence: Of a result whose worth a formula says: what it will be worth; otherwise nothing is asked.
    """

    period: int
    metric: str
    count: int
    pence: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected, and what the engine makes of it.

    Attributes:
        expected: Of which result in which period.
        gross: Pence at the tariff, with uplifts.
        parts: Pence that each payer pays, by its code.
    """

    expected: Expected
    gross: int
    parts: Mapping[str, int]


def open_terms(terms: Terms) -> Terms:
    """Give terms in which nothing is asked of a person, so that an expected result can be worked out.

    Args:
        terms: Sound.
    """
    return replace(terms, metrics=tuple(_open(metric) for metric in terms.metrics))


def _open(metric: Metric) -> Metric:
    return replace(
        metric,
        most=None,
        variant_of="",
        ladder=None,
        eligibility=Eligibility(),
        evidence=None,
        evidence_by_payer={},
    )


def forecast(
    expected: Iterable[Expected],
    *,
    periods: Spans,
    terms_by_version: Mapping[int, Terms],
    standing: Standing,
    version_on: Callable[[date], int | None],
    assumed: Assumed = EVERYONE,
) -> list[Forecast]:
    """Work out what expected results come to, period after period, through bands, caps and shares.

    Args:
        expected: Each result once a period; those of nothing are left out.
        periods: Of the plan.
        terms_by_version: As `open_terms` gives them.
        standing: What has been accepted before the first of these periods, made for these terms.
        version_on: Tells the version in force on a day.
        assumed: Of which people the results are.
    """
    wanted = sorted((one for one in expected if one.count), key=lambda one: (one.period, one.metric))
    dealer = Dealer(assumed)
    candidates: list[Candidate] = []
    rows: list[int] = []
    for row, one in enumerate(wanted):
        day = _day(one.period, periods, terms_by_version, version_on)
        metric = _find(terms_by_version.get(version_on(day) or 0), one.metric)
        # What a formula says is of a whole group, and so of nobody.
        is_formula = metric is not None and metric.measure is Measure.FORMULA
        for dealt in [Dealt("", "", one.count)] if is_formula else dealer.deal(one.metric, one.count):
            candidates.append(
                Candidate(
                    id=len(rows) + 1,
                    metric=one.metric,
                    achieved_on=day,
                    claimed_on=day,
                    provider="",
                    person=dealt.person,
                    subgroups=frozenset({dealt.group} - {""}),
                    quantity=dealt.units,
                    worth=Worth(one.pence) if is_formula else None,
                )
            )
            rows.append(row)
    lines = assess(terms_by_version, candidates, standing, version_on=version_on)
    return _add_up(wanted, rows, lines)


def _add_up(wanted: Sequence[Expected], rows: Sequence[int], lines: Iterable[Line]) -> list[Forecast]:
    """Add the lines of each expected result up: it may have been dealt to many people."""
    gross: dict[int, int] = defaultdict(int)
    parts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row, line in zip(rows, lines, strict=True):
        gross[row] += line.gross
        for part in line.shares:
            if part.settled:
                parts[row][part.payer] += part.settled
    return [Forecast(one, gross[row], dict(parts[row])) for row, one in enumerate(wanted)]


def _day(
    period: int, periods: Spans, terms_by_version: Mapping[int, Terms], version_on: Callable[[date], int | None]
) -> date:
    """The first day of a period, or the last on which something can be achieved where that is earlier."""
    first = periods.edges[period - 1]
    terms = terms_by_version.get(version_on(first) or 0)
    return min(first, terms.run_off_until - timedelta(days=1)) if terms else first


def _find(terms: Terms | None, code: str) -> Metric | None:
    return next((one for one in terms.metrics if one.code == code), None) if terms else None


def find_problems(
    expected: Sequence[Expected], *, periods: Spans, locked: int, terms: Terms, assumed: Assumed = EVERYONE
) -> list[str]:
    """List what is wrong with what somebody expects, a sentence each.

    Args:
        expected: As it was typed.
        periods: Of the plan.
        locked: So many periods have ended.
        terms: In force.
        assumed: Of which people the results are.
    """
    problems = find_assumed_problems(assumed, terms=terms)
    if sum(min(one.count, assumed.people) for one in expected) > MOST_DEALT:
        problems.append(f"results of each person come to more than {MOST_DEALT:,}: say fewer people, or none")
    seen: set[tuple[int, str]] = set()
    for one in expected:
        where = f"{one.metric}, {periods.label_of(one.period)}"
        if problem := _find_problem(one, periods, locked, _find(terms, one.metric), seen):
            problems.append(f"{where}: {problem}")
        seen.add((one.period, one.metric))
    return problems


def _find_problem(
    one: Expected, periods: Spans, locked: int, metric: Metric | None, seen: Collection[tuple[int, str]]
) -> str:
    if metric is None:
        return "the contract pays for no such result"
    if one.period not in periods.numbers:
        return "the plan has no such period"
    if one.period <= locked:
        return "this period has ended: what happened in it is locked"
    if (one.period, one.metric) in seen:
        return "it is there twice"
    return _find_wrong_figure(one, metric)


def _find_wrong_figure(one: Expected, metric: Metric) -> str:
    if not 0 <= one.count <= MOST_COUNT:
        return f"the number is from 0 to {MOST_COUNT:,}"
    if not 0 <= one.pence <= MOST_PENCE:
        return "the amount is too large, or below zero"
    if one.pence and metric.measure is not Measure.FORMULA:
        return "its price is in the terms: give the number alone"
    return ""


def read_file(content: bytes, *, periods: Spans, locked: int, terms: Terms) -> tuple[list[Expected], list[Problem]]:
    """Read a file of what is expected; every bad row is named by its line.

    Args:
        content: CSV in UTF-8: period (its first day), result (short name), count, and for a result whose worth a
            formula says, amount in pounds.
        periods: Of the plan.
        locked: So many periods have ended.
        terms: In force.
    """
    found: list[Expected] = []
    problems: list[Problem] = []
    seen: set[tuple[int, str]] = set()
    try:
        for line, cells in rows_of_csv(content, columns=COLUMNS, needed=frozenset(COLUMNS[:3])):
            try:
                one = _read_row(cells, periods)
            except RowUnusable as error:
                problems.append(Problem(line, str(error)))
                continue
            if problem := _find_problem(one, periods, locked, _find(terms, one.metric), seen):
                problems.append(Problem(line, problem))
            seen.add((one.period, one.metric))
            found.append(one)
    except FileUnusable as error:
        problems.append(error.problem)
    return found, problems


def _read_row(cells: Mapping[str, str], periods: Spans) -> Expected:
    if not cells:
        raise RowUnusable("the row has more or fewer cells than the header")
    first = read_day(cells["period"])
    if first not in periods.edges[:-1]:
        raise RowUnusable("a period is named by its first day, as in the file that you can download")
    if not _COUNT.fullmatch(cells["count"]):
        raise RowUnusable(f"the count is a whole number from 0 to {MOST_COUNT:,}")
    amount = _AMOUNT.fullmatch(cells.get("amount", "") or "0")
    if amount is None:
        raise RowUnusable("an amount is written as 1234.50")
    pence = int(amount[1].replace(",", "")) * 100 + int(amount[2] or 0)
    return Expected(periods.number_of(first), cells["result"], int(cells["count"]), pence)


def write_file(expected: Iterable[Expected], *, periods: Spans) -> str:
    """Write what is expected as a file that `read_file` reads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in expected:
        amount = f"{one.pence // 100}.{one.pence % 100:02}" if one.pence else ""
        writer.writerow([periods.edges[one.period - 1].isoformat(), one.metric, one.count, amount])
    return text.getvalue()
