"""Booking much becomes a job with progress: all of it or nothing, once, however often it is tried."""

from __future__ import annotations

import pytest

from bonds.models import ProviderAccrual, ProviderDue
from bonds.operations import provider_dues
from bonds.queries.provider_dues import count_unseen
from foundation.models import Job, OutboxMessage
from ledger import operations as ledger_operations
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.provider_pay.support import BOOKED_AT, book, claim_two, entry_count, make_world, owed, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_is_much(monkeypatch):
    monkeypatch.setattr(provider_dues, "LONG_COUNT", 1)


def message() -> OutboxMessage:
    return OutboxMessage.objects.get(topic=provider_dues.TOPIC)


def run() -> Job:
    provider_dues.run_booking(payload=message().payload, at=BOOKED_AT)
    return Job.objects.get()


def test_the_page_leads_to_the_job_which_books_once(room):
    answer = room.as_("holder").post(room.at("holder", "provider-pay"))
    before = (ProviderDue.objects.count(), entry_count(room.world))
    jobs = [run() for _time in range(2)]

    assert jobs[0].public_id in answer.headers["location"]
    assert before[0] == 0
    assert [(one.state, one.result_path) for one in jobs] == [("finished", room.at("holder", "provider-pay"))] * 2
    assert (ProviderAccrual.objects.count(), ProviderDue.objects.count()) == (1, 9)
    assert owed(room.world) == {"hearthside": 348_000, "lanternhouse": 180_000}


def test_who_asks_meanwhile_is_given_the_same_job(room):
    first, second = (room.as_("holder").post(room.at("holder", "provider-pay")) for _time in range(2))

    assert first.headers["location"] == second.headers["location"]
    assert (Job.objects.count(), OutboxMessage.objects.filter(topic=provider_dues.TOPIC).count()) == (1, 1)


def test_over_rest_the_answer_names_the_job(room):
    holder = Api(room, "holder", "contracts:read", "contracts:write", "jobs:read")

    begun = holder.post("provider-pay")
    waiting = holder.client.get(begun.json()["job"]).json()
    run()
    done = holder.client.get(begun.json()["job"]).json()

    assert (begun.status_code, begun.headers["retry-after"]) == (202, "2")
    assert begun.headers["location"] == begun.json()["job"]
    assert (waiting["state"], done["state"]) == ("running", "finished")


def test_a_worker_that_dies_leaves_nothing_and_is_tried_again(room, monkeypatch):
    room.as_("holder").post(room.at("holder", "provider-pay"))
    post, entries = ledger_operations.post, []

    def die(**facts):
        entries.append(facts["key"])
        if len(entries) == 2:
            raise RuntimeError("the machine stopped")
        return post(**facts)

    with monkeypatch.context() as patched:
        patched.setattr(ledger_operations, "post", die)
        with pytest.raises(RuntimeError):
            run()
    left = (ProviderAccrual.objects.count(), ProviderDue.objects.count(), owed(room.world), Job.objects.get().state)
    job = run()

    assert left == (0, 0, {}, "running")
    assert job.state == "finished"
    assert owed(room.world) == {"hearthside": 348_000, "lanternhouse": 180_000}


def test_what_somebody_else_booked_meanwhile_is_said_and_not_booked_again(room):
    room.as_("holder").post(room.at("holder", "provider-pay"))
    book(room.world)

    job = run()

    assert (job.state, job.failure) == ("failed", "All that providers are due by today is in the books already.")
    assert ProviderDue.objects.count() == 9


def test_little_is_booked_at_once(room, monkeypatch):
    monkeypatch.setattr(provider_dues, "LONG_COUNT", 2)

    room.as_("holder").post(room.at("holder", "provider-pay"))

    assert (Job.objects.count(), ProviderDue.objects.count()) == (0, 9)


def test_what_was_not_looked_at_is_counted():
    world = make_world()
    claim = claim_two(world)
    world.accept(claim)
    accepted = count_unseen(world.contract)
    book(world)
    booked = count_unseen(world.contract)
    take_back(world, claim, "moved_in")

    assert (accepted, booked, count_unseen(world.contract)) == (2, 0, 1)
