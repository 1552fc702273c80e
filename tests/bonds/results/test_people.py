"""People come by pseudonym: recognised across providers, never kept by name, with the age and not the birthday."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from bonds.arithmetic.identities import UnreadableIdentifier
from bonds.models import Clock, Participant
from bonds.operations.errors import NotRunning
from bonds.operations.people import start_clock
from bonds.operations.result_errors import (
    ClockConflict,
    DayNotPossible,
    LadderUnknown,
    NotAPayer,
    NotAProvider,
    PersonOfAnotherContract,
    ReferralExists,
    ReferralNotYours,
    SubgroupUnknown,
)
from bonds.queries.people import PersonMissing, find_person, get_person, guarantee_standings, open_referrals, people_of
from bonds.states import ClockEvent
from foundation.models import AuditEvent
from tests.bonds.results.support import (
    AT,
    STARTED_ON,
    TODAY,
    WORKER,
    admit,
    contents,
    identifiers,
    make_world,
    refer,
    wide_terms,
)
from tests.factories.bonds import SERVICE_FROM, SERVICE_UNTIL, make_contract

pytestmark = pytest.mark.django_db


def test_somebody_new_gets_the_next_pseudonym_and_only_their_age_is_kept():
    world = make_world()

    first = admit(world, subgroups=["women", "under25"])
    second = admit(world, who=identifiers(given_names="Bea"))

    assert [one.start.participant.pseudonym for one in (first, second)] == ["P-0001", "P-0002"]
    assert (first.was_known, first.was_elsewhere) == (False, False)
    # Born on 9 May 2001, started on 7 April 2025: not yet 24.
    assert (first.start.age, first.start.subgroups) == (23, ["under25", "women"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concat((SELECT string_agg(p::text, ',') FROM bonds_participant p),"
            " (SELECT string_agg(s::text, ',') FROM bonds_start s),"
            " (SELECT string_agg(a::text, ',') FROM foundation_auditevent a))"
        )
        kept = cursor.fetchone()[0].lower()
    assert not [word for word in ("ada", "neill", "2001-05-09", "9 may") if word in kept]
    event = AuditEvent.objects.filter(action="bonds.person_started").first()
    assert (event.subject, event.organisation) == (first.start.public_id, world.provider.organisation.public_id)


@pytest.mark.parametrize(
    ("started_on", "age"), [(date(2025, 5, 8), 23), (date(2025, 5, 9), 24), (date(2025, 5, 10), 24)]
)
def test_the_age_changes_on_the_birthday(started_on, age):
    assert admit(make_world(), started_on=started_on).start.age == age


def test_the_same_person_is_recognised_by_another_provider_however_they_are_written():
    world = make_world()
    first = admit(world)

    otherwise = identifiers(given_names="ADA-MARÍA", family_name="o neill")
    again = admit(world, world.parties["lanternhouse"], who=otherwise)

    assert again.start.participant == first.start.participant
    assert (again.was_known, again.was_elsewhere) == (True, True)
    assert Participant.objects.count() == 1
    assert find_person(contract=world.contract, identifiers=identifiers()) == first.start.participant


def test_two_contracts_cannot_be_joined_by_what_they_keep():
    one, other = make_world(), make_contract(wide_terms(), reference="saltmarsh")

    digests = {admit(world).start.participant.identity_digest for world in (one, other)}

    assert len(digests) == 2


def test_a_secret_that_was_replaced_still_recognises(settings):
    world = make_world()
    first = admit(world)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-sufficient-length-" + "1" * 30

    assert admit(world, world.parties["lanternhouse"]).start.participant == first.start.participant


def test_the_same_start_again_changes_nothing_and_another_day_is_another_start():
    world = make_world()
    first = admit(world)
    before = contents()

    again = admit(world)

    assert (again.start, again.was_known, again.was_elsewhere) == (first.start, True, False)
    assert contents() == before
    assert admit(world, started_on=STARTED_ON + timedelta(days=1)).start != first.start


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"started_on": TODAY + timedelta(days=1)}, DayNotPossible),
        ({"started_on": SERVICE_FROM - timedelta(days=1)}, DayNotPossible),
        ({"started_on": SERVICE_UNTIL, "today": SERVICE_UNTIL}, DayNotPossible),
        ({"subgroups": ["men"]}, SubgroupUnknown),
        ({"who": identifiers(born_on=STARTED_ON + timedelta(days=1))}, DayNotPossible),
        ({"who": identifiers(born_on=date(1904, 4, 7))}, DayNotPossible),
        ({"who": identifiers(given_names="--")}, UnreadableIdentifier),
    ],
)
def test_a_start_that_cannot_be_is_refused_and_nothing_is_kept(more, error):
    world = make_world()
    before = contents()

    with pytest.raises(error) as refused:
        admit(world, **more)

    assert contents() == before
    assert not [word for word in ("Ada", "Neill", "2001", "1904") if word in refused.value.message]


def test_days_at_the_edges_are_taken():
    world = make_world()

    assert admit(world, started_on=SERVICE_FROM).start.started_on == SERVICE_FROM
    assert admit(world, started_on=TODAY).start.started_on == TODAY
    last = SERVICE_UNTIL - timedelta(days=1)
    assert admit(world, started_on=last, today=last).start.started_on == last
    oldest = identifiers(born_on=date(1905, 4, 6))
    assert admit(world, who=oldest, started_on=date(2025, 4, 6)).start.age == 120


def test_only_a_provider_admits_and_only_while_the_contract_runs():
    world = make_world()
    draft = make_contract(wide_terms(), reference="saltmarsh", is_signed=False)
    before = contents()

    with pytest.raises(NotAProvider):
        admit(world, world.verifier)
    with pytest.raises(NotAProvider):
        admit(world, draft.provider)
    with pytest.raises(NotRunning):
        admit(draft)

    assert contents() == before


def test_referrals_lead_to_starts():
    world = make_world()
    referral = refer(world)
    assert refer(world) == referral
    assert open_referrals(contract=world.contract, provider=world.provider) == [referral]

    start = admit(world, referral=referral).start

    assert start.referral == referral
    assert open_referrals(contract=world.contract, provider=world.provider) == []
    before = contents()
    with pytest.raises(ReferralNotYours, match="already"):
        admit(world, who=identifiers(given_names="Bea"), referral=referral)
    late = refer(world, "R-2", referred_on=STARTED_ON + timedelta(days=1))
    with pytest.raises(ReferralNotYours, match="after the start"):
        admit(world, who=identifiers(given_names="Bea"), referral=late)
    with pytest.raises(ReferralNotYours, match="another provider"):
        admit(world, world.parties["lanternhouse"], who=identifiers(given_names="Bea"), referral=late)
    assert contents() == before | {"Referral": 2, "AuditEvent": before["AuditEvent"] + 1}


def test_referrals_that_cannot_be_are_refused():
    world = make_world()
    refer(world)
    before = contents()

    with pytest.raises(ReferralExists):
        refer(world, provider=world.parties["lanternhouse"])
    with pytest.raises(ReferralExists):
        refer(world, referred_on=date(2025, 4, 3))
    with pytest.raises(DayNotPossible):
        refer(world, "R-2", referred_on=TODAY + timedelta(days=1))
    with pytest.raises(NotAPayer):
        refer(world, "R-2", commissioner=world.verifier)
    with pytest.raises(NotAProvider):
        refer(world, "R-2", provider=world.verifier)

    assert contents() == before


@pytest.mark.parametrize(
    ("count", "too_few", "too_many", "compensation"),
    [(0, 3, 0, 90_000), (2, 1, 0, 30_000), (3, 0, 0, 0), (4, 0, 0, 0), (5, 0, 1, 0)],
)
def test_referrals_stand_against_their_guarantee(count, too_few, too_many, compensation):
    world = make_world()
    for number in range(count):
        refer(world, f"R-{number}")
    refer(world, "another provider", provider=world.parties["lanternhouse"])
    refer(world, "the day after", referred_on=date(2025, 7, 1))

    (standing,) = guarantee_standings(contract=world.contract, on=date(2025, 7, 1))
    (before_the_end,) = guarantee_standings(contract=world.contract, on=date(2025, 6, 30))

    assert (standing.came, standing.too_few, standing.too_many) == (count, too_few, too_many)
    assert (standing.is_over, standing.compensation_pence) == (True, compensation)
    assert (before_the_end.is_over, before_the_end.compensation_pence) == (False, 0)
    assert guarantee_standings(contract=world.contract, on=SERVICE_FROM - timedelta(days=1)) == []


def clock(world, person, started_on, event=ClockEvent.START, **more):
    facts = {"provider": world.provider, "ladder": "home", "actor": WORKER, "at": AT, "today": TODAY}
    return start_clock(contract=world.contract, participant=person, started_on=started_on, event=event, **facts | more)


def test_a_clock_starts_and_starts_again():
    world = make_world()
    person = admit(world).start.participant

    first = clock(world, person, STARTED_ON)
    again = clock(world, person, date(2025, 5, 1), ClockEvent.RESTART)

    assert clock(world, person, STARTED_ON) == first
    found = list(Clock.objects.values_list("started_on", "event"))
    assert found == [(STARTED_ON, "start"), (date(2025, 5, 1), "restart")]
    assert again.recorded_by == WORKER.ref


def test_clocks_that_cannot_be_are_refused():
    world = make_world()
    person = admit(world).start.participant
    other = make_contract(wide_terms(), reference="saltmarsh")
    stranger = admit(other).start.participant
    with pytest.raises(ClockConflict):
        clock(world, person, STARTED_ON, ClockEvent.RESTART)
    clock(world, person, date(2025, 5, 1))
    before = contents()

    for error, more in [
        (ClockConflict, {"started_on": date(2025, 6, 1)}),
        (ClockConflict, {"started_on": date(2025, 4, 30), "event": ClockEvent.RESTART}),
        (DayNotPossible, {"started_on": STARTED_ON - timedelta(days=1)}),
        (DayNotPossible, {"started_on": TODAY + timedelta(days=1), "event": ClockEvent.RESTART}),
        (LadderUnknown, {"started_on": date(2025, 6, 1), "ladder": "work"}),
        (PersonOfAnotherContract, {"started_on": date(2025, 6, 1), "provider": world.parties["lanternhouse"]}),
        (PersonOfAnotherContract, {"started_on": date(2025, 6, 1), "person": stranger}),
    ]:
        with pytest.raises(error):
            clock(world, more.pop("person", person), **more)

    assert contents() == before


def test_a_provider_sees_its_own_people_only():
    world = make_world()
    person = admit(world).start.participant

    assert list(people_of(contract=world.contract, provider=world.provider)) == [person]
    assert list(people_of(contract=world.contract, provider=world.parties["lanternhouse"])) == []
    assert list(people_of(contract=world.contract, provider=None)) == [person]
    with pytest.raises(PersonMissing):
        get_person(contract=world.contract, pseudonym="P-0001", provider=world.parties["lanternhouse"])


@pytest.mark.parametrize("table", ["participant", "referral", "start", "clock", "outcomeevent", "evidenceitem"])
def test_facts_cannot_be_changed_by_the_application(table):
    world = make_world()
    admit(world, referral=refer(world))

    for statement in (f"UPDATE bonds_{table} SET public_id = 'x'", f"DELETE FROM bonds_{table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
