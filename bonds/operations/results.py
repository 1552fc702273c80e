"""Recording what people and groups achieved, and taking back what turned out not to be so."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.measurements import MeasurementUnsound, read_measurement, write_measurement
from bonds.arithmetic.terms import Measure
from bonds.models import ClaimLine, EventWithdrawal, OutcomeEvent, OutcomesContract, Participant, Party
from bonds.operations.assessing import check_running
from bonds.operations.errors import ReasonMissing
from bonds.operations.locks import lock_contract
from bonds.operations.result_errors import PersonOfAnotherContract, ResultClaimed, refusal_of
from bonds.queries.admission import Admission, NewResult
from foundation import audit
from foundation.access import Actor

_DEAD_LINES = (states.LineState.REJECTED.value, states.LineState.WITHDRAWN.value)


@transaction.atomic
def record_result(
    *,
    contract: OutcomesContract,
    provider: Party,
    participant: Participant,
    metric: str,
    achieved_on: date,
    quantity: int = 1,
    actor: Actor,
    at: datetime,
    today: date,
) -> OutcomeEvent:
    """Write down that a person achieved something. What it is paid, if anything, is decided when it is claimed.

    Args:
        contract: Signed and not closed.
        provider: With whom the person started.
        participant: Whose result it is.
        metric: Code, as the terms of that day have it.
        achieved_on: The day, from the person's start until today.
        quantity: Days, or 1 for something that is achieved once at a time.
        actor: Who acts for the provider.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning: nothing can be recorded under the contract now.
        PersonOfAnotherContract: the person is none of this contract.
        ResultRefused: something else stands in the way; the error's code says what.
    """
    contract = lock_running(contract)
    if participant.contract_id != contract.pk or provider.contract_id != contract.pk:
        raise PersonOfAnotherContract(_("There is nobody with this pseudonym under this contract."))
    new = NewResult(metric, achieved_on, quantity, participant.pk)
    admission = Admission(contract=contract, provider=provider, today=today, participants=[participant.pk])
    _check(admission, new)
    event = OutcomeEvent.objects.create(
        contract=contract,
        provider=provider,
        participant=participant,
        metric=metric,
        achieved_on=achieved_on,
        quantity=quantity,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    note_event(event, provider, "bonds.result_recorded", actor=actor, at=at)
    return event


@transaction.atomic
def record_group_result(
    *,
    contract: OutcomesContract,
    provider: Party,
    cohort: str,
    metric: str,
    achieved_on: date,
    quantity: int = 1,
    measurement: Any = None,
    actor: Actor,
    at: datetime,
    today: date,
) -> OutcomeEvent:
    """Write down what was measured of a group, or given to one.

    Args:
        contract: Signed and not closed.
        provider: Who served the group.
        cohort: What the group is called, such as "cohort-1".
        metric: Code; of a result that is not each person's own.
        achieved_on: The day it is about.
        quantity: Units, 1 or more.
        measurement: For a formula: the JSON of `bonds.arithmetic.measurements.Measurement`.
        actor: Who acts for the provider.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning, ResultRefused: as `record_result`.
        MeasurementUnsound: the measurement cannot be read, or is missing; lists every problem.
    """
    contract = lock_running(contract)
    new = NewResult(metric, achieved_on, quantity, None, cohort.strip())
    admission = Admission(contract=contract, provider=provider, today=today, participants=())
    _check(admission, new)
    defined = admission.metric_on(metric, achieved_on)
    is_measured = defined is not None and defined.measure is Measure.FORMULA
    event = OutcomeEvent.objects.create(
        contract=contract,
        provider=provider,
        cohort=new.cohort,
        metric=metric,
        achieved_on=achieved_on,
        quantity=quantity,
        measurement=_read_measurement(measurement) if is_measured else {},
        recorded_by=actor.ref,
        recorded_at=at,
    )
    note_event(event, provider, "bonds.group_result_recorded", actor=actor, at=at)
    return event


@transaction.atomic
def withdraw_result(*, event: OutcomeEvent, reason: str, actor: Actor, at: datetime) -> EventWithdrawal:
    """Say that a result turned out not to be so. It stays in the record, and counts for nothing.

    Withdrawing twice changes nothing.

    Args:
        event: Not part of a claim.
        reason: Why, without names.
        actor: Who acts for the provider.
        at: Now.

    Raises:
        ReasonMissing: the record has to say why.
        ResultClaimed: it is part of a claim.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the result is withdrawn: the record keeps the reason."))
    lock_contract(event.contract_id)
    before = EventWithdrawal.objects.filter(event=event).first()
    if before is not None:
        return before
    if ClaimLine.objects.filter(event=event).exclude(state__in=_DEAD_LINES).exists():
        raise ResultClaimed(_("This result is part of a claim. Take the line out of the claim first."))
    withdrawal = EventWithdrawal.objects.create(
        event=event, reason=reason.strip(), withdrawn_by=actor.ref, withdrawn_at=at
    )
    note_event(event, event.provider, "bonds.result_withdrawn", actor=actor, at=at, reason=reason)
    return withdrawal


def lock_running(contract: OutcomesContract) -> OutcomesContract:
    """Lock a contract under which results are recorded.

    Raises:
        NotRunning: it is a draft, or closed.
    """
    locked = lock_contract(contract.pk)
    check_running(locked)
    return locked


def note_event(
    event: OutcomeEvent, provider: Party, action: str, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Write down who did something with a result."""
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=provider.organisation.public_id,
        subject=event.public_id,
        after={"metric": event.metric, "achieved_on": event.achieved_on.isoformat()},
        reason=reason[:200],
    )


def _read_measurement(data: Any) -> dict[str, Any]:
    """Read a measurement, after refusing half a character in it, which no answer and no database can hold."""
    text = json.dumps(data, ensure_ascii=False)
    if "\\u0000" in text or any(unicodedata.category(letter) == "Cs" for letter in text):
        problems = [{"at": "", "problem": _("There is a character in it that cannot be written.")}]
        raise MeasurementUnsound(_("The measurement cannot be read."), problems=problems)
    return write_measurement(read_measurement(data))


def _check(admission: Admission, new: NewResult) -> None:
    objection = admission.find_objection(new)
    if objection is not None:
        raise refusal_of(objection)
