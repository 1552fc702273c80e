"""Accepting all that waits and misses nothing: counted and summed first, and exactly what was looked at."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connections

from bonds import operations
from bonds.models import ClaimLine, LineResult, OutcomesContract
from bonds.operations import accepting
from bonds.operations.errors import WaitingChanged
from bonds.queries import waiting as waiting_queries
from bonds.queries.waiting import preview_waiting
from core.errors import DomainError
from foundation.models import Job, OutboxMessage
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.claim_pages.test_size import count_queries
from tests.bonds.invoices.test_invoicing import balances
from tests.factories.bonds import CLAIMED_AT, VERIFIER

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)


def submit(room, count: int = 1, evidence: str = "tenancy"):
    return room.world.submit(*[room.world.make_event("moved_in", MOVED_ON, evidence=evidence) for _ in range(count)])


def look(room, **more):
    return preview_waiting(contract=room.world.contract, verifier=room.world.verifier, **more)


def accept(room, digest):
    return operations.accept_waiting(
        contract=room.world.contract, digest=digest, verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT
    )


def test_everything_complete_is_counted_summed_and_accepted(room):
    first = submit(room, 2)
    submit(room, 1, evidence="")
    second = submit(room, 3)
    queried, aside, _third = second.lines.select_related("claim")
    operations.query_line(line=queried, text="Why?", verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT)
    operations.flag_line(line=aside, reason="Odd", verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT)

    shown = room.get("plumbline", "accept-waiting")
    page = shown.content.decode()
    waiting = shown.context["waiting"]
    done = room.post("plumbline", "accept-waiting", digest=waiting.digest, note="All seen").content.decode()

    assert (waiting.count, waiting.net, waiting.incomplete, waiting.aside, waiting.queried) == (3, 150_000, 1, 1, 1)
    assert [(one.claim.number, len(one.lines)) for one in waiting.claims] == [(first.number, 2), (second.number, 1)]
    assert "£1,500.00" in page
    assert "one line that misses evidence" in page
    assert "3 lines are accepted." in done
    states = list(ClaimLine.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["validated", "validated", "submitted", "queried", "flagged", "validated"]
    assert balances() == {"1110": 150_000, "4000": -120_000, "4010": -30_000}


def test_the_sum_that_is_shown_is_what_is_earned_where_caps_run_over_claims(room):
    person = room.world.make_person()
    room.world.submit(room.world.make_event("moved_in", MOVED_ON, person, "tenancy"))
    room.world.submit(room.world.make_event("stayed_3m", date(2025, 7, 1), person, "landlord_letter"))
    waiting = look(room)

    accept(room, waiting.digest)

    assert (waiting.net, waiting.cut) == (180_000, 20_000)
    assert sum(LineResult.objects.values_list("net_pence", flat=True)) == 180_000


def test_what_came_in_meanwhile_is_not_accepted_unseen(room):
    submit(room)
    seen = look(room).digest
    submit(room)

    page = room.post("plumbline", "accept-waiting", digest=seen, note="kept words").content.decode()
    with pytest.raises(WaitingChanged):
        accept(room, seen)

    assert "Other lines wait now than those you looked at." in page
    assert "kept words" in page
    assert f'value="{look(room).digest}"' in page
    assert set(ClaimLine.objects.values_list("state", flat=True)) == {"submitted"}
    assert balances() == {}


def test_much_becomes_a_job_with_progress(room, monkeypatch):
    monkeypatch.setattr(accepting, "LONG_LINES", 2)
    submit(room, 3)

    answer = room.as_("plumbline").post(room.at("plumbline", "accept-waiting"), {"digest": look(room).digest})
    job = Job.objects.get()
    waiting = ClaimLine.objects.filter(state="submitted").count()
    message = OutboxMessage.objects.get(topic=accepting.TOPIC)
    for _time in range(2):
        accepting.run_acceptance(payload=message.payload, at=CLAIMED_AT)
    job.refresh_from_db()

    assert job.public_id in answer.headers["location"]
    assert waiting == 3
    assert (job.state, job.result_path) == ("finished", room.at("plumbline", "claims"))
    assert ClaimLine.objects.filter(state="validated").count() == 3


class TestMoreThanAThousand:
    """Lines are looked at a thousand at a time; here two."""

    @pytest.fixture(autouse=True)
    def two_at_a_time(self, monkeypatch):
        monkeypatch.setattr(waiting_queries, "MOST_LINES", 2)

    def test_the_oldest_are_looked_at_first_and_accepted_alone(self, room):
        submit(room, 3)
        submit(room, 1)

        waiting = look(room)
        page = room.get("plumbline", "accept-waiting").content.decode()
        accept(room, waiting.digest)

        assert (waiting.count, waiting.net, waiting.later) == (2, 100_000, 2)
        assert waiting.last == ClaimLine.objects.order_by("pk")[1].public_id
        assert "2 more lines wait behind them." in page
        states = list(ClaimLine.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["validated", "validated", "submitted", "submitted"]
        rest = look(room)
        assert (rest.count, rest.later, rest.last) == (2, 0, "")
        assert [one.claim.number for one in rest.claims] == [1, 2]

    def test_of_one_claim_the_first_achieved_come_first_as_in_a_run(self, room):
        late, soon, same = (
            room.world.make_event("moved_in", on, evidence="tenancy")
            for on in (date(2025, 4, 12), MOVED_ON, date(2025, 4, 12))
        )
        lines = {line.event_id: line for line in room.world.submit(late, soon, same).lines.all()}

        first = look(room)
        second = look(room, after=first.last)

        assert set(first.claims[0].lines) == {lines[soon.pk].public_id, lines[late.pk].public_id}
        assert second.claims[0].lines == (lines[same.pk].public_id,)

    def test_lines_that_miss_evidence_do_not_hide_those_behind_them(self, room):
        submit(room, 2, evidence="")
        submit(room, 2)
        submit(room, 1)

        first = room.get("plumbline", "accept-waiting")
        waiting = first.context["waiting"]
        link = f"?after={waiting.last}"
        page = room.as_("plumbline").get(room.at("plumbline", "accept-waiting") + link)
        behind = page.context["waiting"]
        done = room.post("plumbline", "accept-waiting", digest=behind.digest, after=waiting.last).content.decode()

        assert (waiting.count, waiting.incomplete, waiting.later) == (0, 2, 3)
        assert link in first.content.decode()
        assert (behind.count, behind.incomplete, behind.later) == (2, 0, 1)
        assert 'href="?"' in page.content.decode()
        assert "2 lines are accepted." in done
        states = list(ClaimLine.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["submitted", "submitted", "validated", "validated", "submitted"]

    def test_the_same_over_rest_and_by_a_job(self, room, monkeypatch):
        monkeypatch.setattr(accepting, "LONG_LINES", 1)
        submit(room, 4)
        api = Api(room, "plumbline")
        first = api.get("claims-waiting").json()
        behind = api.get("claims-waiting", after=first["last"]).json()

        begun = api.post("claims-waiting", digest=behind["digest"], after=first["last"])
        accepting.run_acceptance(payload=OutboxMessage.objects.get(topic=accepting.TOPIC).payload, at=CLAIMED_AT)

        assert (first["count"], first["later"], behind["count"], behind["later"]) == (2, 2, 2, 0)
        assert begun.status_code == 202
        states = list(ClaimLine.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["submitted", "submitted", "validated", "validated"]

    def test_those_behind_are_another_job_than_the_oldest(self, room, monkeypatch):
        monkeypatch.setattr(accepting, "LONG_LINES", 1)
        submit(room, 4)
        first = look(room)
        behind = look(room, after=first.last)

        for digest, after in ((first.digest, ""), (behind.digest, first.last), (behind.digest, first.last)):
            room.as_("plumbline").post(room.at("plumbline", "accept-waiting"), {"digest": digest, "after": after})
        assert Job.objects.count() == 2
        for message in OutboxMessage.objects.filter(topic=accepting.TOPIC).order_by("pk"):
            accepting.run_acceptance(payload=message.payload, at=CLAIMED_AT)

        assert set(Job.objects.values_list("state", flat=True)) == {"finished"}
        assert set(ClaimLine.objects.values_list("state", flat=True)) == {"validated"}

    @pytest.mark.parametrize("after", ["cln_nothing", "\0", "x" * 41])
    def test_from_a_line_that_is_not_there_nothing_is_looked_at(self, room, after):
        submit(room)

        page = room.as_("plumbline").get(room.at("plumbline", "accept-waiting"), {"after": after})
        digest = look(room).digest
        posted = room.as_("plumbline").post(room.at("plumbline", "accept-waiting"), {"after": after, "digest": digest})
        rest = Api(room, "plumbline").get("claims-waiting", after=after)

        assert page.status_code == 404
        assert posted.status_code == 404
        assert rest.status_code in {400, 404}
        assert ClaimLine.objects.get().state == "submitted"


def test_a_job_whose_lines_changed_says_so_and_accepts_nothing(room, monkeypatch):
    monkeypatch.setattr(accepting, "LONG_LINES", 2)
    submit(room, 3)
    room.post("plumbline", "accept-waiting", digest=look(room).digest)
    submit(room)

    accepting.run_acceptance(payload=OutboxMessage.objects.get(topic=accepting.TOPIC).payload, at=CLAIMED_AT)

    job = Job.objects.get()
    assert (job.state, "Other lines wait now" in job.failure) == ("failed", True)
    assert set(ClaimLine.objects.values_list("state", flat=True)) == {"submitted"}


@pytest.mark.parametrize("code", ["hearthside", "northmoor", "holder"])
def test_nobody_but_the_verifier(room, code):
    submit(room)

    pages = [room.get(code, "accept-waiting"), room.as_(code).post(room.at(code, "accept-waiting"), {})]
    rest = [Api(room, code).get("claims-waiting"), Api(room, code).post("claims-waiting", digest=look(room).digest)]

    assert {answer.status_code for answer in (*pages, *rest)} == {403}
    assert ClaimLine.objects.get().state == "submitted"


def test_the_same_over_rest(room):
    submit(room, 2)
    api = Api(room, "plumbline")

    shown = api.get("claims-waiting").json()
    wrong = api.post("claims-waiting", digest="0" * 64)
    done = api.post("claims-waiting", digest=shown["digest"]).json()

    assert (shown["count"], shown["net_pence"]) == (2, 100_000)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "bonds.waiting_changed")
    assert done == {"lines": 2, "claims": 1, "job": ""}


def test_the_preview_asks_no_more_for_many_lines_of_a_claim(room):
    submit(room)
    accept(room, look(room).digest)
    submit(room, 2)
    room.get("plumbline", "claims")
    few = count_queries(lambda: room.get("plumbline", "accept-waiting"))
    accept(room, look(room).digest)
    submit(room, 12)

    assert count_queries(lambda: room.get("plumbline", "accept-waiting")) == few


def both_accept(room, digest):
    """Two officers accept what both have looked at, each on a connection of its own; what came of it."""
    start, results = threading.Barrier(2), []

    def run():
        try:
            start.wait(20)
            results.append(accept(room, digest))
        except DomainError as refused:
            results.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(type(one).__name__ for one in results)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever has looked at what waits waits a moment for a second one; says whether each met one."""
    barrier, met = threading.Barrier(2), []
    original = accepting.preview_waiting

    def preview(**asked):
        waiting = original(**asked)
        try:
            barrier.wait(2)
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        return waiting

    monkeypatch.setattr(accepting, "preview_waiting", preview)
    return met


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_accept_once(room, meeting):
    submit(room, 2)

    assert both_accept(room, look(room).digest) == ["AcceptedAll", "WaitingChanged"]
    assert meeting == [False, False], "the second one came past the lock before the first was done"
    assert LineResult.objects.count() == 2
    assert balances() == {"1110": 100_000, "4000": -80_000, "4010": -20_000}


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_take_what_they_see_for_what_waits(room, meeting, monkeypatch):
    """The test above would see a lost lock: the second one is then refused line by line, and not as a whole."""
    submit(room, 2)
    read = OutcomesContract.objects.select_related("organisation")
    monkeypatch.setattr(accepting, "lock_contract", lambda pk: read.get(pk=pk))

    assert both_accept(room, look(room).digest) == ["AcceptedAll", "WrongState"]
    assert meeting == [True, True]
    assert LineResult.objects.count() == 2
