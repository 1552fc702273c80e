"""Stripe's test cards: what each number does here is what it does in Stripe's test mode."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Card:
    """One practice card and its behaviour.

    `decline_code` refuses the charge; `needs_confirmation` asks the holder's bank first; `disputed` opens a dispute
    right after the payment; `refund` is what a refund to the card does: "succeeds", "fails" later, or is "pending"
    first. `available_at_once` skips the wait before the money can be used.
    """

    number: str
    payment_method: str
    brand: str = "visa"
    meaning: str
    error_code: str = ""
    decline_code: str = ""
    needs_confirmation: bool = False
    disputed: bool = False
    refund: str = "succeeds"
    available_at_once: bool = False

    @property
    def last4(self) -> str:
        """The four digits that anyone may see."""
        return self.number[-4:]


def _declined(number: str, payment_method: str, meaning: str, code: str, decline_code: str) -> Card:
    return Card(
        number=number, payment_method=payment_method, meaning=meaning, error_code=code, decline_code=decline_code
    )


CARDS = (
    Card(number="4242424242424242", payment_method="pm_card_visa", meaning="pays"),
    Card(number="4000008260000000", payment_method="pm_card_gb", meaning="pays (a card from the United Kingdom)"),
    Card(
        number="5555555555554444", payment_method="pm_card_mastercard", brand="mastercard", meaning="pays (Mastercard)"
    ),
    _declined("4000000000000002", "pm_card_visa_chargeDeclined", "is declined", "card_declined", "generic_decline"),
    _declined(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "has insufficient funds",
        "card_declined",
        "insufficient_funds",
    ),
    _declined(
        "4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "is reported lost", "card_declined", "lost_card"
    ),
    _declined("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "has expired", "expired_card", "expired_card"),
    _declined(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "has another security code",
        "incorrect_cvc",
        "incorrect_cvc",
    ),
    _declined(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "meets a processing error",
        "processing_error",
        "processing_error",
    ),
    Card(
        number="4000002500003155",
        payment_method="pm_card_authenticationRequired",
        meaning="asks for confirmation (3D Secure), then pays",
        needs_confirmation=True,
    ),
    Card(
        number="4000008400001629",
        payment_method="pm_card_threeDSecureRequiredChargeDeclined",
        meaning="asks for confirmation (3D Secure), then is declined",
        error_code="card_declined",
        decline_code="generic_decline",
        needs_confirmation=True,
    ),
    Card(
        number="4000000000000259",
        payment_method="pm_card_createDispute",
        meaning="pays, and is disputed as fraudulent afterwards",
        disputed=True,
    ),
    Card(
        number="4000000000000077",
        payment_method="pm_card_bypassPending",
        meaning="pays, and the money is available at once",
        available_at_once=True,
    ),
    Card(
        number="4000000000005126",
        payment_method="pm_card_refundFail",
        meaning="pays; a refund to it seems to succeed and fails later",
        refund="fails",
    ),
    Card(
        number="4000000000007726",
        payment_method="pm_card_pendingRefund",
        meaning="pays; a refund to it is pending first and succeeds later",
        refund="pending",
    ),
)

DECLINE_MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_PAYMENT_METHOD = {card.payment_method: card for card in CARDS}


def find_card(number_or_payment_method: str) -> Card | None:
    """Return the practice card with this number (blanks allowed) or this `pm_card_...` name, or None."""
    digits = number_or_payment_method.replace(" ", "").replace("-", "")
    return _BY_NUMBER.get(digits) or _BY_PAYMENT_METHOD.get(number_or_payment_method)
