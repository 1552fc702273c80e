"""Terms and candidates for tests: valid, small, and each thing that a test is about is said in the test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line, PayerPart
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import Cap, CapScope, Metric, PayerShare, Period, ShareKind, Tariff, Terms

FROM = date(2024, 4, 1)
UNTIL = date(2028, 4, 1)
RUN_OFF = date(2029, 4, 1)


def metric(code: str = "housed", **more) -> Metric:
    return Metric(**{"code": code, "name": code, "test": f"It is true that {code}."} | more)


def tariff(price: int, code: str = "housed", **more) -> Tariff:
    return Tariff(metric=code, price=price, **more)


def percent(payer: str, hundredths: int, **more) -> PayerShare:
    return PayerShare(payer=payer, kind=ShareKind.PERCENT, amount=hundredths, **more)


def cap(scope: CapScope, amount: int | None = None, **more) -> Cap:
    return Cap(**{"code": f"{scope}_limit", "scope": scope, "amount": amount} | more)


def terms(**more) -> Terms:
    """One metric "housed" at £1,500 that one council pays, unless said otherwise."""
    return Terms(
        **{
            "currency": "GBP",
            "service": Period(from_on=FROM, until_on=UNTIL),
            "run_off_until": RUN_OFF,
            "payers": ("council",),
            "metrics": (metric(),),
            "tariffs": (tariff(150_000),),
            "shares": (percent("council", 10_000),),
        }
        | more
    )


def candidate(number: int = 1, code: str = "housed", **more) -> Candidate:
    """A result of its own person, achieved a day later for each number."""
    achieved_on = more.pop("achieved_on", date.fromordinal(FROM.toordinal() + number))
    return Candidate(
        **{
            "id": number,
            "metric": code,
            "achieved_on": achieved_on,
            "claimed_on": max(achieved_on, date(2024, 7, 1)),
            "provider": "hostel",
            "person": f"person{number}",
        }
        | more
    )


def run(
    what: Terms | Mapping[int, Terms],
    candidates: Iterable[Candidate],
    standing: Standing | None = None,
    version_on=None,
) -> list[Line]:
    """Work out lines under one version, or under several."""
    versions = {1: what} if isinstance(what, Terms) else what
    found = list(assess(versions, candidates, standing or Standing(versions), version_on=version_on or (lambda on: 1)))
    for line in found:
        check_line(line)
    return found


def check_line(line: Line) -> None:
    """What holds of every line: gross is net and named cuts; shares sum to net; nothing is cut without a word."""
    cuts = [*line.reductions, *(cut for part in line.shares for cut in part.reductions)]
    assert line.gross == line.net + sum(cut.amount for cut in cuts)
    assert all(cut.amount >= 0 and cut.reason for cut in cuts)
    assert sum(part.net for part in line.shares) == line.net
    assert all(part.due == part.net + sum(cut.amount for cut in part.reductions) for part in line.shares)
    assert line.net or cuts
    assert line.steps[-1].amount == line.net


def cuts(line: Line) -> list[tuple[str, int]]:
    return [(cut.reason, cut.amount) for cut in line.reductions]


def nets(line: Line) -> dict[str, int]:
    return {part.payer: part.net for part in line.shares}


def part_of(line: Line, payer: str) -> PayerPart:
    return next(part for part in line.shares if part.payer == payer)
