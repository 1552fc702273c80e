"""What must always hold of the foundation's own rows."""

from core.invariants import Invariant

INVARIANTS: tuple[Invariant, ...] = ()
