"""The life of a contract, of a claim and of its lines, and the roles of parties, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class PartyRole(StrEnum):
    """What an organisation does in a contract; it may hold several, but whoever claims never verifies."""

    LEAD_COMMISSIONER = "lead_commissioner"
    COMMISSIONER = "commissioner"
    TOP_UP_FUND = "top_up_fund"
    HOLDER = "holder"
    PROVIDER = "provider"
    VERIFIER = "verifier"
    INVESTOR = "investor"
    INTERMEDIARY = "intermediary"
    EVALUATOR = "evaluator"


PAYER_ROLES: Final = frozenset({PartyRole.LEAD_COMMISSIONER, PartyRole.COMMISSIONER, PartyRole.TOP_UP_FUND})
# Nobody may hold one of the first and one of the second.
CLAIMING_ROLES: Final = frozenset({PartyRole.PROVIDER})
VERIFYING_ROLES: Final = frozenset({PartyRole.VERIFIER})
# Who may write down what an adjudicator found, if they are no side of the dispute.
ADJUDICATING_ROLES: Final = PAYER_ROLES | {PartyRole.HOLDER}
# Whose signature every version needs; investors sign what is said of investors.
SIGNING_ROLES: Final = PAYER_ROLES | {PartyRole.HOLDER}


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    VARIED = "varied"
    RUN_OFF = "run_off"
    CLOSED = "closed"


CONTRACT_TRANSITIONS: Final[Mapping[ContractState, frozenset[ContractState]]] = {
    ContractState.DRAFT: frozenset({ContractState.SIGNED}),
    ContractState.SIGNED: frozenset({ContractState.VARIED, ContractState.RUN_OFF}),
    ContractState.VARIED: frozenset({ContractState.VARIED, ContractState.RUN_OFF}),
    # A contract in run-off can still be varied in what it says; it does not go back to service.
    ContractState.RUN_OFF: frozenset({ContractState.CLOSED}),
    ContractState.CLOSED: frozenset(),
}
# Results may be recorded and claimed, and money may move.
RUNNING_STATES: Final = frozenset({ContractState.SIGNED, ContractState.VARIED, ContractState.RUN_OFF})


class VersionState(StrEnum):
    """Where a version of the terms stands: written, put to the parties, in force, or dropped."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


VERSION_TRANSITIONS: Final[Mapping[VersionState, frozenset[VersionState]]] = {
    VersionState.DRAFT: frozenset({VersionState.PROPOSED, VersionState.WITHDRAWN}),
    VersionState.PROPOSED: frozenset({VersionState.DRAFT, VersionState.SIGNED, VersionState.WITHDRAWN}),
    VersionState.SIGNED: frozenset(),
    VersionState.WITHDRAWN: frozenset(),
}


class LineState(StrEnum):
    """Where a line of a claim stands.

    Flagged: somebody has a doubt; it ends nothing and uses up no money. Disputed can follow every state in which a
    decision was made, and adjudicated says what the adjudicator found.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUERIED = "queried"
    RESUBMITTED = "resubmitted"
    FLAGGED = "flagged"
    VALIDATED = "validated"
    REJECTED = "rejected"
    INVOICED = "invoiced"
    PAID = "paid"
    CLAWED_BACK = "clawed_back"
    DISPUTED = "disputed"
    ADJUDICATED = "adjudicated"
    WITHDRAWN = "withdrawn"


_WAITING = frozenset({LineState.SUBMITTED, LineState.RESUBMITTED})
_DECIDED = frozenset({LineState.VALIDATED, LineState.REJECTED})
LINE_TRANSITIONS: Final[Mapping[LineState, frozenset[LineState]]] = {
    LineState.DRAFT: frozenset({LineState.SUBMITTED, LineState.WITHDRAWN}),
    LineState.SUBMITTED: frozenset({LineState.QUERIED, LineState.FLAGGED, LineState.WITHDRAWN}) | _DECIDED,
    LineState.QUERIED: frozenset({LineState.RESUBMITTED, LineState.REJECTED, LineState.WITHDRAWN}),
    LineState.RESUBMITTED: frozenset({LineState.QUERIED, LineState.FLAGGED, LineState.WITHDRAWN}) | _DECIDED,
    LineState.FLAGGED: frozenset({LineState.QUERIED}) | _DECIDED,
    LineState.VALIDATED: frozenset({LineState.INVOICED, LineState.DISPUTED, LineState.CLAWED_BACK}),
    LineState.REJECTED: frozenset({LineState.DISPUTED}),
    LineState.INVOICED: frozenset({LineState.PAID, LineState.DISPUTED, LineState.CLAWED_BACK}),
    # Back to invoiced only when the receipt turns out to be wrong.
    LineState.PAID: frozenset({LineState.CLAWED_BACK, LineState.DISPUTED, LineState.INVOICED}),
    LineState.CLAWED_BACK: frozenset({LineState.DISPUTED}),
    LineState.DISPUTED: frozenset({LineState.ADJUDICATED}),
    # Back to where it stood if the decision stands; else to what was found.
    LineState.ADJUDICATED: frozenset(
        {LineState.VALIDATED, LineState.INVOICED, LineState.PAID, LineState.REJECTED, LineState.CLAWED_BACK}
    ),
    LineState.WITHDRAWN: frozenset(),
}
# Waiting for the verifier; the clock of deemed acceptance runs in the first two only.
AWAITING_VERIFIER: Final = _WAITING | {LineState.FLAGGED}
CLOCK_RUNS: Final = _WAITING
# These have used up caps and once-only places.
ACCEPTED_STATES: Final = frozenset({LineState.VALIDATED, LineState.INVOICED, LineState.PAID})
# These are counted as claims still open.
OPEN_STATES: Final = _WAITING | {LineState.QUERIED, LineState.FLAGGED}


class ClaimState(StrEnum):
    """Where a claim stands: being put together, with the verifier, every line decided, or taken back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ClockEvent(StrEnum):
    """Why the clock of a ladder starts: for the first time, or again after the result was lost."""

    START = "start"
    RESTART = "restart"


class MessageKind(StrEnum):
    """What a message on a line is."""

    QUERY = "query"
    ANSWER = "answer"
    NOTE = "note"


# Who acts where the terms accept what nobody answered.
DEEMED: Final = "deemed-acceptance"


class LineOrigin(StrEnum):
    """Why a line is there: claimed, or made so that earlier lines agree with a later version or finding."""

    CLAIM = "claim"
    ADJUSTMENT = "adjustment"


class InvoiceKind(StrEnum):
    """What a document to a payer is. Source: EN 16931, BT-3: 380 and 381."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    ISSUED = "issued"
    PAID = "paid"


class VatCategory(StrEnum):
    """How VAT looks at what is paid for. Source: EN 16931, BT-118 (UNCL 5305)."""

    OUTSIDE = "O"
    EXEMPT = "E"
    STANDARD = "S"


class RunKind(StrEnum):
    """What a run of the waterfall is for: sharing out cash, ending a tranche early, or winding the deal up."""

    REGULAR = "regular"
    REDEMPTION = "redemption"
    FINAL = "final"


class Recognition(StrEnum):
    """When income is recognised in the holder's books.

    Source: FRS 102 (2026) section 23, variable consideration; unverified for outcome contracts, so a contract says it.
    """

    APPROVED = "approved"
    SUBMITTED_CONSTRAINED = "submitted_constrained"


def may_change(
    transitions: Mapping[ContractState, frozenset[ContractState]]
    | Mapping[VersionState, frozenset[VersionState]]
    | Mapping[LineState, frozenset[LineState]],
    before: str,
    after: str,
) -> bool:
    """Whether a table of transitions leads from one stored value to another."""
    return any(str(state) == before and after in {str(one) for one in to} for state, to in transitions.items())
