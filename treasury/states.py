"""The life of a manual journal, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class JournalState(StrEnum):
    """Where a manual journal stands. Values are stored; the labels are the interface's."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Final[Mapping[JournalState, frozenset[JournalState]]] = {
    JournalState.DRAFT: frozenset({JournalState.SUBMITTED, JournalState.POSTED, JournalState.WITHDRAWN}),
    # Changing what waits takes it back to a draft, and with that the request for approval.
    JournalState.SUBMITTED: frozenset(
        {JournalState.APPROVED, JournalState.REFUSED, JournalState.WITHDRAWN, JournalState.DRAFT}
    ),
    JournalState.APPROVED: frozenset({JournalState.POSTED}),
    JournalState.REFUSED: frozenset({JournalState.DRAFT, JournalState.WITHDRAWN}),
    JournalState.POSTED: frozenset(),
    JournalState.WITHDRAWN: frozenset(),
}

CHANGEABLE: Final = frozenset({JournalState.DRAFT, JournalState.SUBMITTED, JournalState.REFUSED})
"""Where the content of a journal can still be changed."""

NEVER_POSTED: Final = frozenset({JournalState.DRAFT, JournalState.REFUSED, JournalState.WITHDRAWN})

OVER: Final = frozenset({JournalState.POSTED, JournalState.REFUSED, JournalState.WITHDRAWN})
"""Where nobody works on a journal any more, so that its words can be erased under nobody's hands."""


class ErasureReason(StrEnum):
    """Why words are erased. It stays for good, so it is a code and never somebody's own words."""

    ASKED = "asked"
    NOT_NEEDED = "not_needed"
    MISPLACED = "misplaced"


def may_become(state: str, to: str) -> bool:
    """Whether some act leads from one state to the other."""
    return JournalState(to) in TRANSITIONS[JournalState(state)]
