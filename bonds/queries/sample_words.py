"""How a sample came to what is recovered, in words that a provider and a payer can follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bonds.arithmetic.figures import read_exact, show_rounded
from bonds.arithmetic.sampling import Recovery
from core.money import format_pounds

_PERCENT: Final = 100
_PLACES: Final = 2


class SaidStep(NamedTuple):
    """A step with its name, its words and its amount in pence; the amount is None where the step is a rate."""

    title: str
    words: str
    pence: int | None


def say_recovery(steps: Iterable[Mapping[str, Any]], currency: str) -> list[SaidStep]:
    """Say each step of a recovery.

    Args:
        steps: Four records with "name", "amount" and "facts", as `steps_of` gives them and a closing keeps them.
        currency: ISO 4217.
    """
    by_name = {step["name"]: step for step in steps}
    drawn, found = by_name["drawn"], by_name["found"]
    rate, rest = by_name["error_rate"]["facts"], by_name["extrapolated"]
    share, tolerance = read_exact(rate["rate"]), read_exact(rate["tolerance"])
    above = max(Fraction(0), share - tolerance)
    others = format_pounds(rest["facts"]["not_drawn"], currency)
    return [
        SaidStep(
            _("Looked at"),
            _("%(drawn)s of %(all)s paid lines were drawn by chance.")
            % {"drawn": drawn["facts"]["lines"], "all": drawn["facts"]["of_lines"]},
            drawn["amount"],
        ),
        SaidStep(_("Found not to stand"), _say_found(found["facts"]["lines"]), found["amount"]),
        SaidStep(
            _("Error rate"),
            _("Of what was paid for the lines that were looked at, %(rate)s does not stand. The contract lets %(most)s "
              "pass, so %(above)s is carried over to the lines that were not drawn.")
            % {"rate": say_percent(share), "most": say_percent(tolerance), "above": say_percent(above)},
            None,
        ),
        SaidStep(
            _("Recovered for the lines that were not drawn"),
            _("%(above)s of the %(others)s that were paid for them, rounded down to the penny.")
            % {"above": say_percent(above), "others": others},
            rest["amount"],
        ),
    ]  # fmt: skip


def steps_of(recovery: Recovery) -> list[dict[str, Any]]:
    """Give the steps of a recovery as records that can be kept."""
    return [{"name": step.name, "amount": step.amount, "facts": dict(step.facts)} for step in recovery.steps]


def say_percent(share: Fraction) -> str:
    """Write a share for people: 0.125 as "12.5 %", a third as "33.33 %"; no sum is done with it."""
    written = show_rounded(share * _PERCENT, places=_PLACES)
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return f"{written}\N{NO-BREAK SPACE}%"


def _say_found(lines: int) -> str:
    if not lines:
        return _("Every line that was looked at stands.")
    words = ngettext(
        "%(count)s line does not stand. It is taken back whole.",
        "%(count)s lines do not stand. They are taken back whole.",
        lines,
    )
    return words % {"count": lines}
