"""What must always hold, declared once with what enforces it and a query that lists offenders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """One sentence that must be true of the data at any moment.

    Attributes:
        code: Short and stable, such as "LED-1".
        statement: The sentence, in plain English.
        source: The law, the accounting rule or the design page it comes from.
        enforced_by: Names of constraints, indexes, triggers or functions of the database; "lock: …" where only a lock
            in an act sees to it; "audit only" where nothing prevents it and the nightly check finds it.
        find_violations: Lists one line for each offender; an empty list means that it holds.
    """

    code: str
    statement: str
    source: str
    enforced_by: tuple[str, ...]
    find_violations: Callable[[], Iterable[str]]
