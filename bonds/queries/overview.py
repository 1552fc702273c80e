"""A contract at a glance as of a day: all that its page, its files and the API say is gathered here, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from bonds.arithmetic.liability import Room
from bonds.arithmetic.months import add_months
from bonds.arithmetic.overview import Asked, Cut, Done, InvoiceSum, Part, Waiting
from bonds.arithmetic.sharing import Dividers
from bonds.arithmetic.spans import Every, Spans, YearKind, list_periods, list_years
from bonds.arithmetic.terms import Terms
from bonds.models import OutcomesContract, Party
from bonds.queries.claims import names_of_metrics
from bonds.queries.liability import list_rooms
from bonds.queries.overview_cube import read_cube
from bonds.queries.overview_sums import (
    Scope,
    list_waiting,
    names_of_parties,
    sum_asked,
    sum_cuts,
    sum_invoices,
    sum_owed,
)
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import InvalidInput

LAST_MONTHS: Final = 3
"""So long after the last result somebody may still be deciding about it."""


class NoTermsYet(InvalidInput):
    """The contract was not signed by that day, so there is nothing to be seen."""

    code = "bonds.no_terms_yet"


@dataclass(frozen=True)
class Overview:
    """What a contract comes to by the end of a day, of all or of one provider's claims.

    Attributes:
        scope: Contract, day, years, provider.
        terms: In force on the day, or the first that are signed.
        metrics: What each result is called, by code.
        parties: What each party is called, by code.
        asked: Claimed and decided, by result and year.
        done: Accepted and standing, by result and year.
        cuts: What was cut from it.
        parts: The payers' parts, by payer, result and year.
        waiting: What waits for a decision.
        rooms: Every cap in money, with what is used of it; none of one provider's claims.
        owed: What each payer has paid too much and is still to be settled.
        recovered: What samples recovered of all payers.
        besides: What each payer was invoiced beside results and has not paid: VAT and compensation.
    """

    scope: Scope
    terms: Terms
    metrics: Mapping[str, str]
    parties: Mapping[str, str]
    asked: Mapping[tuple[str, int], Asked]
    done: Mapping[tuple[str, int], Done]
    cuts: Sequence[Cut]
    invoices: Sequence[InvoiceSum]
    parts: Mapping[tuple[str, str, int], Part]
    waiting: Sequence[Waiting]
    rooms: Sequence[Room]
    owed: Mapping[str, int]
    recovered: int
    besides: Mapping[str, int]

    @property
    def contract(self) -> OutcomesContract:
        """Which."""
        return self.scope.contract

    @cached_property
    def rate(self) -> tuple[int, int] | None:
        """What was earned of what was decided so far, as (pence earned, pence claimed); None before any decision."""
        decided = sum(one.accepted_pence + one.rejected_pence for one in self.asked.values())
        return (sum(part.earned for part in self.parts.values()), decided) if decided else None

    def estimate(self, pence: int) -> int:
        """Tell what a claimed amount is likely to come to, by what was earned of earlier ones: rounded half up."""
        if self.rate is None:
            return pence
        earned, decided = self.rate
        return (2 * pence * max(earned, 0) + decided) // (2 * decided)

    @cached_property
    def waiting_by_payer(self) -> Mapping[str, int]:
        """What waits for a decision, divided between the payers as the terms divide it on the day of achievement."""
        found: dict[str, int] = defaultdict(int)
        dividers: dict[str, Dividers] = {}
        paid_for = {metric.code for metric in self.terms.metrics}
        for one in self.waiting:
            if one.metric in paid_for and one.pence:
                divider = dividers.setdefault(one.metric, Dividers(one.metric, self.terms)).on(one.achieved_on)
                for part in divider.divide(one.pence, full=one.pence, units=one.lines).parts:
                    found[part.payer] += part.due
        return found


def gather(
    *, contract: OutcomesContract, on: date, years: YearKind = YearKind.FINANCIAL, provider: Party | None = None
) -> Overview:
    """Gather what a contract comes to by the end of a day.

    Args:
        contract: Signed.
        on: The day.
        years: By which results are counted.
        provider: Only what this party claimed; caps, which all share, are left out then.

    Raises:
        NoTermsYet: nothing has been signed.
    """
    terms = get_terms_on(contract, on)
    scope = Scope(contract, on, years_of(terms, years), provider)
    cube = read_cube(scope, [terms])
    invoices, waiting = sum_invoices(scope), list_waiting(scope)
    owed, recovered = sum_owed(scope) if provider is None else ({}, 0)
    parts = cube.sum_parts(invoices)
    return Overview(
        scope=scope,
        terms=terms,
        metrics=names_of_metrics(contract),
        parties=names_of_parties(contract),
        asked=sum_asked(scope),
        done=cube.sum_done(),
        cuts=sum_cuts(scope),
        invoices=invoices,
        parts=parts,
        waiting=waiting,
        rooms=list_rooms(cube, terms, waiting) if provider is None else [],
        owed=owed,
        recovered=recovered,
        besides=_sum_besides(invoices, parts) if provider is None else {},
    )


def gather_counts(*, contract: OutcomesContract, on: date) -> Overview:
    """Gather only how many lines there are, for those who see no money: everything else is left empty.

    Args:
        contract: Signed.
        on: By the end of this day.

    Raises:
        NoTermsYet: nothing has been signed.
    """
    terms = get_terms_on(contract, on)
    scope = Scope(contract, on, years_of(terms, YearKind.FINANCIAL))
    return Overview(
        scope=scope,
        terms=terms,
        metrics=names_of_metrics(contract),
        parties={},
        asked=sum_asked(scope),
        done=read_cube(scope, [terms], has_money=False).sum_done(),
        cuts=(),
        invoices=(),
        parts={},
        waiting=(),
        rooms=(),
        owed={},
        recovered=0,
        besides={},
    )


def _sum_besides(invoices: Sequence[InvoiceSum], parts: Mapping[tuple[str, str, int], Part]) -> dict[str, int]:
    """What is open of whole invoices, by payer, less what is open of the results on them."""
    found: dict[str, int] = defaultdict(int)
    for invoice in invoices:
        found[invoice.payer] += invoice.open
    for (payer, _metric, _year), part in parts.items():
        found[payer] -= part.open
    return {payer: pence for payer, pence in found.items() if pence}


def get_terms_on(contract: OutcomesContract, on: date) -> Terms:
    """Return the terms in force on a day; before the first day of the first version, that version's.

    Raises:
        NoTermsYet: nothing has been signed.
    """
    versions, starts = terms_by_version(contract), version_starts(contract)
    if not versions:
        raise NoTermsYet(_("Nothing has been signed yet, so there is nothing to add up."))
    return versions[version_on(starts, on) or min(versions)]


def years_of(terms: Terms, kind: YearKind) -> Spans:
    """List the years of a contract."""
    assert terms.service.from_on is not None, "signed terms have a first day"
    return list_years(kind, from_on=terms.service.from_on, until_on=terms.run_off_until)


def periods_of(terms: Terms, every: Every) -> Spans:
    """List the months or quarters of a contract, until the last result may have been decided."""
    assert terms.service.from_on is not None, "signed terms have a first day"
    until_on = add_months(terms.run_off_until, LAST_MONTHS)
    return list_periods(every, from_on=terms.service.from_on, until_on=until_on)
