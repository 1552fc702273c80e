"""Contracts on show for everybody: what is paid for, by whom, and results so far, without small numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.months import add_months
from bonds.arithmetic.small_numbers import ShownRow, Tally, compute_step, find_threshold, protect, round_down
from bonds.arithmetic.terms import Measure, Metric, Tariff, Terms
from bonds.models import Approach, ClaimLine, OutcomesContract, Party, PartyRoleHeld, Publication
from bonds.queries.contracts import ContractMissing
from bonds.queries.terms import terms_by_version, version_on, version_starts
from bonds.queries.told_counts import add_result

YEAR_MONTHS: Final = 12
YOUNG_DAYS: Final = 182
_PARTS: Final = (
    states.PAYER_ROLES,
    frozenset({states.PartyRole.HOLDER}),
    states.CLAIMING_ROLES,
    states.VERIFYING_ROLES,
)
_WAITING: Final = {state.value for state in states.OPEN_STATES}
_ACCEPTED: Final = {state.value for state in states.ACCEPTED_STATES}
_DISPUTED: Final = states.LineState.DISPUTED.value


@dataclass(frozen=True, slots=True)
class PublicPrice:
    """A price of one unit in pence, and to whom and what it applies."""

    pence: int
    subgroup: str
    from_count: int
    until_count: int | None
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class PublicMetric:
    """A result that is paid for.

    Attributes:
        code: Short name.
        name: What people call it.
        test: How anybody can tell whether it was achieved.
        unit: What one of it is.
        is_by_formula: Whether groups are measured and a formula sets the amount.
        is_private: Whether its prices are kept private.
        prices: Empty where they are private, or a formula sets them.
        accepted: By year, with the total; of measured groups, how many people are in them.
        waiting: Likewise.
        step: Counts are rounded down to a multiple of it.
        has_dispute: Whether a decision about it is disputed now.
    """

    code: str
    name: str
    test: str
    unit: str
    is_by_formula: bool
    is_private: bool
    prices: tuple[PublicPrice, ...]
    accepted: ShownRow
    waiting: ShownRow
    step: int
    has_dispute: bool


@dataclass(frozen=True, slots=True)
class PublicParty:
    """Who takes part: a name, and for a provider how it goes about it."""

    name: str
    approach: str
    approach_text: str


@dataclass(frozen=True, slots=True)
class PublicContract:
    """A contract as everybody may see it.

    Attributes:
        contract: With its holder.
        published_at: When its holder last decided to show it.
        threshold: Counts of fewer people are not shown.
        service_from: First day of service.
        service_until: The day after the last.
        years: First day and the day after the last of each year of service that has begun.
        payers, holders, providers, verifiers: By name.
        metrics: In the order of the terms.
    """

    contract: OutcomesContract
    published_at: datetime | None
    threshold: int
    service_from: date
    service_until: date | None
    years: tuple[tuple[date, date], ...]
    payers: tuple[PublicParty, ...]
    holders: tuple[PublicParty, ...]
    providers: tuple[PublicParty, ...]
    verifiers: tuple[PublicParty, ...]
    metrics: tuple[PublicMetric, ...]


def public_contracts() -> QuerySet[OutcomesContract]:
    """The contracts on show, by name, each with its holder."""
    newest = Publication.objects.filter(contract=OuterRef("pk")).order_by("-pk")
    shown = OutcomesContract.objects.annotate(
        is_shown=Subquery(newest.values("is_public")[:1]), shown_at=Subquery(newest.values("at")[:1])
    ).filter(is_shown=True)
    return shown.exclude(state=states.ContractState.DRAFT.value).select_related("organisation").order_by("name", "pk")


def find_publication(contract: OutcomesContract) -> Publication | None:
    """The decision by which a contract is on show; None if it is not."""
    newest = Publication.objects.filter(contract=contract).order_by("-pk").first()
    return newest if newest is not None and newest.is_public else None


def get_public_contract(*, reference: str, on: date) -> PublicContract:
    """Return a contract that is on show, as everybody may see it.

    Raises:
        ContractMissing: there is none on show.
    """
    contract = public_contracts().filter(reference=reference).first()
    publication = find_publication(contract) if contract is not None else None
    if contract is None or publication is None:
        raise ContractMissing(_("There is no such contract."), reference=reference)
    return show_contract(contract, private_prices=publication.private_prices, published_at=publication.at, on=on)


def show_contract(
    contract: OutcomesContract, *, private_prices: Collection[str], published_at: datetime | None = None, on: date
) -> PublicContract:
    """Put together what everybody would see of a contract, whether it is on show or not.

    Args:
        contract: Signed once, with its holder.
        private_prices: Codes of results whose prices are not shown.
        published_at: When it was put on show; None for a look ahead.
        on: Today.
    """
    versions = terms_by_version(contract)
    terms = versions[version_on(version_starts(contract), on) or min(versions)]
    years = _years(terms, on)
    threshold = find_threshold(on)
    counts = _count(contract)
    parties = _parties(contract, on)
    return PublicContract(
        contract=contract,
        published_at=published_at,
        threshold=threshold,
        service_from=terms.service.from_on or _first_day(contract),
        service_until=terms.service.until_on,
        years=years,
        payers=parties[0],
        holders=parties[1],
        providers=parties[2],
        verifiers=parties[3],
        metrics=tuple(
            _show_metric(metric, terms, counts, years, threshold, is_private=metric.code in private_prices)
            for metric in terms.metrics
        ),
    )


def _first_day(contract: OutcomesContract) -> date:
    """The first day on which any version holds."""
    return min(start for start, _number in version_starts(contract))


class _Counts:
    """What lines there are by metric and by how they stand."""

    def __init__(self) -> None:
        self.accepted: dict[str, Tally] = defaultdict(Tally)
        self.waiting: dict[str, Tally] = defaultdict(Tally)
        self.disputed: set[str] = set()


def _count(contract: OutcomesContract) -> _Counts:
    counts = _Counts()
    wanted = [*_ACCEPTED, *_WAITING, _DISPUTED]
    rows = ClaimLine.objects.filter(claim__contract=contract, state__in=wanted).values_list(
        "state",
        "event__metric",
        "event__achieved_on",
        "event__quantity",
        "event__participant",
        "event__measurement",
    )
    for state, metric, on, quantity, person, measurement in rows.order_by().iterator(chunk_size=2_000):
        if state == _DISPUTED:
            counts.disputed.add(metric)
            continue
        tally = (counts.accepted if state in _ACCEPTED else counts.waiting)[metric]
        add_result(tally, on, quantity, person, measurement)
    return counts


def _show_metric(
    metric: Metric,
    terms: Terms,
    counts: _Counts,
    years: Sequence[tuple[date, date]],
    threshold: int,
    *,
    is_private: bool,
) -> PublicMetric:
    is_by_formula = metric.measure is Measure.FORMULA
    accepted, waiting = counts.accepted[metric.code], counts.waiting[metric.code]
    step = compute_step(max(accepted.largest, waiting.largest), threshold=threshold)
    tariffs = [] if is_private or is_by_formula else [each for each in terms.tariffs if each.metric == metric.code]
    return PublicMetric(
        code=metric.code,
        name=metric.name,
        test=metric.test,
        unit=metric.unit,
        is_by_formula=is_by_formula,
        is_private=is_private,
        prices=tuple(_price(each) for each in tariffs),
        accepted=_show_row(accepted, years, threshold, step),
        waiting=_show_row(waiting, years, threshold, step),
        step=step,
        has_dispute=metric.code in counts.disputed,
    )


def _show_row(tally: Tally, years: Sequence[tuple[date, date]], threshold: int, step: int) -> ShownRow:
    return round_down(protect([tally.count(*year) for year in years], tally.count(), threshold=threshold), step=step)


def _price(tariff: Tariff) -> PublicPrice:
    return PublicPrice(
        pence=tariff.price,
        subgroup=tariff.subgroup,
        from_count=tariff.from_count,
        until_count=tariff.until_count,
        from_on=tariff.period.from_on,
        until_on=tariff.period.until_on,
    )


def _years(terms: Terms, on: date) -> tuple[tuple[date, date], ...]:
    """Years of service that have begun; one that has only begun stands with the one before: that shows more."""
    start = terms.service.from_on
    if start is None:
        return ()
    years = []
    first = start
    while first <= on and first < terms.run_off_until:
        following = add_months(first, YEAR_MONTHS)
        years.append((first, following))
        first = following
    if len(years) > 1 and (on - years[-1][0]).days < YOUNG_DAYS:
        until = years.pop()[1]
        years[-1] = (years[-1][0], until)
    return tuple(years)


def _parties(contract: OutcomesContract, on: date) -> tuple[tuple[PublicParty, ...], ...]:
    rows = (
        Party.objects.filter(contract=contract)
        .select_related("organisation")
        .prefetch_related(
            Prefetch("roles", PartyRoleHeld.objects.held_on(on)),
            Prefetch("approaches", Approach.objects.order_by("-pk")),
        )
        .order_by("organisation__name")
    )
    found: list[tuple[PublicParty, ...]] = []
    for wanted in _PARTS:
        named = []
        for party in rows:
            if {role.role for role in party.roles.all()} & {role.value for role in wanted}:
                approach = next(iter(party.approaches.all()), None) if wanted is states.CLAIMING_ROLES else None
                named.append(
                    PublicParty(
                        party.organisation.name, approach.title if approach else "", approach.text if approach else ""
                    )
                )
        found.append(tuple(named))
    return tuple(found)
