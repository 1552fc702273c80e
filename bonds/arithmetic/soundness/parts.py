"""What is looked at in many places of terms: codes, periods, names of things that have to exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from bonds.arithmetic.shapes import Problem, point
from bonds.arithmetic.terms import Period

_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,59}")


def check_code(code: str, at: str) -> Iterator[Problem]:
    """A code is short and lasting: it stands in addresses, files and explanations."""
    if not _CODE.fullmatch(code):
        yield Problem(at, "A code is made of small letters, digits and underscores, 60 at most.")


def check_codes(codes: Iterable[str], at: str, name: str = "code") -> Iterator[Problem]:
    """Each code of a list is a code, and no two are the same."""
    seen: set[str] = set()
    for place, code in enumerate(codes):
        here = point(point(at, str(place)), name) if name else point(at, str(place))
        yield from check_code(code, here)
        if code in seen:
            yield Problem(here, f"“{code}” is there already: each code is given once.")
        seen.add(code)


def check_known(names: Iterable[str], known: Collection[str], at: str, what: str) -> Iterator[Problem]:
    """Each name of a list is that of something that the terms have."""
    for place, name in enumerate(names):
        yield from check_one_known(name, known, point(at, str(place)), what)


def check_one_known(name: str, known: Collection[str], at: str, what: str) -> Iterator[Problem]:
    """A name is that of something that the terms have."""
    if name not in known:
        yield Problem(at, f"There is no {what} “{name}” in these terms.")


def check_period(period: Period, at: str) -> Iterator[Problem]:
    """A period ends after it begins."""
    if period.from_on and period.until_on and period.until_on <= period.from_on:
        yield Problem(point(at, "until_on"), "A period has to end after it begins; its last day is the day before.")


def check_least(value: int | None, least: int, at: str) -> Iterator[Problem]:
    """A number is not below another; nothing is said about None."""
    if value is not None and value < least:
        yield Problem(at, f"This cannot be less than {least}.")


def check_between(value: int, least: int, most: int, at: str) -> Iterator[Problem]:
    """A number lies between two others, both included."""
    if not least <= value <= most:
        yield Problem(at, f"This lies between {least} and {most}.")


def check_hundredths(value: int, at: str, most: int = 10_000) -> Iterator[Problem]:
    """A percentage in hundredths of a percent lies between nothing and all of it."""
    if not 0 <= value <= most:
        yield Problem(at, f"This is in hundredths of a percent, from 0 to {most}: 4000 is 40 %.")
