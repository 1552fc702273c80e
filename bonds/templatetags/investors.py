"""Tags of the pages and documents of investors."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.translation import gettext as _

from bonds.arithmetic.returns import RateState, Returns
from core.money import format_pounds

register = template.Library()
_TWO = Decimal("0.01")


@register.filter
def multiple_words(returns: Returns) -> str:
    """Say how many times its money an investor got back, where something was paid in."""
    if returns.multiple is None:
        return _("none yet")
    return _("%(multiple)s times") % {"multiple": returns.multiple.quantize(_TWO, rounding=ROUND_HALF_UP)}


@register.filter
def rate_words(returns: Returns) -> str:
    """Say the internal rate of return with its label: unique, not unique, none."""
    if returns.rate_state == RateState.TOTAL_LOSS:
        return _("-100 %: nothing has come back so far")
    if returns.rate is None:
        return _("undefined: there is no rate yet")
    rate = returns.rate.quantize(_TWO, rounding=ROUND_HALF_UP)
    if returns.rate_state == RateState.NOT_UNIQUE:
        return _("%(rate)s %% a year, not unique: money went back and forth, so other rates fit as well") % {
            "rate": rate
        }
    return _("%(rate)s %% a year") % {"rate": rate}


@register.filter
def amount_in(pence: int, currency: str) -> str:
    """Write whole pence as an amount of a currency, inside of a sentence."""
    return format_pounds(pence, currency)
