"""What units are worth: the tariff of the day, the band of the running number, and uplifts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.lines import Step
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import Measure, Metric, Period, Tariff, Terms, Uplift

# Percentages are kept in hundredths of a percent.
WHOLE_PERCENT: Final = 10_000
# Beyond every running number.
_ENDLESS: Final = 10**18
_ALWAYS: Final = Period()


class Segment(NamedTuple):
    """Units in a row with one price; None where no tariff covers them."""

    from_count: int
    units: int
    price: int | None


class Quote:
    """What a candidate's units are worth, and what fewer of them would be.

    Attributes:
        ordinal: Running number that its first unit has if it counts.
        price: Pence of its first unit, without uplifts; None where nothing covers it.
        gross: Pence of all its units, with uplifts.
        steps: How it came to that.
        obstacle: Why there is no price, as a lasting word; empty where there is one.
    """

    __slots__ = ("_tariffs", "_uplifts", "gross", "obstacle", "ordinal", "price", "steps", "units")

    def __init__(
        self, units: int, ordinal: int, tariffs: Sequence[Tariff], uplifts: Sequence[tuple[Uplift, int]]
    ) -> None:
        self.units, self.ordinal, self._tariffs, self._uplifts = units, ordinal, tariffs, uplifts
        if units == 1:  # As most often: a person, one result.
            self.price = _find_price(tariffs, ordinal)[0]
            self.gross = self.price or 0
            self.obstacle = "no_tariff" if self.price is None else ""
            facts: dict[str, object] = {"from": ordinal, "units": 1, "price": self.gross}
        else:
            facts = self._price_bands(split_by_band(tariffs, ordinal, units))
        steps = [Step("tariff", self.gross, facts)]
        for uplift, had in uplifts:
            if plus := self._worth_of_uplift(uplift, had, units):
                self.gross += plus
                steps.append(Step("uplift", self.gross, {"uplift": uplift.code, "plus": plus}))
        self.steps = tuple(steps)

    def _price_bands(self, segments: Sequence[Segment]) -> dict[str, object]:
        """Price units that may lie in several bands; give the figures behind it."""
        self.price = segments[0].price
        self.obstacle = "no_tariff" if all(segment.price is None for segment in segments) else ""
        self.gross = _sum(segments)
        facts: dict[str, object] = {"from": self.ordinal, "units": self.units, "price": self.price or 0}
        if len(segments) > 1:
            facts["bands"] = [[segment.from_count, segment.units, segment.price or 0] for segment in segments]
        return facts

    def worth_of(self, units: int) -> int:
        """Tell what its first units are worth, with their uplifts.

        Args:
            units: From 0 to all of them.
        """
        if units == self.units:
            return self.gross
        return self._tariff_of(units) + sum(self._worth_of_uplift(uplift, had, units) for uplift, had in self._uplifts)

    def _tariff_of(self, units: int) -> int:
        return _sum(split_by_band(self._tariffs, self.ordinal, units))

    def _worth_of_uplift(self, uplift: Uplift, had: int, units: int) -> int:
        """Work out an uplift on those of the first units that lie above its number: rounded once, half up."""
        above = max(0, had + units - max(uplift.above_count, had))
        if uplift.amount:
            return uplift.amount * above
        base = self._tariff_of(units) - self._tariff_of(units - above)
        return (base * uplift.percent * 2 + WHOLE_PERCENT) // (WHOLE_PERCENT * 2)


class FormulaQuote:
    """What a measurement of a group is worth: the formula has said it; units change nothing. Otherwise as `Quote`."""

    __slots__ = ("gross", "obstacle", "ordinal", "price", "steps", "units")

    def __init__(self, candidate: Candidate, ordinal: int) -> None:
        worth = candidate.worth
        self.units, self.ordinal, self.price = candidate.quantity, ordinal, 0
        self.gross = worth.amount if worth else 0
        self.steps = worth.steps if worth else ()
        self.obstacle = "not_measured" if worth is None else "" if self.gross else worth.reason or "worth_nothing"

    def worth_of(self, units: int) -> int:
        """Tell what it is worth as long as anything of it counts."""
        return self.gross if units else 0


class Rates:
    """The prices of a metric in a version.

    Args:
        metric: The metric.
        terms: The version.

    Source: bands and bonus by group as in the Istanbul employment contract; dated uplifts as in Promoting
    Independence (GO Lab INDIGO).
    """

    def __init__(self, metric: Metric, terms: Terms) -> None:
        self.metric = metric.code
        self.is_formula = metric.measure is Measure.FORMULA
        mine = [tariff for tariff in terms.tariffs if tariff.metric == metric.code]
        # A price for a group goes before one for everybody; among equals the one that is written first.
        self._tariffs = tuple(sorted(mine, key=lambda tariff: not tariff.subgroup))
        self._uplifts = tuple(uplift for uplift in terms.uplifts if not uplift.metrics or metric.code in uplift.metrics)
        self._is_for_all = all(not tariff.subgroup and tariff.period == _ALWAYS for tariff in mine)

    def quote(self, candidate: Candidate, standing: Standing) -> Quote | FormulaQuote:
        """Price a candidate's units from the running number that is next.

        Args:
            candidate: The day of achievement chooses among tariffs and uplifts, its groups as well.
            standing: Running numbers so far.
        """
        ordinal = standing.counts.get(self.metric, 0) + 1
        if self.is_formula:
            return FormulaQuote(candidate, ordinal)
        tariffs: Sequence[Tariff] = self._tariffs
        if not self._is_for_all:
            tariffs = [each for each in tariffs if _applies(each, candidate)]
        uplifts: Sequence[tuple[Uplift, int]] = ()
        if self._uplifts:
            uplifts = [(each, self._count_for(each, standing)) for each in self._uplifts if _applies(each, candidate)]
        return Quote(candidate.quantity, ordinal, tariffs, uplifts)

    def _count_for(self, uplift: Uplift, standing: Standing) -> int:
        if uplift.subgroup and uplift.above_count:
            return standing.group_counts.get((self.metric, uplift.subgroup), 0)
        return standing.counts.get(self.metric, 0)


def _applies(each: Tariff | Uplift, candidate: Candidate) -> bool:
    return (not each.subgroup or each.subgroup in candidate.subgroups) and each.period.holds(candidate.achieved_on)


def split_by_band(tariffs: Sequence[Tariff], from_count: int, units: int) -> list[Segment]:
    """Split units into rows with one price each.

    Args:
        tariffs: Those that apply, the one that goes first first.
        from_count: Running number of the first unit, from 1.
        units: How many, zero or more.

    Source: marginal bands: Istanbul pays 1,100 until 370, 1,000 for the next 40, then 1,350 (GO Lab INDIGO).
    """
    segments = []
    at, end = from_count, from_count + units
    while at < end:
        price, until = _find_price(tariffs, at)
        until = min(until, end)
        segments.append(Segment(at, until - at, price))
        at = until
    return segments


def _find_price(tariffs: Sequence[Tariff], number: int) -> tuple[int | None, int]:
    """Find the price of a running number, and the number from which another may hold."""
    changes = _ENDLESS
    for tariff in tariffs:
        from_count, until_count = tariff.from_count, tariff.until_count
        if from_count > number:
            changes = min(changes, from_count)
        elif until_count is None:
            return tariff.price, changes
        elif number < until_count:
            return tariff.price, min(changes, until_count)
    return None, changes


def _sum(segments: Sequence[Segment]) -> int:
    return sum(segment.units * segment.price for segment in segments if segment.price)
