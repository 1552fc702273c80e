"""Groups of tranches, the order of payment and early endings, as lines that people write and read back the same.

What lines cannot say is shown as an empty text; it stays in the terms unless other lines are saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.forms import ValidationError
from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import Stage, StageKind
from core.amounts import read_pence

_CODE: Final = r"[a-z0-9][a-z0-9_-]{0,39}"
_CODES: Final = re.compile(rf"{_CODE}(?:\s*,\s*{_CODE})*")
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_REDEMPTION: Final = re.compile(rf"(?P<first>{_DAY})\s+to\s+(?P<last>{_DAY})\s*:\s*(?P<part>[0-9.]+)\s*%?")
_KINDS: Final = {kind.value.replace("_", " "): kind.value for kind in StageKind}
_WHOLE: Final = 10_000
Rows = list[dict[str, Any]]


def read_groups(text: str) -> list[list[str]]:
    """Read groups of tranches, one in a line: "senior, junior".

    Raises:
        ValidationError: a line cannot be read; it is named.
    """
    return [_read_codes(line, line) for line in _lines(text)]


def write_groups(groups: Any) -> str:
    """Write groups as `read_groups` reads them; empty where they have another shape."""
    try:
        return "\n".join(", ".join(group) for group in groups or ())
    except TypeError:
        return ""


def read_order(text: str) -> Rows:
    """Read stages of payment, one in a line: "costs", or "interest: senior, junior".

    Raises:
        ValidationError: a line cannot be read; it is named.
    """
    return [_read_stage(line) for line in _lines(text)]


def write_order(order: Any) -> str:
    """Write stages as `read_order` reads them; empty where they have another shape."""
    try:
        return "\n".join(_write_stage(one["kind"], one.get("tranches") or ()) for one in order or ())
    except (AttributeError, KeyError, TypeError):
        return ""


def say_order(stages: Iterable[Stage]) -> tuple[str, ...]:
    """Say stages as their lines."""
    return tuple(_write_stage(stage.kind.value, stage.tranches) for stage in stages)


def read_redemptions(text: str) -> Rows:
    """Read what is returned early, one period in a line: "2027-01-01 to 2027-12-31: 75 %"; both days belong to it.

    Raises:
        ValidationError: a line cannot be read, or its period ends before it begins; it is named.
    """
    return [_read_redemption(line) for line in _lines(text)]


def write_redemptions(redemptions: Any) -> str:
    """Write periods as `read_redemptions` reads them; empty where they have another shape."""
    try:
        return "\n".join(_write_redemption(one["period"], int(one["percent"])) for one in redemptions or ())
    except (AttributeError, KeyError, TypeError, ValueError):
        return ""


def put_lines(row: Mapping[str, Any], name: str, read: list[Any], write: Callable[[Any], str]) -> dict[str, Any]:
    """Give an entry of a row as its lines say it; what lines could not show stays as long as none are written.

    Args:
        row: As it was.
        name: Of the entry.
        read: What the lines say.
        write: Shows the entry as lines.
    """
    before = row.get(name)
    kept = before if before and not write(before) else None
    entry = read or kept
    return {name: entry} if entry else {}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _refuse(line: str) -> ValidationError:
    return ValidationError(_("This line cannot be read: “%(line)s”."), params={"line": line[:80]})


def _read_codes(text: str, line: str) -> list[str]:
    if not _CODES.fullmatch(text):
        raise _refuse(line)
    return [code.strip() for code in text.split(",")]


def _read_stage(line: str) -> dict[str, Any]:
    words, colon, codes = line.partition(":")
    kind = _KINDS.get(" ".join(words.lower().split()))
    if kind is None:
        raise _refuse(line)
    return {"kind": kind, "tranches": _read_codes(codes.strip(), line)} if colon else {"kind": kind}


def _write_stage(kind: str, tranches: Iterable[str]) -> str:
    codes = ", ".join(tranches)
    words = kind.replace("_", " ")
    return f"{words}: {codes}" if codes else words


def _read_redemption(line: str) -> dict[str, Any]:
    found = _REDEMPTION.fullmatch(line)
    percent = read_pence(found["part"]) if found else None
    if found is None or percent is None or percent > _WHOLE:
        raise _refuse(line)
    try:
        first, last = (date.fromisoformat(found[name]) for name in ("first", "last"))
        until = last + timedelta(days=1)
    except (OverflowError, ValueError):
        raise _refuse(line) from None
    if last < first:
        raise _refuse(line)
    return {"period": {"from_on": first.isoformat(), "until_on": until.isoformat()}, "percent": percent}


def _write_redemption(period: dict[str, str], percent: int) -> str:
    last = date.fromisoformat(period["until_on"]) - timedelta(days=1)
    first = date.fromisoformat(period["from_on"]).isoformat()
    return f"{first} to {last.isoformat()}: {percent // 100}.{percent % 100:02d} %".replace(".00 %", " %")
