"""Why the payment room refuses, and how the provider let us down."""

from __future__ import annotations

from core.errors import DomainError, InvalidInput, NotFound, Unavailable


class ProviderUnavailable(Unavailable):
    """The provider did not answer, or answered that it is broken. What was asked may have happened or not."""

    code = "payments.provider_unavailable"


class ProviderRefused(DomainError):
    """The provider understood and said no; `facts["provider_code"]` is its own code."""

    code = "payments.provider_refused"


class BalanceTooLow(ProviderRefused):
    """The provider's available balance is too low for the refund."""

    code = "payments.balance_too_low"


class MissingAtProvider(ProviderRefused):
    """The provider has no such object in this account."""

    code = "payments.missing_at_provider"


class SignatureInvalid(InvalidInput):
    """A message was not signed by the provider, or it was signed too long ago."""

    code = "payments.signature_invalid"


class NoProviderAccount(DomainError):
    """The organisation has no account at the payment provider, so it cannot take money."""

    code = "payments.no_provider_account"


class UnknownPayment(NotFound):
    """There is no such payment."""

    code = "payments.unknown_payment"


class PaymentAlreadySettled(DomainError):
    """The money is there already; nothing more is asked for."""

    code = "payments.already_settled"


class PaymentEnded(DomainError):
    """The time to pay is over, or the payment was called off."""

    code = "payments.ended"


class PaymentNeedsAttention(DomainError):
    """Something came for this payment that does not fit; a person is looking at it."""

    code = "payments.needs_attention"


class NothingToRefund(DomainError):
    """No money came for this payment, or all of it is on its way back."""

    code = "payments.nothing_to_refund"


class RefundTooLarge(InvalidInput):
    """A refund may not exceed what is left of the charge."""

    code = "payments.refund_too_large"


class RunKeyTaken(DomainError):
    """Another run of refunds was prepared under this key."""

    code = "payments.run_key_taken"
