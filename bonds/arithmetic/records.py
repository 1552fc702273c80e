"""Steps and candidates as JSON: what is kept and shown of them, and compared to the byte when worked out again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.lines import Step, Worth

# Made once: making one takes a third of the time that writing a line takes.
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Write steps as JSON has them."""
    return [{"name": step.name, "amount": step.amount, "facts": dict(step.facts)} for step in steps]


def to_bytes(data: Mapping[str, Any]) -> bytes:
    """Write JSON in one way only: names sorted, no spaces, UTF-8.

    Raises:
        TypeError: there is something in it that JSON has no form for; facts hold numbers, texts and lists.
        ValueError: there is a number in it that is none.
    """
    return to_text(data).encode()


def to_text(data: object) -> str:
    """Write any piece of JSON in that way, as text."""
    return _ENCODER.encode(data)


def write_candidate(candidate: Candidate) -> dict[str, Any]:
    """Write a candidate as JSON has it, with all that the engine reads, so that it can be worked out again."""
    return {
        "id": candidate.id,
        "metric": candidate.metric,
        "achieved_on": candidate.achieved_on.isoformat(),
        "claimed_on": candidate.claimed_on.isoformat(),
        "provider": candidate.provider,
        "person": candidate.person,
        "cohort": candidate.cohort,
        "quantity": candidate.quantity,
        "subgroups": sorted(candidate.subgroups),
        "age_at_start": candidate.age_at_start,
        "started_on": _write_day(candidate.started_on),
        "clock_started_on": _write_day(candidate.clock_started_on),
        "rungs": sorted(candidate.rungs),
        "evidence": {payer: list(missing) for payer, missing in sorted(candidate.evidence.items())},
        "worth": _write_worth(candidate.worth),
    }


def _write_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _write_worth(worth: Worth | None) -> dict[str, Any] | None:
    if worth is None:
        return None
    return {"amount": worth.amount, "reason": worth.reason, "steps": write_steps(worth.steps)}


def read_candidate(data: Mapping[str, Any]) -> Candidate:
    """Read what `write_candidate` wrote.

    Raises:
        KeyError: something is missing; whoever keeps these has written them, so this is a mistake of ours.
    """
    whole = dict(data)
    return Candidate(
        **whole
        | {
            "achieved_on": date.fromisoformat(whole["achieved_on"]),
            "claimed_on": date.fromisoformat(whole["claimed_on"]),
            "subgroups": frozenset(whole["subgroups"]),
            "started_on": _read_day(whole["started_on"]),
            "clock_started_on": _read_day(whole["clock_started_on"]),
            "rungs": frozenset(whole["rungs"]),
            "evidence": {payer: tuple(missing) for payer, missing in whole["evidence"].items()},
            "worth": _read_worth(whole["worth"]),
        }
    )


def _read_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _read_worth(data: Mapping[str, Any] | None) -> Worth | None:
    if data is None:
        return None
    steps = tuple(Step(step["name"], step["amount"], step["facts"]) for step in data["steps"])
    return Worth(data["amount"], data["reason"], steps)
