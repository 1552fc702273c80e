"""What an investment came to, in words: the multiple first, then the rate with its label."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.arithmetic.returns import RateState

_PLACES: Final = Decimal("0.01")


def say_multiple(returns: Mapping[str, Any]) -> str:
    """Say how many times its money an investor got back, to two places.

    Args:
        returns: As a report keeps them: `multiple` as text, or None.
    """
    if returns["multiple"] is None:
        return _("none yet: nothing was paid in")
    return _("%(times)s times") % {"times": _round(returns["multiple"])}


def say_rate(returns: Mapping[str, Any], *, outstanding: int) -> str:
    """Say the internal rate of return, or why there is none; never a nought where there is no rate.

    Args:
        returns: As a report keeps them: `rate` as text or None, and `rate_state`.
        outstanding: Pence that are still lent; while there are some, nothing is lost for good.

    Source: specification, section 3: a total loss is -100 %, no change of sign is no rate, several are not unique.
    """
    state = returns["rate_state"]
    if state == RateState.TOTAL_LOSS.value and not outstanding:
        return _("-100 %: all that was paid in was lost")
    if returns["rate"] is None:
        return _("none yet: nothing has come back") if returns["paid_in"] else _("none yet: nothing was paid in")
    rate = _("%(rate)s %% a year") % {"rate": _round(returns["rate"])}
    if state == RateState.NOT_UNIQUE.value:
        return _("%(rate)s, not unique: other rates fit these payments as well, so look at the multiple") % {
            "rate": rate
        }
    if outstanding:
        return _("%(rate)s so far, as if nothing more came back") % {"rate": rate}
    return rate


def _round(text: str) -> str:
    return str(Decimal(text).quantize(_PLACES, rounding=ROUND_HALF_UP))
