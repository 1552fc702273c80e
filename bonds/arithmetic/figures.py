"""Exact figures: fractions in sums, texts in explanations, and the one rounding to whole pence.

A measure such as 1 - 142/155 has no exact decimal, so sums are done in fractions and nothing is rounded before the end.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from core.errors import InvalidInput

_EXACT: Final = re.compile(r"-?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?", re.ASCII)
_TWO: Final = 2
_FIVE: Final = 5


def round_half_up(amount: Fraction) -> int:
    """Round an exact amount to whole pence, a half away from zero: the same for what is paid and what is owed."""
    whole = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return whole if amount >= 0 else -whole


def write_exact(figure: Fraction | Decimal | int) -> str:
    """Write a figure so that nothing is lost: as a decimal where it has one that ends, else as "13/155"."""
    exact = Fraction(figure)
    places = _decimal_places(exact.denominator)
    if places is None:
        return f"{exact.numerator}/{exact.denominator}"
    if places == 0:
        return str(exact.numerator)
    digits = str(abs(exact.numerator) * 10**places // exact.denominator).rjust(places + 1, "0")
    return f"{'-' if exact < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def read_exact(text: str) -> Fraction:
    """Read a figure that `write_exact` wrote.

    Raises:
        InvalidInput: the text is no such figure.
    """
    if not _EXACT.fullmatch(text):
        raise InvalidInput("This is not a figure.", text=text)
    return Fraction(text)


def show_rounded(figure: Fraction, *, places: int) -> str:
    """Write a figure for people, rounded half up to so many decimal places; no sum is done with it."""
    scaled = Decimal(round_half_up(figure * 10**places))
    return str(scaled.scaleb(-places).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def _decimal_places(denominator: int) -> int | None:
    """Tell how many places the decimal has; None where it never ends."""
    twos = fives = 0
    while denominator % _TWO == 0:
        denominator, twos = denominator // _TWO, twos + 1
    while denominator % _FIVE == 0:
        denominator, fives = denominator // _FIVE, fives + 1
    return max(twos, fives) if denominator == 1 else None
