"""Evidence is kept once for all payers, and what is missing is said before the time to claim is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bonds.arithmetic.terms import EvidenceRule
from bonds.models import EvidenceItem
from bonds.operations.evidence import NewFile, add_evidence, read_evidence_file
from bonds.operations.people import start_clock
from bonds.operations.result_errors import (
    DayNotPossible,
    EvidenceEmpty,
    EvidenceNotAskedFor,
    PersonOfAnotherContract,
    ResultWithdrawn,
)
from bonds.operations.results import withdraw_result
from bonds.queries.evidence import EvidenceMissing, evidence_of, get_evidence, list_unclaimed
from bonds.states import ClockEvent
from foundation.files import FileEmpty, FileTypeRefused, read_file
from foundation.models import AuditEvent, StoredFile
from tests.bonds.results.support import AT, STARTED_ON, TODAY, WORKER, admit, contents, make_world, record, wide_terms
from tests.factories.bonds import make_contract, small_terms

pytestmark = pytest.mark.django_db

PDF = NewFile(b"%PDF-1.4 a tenancy", "Tenancy.pdf")


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def person(world):
    return admit(world).start.participant


def add(world, event=None, kind="tenancy", **more):
    facts = {
        "provider": world.provider, "dated_on": date(2025, 4, 10), "reference": "T-1", "actor": WORKER, "at": AT,
        "today": TODAY,
    }  # fmt: skip
    return add_evidence(contract=world.contract, event=event, kind=kind, **facts | more)


def look(world, on=TODAY, provider=None):
    return list_unclaimed(contract=world.contract, provider=provider or world.provider, on=on)


def test_a_file_is_kept_by_its_hash_and_in_private(world, person):
    event = record(world, person)

    item = add(world, event, reference="", file=PDF, is_redacted=True)

    assert (item.event, item.participant, item.is_redacted) == (event, person, True)
    assert read_file(item.file) == PDF.content
    assert item.file.organisation == world.provider.organisation.public_id
    line = AuditEvent.objects.get(action="bonds.evidence_added")
    assert line.after == {"kind": "tenancy", "sha256": item.file.sha256, "of": event.public_id}
    assert evidence_of(event) == [item]
    assert read_evidence_file(item=item, organisation="org_x", actor=WORKER, at=AT) == item.file
    assert AuditEvent.objects.get(action="bonds.evidence_read").subject == item.public_id


def test_one_file_may_show_two_results(world, person):
    two = [record(world, person), record(world, person, "stayed_3m", achieved_on=TODAY)]

    items = [add(world, two[0], file=PDF), add(world, two[1], "landlord_letter", file=PDF)]

    assert items[0].file == items[1].file
    assert StoredFile.objects.count() == 1


def test_the_same_evidence_again_changes_nothing(world, person):
    event = record(world, person)
    item = add(world, event)
    before = contents()

    assert add(world, event) == item
    assert contents() == before


def test_evidence_that_cannot_be_is_refused(world, person):
    event = record(world, person)
    other = make_contract(wide_terms(), reference="saltmarsh")
    stranger = admit(other).start.participant
    gone = record(world, person, "assessed")
    withdraw_result(event=gone, reason="It was not so.", actor=WORKER, at=AT)
    gone.refresh_from_db()
    before = contents()

    for error, more in [
        (EvidenceNotAskedFor, {"kind": "selfie"}),
        (EvidenceNotAskedFor, {"kind": "landlord_letter"}),
        (DayNotPossible, {"dated_on": TODAY + timedelta(days=1)}),
        (EvidenceEmpty, {"reference": "  "}),
        (FileEmpty, {"file": NewFile(b"", "a.pdf")}),
        (FileTypeRefused, {"file": NewFile(b"MZ\x90\x00", "a.exe")}),
        (FileTypeRefused, {"file": NewFile(b"%PDF-1.4", "a.png")}),
        (PersonOfAnotherContract, {"provider": world.parties["lanternhouse"]}),
        (PersonOfAnotherContract, {"provider": other.provider}),
        (PersonOfAnotherContract, {"event": None, "participant": stranger}),
        (PersonOfAnotherContract, {"event": None}),
        (ResultWithdrawn, {"event": gone}),
    ]:
        with pytest.raises(error):
            add(world, **{"event": event} | more)

    assert contents() == before
    assert StoredFile.objects.count() == 0


def test_what_is_missing_and_until_when(world, person):
    event = record(world, person)

    (row,) = look(world)

    assert (row.event, row.name, row.is_complete, row.is_late) == (event, "Moved in", False, False)
    assert [tuple(one) for one in row.missing] == [("", ("tenancy",))]
    # Twenty working days after the quarter that ended on 30 June 2025.
    assert (row.deadline.last_on, row.days_left) == (date(2025, 7, 28), 21)
    add(world, event)
    assert look(world)[0].is_complete
    assert look(world, provider=world.parties["lanternhouse"]) == []


@pytest.mark.parametrize(("on", "left", "is_late"), [
    (date(2025, 7, 27), 1, False), (date(2025, 7, 28), 0, False), (date(2025, 7, 29), -1, True),
])  # fmt: skip
def test_the_last_day_to_claim(world, person, on, left, is_late):
    record(world, person)

    (row,) = look(world, on)

    assert (row.days_left, row.is_late) == (left, is_late)


def test_what_is_claimed_or_withdrawn_misses_nothing(world, person):
    claimed, withdrawn = record(world, person), record(world, person, "assessed")
    withdraw_result(event=withdrawn, reason="It was not so.", actor=WORKER, at=AT)

    world.submit(claimed)

    assert look(world) == []


def test_ladders_say_what_is_in_the_way(world, person):
    stay = record(world, person, "stayed_3m", achieved_on=TODAY)
    add(world, stay, "self_cert")

    def start(on, event=ClockEvent.START):
        start_clock(
            contract=world.contract, provider=world.provider, participant=person, ladder="home", started_on=on,
            event=event, actor=WORKER, at=AT, today=TODAY,
        )  # fmt: skip

    found = []
    for act in (
        lambda: None, lambda: start(STARTED_ON), lambda: record(world, person),
        lambda: start(STARTED_ON + timedelta(days=1), ClockEvent.RESTART),
    ):  # fmt: skip
        act()
        row = next(one for one in look(world) if one.event == stay)
        found.append((row.obstacle, row.obstacle_until, row.is_complete))

    assert found == [
        ("no_clock", "", False),
        ("rung_missing", "", False),
        ("", "", True),
        ("too_early", "2025-07-08", False),
    ]


def world_with(rule, by_payer=None):
    plain = small_terms()

    first = replace(plain.metrics[0], evidence=rule, evidence_by_payer=by_payer or {}, most=3)
    return make_contract(replace(plain, metrics=(first, plain.metrics[1])))


def kinds(world):
    return [[tuple(part) for part in row.missing] for row in look(world)]


def test_payers_that_ask_otherwise_are_served_by_one_upload():
    either = EvidenceRule(any_of=(EvidenceRule(kind="tenancy"), EvidenceRule(kind="licence")))
    both = EvidenceRule(all_of=(EvidenceRule(kind="tenancy"), EvidenceRule(kind="photo")))
    world = world_with(either, {"topup": both})
    event = record(world, admit(world).start.participant)

    assert kinds(world) == [[
        ("northmoor", ("tenancy|licence",)), ("southfell", ("tenancy|licence",)), ("topup", ("tenancy", "photo")),
    ]]  # fmt: skip
    add(world, event)
    assert kinds(world) == [[("topup", ("photo",))]]
    add(world, event, "photo")
    assert kinds(world) == [[]]


def test_letters_alternate_with_self_certification():
    rule = EvidenceRule(alternating=(EvidenceRule(kind="landlord_letter"), EvidenceRule(kind="self_cert")))
    world = world_with(rule)
    person = admit(world).start.participant
    days = [date(2025, 5, day) for day in (3, 1, 2)]
    for on in days:
        record(world, person, achieved_on=on)

    by_day = {row.event.achieved_on.day: row.missing[0].kinds for row in look(world)}

    assert by_day == {1: ("landlord_letter",), 2: ("self_cert",), 3: ("landlord_letter",)}


@pytest.mark.parametrize(("count", "missing"), [(1, []), (2, []), (3, [("", ("too_many:sighting",))])])
def test_sightings_up_to_the_tolerance(count, missing):
    world = world_with(EvidenceRule(kind="sighting", most=2))
    person = admit(world).start.participant
    record(world, person, achieved_on=date(2025, 5, 1))
    for number in range(count):
        add(world, None, "sighting", participant=person, reference=f"S-{number}")
    # After the day of the result it speaks against nothing.
    add(world, None, "sighting", participant=person, reference="later", dated_on=date(2025, 5, 2))

    assert kinds(world) == [missing]
    assert EvidenceItem.objects.filter(event=None).count() == count + 1


def test_evidence_of_others_is_not_found(world, person):
    item = add(world, record(world, person))

    assert get_evidence(contract=world.contract, public_id=item.public_id, provider=world.provider) == item
    assert get_evidence(contract=world.contract, public_id=item.public_id, provider=None) == item
    with pytest.raises(EvidenceMissing):
        get_evidence(contract=world.contract, public_id=item.public_id, provider=world.parties["lanternhouse"])
    other = make_contract(wide_terms(), reference="saltmarsh")
    with pytest.raises(EvidenceMissing):
        get_evidence(contract=other.contract, public_id=item.public_id, provider=None)


def test_the_person_is_not_met_by_the_other_provider_through_evidence(world, person):
    """A person whom two providers know: what one handed in for its own result is not the other's to see."""
    other = world.parties["lanternhouse"]
    admit(world, other)
    ours = [
        add(world, record(world, person)),
        add(world, None, "tenancy", participant=person, file=PDF),
    ]

    for item in ours:
        with pytest.raises(EvidenceMissing):
            get_evidence(contract=world.contract, public_id=item.public_id, provider=other)
        assert get_evidence(contract=world.contract, public_id=item.public_id, provider=world.provider) == item
