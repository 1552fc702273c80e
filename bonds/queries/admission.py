"""Whether a result can be recorded: one set of questions for a single one and for each row of a long file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.terms import EvidenceRule, Measure, Metric, Terms
from bonds.models import ClaimLine, OutcomeEvent, OutcomesContract, Party, Start
from bonds.queries.terms import terms_by_version, version_on, version_starts

ACHIEVED_AGAIN: Final = "bonds.result_recorded_already"
NOT_ASKED_FOR: Final = "bonds.evidence_not_asked_for"
# A contract of a hundred thousand people is read in parts.
CHUNK: Final = 5_000


class Objection(NamedTuple):
    """Why a result cannot be recorded: a lasting code, words for people, and the figures behind them."""

    code: str
    words: str
    facts: dict[str, Any]


class NewResult(NamedTuple):
    """What somebody says was achieved. `participant` is a row number; None for a group."""

    metric: str
    achieved_on: date
    quantity: int = 1
    participant: int | None = None
    cohort: str = ""
    evidence: str = ""


@dataclass(slots=True)
class _Had:
    """What a person has of one metric: on which days by whom, how often it counts and who said so last."""

    days: dict[date, int] = field(default_factory=dict)
    living: int = 0
    recorder: int = 0


class Admission:
    """What stands in the way of a provider's results under a contract, as it is now.

    Args:
        contract: Signed. Whoever records afterwards holds its lock.
        provider: Whose results they are.
        today: The legal day.
        participants: Row numbers of the people in question; None: all who started with the provider.
    """

    def __init__(
        self,
        *,
        contract: OutcomesContract,
        provider: Party,
        today: date,
        participants: Collection[int] | None = None,
    ) -> None:
        self.provider, self.today = provider, today
        self.terms = terms_by_version(contract)
        self.starts = version_starts(contract)
        self._metrics = {
            number: {metric.code: metric for metric in terms.metrics} for number, terms in self.terms.items()
        }
        self._first_starts = _first_starts(provider, participants)
        self._had = _results_before(contract, participants)
        self._groups = _groups_before(contract)

    def terms_on(self, on: date) -> Terms | None:
        """The terms that hold for what was achieved on a day; None before the contract."""
        number = version_on(self.starts, on)
        return None if number is None else self.terms[number]

    def metric_on(self, code: str, on: date) -> Metric | None:
        """A result that is paid for, as the terms of a day define it."""
        number = version_on(self.starts, on)
        return None if number is None else self._metrics[number].get(code)

    def find_objection(self, new: NewResult) -> Objection | None:
        """Find the first thing that stands in the way of a result; None where nothing does.

        In this order: what is said of it, days, whose it is, whether it is there already, its evidence.
        """
        objection = self._find_wrong_day(new)
        if objection is not None:
            return objection
        metric = self.metric_on(new.metric, new.achieved_on)
        if metric is None:
            return _objection(
                "bonds.metric_unknown", _("The terms of that day pay for no result “%(metric)s”."), metric=new.metric
            )
        if new.participant is None:
            return self._find_wrong_group(new, metric)
        return (
            _find_wrong_quantity(new, metric)
            or self._find_wrong_person(new)
            or self._find_twice(new, metric)
            or _find_wrong_evidence(new, metric)
        )

    def note(self, new: NewResult) -> None:
        """Count a result that was admitted, so that the next one of the same file is measured against it."""
        if new.participant is None:
            self._groups.add((new.cohort, new.metric, new.achieved_on))
            return
        had = self._had.setdefault((new.participant, new.metric), _Had())
        had.days[new.achieved_on] = had.recorder = self.provider.pk
        had.living += 1

    def _find_wrong_day(self, new: NewResult) -> Objection | None:
        on = new.achieved_on
        if on > self.today:
            return _objection("bonds.result_in_future", _("The day %(on)s has not come yet."), on=on)
        terms = self.terms_on(on)
        if terms is None or (terms.service.from_on is not None and on < terms.service.from_on):
            return _objection("bonds.before_service", _("On %(on)s the service had not begun."), on=on)
        if on >= terms.run_off_until:
            return _objection(
                "bonds.after_run_off",
                _("Results count until the day before %(until)s; %(on)s is later."),
                on=on,
                until=terms.run_off_until,
            )
        return None

    def _find_wrong_person(self, new: NewResult) -> Objection | None:
        assert new.participant is not None
        started_on = self._first_starts.get(new.participant)
        if started_on is None:
            return _objection("bonds.not_started", _("This person has not started with you. Record the start first."))
        if new.achieved_on < started_on:
            return _objection(
                "bonds.before_start",
                _("The person started with you on %(started)s; %(on)s is earlier."),
                started=started_on,
                on=new.achieved_on,
            )
        return None

    def _find_twice(self, new: NewResult, metric: Metric) -> Objection | None:
        assert new.participant is not None
        had = self._had.get((new.participant, new.metric))
        if had is None:
            return None
        recorder = had.days.get(new.achieved_on)
        if recorder is not None:
            return self._twice(recorder, had)
        if metric.measure is Measure.EVENT and metric.most is not None and had.living >= metric.most:
            return self._twice(had.recorder, had)
        return None

    def _twice(self, recorder: int, had: _Had) -> Objection:
        """Say that it is there, and not which other provider recorded it."""
        if recorder == self.provider.pk:
            words = _("This result is recorded for this person already.")
        else:
            words = _("Another provider of this contract has recorded this result for this person already.")
        return _objection(ACHIEVED_AGAIN, words, had=had.living, by_us=recorder == self.provider.pk)

    def _find_wrong_group(self, new: NewResult, metric: Metric) -> Objection | None:
        if not new.cohort:
            return _objection("bonds.person_missing", _("Say whose result it is: a person's or a group's."))
        if metric.measure is Measure.EVENT and metric.most is not None:
            return _objection("bonds.person_missing", _("This result is a person's; say whose."))
        is_measured = metric.measure is Measure.FORMULA
        for cohort, code, on in self._groups:
            if (cohort, code) == (new.cohort, new.metric) and (is_measured or on == new.achieved_on):
                return _objection(ACHIEVED_AGAIN, _("This result is recorded for this group already."))
        return _find_wrong_quantity(new, metric) or _find_wrong_evidence(new, metric)


def kinds_of(metric: Metric) -> frozenset[str]:
    """The kinds of evidence that any payer's rule asks for, or counts against a result."""
    rules = [metric.evidence, *metric.evidence_by_payer.values()]
    return frozenset(kind for rule in rules if rule is not None for kind in _kinds_in(rule))


def _kinds_in(rule: EvidenceRule) -> Iterable[str]:
    if rule.kind:
        yield rule.kind
    for part in (*rule.any_of, *rule.all_of, *rule.alternating):
        yield from _kinds_in(part)


def rejected_among(events: QuerySet[OutcomeEvent]) -> QuerySet[OutcomeEvent]:
    """Those results whose claim was rejected and that were not claimed again since."""
    lines = ClaimLine.objects.filter(event__in=events.values("pk"))
    rejected = lines.filter(state=states.LineState.REJECTED.value)
    living = lines.exclude(state__in=[states.LineState.REJECTED.value, states.LineState.WITHDRAWN.value])
    return events.filter(pk__in=rejected.values("event")).exclude(pk__in=living.values("event"))


def _find_wrong_quantity(new: NewResult, metric: Metric) -> Objection | None:
    if new.quantity < 1:
        return _objection("bonds.quantity_below_one", _("Give a number of 1 or more."), quantity=new.quantity)
    if new.participant is None:
        return None
    if metric.measure is Measure.FORMULA:
        return _objection("bonds.measured_in_groups", _("This result is measured in groups, not of one person."))
    if metric.measure is Measure.EVENT and new.quantity != 1:
        return _objection(
            "bonds.quantity_not_one", _("One person achieves this once at a time."), quantity=new.quantity
        )
    return None


def _find_wrong_evidence(new: NewResult, metric: Metric) -> Objection | None:
    if new.evidence and new.evidence not in kinds_of(metric):
        return _objection(NOT_ASKED_FOR, _("No rule of this result asks for “%(kind)s”."), kind=new.evidence)
    return None


def _objection(code: str, words: str, **facts: Any) -> Objection:
    shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    return Objection(code, words % {name: _day(value) for name, value in facts.items()}, shown)


def _day(value: Any) -> Any:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value


def _first_starts(provider: Party, participants: Collection[int] | None) -> dict[int, date]:
    starts = Start.objects.filter(provider=provider).order_by("-started_on", "-pk")
    if participants is not None:
        starts = starts.filter(participant_id__in=participants)
    # The earliest comes last and stays.
    return dict(starts.values_list("participant_id", "started_on"))


def _results_before(contract: OutcomesContract, participants: Collection[int] | None) -> dict[tuple[int, str], _Had]:
    """What people have already, whoever recorded it.

    A withdrawn result is as if it had never been; a rejected one leaves room for another day.
    """
    own = OutcomeEvent.objects.filter(contract=contract, participant__isnull=False)
    events = own.filter(withdrawal__isnull=True).order_by("pk")
    if participants is not None:
        events = events.filter(participant_id__in=participants)
    rejected = set(rejected_among(events).values_list("pk", flat=True))
    found: dict[tuple[int, str], _Had] = {}
    rows = events.values_list("pk", "participant_id", "metric", "achieved_on", "provider_id")
    for pk, participant, metric, on, provider in rows.iterator(chunk_size=CHUNK):
        had = found.setdefault((participant, metric), _Had())
        had.days[on] = provider
        if pk not in rejected:
            had.living += 1
            had.recorder = provider
    return found


def _groups_before(contract: OutcomesContract) -> set[tuple[str, str, date]]:
    events = OutcomeEvent.objects.filter(contract=contract, participant__isnull=True, withdrawal__isnull=True)
    return set(events.values_list("cohort", "metric", "achieved_on"))
