import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import Http404
from django.test import RequestFactory
from rest_framework.test import APIRequestFactory

from foundation import jobs, registries, views
from foundation.access import ALLOWED, ANONYMOUS, Actor
from foundation.api.jobs import JobView
from foundation.models import Job, JobState
from tests.foundation.things import ALICE, BOB, CAROL, NOON, STAFF


def start(total=4, key="batch/1", **given):
    standard = {"kind": "tests.certificates", "organisation": "org_pub", "actor": ALICE.ref}
    return jobs.start_job(**(standard | {"total": total, "key": key, "at": NOON} | given))


def page(actor, job, **headers):
    request = RequestFactory().get(f"/jobs/{job.public_id}/", headers=headers)
    request.actor = actor
    request.user = AnonymousUser()
    return views.job(request, public_id=job.public_id)


@pytest.mark.django_db
def test_job_is_started_once_for_its_key():
    first, again = start(), start(total=9)

    assert first.pk == again.pk
    assert (again.total, again.done, again.state) == (4, 0, JobState.RUNNING)


@pytest.mark.django_db
def test_count_only_rises_and_stops_at_the_total():
    job = start()
    seen = []
    for done in (2, 1, 3, 3, 99):
        jobs.advance_job(job_id=job.pk, done=done, at=NOON)
        job.refresh_from_db()
        seen.append((job.done, job.percent))

    assert seen == [(2, 50), (2, 50), (3, 75), (3, 75), (4, 100)]


@pytest.mark.django_db
def test_finished_job_is_whole_and_stays_as_it_is():
    job = start()

    jobs.finish_job(job_id=job.pk, at=NOON, result_path="/groups/pub/")
    jobs.finish_job(job_id=job.pk, at=NOON)
    jobs.fail_job(job_id=job.pk, at=NOON, failure="No.")
    jobs.advance_job(job_id=job.pk, done=1, at=NOON)

    job.refresh_from_db()
    assert (job.state, job.done, job.result_path, job.failure) == (JobState.FINISHED, 4, "/groups/pub/", "")


@pytest.mark.django_db
def test_failed_job_cannot_be_finished():
    job = start()
    jobs.fail_job(job_id=job.pk, at=NOON, failure="The template is broken.")

    with pytest.raises(jobs.JobEnded):
        jobs.finish_job(job_id=job.pk, at=NOON)

    job.refresh_from_db()
    assert (job.state, job.ended_at) == (JobState.FAILED, NOON)


@pytest.mark.django_db
def test_job_without_steps_is_whole_at_once():
    assert start(total=0).percent == 100


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (ALICE, True),
        (BOB, True),
        (CAROL, False),
        (STAFF, False),
        (ANONYMOUS, False),
        (Actor(ref="user:usr_bob", roles={"org_pub": frozenset({"treasurer"})}, second_factor=False), False),
        (Actor(ref=ALICE.ref), True),
    ],
)
def test_job_is_seen_by_its_starter_and_by_officers_with_a_second_factor(actor, allowed):
    assert bool(jobs.may_see_job(actor, start())) is allowed


@pytest.mark.django_db
def test_job_of_nobody_is_seen_by_nobody_else():
    job = start(organisation="", actor="anonymous")

    assert not jobs.may_see_job(ANONYMOUS, job)
    assert not jobs.may_see_job(BOB, job)


@pytest.mark.django_db
def test_kind_of_job_may_let_others_watch(monkeypatch):
    kind = registries.JobKind(title="Certificates", may_see=lambda actor, _job: ALLOWED if actor.is_staff else BOB)
    monkeypatch.setattr(registries.JOB_KINDS, "_items", {"tests.certificates": kind})

    assert jobs.may_see_job(STAFF, start())


@pytest.mark.django_db
def test_page_of_a_running_job_asks_again_with_and_without_javascript():
    job = start()
    jobs.advance_job(job_id=job.pk, done=1, at=NOON)

    content = page(ALICE, job).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in content
    assert 'hx-trigger="every 2s"' in content
    assert re.search(r"1\s+of\s+4 done", content)
    assert "style=" not in content


@pytest.mark.django_db
def test_page_of_an_ended_job_stops_asking_and_leads_to_the_outcome():
    job = start()
    jobs.finish_job(job_id=job.pk, at=NOON, result_path="/groups/pub/")

    content = page(ALICE, job).content.decode()

    assert "http-equiv" not in content
    assert "hx-get" not in content
    assert 'href="/groups/pub/"' in content


@pytest.mark.django_db
def test_htmx_gets_only_the_part_that_changes():
    content = page(ALICE, start(), HX_Request="true").content.decode()

    assert content.strip().startswith('<div id="job"')


@pytest.mark.django_db
def test_page_of_somebody_elses_job_is_not_there():
    with pytest.raises(Http404):
        page(CAROL, start())


@pytest.mark.django_db
@pytest.mark.parametrize(("actor", "status"), [(ALICE, 200), (CAROL, 404), (ANONYMOUS, 403)])
def test_api_tells_of_a_job_to_whoever_may_see_it(actor, status):
    job = start()
    jobs.advance_job(job_id=job.pk, done=3, at=NOON)
    request = APIRequestFactory().get("/api/v1/jobs/x/")
    request.actor = actor

    response = JobView.as_view(authentication_classes=[])(request, public_id=job.public_id)

    assert response.status_code == status
    if status == 200:
        assert response.data == {
            "id": job.public_id,
            "kind": "tests.certificates",
            "state": "running",
            "done": 3,
            "total": 4,
            "percent": 75,
            "failure": "",
            "result_path": "",
            "started_at": "2026-11-22T12:00:00Z",
            "ended_at": None,
        }


@pytest.mark.django_db
def test_key_needs_the_scope_to_read_jobs():
    job = start()
    request = APIRequestFactory().get("/api/v1/jobs/x/")
    request.actor = Actor(ref=ALICE.ref, user_id=1, scopes=frozenset({"offers:read"}))

    response = JobView.as_view(authentication_classes=[])(request, public_id=job.public_id)

    assert response.status_code == 403
    assert response.data["code"] == "api.scope_missing"
    assert response.data["facts"] == {"scope": "jobs:read"}


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_transaction_runs_and_stays_when_it_fails():
    job = start(total=40)
    seen = []

    def look():
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(_read_done, job.pk).result())

    def work():
        with jobs.report_progress(job_id=job.pk, at=NOON) as tell, transaction.atomic():
            for part in (1, 3, 2):
                tell(part, 4)
                look()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()

    assert seen == [10, 30, 30]
    job.refresh_from_db()
    assert (job.done, job.state) == (30, "running")


@pytest.mark.django_db(transaction=True)
def test_progress_waits_for_nobody():
    job = start(total=40)

    with transaction.atomic(), jobs.report_progress(job_id=job.pk, at=NOON) as tell:
        Job.objects.select_for_update().get(pk=job.pk)
        tell(1, 4)

    job.refresh_from_db()
    assert job.done == 0


@pytest.mark.django_db(transaction=True)
def test_progress_of_a_job_that_ended_changes_nothing():
    job = start()
    jobs.fail_job(job_id=job.pk, at=NOON, failure="No.")

    with jobs.report_progress(job_id=job.pk, at=NOON) as tell:
        tell(1, 4)

    job.refresh_from_db()
    assert (job.state, job.done) == ("failed", 0)


def _read_done(pk):
    try:
        return Job.objects.get(pk=pk).done
    finally:
        connection.close()
