"""What the engine is given for lines of claims: facts on person, clock, evidence and measurement, in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.evidence import EvidenceItem, Shown, collect_missing
from bonds.arithmetic.formulas import compute_worth
from bonds.arithmetic.lines import Worth
from bonds.arithmetic.measurements import read_measurement
from bonds.arithmetic.terms import Measure, Metric, Terms
from bonds.models import ClaimLine, Clock, OutcomeEvent, Start
from bonds.models import EvidenceItem as StoredEvidence
from bonds.states import LineState

_NEVER_CLAIMED = [LineState.DRAFT.value, LineState.REJECTED.value, LineState.WITHDRAWN.value]


class _Start(NamedTuple):
    started_on: date
    subgroups: list[str]
    age: int | None


class _Clock(NamedTuple):
    ladder: str
    started_on: date


@dataclass(slots=True)
class _Known:
    """What is known of the people of some lines, by the row number of the participant; oldest first."""

    starts: dict[int, list[_Start]] = field(default_factory=lambda: defaultdict(list))
    clocks: dict[int, list[_Clock]] = field(default_factory=lambda: defaultdict(list))
    about_person: dict[int, list[EvidenceItem]] = field(default_factory=lambda: defaultdict(list))
    about_event: dict[int, list[EvidenceItem]] = field(default_factory=lambda: defaultdict(list))
    claims: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))


def build_candidates(
    lines: Sequence[ClaimLine],
    *,
    claimed_on: date,
    terms_by_version: Mapping[int, Terms],
    version_on: Callable[[date], int | None],
) -> list[Candidate]:
    """Gather what the engine is given for lines, in its order: day of achievement, then id.

    Args:
        lines: Of one contract, with event, participant and provider read.
        claimed_on: The day of the claim.
        terms_by_version: Every signed version.
        version_on: Tells the version in force on a day.

    Raises:
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    known = _gather(lines)
    found = []
    for line in lines:
        version = version_on(line.event.achieved_on)
        terms = terms_by_version[version] if version else None
        metric = find_metric(terms, line.event.metric)
        found.append(_candidate(line, known, claimed_on=claimed_on, terms=terms, metric=metric))
    return sorted(found, key=lambda one: (one.achieved_on, one.id))


def find_metric(terms: Terms | None, code: str) -> Metric | None:
    """Return a metric of some terms by its code, or None."""
    return next((one for one in terms.metrics if one.code == code), None) if terms else None


def _gather(lines: Sequence[ClaimLine]) -> _Known:
    known = _Known()
    events = [line.event_id for line in lines]
    people = {line.event.participant_id for line in lines} - {None}
    starts = Start.objects.filter(participant__in=people).order_by("started_on", "pk")
    for person, started_on, subgroups, age in starts.values_list("participant_id", "started_on", "subgroups", "age"):
        known.starts[person].append(_Start(started_on, subgroups, age))
    clocks = Clock.objects.filter(participant__in=people).order_by("started_on", "pk")
    for person, ladder, started_on in clocks.values_list("participant_id", "ladder", "started_on"):
        known.clocks[person].append(_Clock(ladder, started_on))
    items = StoredEvidence.objects.filter(Q(event__in=events) | Q(event=None, participant__in=people))
    for event, about, kind, dated_on in items.values_list("event_id", "participant_id", "kind", "dated_on"):
        if event is not None:
            known.about_event[event].append(EvidenceItem(kind, dated_on))
        elif about is not None:
            known.about_person[about].append(EvidenceItem(kind, dated_on))
    # By result: an adjustment stands in the place of the line it adjusts, so together they are one claim.
    claimed = ClaimLine.objects.filter(event__participant__in=people, adjusts=None).exclude(state__in=_NEVER_CLAIMED)
    for person, event, metric in claimed.order_by("event__achieved_on", "pk").values_list(
        "event__participant", "event", "event__metric"
    ):
        known.claims[person].append((event, metric))
    return known


def _candidate(
    line: ClaimLine, known: _Known, *, claimed_on: date, terms: Terms | None, metric: Metric | None
) -> Candidate:
    event = line.event
    starts = [one for one in known.starts.get(event.participant_id or 0, ()) if one.started_on <= event.achieved_on]
    return Candidate(
        id=line.pk,
        metric=event.metric,
        achieved_on=event.achieved_on,
        claimed_on=claimed_on,
        provider=event.provider.code,
        person=event.participant.pseudonym if event.participant else "",
        cohort=event.cohort,
        quantity=event.quantity,
        subgroups=frozenset(code for start in starts for code in start.subgroups),
        age_at_start=starts[0].age if starts else None,
        started_on=starts[0].started_on if starts else None,
        clock_started_on=_clock(metric, event, known),
        evidence=_missing(line, terms, metric, known) if terms and metric else {},
        worth=_worth(terms, metric, event) if terms and metric else None,
    )


def _clock(metric: Metric | None, event: OutcomeEvent, known: _Known) -> date | None:
    """The last start of the ladder's clock on or before the day; a restart sets it back."""
    if metric is None or metric.ladder is None:
        return None
    clocks = known.clocks.get(event.participant_id or 0, ())
    days = [
        one.started_on for one in clocks if one.ladder == metric.ladder.name and one.started_on <= event.achieved_on
    ]
    return max(days, default=None)


def _missing(line: ClaimLine, terms: Terms, metric: Metric, known: _Known) -> dict[str, tuple[str, ...]]:
    event = line.event
    person = event.participant_id or 0
    starts = known.starts.get(person, ())
    shown = Shown(
        items=[*known.about_event.get(event.pk, ()), *known.about_person.get(person, ())],
        claim_number=_claim_number(line, metric, terms, known.claims.get(person, ())),
        achieved_on=event.achieved_on,
        started_on=starts[0].started_on if starts else None,
    )
    return collect_missing(metric, terms.payers, shown)


def _claim_number(line: ClaimLine, metric: Metric, terms: Terms, claims: Iterable[tuple[int, str]]) -> int:
    """Which of the person's claims on the metric's ladder it is, by day of achievement; without one, on the metric."""
    family = {metric.code}
    if metric.ladder is not None:
        family |= {one.code for one in terms.metrics if one.ladder and one.ladder.name == metric.ladder.name}
    earlier = [event for event, code in claims if code in family]
    return earlier.index(line.event_id) + 1 if line.event_id in earlier else len(earlier) + 1


def _worth(terms: Terms, metric: Metric, event: OutcomeEvent) -> Worth | None:
    if metric.measure is not Measure.FORMULA:
        return None
    formula = next(one for one in terms.formulas if one.code == metric.formula)
    return compute_worth(formula, read_measurement(event.measurement))
