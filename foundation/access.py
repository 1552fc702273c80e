"""Who acts, and how a policy answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.errors import NotAllowed

NO_ROLES: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True)
class Actor:
    """Somebody or something that asks for an act; an opaque reference to all rooms below `people`.

    Attributes:
        ref: "user:usr_x", "key:key_x", "system:sweep" or "anonymous"; this is what records keep.
        user_id: Row number of the user behind a session or a key.
        roles: Roles held today, by public id of the organisation.
        is_staff: Works for the platform.
        second_factor: Signed in with a second factor.
        scopes: What a key may do; None for a session, which may do whatever its user may.
    """

    ref: str
    user_id: int | None = None
    roles: Mapping[str, frozenset[str]] = field(default_factory=lambda: NO_ROLES)
    is_staff: bool = False
    second_factor: bool = False
    scopes: frozenset[str] | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody signed in."""
        return self.ref == "anonymous"

    def roles_in(self, organisation: str) -> frozenset[str]:
        """Roles held in an organisation, named by its public id."""
        return self.roles.get(organisation, frozenset())


ANONYMOUS = Actor(ref="anonymous")


@dataclass(frozen=True)
class Decision:
    """A policy's answer; the reason is given only with a no, and says what to do about it."""

    allowed: bool
    reason: str = ""
    code: str = ""

    def __bool__(self) -> bool:
        """Let `if decision` ask whether it is a yes."""
        return self.allowed


ALLOWED = Decision(allowed=True)


class Refused(NotAllowed):
    """A policy said no; the code is that of the policy's decision."""


def refuse(reason: str, code: str = "policy.refused") -> Decision:
    """Say no, with the reason for the person who asked."""
    return Decision(allowed=False, reason=reason, code=code)


def require(decision: Decision) -> None:
    """Go on only after a yes.

    Raises:
        Refused: the decision is a no; its code is the decision's.
    """
    if not decision.allowed:
        refused = Refused(decision.reason)
        # The code belongs to the policy that refused, not to the class of the error.
        refused.code = decision.code or Refused.code  # type: ignore[misc]
        raise refused


def system_actor(name: str) -> Actor:
    """Make the actor of something that runs by itself, such as "sweep"."""
    return Actor(ref=f"system:{name}")
