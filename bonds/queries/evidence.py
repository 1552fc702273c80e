"""What evidence is asked for, what is there, and what is still missing before the time to claim is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic import evidence as rules
from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.deadlines import Deadline, Nation, compute_claim_deadline
from bonds.arithmetic.eligibility import find_rung_not_reached
from bonds.arithmetic.terms import Metric, Terms
from bonds.models import ClaimLine, Clock, EvidenceItem, OutcomeEvent, OutcomesContract, Party, Start
from bonds.queries.admission import kinds_of, rejected_among
from bonds.queries.candidates import find_metric
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import NotFound

_GONE: Final = (states.LineState.REJECTED.value, states.LineState.WITHDRAWN.value)
_NOT_SENT: Final = (*_GONE, states.LineState.DRAFT.value)


class EvidenceMissing(NotFound):
    """There is no such evidence, or none that may be seen here."""

    code = "bonds.no_evidence"


class MissingFor(NamedTuple):
    """What one payer still misses, in the codes of its rules; an empty payer stands for all of them."""

    payer: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A result that is in no claim yet: what it misses, and until when it can be claimed.

    Attributes:
        event: The result, with person and provider.
        name: What the terms call it.
        missing: By payer; once for all where all miss the same. Nothing: complete.
        obstacle: A word for what stands in the way on the ladder ("no_clock", "too_early"); empty for nothing.
        obstacle_until: The day from which "too_early" is over.
        deadline: The last day to claim it.
        days_left: Days after today, 0 on the last day; below zero when it is too late.
    """

    event: OutcomeEvent
    name: str
    missing: tuple[MissingFor, ...]
    obstacle: str
    obstacle_until: str
    deadline: Deadline
    days_left: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing and not self.obstacle

    @property
    def is_late(self) -> bool:
        """Whether the time to claim is over."""
        return self.days_left < 0


def kinds_for_event(event: OutcomeEvent) -> frozenset[str]:
    """The kinds of evidence that the terms of a result's day ask for, or count against it."""
    number = version_on(version_starts(event.contract), event.achieved_on)
    terms = terms_by_version(event.contract)
    metric = find_metric(terms[number], event.metric) if number is not None else None
    return kinds_of(metric) if metric is not None else frozenset()


def kinds_for_person(contract: OutcomesContract) -> frozenset[str]:
    """The kinds that any signed version of the terms asks for, for any result: what is known of a person serves all."""
    every = terms_by_version(contract).values()
    return frozenset(kind for terms in every for metric in terms.metrics for kind in kinds_of(metric))


def evidence_of(event: OutcomeEvent) -> list[EvidenceItem]:
    """The evidence of a result, and that of its person which names no result; oldest first."""
    wanted = Q(event=event)
    if event.participant_id is not None:
        wanted |= Q(event=None, participant=event.participant_id)
    return list(EvidenceItem.objects.filter(wanted).select_related("file").order_by("dated_on", "pk"))


def get_evidence(*, contract: OutcomesContract, public_id: str, provider: Party | None) -> EvidenceItem:
    """Return some evidence of a contract; of one provider's results and people where one is given.

    Raises:
        EvidenceMissing: there is none.
    """
    items = EvidenceItem.objects.filter(Q(event__contract=contract) | Q(participant__contract=contract))
    if provider is not None:
        about_person = Q(event=None, participant__starts__provider=provider)
        # What another provider handed in about somebody whom both know is that provider's.
        own_file = Q(file=None) | Q(file__organisation=provider.organisation.public_id)
        items = items.filter(Q(event__provider=provider) | (about_person & own_file))
    found = items.filter(public_id=public_id).select_related("file", "event", "participant").distinct().first()
    if found is None:
        raise EvidenceMissing(_("There is no such evidence."), id=public_id)
    return found


def list_unclaimed(*, contract: OutcomesContract, provider: Party | None, on: date) -> list[Unclaimed]:
    """List the results that are in no claim that was sent, with what they miss; the most urgent first.

    Args:
        contract: Signed.
        provider: Only its results; None: of all.
        on: Today.
    """
    events = list(unclaimed_events(contract, provider))
    return sorted(
        look_at(contract, events, on=on), key=lambda one: (one.is_late, one.is_complete, one.days_left, one.event.pk)
    )


def unclaimed_events(contract: OutcomesContract, provider: Party | None) -> QuerySet[OutcomeEvent]:
    """Results that are neither withdrawn nor part of a claim that was sent."""
    events = OutcomeEvent.objects.filter(contract=contract, withdrawal__isnull=True)
    if provider is not None:
        events = events.filter(provider=provider)
    sent = ClaimLine.objects.filter(event__contract=contract).exclude(state__in=_NOT_SENT)
    return events.exclude(pk__in=sent.values("event")).select_related("participant", "provider", "contract")


def look_at(contract: OutcomesContract, events: Sequence[OutcomeEvent], *, on: date) -> list[Unclaimed]:
    """Say for each of some results what it misses, and until when it can be claimed."""
    terms, starts = terms_by_version(contract), version_starts(contract)
    known = _Known(contract, events)
    found = []
    for event in events:
        number = version_on(starts, event.achieved_on)
        if number is None:
            continue
        metric = find_metric(terms[number], event.metric)
        if metric is not None:
            found.append(_look(event, metric, terms[number], known, on=on))
    return found


class _Known:
    """What is known of the people of some results: starts, clocks, evidence and what else they achieved."""

    def __init__(self, contract: OutcomesContract, events: Sequence[OutcomeEvent]) -> None:
        people = {one.participant_id for one in events if one.participant_id is not None}
        self.nation = Nation(contract.nation)
        self.starts = dict(
            Start.objects.filter(participant__in=people)
            .order_by("-started_on", "-pk")
            .values_list("participant_id", "started_on")
        )
        self.clocks: dict[int, list[tuple[str, date]]] = defaultdict(list)
        clocks = Clock.objects.filter(participant__in=people)
        for person, ladder, started_on in clocks.values_list("participant_id", "ladder", "started_on"):
            self.clocks[person].append((ladder, started_on))
        self.of_event: dict[int, list[rules.EvidenceItem]] = defaultdict(list)
        self.of_person: dict[int, list[rules.EvidenceItem]] = defaultdict(list)
        items = EvidenceItem.objects.filter(Q(event__in=events) | Q(event=None, participant__in=people))
        for event_id, person_id, kind, dated_on in items.values_list("event_id", "participant_id", "kind", "dated_on"):
            if event_id is not None:
                self.of_event[event_id].append(rules.EvidenceItem(kind, dated_on))
            elif person_id is not None:
                self.of_person[person_id].append(rules.EvidenceItem(kind, dated_on))
        self.achieved: dict[int, list[tuple[date, int, str]]] = defaultdict(list)
        living = OutcomeEvent.objects.filter(participant__in=people, withdrawal__isnull=True)
        living = living.exclude(pk__in=rejected_among(living).values("pk"))
        for pk, person_id, achieved_on, metric in living.values_list("pk", "participant_id", "achieved_on", "metric"):
            if person_id is not None:
                self.achieved[person_id].append((achieved_on, pk, metric))


def _look(event: OutcomeEvent, metric: Metric, terms: Terms, known: _Known, *, on: date) -> Unclaimed:
    person = event.participant_id or 0
    shown = rules.Shown(
        items=[*known.of_event.get(event.pk, ()), *known.of_person.get(person, ())],
        claim_number=_rank(event, metric, terms, known.achieved.get(person, ())),
        achieved_on=event.achieved_on,
        started_on=known.starts.get(person),
    )
    missing = rules.collect_missing(metric, terms.payers, shown)
    obstacle, until = _find_rung_missing(event, metric, known)
    assert terms.service.from_on is not None
    deadline = compute_claim_deadline(
        event.achieved_on, rules=terms.claims, service_from_on=terms.service.from_on, nation=known.nation
    )
    return Unclaimed(event, metric.name, _by_payer(missing), obstacle, until, deadline, deadline.days_left(on))


def _rank(event: OutcomeEvent, metric: Metric, terms: Terms, achieved: Iterable[tuple[date, int, str]]) -> int:
    """Which of the person's results on the ladder this is, and so which of alternating rules it meets."""
    family = {metric.code}
    if metric.ladder is not None:
        family |= {one.code for one in terms.metrics if one.ladder and one.ladder.name == metric.ladder.name}
    return 1 + sum(1 for on, pk, code in achieved if code in family and (on, pk) < (event.achieved_on, event.pk))


def _by_payer(missing: dict[str, tuple[str, ...]]) -> tuple[MissingFor, ...]:
    """Say it once where every payer misses the same."""
    payers = {payer: kinds for payer, kinds in missing.items() if payer}
    if "" in missing and len(set(payers.values())) == 1:
        return (MissingFor("", missing[""]),)
    return tuple(MissingFor(payer, kinds) for payer, kinds in payers.items())


def _find_rung_missing(event: OutcomeEvent, metric: Metric, known: _Known) -> tuple[str, str]:
    """What the ladder would say to this result now: a clock that never started, or that has not run long enough."""
    if metric.ladder is None or event.participant_id is None:
        return "", ""
    clocks = [
        started_on
        for ladder, started_on in known.clocks.get(event.participant_id, ())
        if ladder == metric.ladder.name and started_on <= event.achieved_on
    ]
    earlier = {
        code for on, pk, code in known.achieved[event.participant_id] if (on, pk) < (event.achieved_on, event.pk)
    }
    candidate = Candidate(
        id=event.pk,
        metric=event.metric,
        achieved_on=event.achieved_on,
        claimed_on=event.achieved_on,
        provider="",
        clock_started_on=max(clocks, default=None),
        rungs=frozenset(earlier),
    )
    obstacle = find_rung_not_reached(metric.ladder, candidate, {})
    return (obstacle.reason, str(obstacle.facts.get("due_on", ""))) if obstacle else ("", "")
