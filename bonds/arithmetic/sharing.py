"""How a line is divided between payers: by percent, by what they committed, or by fixed amounts for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from bonds.arithmetic.lines import PayerPart, Step
from bonds.arithmetic.terms import PayerShare, Period, Rounding, ShareKind, Terms
from core.errors import InvalidInput
from core.splitting import allocate

# Lines with the same amounts are divided the same way; so many are remembered before they are forgotten.
_MOST_REMEMBERED: Final = 4096
_ALWAYS: Final = Period()


class NobodyPays(InvalidInput):
    """The terms name no payer for a metric on a day."""

    code = "bonds.nobody_pays"


class Split(NamedTuple):
    """An amount divided: each payer's part, the lead first, its weight, and the step that tells of it."""

    parts: tuple[PayerPart, ...]
    weights: tuple[int, ...]
    step: Step


def shares_on(shares: Sequence[PayerShare], metric: str, on: date) -> list[PayerShare]:
    """Choose the payers' shares of a metric on a day: those that name it, or else those for all.

    Args:
        shares: All of a version.
        metric: Code.
        on: The day of achievement.
    """
    in_force = [share for share in shares if share.period.holds(on)]
    named = [share for share in in_force if metric in share.metrics]
    return named or [share for share in in_force if not share.metrics]


class Divider:
    """Divides amounts by one set of shares.

    Args:
        shares: Those that are in force, the lead's first. Those with a fixed amount pay it for each unit; the others
            divide the rest by percent or commitment.
        rounding: Who gets the odd penny.

    Source: shares from fixed amounts: the Mental Health and Employment Partnership (GO Lab INDIGO).
    """

    def __init__(self, shares: Sequence[PayerShare], rounding: Rounding) -> None:
        self._shares = tuple(shares)
        self._rounding = rounding
        self._has_fixed = any(share.kind is ShareKind.FIXED for share in shares)
        self._remembered: dict[tuple[int, int, int], Split] = {}

    def divide(self, amount: int, *, full: int, units: int) -> Split:
        """Divide what the caps left in the proportions in which the full amount would have been.

        Args:
            amount: Pence to divide; below zero where the investors' side owes it.
            full: Pence before the caps; a fixed amount is a fixed part of this.
            units: Units behind the full amount.

        Returns:
            Parts that sum to the amount. The rounding point is here, once, to whole pence.
        """
        key = (amount, full, units)
        split = self._remembered.get(key)
        if split is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            split = self._remembered[key] = self._divide(amount, self._weigh(abs(full), units))
        return split

    def _divide(self, amount: int, weights: list[int]) -> Split:
        sign = -1 if amount < 0 else 1
        sizes = [sign * part for part in self._round(abs(amount), weights)]
        parts = tuple(PayerPart(share.payer, size, (), size) for share, size in zip(self._shares, sizes, strict=True))
        facts = {
            "rounding": self._rounding.value,
            "shares": [
                [part.payer, share.kind.value, share.amount, part.due]
                for part, share in zip(parts, self._shares, strict=True)
            ],
        }
        return Split(parts, tuple(weights), Step("split", amount, facts))

    def _weigh(self, full: int, units: int) -> list[int]:
        """Weigh the payers by the parts that they would have of the full amount, without a fraction."""
        if not self._has_fixed:
            return [share.amount for share in self._shares]
        fixed = {share.payer: share.amount * units for share in self._shares if share.kind is ShareKind.FIXED}
        others = sum(share.amount for share in self._shares if share.payer not in fixed)
        rest = max(0, full - sum(fixed.values()))
        return [fixed[share.payer] * others if share.payer in fixed else rest * share.amount for share in self._shares]

    def _round(self, amount: int, weights: list[int]) -> list[int]:
        if self._rounding is Rounding.LARGEST_REMAINDER or not amount:
            return allocate(amount, weights)
        parts = [amount * weight // sum(weights) for weight in weights]
        lead = next(place for place, weight in enumerate(weights) if weight)
        parts[lead] += amount - sum(parts)
        return parts


class Dividers:
    """The dividers of a metric in a version, by the day of achievement.

    Source: shares that vary by metric and period: Ways to Wellness (GO Lab INDIGO).
    """

    def __init__(self, metric: str, terms: Terms) -> None:
        self._metric, self._terms = metric, terms
        self._order = {payer: place for place, payer in enumerate(terms.payers)}
        self._by_shares: dict[tuple[PayerShare, ...], Divider] = {}
        self._by_day: dict[date, Divider] = {}
        is_constant = all(share.period == _ALWAYS for share in terms.shares)
        self._constant = self._make(date.max) if is_constant else None

    def on(self, day: date) -> Divider:
        """Give the divider of a day.

        Args:
            day: The day of achievement.

        Raises:
            NobodyPays: the terms name no payer for it; sound terms never come to this.
        """
        if self._constant is not None:
            return self._constant
        found = self._by_day.get(day)
        if found is None:
            found = self._by_day[day] = self._make(day)
        return found

    def _make(self, day: date) -> Divider:
        chosen = shares_on(self._terms.shares, self._metric, day)
        if not chosen:
            raise NobodyPays("Nobody pays for this result on this day.", metric=self._metric, on=day.isoformat())
        shares = tuple(sorted(chosen, key=lambda share: self._order[share.payer]))
        if shares not in self._by_shares:
            self._by_shares[shares] = Divider(shares, self._terms.rounding)
        return self._by_shares[shares]
