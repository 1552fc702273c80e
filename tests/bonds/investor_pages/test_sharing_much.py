"""Sharing out where much that providers are due is booked first becomes a job, which does what was looked at."""

from __future__ import annotations

import pytest

from bonds.models import Distribution, ProviderDue, WaterfallRun
from bonds.operations import sharing_out
from foundation.models import Job, OutboxMessage
from tests.bonds.investor_books.support import RUN_AT, draw, spend

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_is_much(room, monkeypatch):
    draw(room.world, 110_000)
    spend(room.world, 70_000)
    monkeypatch.setattr(sharing_out, "LONG_COUNT", -1)


def begin(room):
    preview = room.post("treasurer", "investor-share-out", act="look", monthly_cost_pence="")
    seen = preview.context["seen"]
    return room.post("treasurer", "investor-share-out", act="confirm", seen=seen, follow=False)


def run() -> Job:
    sharing_out.run_sharing_out(payload=OutboxMessage.objects.get(topic=sharing_out.TOPIC).payload, at=RUN_AT)
    return Job.objects.get()


def test_the_page_leads_to_the_job_which_shares_out_once(room):
    answer = begin(room)
    before = WaterfallRun.objects.count()
    jobs = [run() for _time in range(2)]

    assert jobs[0].public_id in answer.headers["location"]
    assert before == 0
    assert [(one.state, one.result_path) for one in jobs] == [("finished", room.at("treasurer", "investors"))] * 2
    assert WaterfallRun.objects.get().distributed_pence == sum(one.pence for one in Distribution.objects.all()) > 0


def test_a_job_does_what_little_work_does_at_once(room, monkeypatch):
    begin(room)
    payload = OutboxMessage.objects.get(topic=sharing_out.TOPIC).payload
    run()
    by_job = list(Distribution.objects.order_by("place").values_list("stage", "party__code", "pence"))
    room.post("treasurer", "waterfall-withdraw", 1, reason="Once more.")
    monkeypatch.setattr(sharing_out, "LONG_COUNT", 2_000)

    begin(room)

    at_once = Distribution.objects.filter(run__number=2).order_by("place").values_list("stage", "party__code", "pence")
    assert payload["seen"]
    assert list(at_once) == by_job
    assert Job.objects.count() == 1


def test_a_job_whose_cash_moved_says_so_and_does_nothing(room, monkeypatch):
    begin(room)
    monkeypatch.setattr(sharing_out, "LONG_COUNT", 2_000)
    begin(room)
    before = (WaterfallRun.objects.count(), ProviderDue.objects.count())

    job = run()

    assert (job.state, bool(job.failure)) == ("failed", True)
    assert (WaterfallRun.objects.count(), ProviderDue.objects.count()) == before


def test_over_rest_the_answer_names_the_job(room):
    begun = room.api("treasurer", "contracts:read", "contracts:write").post("waterfall-runs")

    assert (begun.status_code, begun.headers["retry-after"], WaterfallRun.objects.count()) == (202, "2", 0)
    assert begun.json()["job"] == begun.headers["location"]
