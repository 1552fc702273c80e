"""The border between `Money` (pages, forms, API) and whole minor units (the ledger)."""

from __future__ import annotations

from decimal import Decimal

from moneyed import Money

from core.errors import InvalidInput

STERLING = "GBP"
# Every currency that the platform keeps books in. All have two decimal places.
MINOR_UNITS = {"GBP": 100, "EUR": 100, "USD": 100}


class SubPennyAmount(InvalidInput):
    """An amount has more digits than the currency has."""

    code = "money.sub_penny"


class UnknownCurrency(InvalidInput):
    """The platform keeps no books in this currency."""

    code = "money.unknown_currency"


def to_minor(money: Money) -> int:
    """Turn an amount into whole minor units (pence), exactly.

    Raises:
        SubPennyAmount: the amount has a fraction of a penny; nothing is ever rounded here.
        UnknownCurrency: no books are kept in the currency.
    """
    scale = _scale(money.currency.code)
    exact = money.amount * scale
    if exact != exact.to_integral_value():
        raise SubPennyAmount("Please give an amount in whole pence.", amount=str(money.amount))
    return int(exact)


def from_minor(minor: int, currency: str = STERLING) -> Money:
    """Turn whole minor units (pence) into an amount.

    Raises:
        UnknownCurrency: no books are kept in the currency.
    """
    return Money(Decimal(minor) / _scale(currency), currency)


def format_pounds(pence: int, currency: str = STERLING) -> str:
    """Write whole minor units as people do: £1,234.50, and -£3.00 for less than nothing."""
    symbol = {"GBP": "£", "EUR": "€", "USD": "$"}[currency]
    pounds, rest = divmod(abs(pence), _scale(currency))
    return f"{'-' if pence < 0 else ''}{symbol}{pounds:,}.{rest:02d}"


def _scale(currency: str) -> int:
    try:
        return MINOR_UNITS[currency]
    except KeyError:
        raise UnknownCurrency("We keep no books in this currency.", currency=currency) from None
