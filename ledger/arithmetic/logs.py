"""The lines of a log: one JSON object each, with exactly the fields that its type has.

Amounts are whole minor units, dates are ISO, instants are UTC with microseconds. Nothing here knows the database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from ledger.states import AccountType, HoldEnding

FORMAT: Final = "commonweal.ledger.log"
VERSION: Final = 1
MAX_LINE: Final = 8_000_000
"""Characters of the longest line: an entry of ten thousand transfers with the longest names fits."""

_MAX_AMOUNT: Final = 10**15
_MAX_TOTAL: Final = 2**63 - 1
_MAX_LINES: Final = 10_000
_MAX_NAME: Final = 200
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Facts = dict[str, Any]
_Reader = Callable[[Any], Any]


class LineUnusable(ValueError):
    """A line is not one that a log has; the message says why."""


def write_instant(at: datetime) -> str:
    """Write an instant as a log has it: UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def write_line(facts: Mapping[str, Any]) -> str:
    """Write one line, its end included."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_line(text: str) -> Facts:
    """Read one line.

    Returns:
        Its fields, with dates and instants as such, and its "type".

    Raises:
        LineUnusable: it is not JSON, of no known type, or a field is missing, unknown or out of bounds.
    """
    if len(text) > MAX_LINE:
        raise LineUnusable("the line is too long")
    try:
        raw = json.loads(text, object_pairs_hook=_unique, parse_float=_refuse_number, parse_constant=_refuse_number)
    except (ValueError, RecursionError) as error:
        raise LineUnusable(f"not a line of JSON: {error}") from error
    if not isinstance(raw, dict) or raw.get("type") not in _FIELDS:
        raise LineUnusable("not a line of a log: its type is unknown")
    kind = raw.pop("type")
    return {"type": kind, **_read(raw, _FIELDS[kind])}


def _read(raw: Any, fields: Mapping[str, _Reader]) -> Facts:
    if not isinstance(raw, dict):
        raise LineUnusable("an object is missing")
    if raw.keys() != fields.keys():
        missing, unknown = sorted(fields.keys() - raw.keys()), sorted(raw.keys() - fields.keys())
        raise LineUnusable(f"fields missing: {missing}, unknown: {unknown}")
    found = {}
    for name, reader in fields.items():
        try:
            found[name] = reader(raw[name])
        except ValueError as error:
            raise LineUnusable(f"{name}: {error}") from error
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is there twice")
    return found


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text} is not a whole number")


def _text(longest: int, *, empty: bool = True, pattern: str = "") -> _Reader:
    matches = re.compile(pattern).fullmatch if pattern else None

    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not (value or empty) or not value.isprintable():
            raise ValueError(f"not printable text of at most {longest} characters")
        if matches and value and not matches(value):
            raise ValueError(f"{value!r} has other characters than it may have")
        return value

    return read


def _words(value: Any) -> str:
    """The name of a book, which people type: any text."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_NAME:
        raise ValueError(f"not text of at most {_MAX_NAME} characters")
    return value


def _whole(least: int, most: int) -> _Reader:
    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"not a whole number between {least} and {most}")
        return value

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not true or false")  # noqa: TRY004 - whatever is in a line, it is the line that is wrong
    return value


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("not a date")
    return date.fromisoformat(value)


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("not an instant in UTC with microseconds")
    return datetime.fromisoformat(value)


def _or_none(reader: _Reader) -> _Reader:
    return lambda value: None if value is None else reader(value)


def _one_of(*allowed: str) -> _Reader:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"not one of {', '.join(allowed)}")
        return str(value)

    return read


def _object(fields: Mapping[str, _Reader]) -> _Reader:
    return lambda value: _read(value, fields)


def _lines(value: Any) -> list[Facts]:
    if not isinstance(value, list) or not 0 < len(value) <= _MAX_LINES:
        raise ValueError(f"not a list of 1 to {_MAX_LINES} transfers")
    return [_read(one, _TRANSFER) for one in value]


_NAME: Final = _text(64, empty=False)
_ACTOR: Final = _text(100, empty=False)
_OWNER: Final = _text(64)
_CODE: Final = _text(8, empty=False, pattern="[0-9]{4,8}")
_CURRENCY: Final = _text(3, empty=False, pattern="[A-Z]{3}")
_HASH: Final = _text(64, empty=False, pattern="[0-9a-f]{64}")
_HASH_OR_EMPTY: Final = _text(64, pattern="[0-9a-f]{64}")
_PUBLIC_ID: Final = _text(40, empty=False)
_AMOUNT: Final = _whole(1, _MAX_AMOUNT)
_TOTAL: Final = _whole(0, _MAX_TOTAL)
_FLOOR: Final = _or_none(_whole(-_MAX_TOTAL, 0))
_CEILING: Final = _or_none(_whole(0, _MAX_TOTAL))

_TRANSFER: Final[Mapping[str, _Reader]] = {
    "debit": _CODE,
    "debit_owner": _OWNER,
    "credit": _CODE,
    "credit_owner": _OWNER,
    "amount": _AMOUNT,
    "currency": _CURRENCY,
    "fund": _text(64),
}
_NARRATION: Final[Mapping[str, _Reader]] = {
    "text": _text(500),
    "salt": _text(32),
    "erased_at": _or_none(_instant),
}
_SEAL: Final[Mapping[str, _Reader]] = {
    "seq": _whole(1, _MAX_TOTAL),
    "previous_hash": _HASH_OR_EMPTY,
    "hash": _HASH,
    "sealed_at": _instant,
}
_END_OF_HOLD: Final[Mapping[str, _Reader]] = {
    "how": _one_of(*(one.value for one in HoldEnding)),
    "amount": _whole(0, _MAX_AMOUNT),
    "entry": _text(40),
    "ended_at": _instant,
    "actor": _ACTOR,
}
_FIELDS: Final[Mapping[str, Mapping[str, _Reader]]] = {
    "header": {"format": _one_of(FORMAT), "version": _whole(1, VERSION)},
    "book": {
        "slug": _text(64, empty=False, pattern="[-a-zA-Z0-9_]+"),
        "organisation": _NAME,
        "kind": _NAME,
        "name": _words,
        "currency": _CURRENCY,
        "template": _text(32, empty=False),
        "opened_at": _instant,
    },
    "account": {
        "code": _CODE,
        "name": _text(100, empty=False, pattern="[A-Z0-9][A-Za-z0-9-]*"),
        "account_type": _one_of(*(one.value for one in AccountType)),
        "currency": _CURRENCY,
        "is_control": _flag,
        "floor": _FLOOR,
        "ceiling": _CEILING,
        "owner_floor": _FLOOR,
        "owner_ceiling": _CEILING,
    },
    "account_closure": {"account": _CODE, "closed_on": _day, "recorded_at": _instant, "actor": _ACTOR},
    "entry": {
        "public_id": _PUBLIC_ID,
        "key": _text(200, empty=False),
        "kind": _NAME,
        "effective_on": _day,
        "recorded_at": _instant,
        "actor": _ACTOR,
        "source": _text(200),
        "reason": _text(200),
        "batch": _text(100),
        "authority": _text(32),
        "reverses": _text(40),
        "fingerprint": _HASH,
        "narration": _or_none(_object(_NARRATION)),
        "narration_digest": _HASH_OR_EMPTY,
        "hash_version": _whole(1, 2**15 - 1),
        "content_hash": _HASH,
        "seal": _or_none(_object(_SEAL)),
        "lines": _lines,
    },
    "period": {
        "end_on": _day,
        "closed_at": _instant,
        "actor": _ACTOR,
        "head_seq": _TOTAL,
        "head_hash": _HASH_OR_EMPTY,
    },
    "period_balance": {"account": _CODE, "owner": _OWNER, "fund": _text(64), "debits": _TOTAL, "credits": _TOTAL},
    "hold": {
        "public_id": _PUBLIC_ID,
        "key": _text(200, empty=False),
        "kind": _NAME,
        **_TRANSFER,
        "held_at": _instant,
        "expires_at": _or_none(_instant),
        "actor": _ACTOR,
        "source": _text(200),
        "end": _or_none(_object(_END_OF_HOLD)),
    },
    "soft_close": {"through": _day},
    "balance": {
        "account": _CODE,
        "owner": _OWNER,
        "debits": _TOTAL,
        "credits": _TOTAL,
        "held_debits": _TOTAL,
        "held_credits": _TOTAL,
    },
    "anchor": {"seq": _whole(1, _MAX_TOTAL), "hash": _HASH, "place": _text(200, empty=False), "published_at": _instant},
    "end": {
        "accounts": _TOTAL,
        "entries": _TOTAL,
        "transfers": _TOTAL,
        "periods": _TOTAL,
        "holds": _TOTAL,
        "balances": _TOTAL,
        "anchors": _TOTAL,
        "head_seq": _TOTAL,
        "head_hash": _HASH_OR_EMPTY,
    },
}
