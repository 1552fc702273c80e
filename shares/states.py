"""The life of an offer and of an application, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class OfferState(StrEnum):
    """Where an offer stands. Values are stored; the labels are the interface's."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    FAILED = "failed"
    REFUNDED = "refunded"
    SUCCEEDED = "succeeded"
    ALLOTTED = "allotted"


class ApplicationState(StrEnum):
    """Where an application stands."""

    STARTED = "started"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    ALLOTTED = "allotted"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"


class LegalForm(StrEnum):
    """What a society is registered as. Source: CCBSA 2014 s.2."""

    CO_OPERATIVE = "co_operative"
    COMMUNITY_BENEFIT = "community_benefit"
    PRE_COMMENCEMENT = "pre_commencement"


class Jurisdiction(StrEnum):
    """Whose law the society is registered under."""

    GREAT_BRITAIN = "gb"
    NORTHERN_IRELAND = "ni"


class CapitalClass(StrEnum):
    """Where withdrawable shares stand in the balance sheet: account 3000, or 2400 if the board may not refuse."""

    EQUITY = "equity"
    DEBT = "debt"


class AssetLock(StrEnum):
    """How the society's assets are bound. Source: SI 2006/264 for the statutory kind."""

    NONE = "none"
    VOLUNTARY = "voluntary"
    STATUTORY = "statutory"


class VentureKind(StrEnum):
    """What the money is for, for those who look for offers."""

    PUB = "pub"
    SHOP = "shop"
    ENERGY = "energy"
    FOOD = "food"
    SPORT = "sport"
    HOUSING = "housing"
    CULTURE = "culture"
    OTHER = "other"


class HolderKind(StrEnum):
    """Who applies: only a registered society may pass the statutory limit. Source: CCBSA 2014 s.24(2)."""

    INDIVIDUAL = "individual"
    REGISTERED_SOCIETY = "registered_society"
    BODY_CORPORATE = "body_corporate"


class OverMaximumMethod(StrEnum):
    """What happens when more is applied for than the maximum. Source: Community Shares Handbook 4.4."""

    FIRST_COME = "first_come"


class EndReason(StrEnum):
    """Why an application ended without shares."""

    CANCELLED = "cancelled"
    COOLED_OFF = "cooled_off"
    REFUSED = "refused"
    OFFER_FAILED = "offer_failed"
    OFFER_CLOSED = "offer_closed"
    SOLD_OUT = "sold_out"
    HOLDING_LIMIT = "holding_limit"
    PAID_TWICE = "paid_twice"
    RESERVATION_ENDED = "reservation_ended"
    SUPERSEDED = "superseded"
    CHARGED_BACK = "charged_back"


class EntryKind(StrEnum):
    """What changes a holding. The register knows all kinds; this package writes allotments."""

    ALLOTMENT = "allotment"
    INTEREST_REINVESTED = "interest_reinvested"
    TRANSFER_ON_DEATH = "transfer_on_death"
    WITHDRAWAL = "withdrawal"
    WRITE_DOWN = "write_down"
    CORRECTION = "correction"


# From each state, where an act may lead. `open -> open` is an extension: the state stays, the closing moves.
OFFER_TRANSITIONS: Final[Mapping[OfferState, frozenset[OfferState]]] = {
    OfferState.DRAFT: frozenset({OfferState.SUBMITTED}),
    OfferState.SUBMITTED: frozenset({OfferState.APPROVED, OfferState.DRAFT}),
    OfferState.APPROVED: frozenset({OfferState.OPEN, OfferState.DRAFT}),
    OfferState.OPEN: frozenset({OfferState.OPEN, OfferState.PAUSED, OfferState.CLOSED}),
    OfferState.PAUSED: frozenset({OfferState.OPEN, OfferState.CLOSED}),
    OfferState.CLOSED: frozenset({OfferState.FAILED, OfferState.SUCCEEDED}),
    OfferState.FAILED: frozenset({OfferState.REFUNDED}),
    OfferState.REFUNDED: frozenset({OfferState.FAILED}),
    OfferState.SUCCEEDED: frozenset({OfferState.ALLOTTED, OfferState.FAILED}),
    OfferState.ALLOTTED: frozenset(),
}

# `lapsed -> paid` and `cancelled -> refund_due` are late money: it is accepted if there is room, or goes back.
# `refunded -> refund_due` is a refund that the card's bank sent back. From `charged_back` a dispute that the society
# won leads on: the money is here again.
APPLICATION_TRANSITIONS: Final[Mapping[ApplicationState, frozenset[ApplicationState]]] = {
    ApplicationState.STARTED: frozenset(
        {ApplicationState.AWAITING_PAYMENT, ApplicationState.CANCELLED, ApplicationState.LAPSED}
    ),
    ApplicationState.AWAITING_PAYMENT: frozenset(
        {
            ApplicationState.PAID,
            ApplicationState.LAPSED,
            ApplicationState.CANCELLED,
            ApplicationState.REFUND_DUE,
        }
    ),
    ApplicationState.LAPSED: frozenset(
        {
            ApplicationState.AWAITING_PAYMENT,
            ApplicationState.PAID,
            ApplicationState.CANCELLED,
            ApplicationState.REFUND_DUE,
        }
    ),
    ApplicationState.PAID: frozenset(
        {ApplicationState.ALLOTTED, ApplicationState.REFUND_DUE, ApplicationState.CHARGED_BACK}
    ),
    ApplicationState.CANCELLED: frozenset({ApplicationState.REFUND_DUE}),
    ApplicationState.REFUND_DUE: frozenset({ApplicationState.REFUNDED, ApplicationState.CHARGED_BACK}),
    ApplicationState.REFUNDED: frozenset({ApplicationState.REFUND_DUE}),
    ApplicationState.ALLOTTED: frozenset(),
    ApplicationState.CHARGED_BACK: frozenset({ApplicationState.PAID, ApplicationState.REFUND_DUE}),
}

# Offers that the public may read, and those on which the board has not decided yet: until then money that was under
# way when the offer closed still counts.
PUBLIC_OFFER_STATES: Final = frozenset(
    {
        OfferState.OPEN,
        OfferState.PAUSED,
        OfferState.CLOSED,
        OfferState.FAILED,
        OfferState.REFUNDED,
        OfferState.SUCCEEDED,
        OfferState.ALLOTTED,
    }
)
UNDECIDED_OFFER_STATES: Final = frozenset({OfferState.OPEN, OfferState.PAUSED, OfferState.CLOSED})
# Applications that the applicant may still change, and those that nobody has paid for.
EDITABLE_APPLICATION_STATES: Final = frozenset({ApplicationState.STARTED, ApplicationState.LAPSED})


def may_change_offer(from_state: str, to_state: str) -> bool:
    """Tell whether an offer may go from one state to another."""
    return OfferState(to_state) in OFFER_TRANSITIONS[OfferState(from_state)]


def may_change_application(from_state: str, to_state: str) -> bool:
    """Tell whether an application may go from one state to another."""
    return ApplicationState(to_state) in APPLICATION_TRANSITIONS[ApplicationState(from_state)]
