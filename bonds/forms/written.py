"""Evidence rules, steps of tables and targets, as lines that people write and read back the same.

Each writer gives None for what its lines cannot say; then the terms keep what they have.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.forms import ValidationError
from django.utils.translation import gettext as _

from core.amounts import read_pence

_ITEM: Final = re.compile(
    r"(?P<kind>[a-z0-9][a-z0-9_-]{0,39})(?: at most (?P<most>[0-9]{1,4})(?: in (?P<months>[0-9]{1,3}) months?)?)?"
)
_STEP: Final = re.compile(
    r"(?P<where>otherwise|from|above)\s*(?P<at>-?[0-9]+(?:\.[0-9]+)?)?\s*:\s*(?P<sign>-?)\s*(?P<worth>.+)"
)
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?")
_TARGET: Final = re.compile(r"(?P<name>[a-z0-9][a-z0-9_-]{0,39})\s*:\s*(?P<rest>.+)")
Rule = dict[str, Any]


def read_rule(text: str) -> Rule:
    """Read an evidence rule.

    Each line is one way to show it; items joined by + are needed together; parts between empty lines take turns from
    claim to claim. "sighting at most 2 in 3 months" limits how many of a kind there may be.

    Raises:
        ValidationError: a line cannot be read; it is named.
    """
    rounds = [
        [line.strip() for line in part.splitlines() if line.strip()] for part in re.split(r"\n\s*\n", text.strip())
    ]
    read = [_join("any_of", [_read_line(line) for line in lines]) for lines in rounds if lines]
    if not read:
        raise ValidationError(_("Write at least one kind of evidence."))
    return _join("alternating", read)


def write_rule(rule: Any) -> str | None:
    """Write an evidence rule as `read_rule` reads it; None where it is nested in another way."""
    rounds = [_write_ways(one) for one in _parts(rule, "alternating")]
    return None if None in rounds else "\n\n".join(one for one in rounds if one is not None)


def read_steps(text: str) -> list[Rule]:
    """Read the steps of a table, such as "otherwise: 0", "from 0.5: 10,000" or "above 2: 7.5 %" in lines.

    Raises:
        ValidationError: a line cannot be read; it is named.
    """
    return [_read_step(line) for line in _lines(text)]


def write_steps(steps: Any) -> str | None:
    """Write the steps of a table as `read_steps` reads them; None where they have another shape."""
    try:
        return "\n".join(_write_step(step) for step in steps)
    except (KeyError, TypeError, ValueError):
        return None


def read_targets(text: str, names: tuple[str, ...]) -> list[Rule]:
    """Read targets, one in a line: "learning: 1200, 0.8" for the names ("target", "weight").

    Args:
        text: The lines.
        names: What the numbers of a line are; the last ones may be left out, the first two not.

    Raises:
        ValidationError: a line cannot be read; it is named.
    """
    return [_read_target(line, names) for line in _lines(text)]


def write_targets(targets: Any, names: tuple[str, ...]) -> str | None:
    """Write targets as `read_targets` reads them; None where they have another shape."""
    try:
        return "\n".join(
            f"{one['figure']}: {', '.join(str(one[name]) for name in names if name in one)}" for one in targets
        )
    except (KeyError, TypeError):
        return None


def read_weights(text: str) -> dict[str, str]:
    """Read names with a number each, one in a line: "rct: 0.8".

    Raises:
        ValidationError: a line cannot be read; it is named.
    """
    return {one["figure"]: one["weight"] for one in read_targets(text, ("weight",))}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _refuse(line: str) -> ValidationError:
    return ValidationError(_("This line cannot be read: “%(line)s”."), params={"line": line[:80]})


def _join(key: str, rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else {key: rules}


def _read_line(line: str) -> Rule:
    return _join("all_of", [_read_item(item.strip(), line) for item in line.split("+")])


def _read_item(item: str, line: str) -> Rule:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise _refuse(line)
    rule: Rule = {"kind": found["kind"]}
    if found["most"] is not None:
        rule["most"] = int(found["most"])
    if found["months"] is not None:
        rule["within_months"] = int(found["months"])
    return rule


def _parts(rule: Any, key: str) -> list[Any]:
    parts = rule.get(key) if isinstance(rule, dict) and set(rule) == {key} else None
    return parts if isinstance(parts, list) and parts else [rule]


def _write_ways(rule: Any) -> str | None:
    ways = [_write_items(one) for one in _parts(rule, "any_of")]
    return None if None in ways else "\n".join(one for one in ways if one is not None)


def _write_items(rule: Any) -> str | None:
    items = [_write_item(one) for one in _parts(rule, "all_of")]
    return None if None in items else " + ".join(one for one in items if one is not None)


def _write_item(rule: Any) -> str | None:
    if not isinstance(rule, dict) or not isinstance(rule.get("kind"), str) or not rule["kind"]:
        return None
    if set(rule) - {"kind", "most", "within_months"}:
        return None
    text = str(rule["kind"])
    if rule.get("most") is not None:
        text += f" at most {rule['most']}"
        text += f" in {rule['within_months']} months" if rule.get("within_months") else ""
    return text if _ITEM.fullmatch(text) else None


def _read_step(line: str) -> Rule:
    found = _STEP.fullmatch(line)
    if found is None or (found["where"] == "otherwise") != (found["at"] is None):
        raise _refuse(line)
    step: Rule = {} if found["at"] is None else {"at": found["at"], "edge": ">" if found["where"] == "above" else ">="}
    sign, worth = found["sign"], found["worth"].strip()
    if worth.endswith("%"):
        return step | {"rate": _read_rate(sign + worth.removesuffix("%").strip(), line)}
    pence = read_pence(worth)
    if pence is None:
        raise _refuse(line)
    return step | {"amount": -pence if sign else pence}


def _read_rate(percent: str, line: str) -> str:
    if not _NUMBER.fullmatch(percent):
        raise _refuse(line)
    return shift_point(percent, -2)


def _write_step(step: Rule) -> str:
    if set(step) - {"at", "edge", "amount", "rate"}:
        raise ValueError(step)
    at = step.get("at")
    where = "otherwise" if at is None else f"{'above' if step.get('edge') == '>' else 'from'} {at}"
    if step.get("rate") is not None:
        return f"{where}: {shift_point(step['rate'], 2)} %"
    amount = int(step["amount"])
    return f"{where}: {'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def shift_point(number: str, places: int) -> str:
    """Move the decimal point of a number that is a text: "7.5" by -2 is "0.075". Nothing is rounded."""
    if not _NUMBER.fullmatch(number):
        raise ValueError(number)
    sign, plain = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _point, rest = plain.partition(".")
    if places < 0:
        padded = whole.rjust(1 - places, "0")
        whole, rest = padded[:places], padded[places:] + rest
    else:
        moved = rest.ljust(places, "0")
        whole, rest = whole + moved[:places], moved[places:]
    rest = rest.rstrip("0")
    return f"{sign}{whole.lstrip('0') or '0'}{'.' + rest if rest else ''}"


def _read_target(line: str, names: tuple[str, ...]) -> Rule:
    found = _TARGET.fullmatch(line)
    numbers = [number.strip() for number in found["rest"].split(",")] if found else []
    least = min(len(names), 2)
    if found is None or not least <= len(numbers) <= len(names) or not all(map(_NUMBER.fullmatch, numbers)):
        raise _refuse(line)
    return {"figure": found["name"], **dict(zip(names, numbers, strict=False))}
