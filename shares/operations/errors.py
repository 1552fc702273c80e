"""Why an act on shares is refused. Every refusal leaves register, ledger and offer as they were."""

from __future__ import annotations

from core.errors import DomainError, InvalidInput, NotFound, Unavailable


class Busy(Unavailable):
    """Others hold what this act has to lock; nothing was changed, and trying again is safe."""

    code = "shares.busy"


class WrongState(DomainError):
    """The offer or application stands where this act does not lead on."""

    code = "shares.wrong_state"


class OfferNotOpen(DomainError):
    """The offer takes no applications now: not yet open, paused or closed."""

    code = "shares.offer_not_open"


class SoldOut(DomainError):
    """Fewer shares are left than were asked for."""

    code = "shares.sold_out"


class BelowSmallestHolding(InvalidInput):
    """The holding would stay below the smallest one allowed."""

    code = "shares.below_smallest_holding"


class HoldingLimitExceeded(InvalidInput):
    """The holding would pass the largest one allowed by law, by the rules or by the offer."""

    code = "shares.holding_limit_exceeded"


class ConsentMissing(InvalidInput):
    """A consent that is required was not given."""

    code = "shares.consent_missing"


class UnknownConsent(InvalidInput):
    """There is no such wording now."""

    code = "shares.unknown_consent"


class ApplicationIncomplete(InvalidInput):
    """Number of shares, particulars or the sign-in is missing."""

    code = "shares.application_incomplete"


class TooYoung(InvalidInput):
    """The applicant is below the minimum age of the society's rules."""

    code = "shares.too_young"


class TermsChanged(DomainError):
    """The offer's terms changed since they were read; they have to be read and agreed to again."""

    code = "shares.terms_changed"


class HolderUnknown(InvalidInput):
    """A society or company that applies has to be named, with its registration number."""

    code = "shares.holder_unknown"


class CoolingOffOver(DomainError):
    """The days to change one's mind are over."""

    code = "shares.cooling_off_over"


class ContentMissing(InvalidInput):
    """The offer document lacks something that it has to say."""

    code = "shares.content_missing"


class TermsUnsound(InvalidInput):
    """Targets, price, holdings or dates contradict each other, the rules or the law."""

    code = "shares.terms_unsound"


class OfferNotOver(DomainError):
    """The offer cannot be closed: its closing has not come and its minimum is not reached."""

    code = "shares.offer_not_over"


class MinimumMissed(DomainError):
    """Less than the minimum target has cleared."""

    code = "shares.minimum_missed"


class MinimumReached(DomainError):
    """The minimum target is reached, so the offer has not failed for want of money."""

    code = "shares.minimum_reached"


class AlreadyAllotted(DomainError):
    """The shares of this offer were allotted by another resolution."""

    code = "shares.already_allotted"


class AllotmentMisdated(InvalidInput):
    """The day of issue lies before the resolution or a payment, or in the future."""

    code = "shares.allotment_misdated"


class NobodyPaid(DomainError):
    """There is no paid application to allot shares to."""

    code = "shares.nobody_paid"


class NoApplication(NotFound):
    """There is no such application."""

    code = "shares.no_application"


class ReasonMissing(InvalidInput):
    """The act has to say why."""

    code = "shares.reason_missing"


class SocietyExists(DomainError):
    """The organisation or the registration number already belongs to a society here."""

    code = "shares.society_exists"
