"""Results are recorded as the terms of their day allow, once, by whom the person is with, and never changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from bonds import operations
from bonds.arithmetic.measurements import MeasurementUnsound
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import Metric, Tariff
from bonds.models import EventWithdrawal, OutcomeEvent
from bonds.operations.errors import NotRunning, ReasonMissing
from bonds.operations.result_errors import PersonOfAnotherContract, ResultClaimed, ResultRefused
from bonds.operations.results import record_group_result, withdraw_result
from bonds.queries.evidence import list_unclaimed
from bonds.queries.results import ResultMissing, get_result, results_of
from foundation.models import AuditEvent
from tests.bonds.results.support import (
    AT,
    MEASURED,
    STARTED_ON,
    TODAY,
    WORKER,
    admit,
    contents,
    identifiers,
    make_world,
    record,
    wide_terms,
)
from tests.factories.bonds import HOLDER, RUN_OFF_UNTIL, SERVICE_FROM, SERVICE_UNTIL, make_contract, sign_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def person(world):
    return admit(world).start.participant


def refused(world, person, metric="moved_in", **more):
    before = contents()
    with pytest.raises(ResultRefused) as error:
        record(world, person, metric, **more)
    assert contents() == before
    return error.value.code


def test_a_result_is_recorded(world, person):
    event = record(world, person)

    assert (event.metric, event.quantity, event.provider, event.participant) == (
        "moved_in", 1, world.provider, person
    )  # fmt: skip
    line = AuditEvent.objects.get(action="bonds.result_recorded")
    assert (line.actor, line.subject, line.after) == (
        WORKER.ref, event.public_id, {"metric": "moved_in", "achieved_on": "2025-04-10"}
    )  # fmt: skip
    assert list(results_of(contract=world.contract, provider=world.provider)) == [event]
    assert list(results_of(contract=world.contract, provider=world.parties["lanternhouse"])) == []
    with pytest.raises(ResultMissing):
        get_result(contract=world.contract, public_id=event.public_id, provider=world.parties["lanternhouse"])


def test_days_that_a_result_can_have(world, person):
    assert refused(world, person, achieved_on=STARTED_ON - timedelta(days=1)) == "bonds.before_start"
    assert refused(world, person, achieved_on=TODAY + timedelta(days=1)) == "bonds.result_in_future"
    assert refused(world, person, achieved_on=SERVICE_FROM - timedelta(days=1)) == "bonds.before_service"
    assert refused(world, person, achieved_on=RUN_OFF_UNTIL, today=RUN_OFF_UNTIL) == "bonds.after_run_off"
    last = RUN_OFF_UNTIL - timedelta(days=1)

    for on, today in ((STARTED_ON, TODAY), (TODAY, TODAY), (last, last)):
        assert record(world, person, "assessed", achieved_on=on, today=today).achieved_on == on


def test_results_that_the_terms_do_not_know(world, person):
    assert refused(world, person, "flew_to_the_moon") == "bonds.metric_unknown"
    assert refused(world, person, "less_crime") == "bonds.measured_in_groups"


@pytest.mark.parametrize(("metric", "quantity", "code"), [
    ("work_days", 0, "bonds.quantity_below_one"),
    ("work_days", -1, "bonds.quantity_below_one"),
    ("moved_in", 0, "bonds.quantity_below_one"),
    ("moved_in", 2, "bonds.quantity_not_one"),
])  # fmt: skip
def test_quantities_that_cannot_be(world, person, metric, quantity, code):
    assert refused(world, person, metric, quantity=quantity) == code


def test_days_are_counted(world, person):
    assert record(world, person, "work_days", quantity=1).quantity == 1
    assert record(world, person, "work_days", quantity=30, achieved_on=date(2025, 5, 31)).quantity == 30


def test_a_result_is_there_once_whoever_says_so(world, person):
    other = world.parties["lanternhouse"]
    admit(world, other)
    record(world, person)

    assert refused(world, person) == "bonds.result_recorded_already"
    assert refused(world, person, achieved_on=date(2025, 4, 11)) == "bonds.result_recorded_already"
    before = contents()
    with pytest.raises(ResultRefused) as error:
        record(world, person, provider=other)
    assert error.value.facts == {"had": 1, "by_us": False}
    assert "Another provider" in error.value.message
    assert "earthside" not in error.value.message
    assert contents() == before


def test_a_result_may_come_as_often_as_it_is_paid(world, person):
    for day in (10, 11, 12):
        record(world, person, "assessed", achieved_on=date(2025, 4, day))

    assert refused(world, person, "assessed", achieved_on=date(2025, 4, 13)) == "bonds.result_recorded_already"


def test_people_of_others_have_no_results_here(world, person):
    other = make_contract(wide_terms(), reference="saltmarsh")
    stranger = admit(other).start.participant
    before = contents()

    with pytest.raises(PersonOfAnotherContract):
        record(world, stranger)
    with pytest.raises(PersonOfAnotherContract):
        record(world, person, provider=other.provider)

    assert contents() == before
    assert refused(world, person, provider=world.parties["lanternhouse"]) == "bonds.not_started"


def test_nothing_is_recorded_under_a_draft():
    draft = make_contract(wide_terms(), is_signed=False)
    running = make_contract(wide_terms(), reference="saltmarsh")
    person = admit(running).start.participant
    before = contents()

    with pytest.raises(NotRunning):
        record(draft, person)

    assert contents() == before


def group(world, **more):
    facts = {
        "cohort": "cohort-1", "metric": "less_crime", "achieved_on": date(2025, 6, 30), "measurement": MEASURED,
        "provider": world.provider, "actor": WORKER, "at": AT, "today": TODAY,
    }  # fmt: skip
    return record_group_result(contract=world.contract, **facts | more)


def test_a_group_is_measured_once(world):
    event = group(world)

    assert (event.cohort, event.participant, event.measurement) == ("cohort-1", None, MEASURED)
    before = contents()
    with pytest.raises(ResultRefused) as again:
        group(world, achieved_on=date(2025, 7, 1))
    assert again.value.code == "bonds.result_recorded_already"
    for measurement in (None, {}, {"measured_on": "2025-06-30", "figures": {"days": 1}}):
        with pytest.raises(MeasurementUnsound) as unsound:
            group(world, cohort="cohort-2", measurement=measurement)
        assert unsound.value.facts["problems"]
    for more, code in [
        ({"cohort": " "}, "bonds.person_missing"),
        ({"metric": "moved_in"}, "bonds.person_missing"),
        ({"cohort": "cohort-2", "quantity": 0}, "bonds.quantity_below_one"),
    ]:
        with pytest.raises(ResultRefused) as refusal:
            group(world, **more)
        assert refusal.value.code == code
    assert contents() == before
    assert group(world, cohort="cohort-2").cohort == "cohort-2"


def withdraw(event, reason="Entered for the wrong person."):
    return withdraw_result(event=event, reason=reason, actor=WORKER, at=AT)


def test_a_withdrawn_result_leaves_room_for_the_same_day_and_any_other(world, person):
    event = record(world, person)

    withdrawal = withdraw(event)

    assert withdraw(event) == withdrawal
    assert EventWithdrawal.objects.count() == 1
    assert OutcomeEvent.objects.count() == 1
    assert AuditEvent.objects.get(action="bonds.result_withdrawn").reason == "Entered for the wrong person."
    again = record(world, person)
    assert (again.achieved_on, again.pk == event.pk) == (event.achieved_on, False)
    assert refused(world, person) == "bonds.result_recorded_already"
    withdraw(again)
    assert record(world, person, achieved_on=date(2025, 4, 11)).metric == "moved_in"


def test_the_database_refuses_a_second_result_of_a_day_while_the_first_stands(world, person):
    event = record(world, person)
    facts = {"contract": event.contract, "provider": event.provider, "participant": person, "metric": "moved_in"}
    facts |= {"achieved_on": event.achieved_on, "recorded_at": AT}

    with pytest.raises(IntegrityError, match="has this result on"), transaction.atomic():
        OutcomeEvent.objects.create(**facts)
    withdraw(event)
    with pytest.raises(IntegrityError, match="has this result on"), transaction.atomic():
        OutcomeEvent.objects.bulk_create([OutcomeEvent(**facts), OutcomeEvent(**facts)])
    OutcomeEvent.objects.create(**facts)

    assert OutcomeEvent.objects.count() == 2


def test_a_withdrawal_says_why(world, person):
    event = record(world, person)
    before = contents()

    with pytest.raises(ReasonMissing):
        withdraw(event, " ")

    assert contents() == before


def test_what_is_claimed_is_not_withdrawn_and_what_was_rejected_leaves_room(world, person):
    event = record(world, person)
    claim = world.submit(event)
    before = contents()
    with pytest.raises(ResultClaimed):
        withdraw(event)
    assert contents() == before
    assert refused(world, person, achieved_on=date(2025, 4, 11)) == "bonds.result_recorded_already"

    operations.reject_lines(
        claim=claim, lines=[one.public_id for one in claim.lines.all()], reason="No keys.", verifier=world.verifier,
        actor=WORKER, at=AT,
    )  # fmt: skip

    assert record(world, person, achieved_on=date(2025, 4, 11)).metric == "moved_in"
    assert withdraw(event).event == event


def test_the_terms_of_the_day_decide(world, person):
    """A variation brings in a result; before its day the old terms hold."""
    wide = wide_terms()
    more = {
        "metrics": (*wide.metrics, Metric(code="volunteered", name="Volunteered", test="Six hours a week.")),
        "tariffs": (*wide.tariffs, Tariff(metric="volunteered", price=10_000)),
    }
    operations.begin_variation(
        contract=world.contract, effective_on=date(2025, 6, 1), reason="More is paid for.", actor=HOLDER, at=AT
    )
    operations.write_terms(contract=world.contract, terms=write_terms(replace(wide, **more)), actor=HOLDER, at=AT)
    sign_all(world, operations.propose_version(contract=world.contract, actor=HOLDER, at=AT), at=AT)

    assert refused(world, person, "volunteered", achieved_on=date(2025, 5, 31)) == "bonds.metric_unknown"
    assert record(world, person, "volunteered", achieved_on=date(2025, 6, 1)).metric == "volunteered"


def test_two_people_with_one_name_on_other_days_are_two(world, person):
    other = admit(world, who=identifiers(born_on=date(2001, 5, 10))).start.participant
    record(world, person)

    assert record(world, other).participant == other


def test_service_ends_before_results_do(world):
    """Somebody who started on the last day of service may still achieve something in the run-off."""
    last = SERVICE_UNTIL - timedelta(days=1)
    person = admit(world, started_on=last, today=last).start.participant

    assert record(world, person, achieved_on=SERVICE_UNTIL, today=SERVICE_UNTIL).achieved_on == SERVICE_UNTIL


def test_a_rejected_result_that_is_claimed_again_counts_again(world, person):
    event = record(world, person)
    first = world.submit(event)
    operations.reject_lines(
        claim=first,
        lines=[one.public_id for one in first.lines.all()],
        reason="No keys.",
        verifier=world.verifier,
        actor=WORKER,
        at=AT,
    )
    assert [one.event for one in list_unclaimed(contract=world.contract, provider=world.provider, on=TODAY)] == [event]

    world.submit(event)

    assert list_unclaimed(contract=world.contract, provider=world.provider, on=TODAY) == []
    assert refused(world, person, achieved_on=date(2025, 4, 11)) == "bonds.result_recorded_already"
