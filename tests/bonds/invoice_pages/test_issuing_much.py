"""Issuing long invoices becomes a job with progress: all of them or none, once, however often it is tried."""

from __future__ import annotations

import pytest

from bonds.models import Invoice, InvoiceLine
from bonds.operations import invoicing, issuing
from foundation.models import Job, OutboxMessage
from tests.bonds.invoice_pages.conftest import ISSUED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_is_much(monkeypatch):
    monkeypatch.setattr(issuing, "LONG_COUNT", 1)


def run() -> Job:
    issuing.run_issuing(payload=OutboxMessage.objects.get(topic=issuing.TOPIC).payload, at=ISSUED_AT)
    return Job.objects.get()


def issued() -> list[tuple[str, int, int]]:
    return sorted((one.payer.code, one.net_pence, one.lines.count()) for one in Invoice.objects.all())


ALL = [("northmoor", 50_000, 2), ("southfell", 30_000, 2), ("topup", 20_000, 2)]


def test_the_page_leads_to_the_job_which_issues_once(till):
    till.accept(2)

    answer = till.as_("holder").post(till.at("holder", "invoices-issue"))
    before = (Invoice.objects.count(), Job.objects.get().total)
    jobs = [run() for _time in range(2)]

    assert jobs[0].public_id in answer.headers["location"]
    assert before == (0, 6)
    assert [(one.state, one.done, one.result_path) for one in jobs] == [
        ("finished", 6, till.at("holder", "invoices"))
    ] * 2
    assert issued() == ALL


def test_who_asks_meanwhile_is_given_the_same_job(till):
    till.accept(2)

    first, second = (till.as_("holder").post(till.at("holder", "invoices-issue")) for _time in range(2))

    assert first.headers["location"] == second.headers["location"]
    assert (Job.objects.count(), OutboxMessage.objects.filter(topic=issuing.TOPIC).count()) == (1, 1)


def test_over_rest_the_answer_names_the_job(till):
    till.accept(2)
    holder = till.api("holder", "contracts:read", "contracts:write", "jobs:read")

    begun = holder.post("invoice-list")
    run()
    done = holder.client.get(begun.json()["job"]).json()

    assert (begun.status_code, begun.headers["retry-after"]) == (202, "2")
    assert (done["state"], done["done"]) == ("finished", 6)
    assert issued() == ALL


def test_a_worker_that_dies_leaves_nothing_and_is_tried_again(till, monkeypatch):
    till.accept(2)
    till.as_("holder").post(till.at("holder", "invoices-issue"))

    def die(*_args, **_facts):
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as patched:
        patched.setattr(invoicing, "publish", die)
        with pytest.raises(RuntimeError, match="the machine stopped"):
            run()
    left = (Invoice.objects.count(), InvoiceLine.objects.count(), Job.objects.get().state)
    job = run()

    assert left == (0, 0, "running")
    assert (job.state, issued()) == ("finished", ALL)


def test_what_somebody_else_issued_meanwhile_is_said_and_not_issued_again(till):
    till.accept(2)
    till.as_("holder").post(till.at("holder", "invoices-issue"))
    till.issue()

    job = run()

    assert (job.state, job.failure) == ("failed", "Nothing was accepted since the last invoices.")
    assert issued() == ALL


def test_little_is_issued_at_once(till, monkeypatch):
    monkeypatch.setattr(issuing, "LONG_COUNT", 6)
    till.accept(2)

    till.as_("holder").post(till.at("holder", "invoices-issue"))

    assert (Job.objects.count(), issued()) == (0, ALL)
