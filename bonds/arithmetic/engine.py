"""What each result is worth and who pays it: the steps of a payment mechanism, one after the other, each explained.

The order: evidence, eligibility and once-only, exclusive variants, ladder; tariff of the day of achievement, band,
uplift; caps by person, cohort, metric, period and contract; split to payers; each payer's own evidence and cap; what
an earlier overpayment has paid. Gross is always what is paid and all that was cut, each cut with its name.

Within a run lines are worked out by day of achievement, then id; lines that were accepted earlier stand. A cap is
filled by what is paid, and by what an earlier overpayment has paid already; what a cap or missing evidence took away
leaves room for others.

Source: payment mechanisms of published outcome contracts (GO Lab INDIGO); the order is that of the project's
specification of outcome contracts, section 1.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.capping import cut_to_limits, limits_of
from bonds.arithmetic.eligibility import Gate, Obstacle, word_of_most
from bonds.arithmetic.lines import Line, PayerPart, Reduction, Step
from bonds.arithmetic.pricing import FormulaQuote, Quote, Rates
from bonds.arithmetic.settling import Settlement, show_room
from bonds.arithmetic.sharing import Dividers, Split
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import CapScope, Metric, Terms
from core.errors import InvalidInput


class OutOfOrder(InvalidInput):
    """Candidates were not given by day of achievement and id, or one was given twice."""

    code = "bonds.out_of_order"


class NoUnits(InvalidInput):
    """A candidate has no units."""

    code = "bonds.no_units"


def assess(
    terms_by_version: Mapping[int, Terms],
    candidates: Iterable[Candidate],
    standing: Standing,
    *,
    version_on: Callable[[date], int | None],
) -> Iterator[Line]:
    """Work out what each candidate comes to, one at a time.

    Args:
        terms_by_version: All versions of the contract's terms, by number from 1; sound, as `reading` gives them.
        candidates: By (achieved_on, id), each once.
        standing: What earlier accepted lines add up to, made for the same versions. Each line is added to it before
            the next is worked out.
        version_on: Tells the version in force on a day; None where there was none.

    Yields:
        One line for each candidate, in the same order. A line that pays nothing says why.

    Raises:
        OutOfOrder: a candidate does not come after the one before it.
        NoUnits: a candidate has no units.
    """
    desks: dict[tuple[int, str], MetricDesk | None] = {}
    last: tuple[date, int] | None = None
    day, version = None, 0
    for candidate in candidates:
        place = (candidate.achieved_on, candidate.id)
        if last is not None and place <= last:
            raise OutOfOrder("Results go by day of achievement and number, each once.", id=candidate.id)
        if candidate.quantity < 1:
            raise NoUnits("A result needs at least one unit.", id=candidate.id, quantity=candidate.quantity)
        last = place
        if candidate.achieved_on != day:
            day, version = candidate.achieved_on, version_on(candidate.achieved_on) or 0
        key = (version, candidate.metric)
        if key not in desks:
            desks[key] = _find_desk(terms_by_version, version, candidate.metric, standing)
        desk = desks[key]
        yield _refuse_unknown(candidate, version) if desk is None else desk.assess(candidate)


def _find_desk(terms_by_version: Mapping[int, Terms], version: int, code: str, standing: Standing) -> MetricDesk | None:
    terms = terms_by_version[version] if version else None
    metric = next((each for each in terms.metrics if each.code == code), None) if terms else None
    return MetricDesk(version, metric, terms, standing) if terms and metric else None


def _refuse_unknown(candidate: Candidate, version: int) -> Line:
    reason = "not_in_version" if version else "no_version"
    facts = {"metric": candidate.metric, "achieved_on": candidate.achieved_on.isoformat()}
    return Line(candidate, version, 0, 0, 0, 0, 0, 0, (Reduction(reason, 0, facts),), (), 0, (Step(reason, 0, facts),))


class MetricDesk:
    """Works out the lines of one metric in one version: everything that can be looked up once is looked up here.

    Args:
        version: Its number.
        metric: The metric.
        terms: The version's terms.
        standing: Is read, and gets each line that is worked out.
    """

    def __init__(self, version: int, metric: Metric, terms: Terms, standing: Standing) -> None:
        self._version, self._metric, self._standing = version, metric, standing
        self._gate = Gate(metric, terms)
        self._rates = Rates(metric, terms)
        self._dividers = Dividers(metric.code, terms)
        limits = limits_of(metric.code, terms, standing)
        self._limits = tuple(limit for limit in limits if limit.gauge.key.scope is not CapScope.PAYER)
        self._payer_limits = tuple(limit for limit in limits if limit.gauge.key.scope is CapScope.PAYER)
        self._is_excess_respread = terms.is_excess_respread

    def assess(self, candidate: Candidate) -> Line:
        """Work out a line and add it to the standing.

        Args:
            candidate: Of this metric, achieved while this version was in force.
        """
        standing = self._standing
        quote = self._rates.quote(candidate, standing)
        obstacle = self._gate.find_obstacle(candidate, standing.taken)
        if obstacle is None and quote.obstacle:
            obstacle = Obstacle(quote.obstacle, {})
        if obstacle is not None:
            return self._refuse(candidate, quote, obstacle)
        members = standing.members_of(candidate)
        line = self._accept(candidate, quote, members)
        standing.add(line, members)
        return line

    def _refuse(self, candidate: Candidate, quote: Quote | FormulaQuote, obstacle: Obstacle) -> Line:
        """Write what it would have been worth, and that all of it is lost; a debt that does not arise is nothing."""
        gross = max(0, quote.gross)
        cut = Reduction(obstacle.reason, gross, obstacle.facts)
        steps = (*quote.steps, Step(obstacle.reason, 0, obstacle.facts))
        return Line(candidate, self._version, 0, 0, 0, 0, quote.price or 0, gross, (cut,), (), 0, steps)

    def _accept(self, candidate: Candidate, quote: Quote | FormulaQuote, members: list[str | None]) -> Line:
        reductions: list[Reduction] = []
        steps = list(quote.steps)
        units, full = self._keep_units(candidate, quote, reductions, steps)
        amount, counted = full, units
        if self._limits and amount > 0:
            amount, counted = cut_to_limits(
                amount, units,
                worth_of=quote.worth_of, limits=self._limits, members=members, reductions=reductions, steps=steps,
            )  # fmt: skip
        if not full:
            reductions.append(Reduction("price_is_nothing", 0, {}))
        shares: tuple[PayerPart, ...] = ()
        net = 0
        if amount:
            split = self._dividers.on(candidate.achieved_on).divide(amount, full=full, units=units)
            steps.append(split.step)
            shares, net = self._settle(candidate, split, counted, members, steps)
        had = self._standing.taken.get((candidate.person, candidate.metric), 0) + 1 if candidate.person else 0
        return Line(
            candidate, self._version, quote.ordinal, had, units, counted, quote.price or 0, quote.gross,
            tuple(reductions), shares, net, tuple(steps),
        )  # fmt: skip

    def _keep_units(
        self, candidate: Candidate, quote: Quote | FormulaQuote, reductions: list[Reduction], steps: list[Step]
    ) -> tuple[int, int]:
        """Keep the units that the person has not had as often as they are paid; tell how many, and their worth."""
        units = self._gate.room_for(candidate, self._standing.taken)
        if units == candidate.quantity:
            return units, quote.gross
        full, most = quote.worth_of(units), self._metric.most or 0
        word, facts = word_of_most(most), {"most": most, "units": units}
        reductions.append(Reduction(word, quote.gross - full, facts))
        steps.append(Step(word, full, facts))
        return units, full

    def _settle(
        self, candidate: Candidate, split: Split, counted: int, members: list[str | None], steps: list[Step]
    ) -> tuple[tuple[PayerPart, ...], int]:
        """Take from each payer's part what it alone does not pay; what investors owe is owed whole."""
        owed = self._standing.to_set_off
        if split.step.amount < 0 or not (candidate.evidence or self._payer_limits or owed):
            return split.parts, split.step.amount
        if not candidate.evidence and not owed:
            shown = show_room(split, self._payer_limits, members)
            if shown is not None:
                steps += shown
                return split.parts, split.step.amount
        settlement = Settlement(
            split, counted,
            limits=self._payer_limits, members=members, missing=candidate.evidence,
            is_excess_respread=self._is_excess_respread,
        )  # fmt: skip
        settlement.set_off(owed)
        steps += settlement.steps
        parts = settlement.parts()
        return parts, sum(part.net for part in parts)
