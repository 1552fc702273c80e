"""Data classes from JSON and back, with every problem listed where it is. What is read is checked, never bent.

A text is not a number, a number with a fraction is not a whole one, and a word that is not known is refused: what a
contract says is read as it was meant or not at all.

Source: JSON Pointer (RFC 6901) for the places of problems.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

Shape = TypeVar("Shape")
# Deeper than anything that a contract says; a rule inside a rule inside … stops here and not at Python's own limit.
MOST_LEVELS = 24
# Ten thousand million pounds in pence: nobody agrees on more, and sums of such amounts still fit the database.
MOST_NUMBER = 10**12
YEARS = range(1900, 2200)


class Unreadable(Exception):
    """A value could not be read; its problem has been written down."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where.

    Attributes:
        at: JSON Pointer: "/tariffs/2/price".
        problem: In words that whoever wrote it can act on.
    """

    at: str
    problem: str

    def as_dict(self) -> dict[str, str]:
        """Give it as JSON has it."""
        return {"at": self.at, "problem": self.problem}


def read_shape(kind: type[Shape], data: object, problems: list[Problem], *, at: str = "") -> Shape | None:
    """Read one object of a data class, and in it all that belongs to it.

    Args:
        kind: A data class whose fields are whole numbers, texts, truths, days, rates (`Decimal`, as texts), words
            (`StrEnum`), JSON as it is but without fractions (`object`), other data classes, or tuples, dicts by text
            and optional ones of these.
        data: As `json.loads` gives it.
        problems: Gets each problem that is found; nothing is read as something else than it is.
        at: Where the object stands.

    Returns:
        The object; None where anything in it has a problem.
    """
    before = len(problems)
    try:
        found: Shape = _read_object(kind, data, at, problems)
    except Unreadable:
        return None
    return found if len(problems) == before else None


def write_shape(thing: Any) -> dict[str, Any]:
    """Write an object of a data class as JSON has it.

    A field that is empty, and may be left out when it is, is left out: so a field that is added to a class later
    changes nothing in what was written before. Numbers and words that count are always there, whatever the default.
    """
    return {
        each.name: written
        for each in fields(thing)
        if (written := _write(getattr(thing, each.name))) or not _may_be_left_out(each, getattr(thing, each.name))
    }


def _may_be_left_out(each: Field[Any], value: object) -> bool:
    default = each.default_factory() if each.default_factory is not MISSING else each.default
    return default is not MISSING and bool(value == default)


def _write(value: object) -> object:
    if is_dataclass(value):
        return write_shape(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum | Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [_write(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _write(item) for key, item in value.items()}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_object(kind: Any, data: Any, at: str, problems: list[Problem]) -> Any:
    if not isinstance(data, dict):
        _refuse(problems, at, f"This has to be an object, not {_describe(data)}.")
    if at.count("/") > MOST_LEVELS:
        _refuse(problems, at, "This lies too deep: a rule in a rule in a rule, too many times.")
    hints = _hints(kind)
    problems += [Problem(point(at, str(name)), "Nothing has this name here.") for name in data if name not in hints]
    missing = [each.name for each in fields(kind) if each.name not in data and _has_no_default(each)]
    problems += [Problem(point(at, name), "This has to be given.") for name in missing]
    given = _read_each([(name, data[name], hints[name]) for name in hints if name in data], at, problems)
    if missing:
        raise Unreadable
    return kind(**given)


def _has_no_default(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _read(hint: Any, data: Any, at: str, problems: list[Problem]) -> Any:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return None if data is None else _read(_without_none(hint), data, at, problems)
    if origin is tuple:
        return _read_list(get_args(hint)[0], data, at, problems)
    if origin is dict:
        return _read_dict(get_args(hint)[1], data, at, problems)
    if is_dataclass(hint):
        return _read_object(hint, data, at, problems)
    return _read_plain(hint, data, at, problems)


def _without_none(hint: Any) -> Any:
    return next(each for each in get_args(hint) if each is not types.NoneType)


def _read_list(hint: Any, data: Any, at: str, problems: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(data, list):
        _refuse(problems, at, f"This has to be a list, not {_describe(data)}.")
    return tuple(_read_each([(str(index), item, hint) for index, item in enumerate(data)], at, problems).values())


def _read_dict(hint: Any, data: Any, at: str, problems: list[Problem]) -> dict[str, Any]:
    if not isinstance(data, dict):
        _refuse(problems, at, f"This has to be an object, not {_describe(data)}.")
    return _read_each([(name, item, hint) for name, item in data.items()], at, problems)


def _read_each(items: list[tuple[str, Any, Any]], at: str, problems: list[Problem]) -> dict[str, Any]:
    """Read all of them before giving up, so that each problem is told at once."""
    read: dict[str, Any] = {}
    for name, item, hint in items:
        try:
            read[name] = _read(hint, item, point(at, name), problems)
        except Unreadable:
            continue
    if len(read) < len(items):
        raise Unreadable
    return read


def _read_plain(hint: Any, data: Any, at: str, problems: list[Problem]) -> Any:
    if hint in {object, Any}:
        return _read_json(data, at, problems)
    if hint is date:
        return _read_day(data, at, problems)
    if hint is Decimal:
        return _read_rate(data, at, problems)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _read_word(hint, data, at, problems)
    wanted, is_right = _PLAIN[hint]
    if not is_right(data):
        _refuse(problems, at, f"This has to be {wanted}, not {_describe(data)}.")
    if hint is int and abs(data) > MOST_NUMBER:
        _refuse(problems, at, f"This is larger than anything that is agreed on: {MOST_NUMBER} at most.")
    return data


def _read_json(data: Any, at: str, problems: list[Problem]) -> Any:
    """Take JSON as it is, unless there is a fraction in it: 0.1 is not what anybody wrote."""
    if isinstance(data, dict):
        return _read_dict(object, data, at, problems)
    if isinstance(data, list):
        return list(_read_list(object, data, at, problems))
    if data is not None and not isinstance(data, str | int):
        _refuse(problems, at, f"A fraction has to be a text, such as “0.065”, not {_describe(data)}.")
    return data


# True is a whole number to Python and to nobody else.
_PLAIN: dict[Any, tuple[str, Callable[[object], bool]]] = {
    int: ("a whole number", lambda data: isinstance(data, int) and not isinstance(data, bool)),
    str: ("a text", lambda data: isinstance(data, str) and "\x00" not in data),
    bool: ("true or false", lambda data: isinstance(data, bool)),
}


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_day(data: Any, at: str, problems: list[Problem]) -> date:
    if not isinstance(data, str) or not _DAY.fullmatch(data):
        _refuse(problems, at, f"This has to be a day such as 2026-01-31, not {_describe(data)}.")
    try:
        day = date.fromisoformat(data)
    except ValueError:
        _refuse(problems, at, f"There is no such day: {_describe(data)}.")
    if day.year not in YEARS:
        _refuse(problems, at, f"A day lies between {YEARS[0]} and {YEARS[-1]}, not in {day.year}.")
    return day


_RATE = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")


def _read_rate(data: Any, at: str, problems: list[Problem]) -> Decimal:
    if not isinstance(data, str) or not _RATE.fullmatch(data):
        _refuse(problems, at, f"This has to be a number as a text, such as “0.065”, not {_describe(data)}.")
    return Decimal(data)


def _read_word(hint: type[StrEnum], data: Any, at: str, problems: list[Problem]) -> StrEnum:
    words = [word.value for word in hint]
    if data not in words:
        _refuse(problems, at, f"This has to be one of {', '.join(words)}, not {_describe(data)}.")
    return hint(data)


def point(at: str, name: str) -> str:
    """Give the place of something inside something, by JSON Pointer."""
    return f"{at}/{name.replace('~', '~0').replace('/', '~1')}"


def _refuse(problems: list[Problem], at: str, problem: str) -> NoReturn:
    problems.append(Problem(at, problem))
    raise Unreadable


_MOST_SHOWN = 40


def _describe(data: object) -> str:
    if data is None:
        return "nothing"
    if isinstance(data, dict | list):
        return "an object" if isinstance(data, dict) else "a list"
    if isinstance(data, bool):
        return "true" if data else "false"
    return f"“{str(data)[:_MOST_SHOWN]}”" if isinstance(data, str) else str(data)[:_MOST_SHOWN]
