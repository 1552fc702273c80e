"""Who may use an address: the kinds of policy that the table's rows name, and what each role gets under each.

Roles of one organisation meet pages of their own organisation and of another one. A status of 302 stands for
"signed out: sent to sign in" or "done: sent on"; 404 keeps the existence of things from people with no business there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ANONYMOUS = "anonymous"
RESIDENT = "resident"  # signed in, no part in anything
OWNER = "owner"  # the resident whose application, document or holding it is
SECRETARY = "secretary"
TREASURER = "treasurer"
DIRECTOR = "director"
OTHER_SECRETARY = "other secretary"
OTHER_TREASURER = "other treasurer"
OTHER_DIRECTOR = "other director"
STAFF = "staff"
ROLES = (
    ANONYMOUS, RESIDENT, OWNER, SECRETARY, TREASURER, DIRECTOR, OTHER_SECRETARY, OTHER_TREASURER, OTHER_DIRECTOR, STAFF
)  # fmt: skip
OFFICERS = frozenset({SECRETARY, TREASURER, DIRECTOR})
ALL = frozenset(ROLES)
SIGNED_IN = ALL - {ANONYMOUS}

# What counts as let in: the page, or a form that was refused for what was (not) in it, or a step onwards.
LET_IN = frozenset({200, 201, 202, 302, 303, 400, 409, 422, 503})


@dataclass(frozen=True)
class Row:
    """One address and method: who is let in, and how the others are turned away.

    Attributes:
        name: The address's name, such as "shares:offer-close" or "api:offer-list".
        method: "get", "post", "patch", "put" or "delete".
        allowed: The roles that are let in.
        refused: What officers of the same organisation get who lack the role: 403, or 404 where nothing is told.
        stranger: What everybody else who is signed in gets.
        scope: The scope that an API key needs (REST only).
        body: What is sent.
    """

    name: str
    method: str
    allowed: frozenset[str]
    refused: int = 403
    stranger: int = 404
    scope: str = ""
    body: dict[str, object] = field(default_factory=dict)

    @property
    def is_api(self) -> bool:
        """Whether it is an address of the REST API, where the signed-out get 401 rather than a page to sign in."""
        return self.name.startswith("api:")

    def expected(self, role: str) -> frozenset[int]:
        """Give the statuses that a role may meet."""
        if role in self.allowed:
            return LET_IN
        if role == ANONYMOUS:
            return frozenset({401} if self.is_api else {302})
        if role in OFFICERS:
            return frozenset({self.refused})
        return frozenset({self.stranger})


def public(name: str, method: str = "get", **more: object) -> Row:
    """Anybody."""
    return Row(name, method, ALL, **more)  # type: ignore[arg-type]


def signed_in(name: str, method: str = "get", **more: object) -> Row:
    """Anybody who is signed in: it shows or changes only what is theirs."""
    return Row(name, method, SIGNED_IN, **more)  # type: ignore[arg-type]


def owner(name: str, method: str = "get", *also: str, **more: object) -> Row:
    """The resident whose thing it is; for others it does not exist."""
    return Row(name, method, frozenset({OWNER, *also}), refused=404, **more)  # type: ignore[arg-type]


def officers(name: str, method: str = "get", *roles: str, **more: object) -> Row:
    """Officers of the organisation with one of these roles (all three when none is named)."""
    return Row(name, method, frozenset(roles) or OFFICERS, **more)  # type: ignore[arg-type]


def staff(name: str, method: str = "get", **more: object) -> Row:
    """Platform staff."""
    return Row(name, method, frozenset({STAFF}), **more)  # type: ignore[arg-type]
