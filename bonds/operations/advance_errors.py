"""What stands in the way of advances."""

from __future__ import annotations

from core.errors import DomainError


class AdvanceAsked(DomainError):
    """The payer was asked for this advance before."""

    code = "bonds.advance_asked"


class AdvanceTaxed(DomainError):
    """VAT at the standard rate falls due when an advance is received, which is not kept here."""

    code = "bonds.advance_taxed"


class TooMuchAdvanced(DomainError):
    """More than is still to be paid of an advance, or more than is left to pay back."""

    code = "bonds.too_much_advanced"


class AdvanceEarned(DomainError):
    """Some of the advance was earned or paid back, so its receipt cannot be undone."""

    code = "bonds.advance_earned"
