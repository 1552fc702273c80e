"""A sample in which many lines do not stand is closed by a worker."""

from __future__ import annotations

import pytest

from bonds import operations
from bonds.models import ClaimLine, Overpayment, SampleClosing
from bonds.operations import closing_samples
from foundation.models import Job, OutboxMessage
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.claim_pages.test_samples import LATER, draw, find, make_room
from tests.factories.bonds import VERIFIER

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(db, time_machine):
    room = make_room(10)
    time_machine.move_to(LATER, tick=False)
    return room


@pytest.fixture(autouse=True)
def one_is_many(monkeypatch):
    monkeypatch.setattr(closing_samples, "LONG_LINES", 0)


def run_job(times: int = 1) -> Job:
    payload = OutboxMessage.objects.get(topic=closing_samples.TOPIC).payload
    for _time in range(times):
        closing_samples.run_sample_closing(payload=payload, at=LATER)
    return Job.objects.get()


def test_on_the_page_a_worker_closes_it_once(paid):
    sample = draw(paid)
    find(paid, sample, True, False)

    answer = paid.as_("plumbline").post(paid.at("plumbline", "sample-close", sample.number))
    before = SampleClosing.objects.exists()
    job = run_job(times=2)

    assert job.public_id in answer.headers["location"]
    assert not before
    assert (job.state, job.total, job.done, job.result_path) == (
        "finished", 1, 1, paid.at("plumbline", "sample", sample.number),
    )  # fmt: skip
    assert SampleClosing.objects.get().invalid_count == 1
    assert ClaimLine.objects.filter(state="clawed_back").count() == 1
    assert sum(Overpayment.objects.filter(source=sample.public_id).values_list("pence", flat=True)) == 180_000


def test_over_rest_the_answer_names_the_job(paid):
    sample = draw(paid)
    find(paid, sample, True, False)

    begun = Api(paid, "plumbline").post("contract-sample-closing", sample.number)

    assert (begun.status_code, begun.json()) == (202, {"job": f"/api/v1/jobs/{Job.objects.get().public_id}/"})
    assert not SampleClosing.objects.exists()


def test_where_all_stands_nobody_waits_for_a_worker(paid):
    sample = draw(paid)
    find(paid, sample, True, True)

    page = paid.post("plumbline", "sample-close", sample.number).content.decode()

    assert "Closed. Those concerned have been told by mail." in page
    assert not Job.objects.exists()


def test_what_stands_in_the_way_is_said_before_a_job_begins_or_when_it_ends(paid):
    sample = draw(paid)
    find(paid, sample, True, False)
    paid.post("plumbline", "sample-close", sample.number)
    operations.close_sample(sample=sample, verifier=paid.world.verifier, actor=VERIFIER, at=LATER)

    again = Api(paid, "plumbline").post("contract-sample-closing", sample.number)
    job = run_job()

    assert (again.status_code, again.json()["code"]) == (409, "bonds.sample_closed")
    assert (job.state, job.failure) == ("failed", "This sample has been closed.")
    assert SampleClosing.objects.count() == 1
