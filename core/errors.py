"""Expected failures, named for the fact that stands in the way.

A `DomainError` is something a person can understand and act on. Anything else that is raised is our own bug
and must reach the error page and the log.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Kind = Literal["invalid", "conflict", "forbidden", "missing", "unavailable"]


class DomainError(Exception):
    """An act was refused for a reason that the person who asked can understand.

    Args:
        message: What happened and what to do next, in plain English.
        facts: The figures behind the message, by name, for machines and tests.
    """

    code: ClassVar[str] = "error"
    kind: ClassVar[Kind] = "conflict"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class InvalidInput(DomainError):
    """What was given cannot be right, whatever the state of things."""

    code = "input.invalid"
    kind = "invalid"


class NotAllowed(DomainError):
    """The actor may not do this."""

    code = "policy.refused"
    kind = "forbidden"


class NotFound(DomainError):
    """There is no such thing, or nothing that this actor may know of."""

    code = "not_found"
    kind = "missing"


class Unavailable(DomainError):
    """Something outside did not answer; trying again later may work."""

    code = "unavailable"
    kind = "unavailable"
