"""A file of results is recorded as a whole or not at all, once."""

import tracemalloc
from datetime import date, timedelta

import pytest

from bonds.models import EvidenceItem, OutcomeEvent, Participant, Start
from bonds.operations import uploads as operations
from bonds.operations.errors import NotRunning
from bonds.operations.result_errors import UploadRefused
from bonds.operations.uploads import begin_upload, keep_upload, run_upload, upload_results
from bonds.queries.uploads import UploadMissing, check_upload, get_upload
from foundation.models import AuditEvent, Job, OutboxMessage
from tests.bonds.results.support import (
    AT,
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
from tests.factories.bonds import make_contract

pytestmark = pytest.mark.django_db

HEADER = "person,result,achieved_on,quantity,evidence,evidence_on,evidence_number\n"
GOOD = (
    HEADER + "P-0001,moved_in,2025-04-10,,tenancy,2025-04-09,T-1\n"
    "P-0002,moved_in,11/04/2025,,,,\nP-0001,work_days,2025-05-31,22,,,\n"
)


@pytest.fixture
def world():
    world = make_world()
    admit(world)
    admit(world, who=identifiers(given_names="Bea"))
    return world


def upload(world, text=GOOD, **more):
    facts = {"provider": world.provider, "actor": WORKER.ref, "at": AT, "today": TODAY}
    return upload_results(contract=world.contract, content=text.encode(), **facts | more)


def refused(world, text, **more):
    before = contents()
    with pytest.raises(UploadRefused) as error:
        upload(world, text, **more)
    assert contents() == before
    check = check_upload(
        contract=world.contract, provider=more.get("provider", world.provider), content=text.encode(), today=TODAY
    )
    assert [one._asdict() for one in check.problems] == error.value.facts["problems"]
    return {one["line"]: one["problem"] for one in error.value.facts["problems"]}


def test_a_file_is_recorded(world):
    check = check_upload(contract=world.contract, provider=world.provider, content=GOOD.encode(), today=TODAY)
    assert (check.rows, dict(check.by_metric), check.problems) == (3, {"moved_in": 2, "work_days": 1}, [])
    assert OutcomeEvent.objects.count() == 0

    done = upload(world)

    assert (done.results, done.replayed, done.batch) == (3, False, check.batch)
    found = OutcomeEvent.objects.order_by("pk").values_list(
        "participant__pseudonym", "metric", "achieved_on", "quantity", "batch"
    )
    assert list(found) == [
        ("P-0001", "moved_in", date(2025, 4, 10), 1, done.batch),
        ("P-0002", "moved_in", date(2025, 4, 11), 1, done.batch),
        ("P-0001", "work_days", date(2025, 5, 31), 22, done.batch),
    ]
    item = EvidenceItem.objects.get()
    assert (item.event.metric, item.kind, item.dated_on, item.reference) == (
        "moved_in", "tenancy", date(2025, 4, 9), "T-1"
    )  # fmt: skip
    assert AuditEvent.objects.get(action="bonds.results_uploaded").after == {"batch": done.batch, "results": 3}


def test_the_same_file_again_adds_nothing(world):
    first = upload(world)
    before = contents()

    again = upload(world)

    assert (again.batch, again.results, again.replayed) == (first.batch, 3, True)
    assert contents() == before
    check = check_upload(contract=world.contract, provider=world.provider, content=GOOD.encode(), today=TODAY)
    assert (check.recorded, check.problems) == (3, [])


def test_every_bad_row_is_listed_and_nothing_is_recorded(world):
    other = world.parties["lanternhouse"]
    admit(world, other)
    record(world, Participant.objects.get(pseudonym="P-0001"), provider=other)
    rows = [
        "P-0001,moved_in,2025-04-10,,,,",  # another provider has it
        "P-0002,moved_in,2025-04-11,,,,",
        "P-0002,moved_in,2025-04-12,,,,",  # twice in the file
        "P-0002,moved_in,2025-04-11,,,,",  # twice on one day
        "P-0002,flew,2025-04-11,,,,",
        "P-0002,assessed,2025-04-06,,,,",
        "P-0002,assessed,2025-07-08,,,,",
        "P-0009,assessed,2025-04-11,,,,",
        "P-0002,assessed,2025-04-11,,tenancy,,T-1",
        "P-0002,assessed,2025-04-11,2,,,",
        "P-0002,assessed,soon,,,,",
        "P-0002,stayed_3m,2025-07-07,,self_cert,2025-07-08,F-1",
    ]

    found = refused(world, HEADER + "\n".join(rows) + "\n")

    assert found == {
        2: "Another provider of this contract has recorded this result for this person already.",
        4: "This result is recorded for this person already.",
        5: "This result is recorded for this person already.",
        6: "The terms of that day pay for no result “flew”.",
        7: "The person started with you on 7 April 2025; 6 April 2025 is earlier.",
        8: "The day 8 July 2025 has not come yet.",
        9: "nobody with this pseudonym has started with you",
        10: "No rule of this result asks for “tenancy”.",
        11: "One person achieves this once at a time.",
        12: "a day is written as 2026-01-31 or 31/01/2026",
        13: "the day of the evidence has not come yet",
    }


def test_people_of_other_providers_are_nobody_here(world):
    other = world.parties["lanternhouse"]

    assert set(refused(world, GOOD, provider=other).values()) == {"nobody with this pseudonym has started with you"}


def test_more_bad_rows_than_are_listed_are_counted(world, monkeypatch):
    monkeypatch.setattr("bonds.queries.uploads.MOST_LISTED", 2)

    with pytest.raises(UploadRefused) as error:
        upload(world, HEADER + "P-0009,moved_in,2025-04-10,,,,\n" * 5)

    assert len(error.value.facts["problems"]) == 2
    assert error.value.facts["count"] == 5


def test_nothing_is_recorded_under_a_draft(world):

    draft = make_contract(wide_terms(), reference="saltmarsh", is_signed=False)
    before = contents()

    with pytest.raises(NotRunning):
        upload(draft)

    assert contents() == before


def begin(world, text=GOOD):
    file = keep_upload(provider=world.provider, content=text.encode(), name="results.csv", at=AT)
    return begin_upload(
        contract=world.contract, provider=world.provider, file=file, actor=WORKER.ref, at=AT, today=TODAY,
        result_path="/there/",
    )  # fmt: skip


def test_a_short_file_is_recorded_at_once(world):
    assert begin(world).results == 3
    assert Job.objects.count() == 0


def test_a_long_file_becomes_a_job(world, monkeypatch):
    monkeypatch.setattr(operations, "LONG_BYTES", 10)
    job = begin(world)
    assert (job.state, OutcomeEvent.objects.count()) == ("running", 0)
    payload = OutboxMessage.objects.get(topic=operations.TOPIC).payload

    run_upload(payload=payload, at=AT)
    run_upload(payload=payload, at=AT)

    job.refresh_from_db()
    assert (job.state, job.result_path, OutcomeEvent.objects.count()) == ("finished", "/there/", 3)


def test_a_job_says_why_a_file_is_refused(world, monkeypatch):
    monkeypatch.setattr(operations, "LONG_BYTES", 10)
    job = begin(world, GOOD.replace("P-0002", "P-0009"))

    run_upload(payload=OutboxMessage.objects.get(topic=operations.TOPIC).payload, at=AT)

    job.refresh_from_db()
    assert (job.state, "Line 3" in job.failure) == ("failed", True)
    assert OutcomeEvent.objects.count() == 0


def test_files_of_others_are_not_found(world):
    file = keep_upload(provider=world.provider, content=GOOD.encode(), name="results.csv", at=AT)

    assert get_upload(provider=world.provider, public_id=file.public_id) == file
    with pytest.raises(UploadMissing):
        get_upload(provider=world.parties["lanternhouse"], public_id=file.public_id)


def many_rows(world, people, rows):
    """A large file: many people, each with days in work on many days."""
    made = Participant.objects.bulk_create(
        Participant(
            contract=world.contract, pseudonym=f"P-{number:05}", identity_digest=f"{number:064x}", recorded_at=AT
        )
        for number in range(10, 10 + people)
    )
    Start.objects.bulk_create(
        Start(participant=one, provider=world.provider, started_on=STARTED_ON, recorded_at=AT) for one in made
    )
    days = [(STARTED_ON + timedelta(days=number)).isoformat() for number in range(rows // people)]
    return "".join(f"{one.pseudonym},work_days,{day},1,,,\n" for one in made for day in days)


def test_a_hundred_thousand_rows_with_one_bad_one_are_refused_by_line(world):
    rows = many_rows(world, 2_000, 100_000).splitlines(keepends=True)
    assert len(rows) == 100_000
    rows[76_543] = rows[76_543].replace("work_days", "work_dayz")
    text = HEADER + "".join(rows)
    before = contents()
    tracemalloc.start()

    with pytest.raises(UploadRefused) as error:
        upload(world, text)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.value.facts["problems"] == [
        {"line": 76_545, "problem": "The terms of that day pay for no result “work_dayz”."}
    ]
    assert contents() == before
    assert peak < 120_000_000
