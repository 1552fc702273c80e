"""Where a version reaches back to many lines, a worker finds out what changes before anybody can say yes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from bonds import operations
from bonds.models import AdjustmentPreview, ClaimLine, Clawback, LineResult, OutcomesContract, VersionAdjustment
from bonds.operations import adjusting_long
from bonds.operations.errors import AdjustmentUnseen, NothingToAdjust
from bonds.queries import adjusting as adjusting_queries
from bonds.queries import adjustment_previews
from bonds.queries.adjustment_previews import look_at_adjustments
from bonds.states import LineState
from foundation.models import AuditEvent, Job, OutboxMessage
from tests.bonds.adjusting.test_adjusting import DEARER, MAY, VARIED_AT, accepted, same_again, vary
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.investor_endings.keepers import Keepers
from tests.bonds.invoices.test_invoicing import balances
from tests.factories.bonds import DECIDED_AT, HOLDER, PROVIDER, small_terms

pytestmark = pytest.mark.django_db
LATER = VARIED_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    """A line in May is reached back to: that is more than is worked out for a page here."""
    for module in (adjustment_previews, adjusting_long):
        monkeypatch.setattr(module, "LOOKED_AT_ONCE", 0)
    monkeypatch.setattr(adjusting_long, "LONG_COUNT", 0)


@pytest.fixture
def world():
    made = accepted()
    vary(made, small_terms(tariffs=DEARER))
    return made


@pytest.fixture
def room(world, time_machine) -> Room:
    time_machine.move_to(VARIED_AT, tick=False)
    return Keepers(world)


def begin(world, at=VARIED_AT):
    return operations.begin_adjustment(contract=world.contract, actor=HOLDER, at=at, result_path="/there/")


def find_out(world, at=VARIED_AT):
    return operations.preview_adjustment(contract=world.contract, actor=HOLDER, at=at)


def accept_another(world):
    world.accept(world.submit(world.make_event("moved_in", date(2025, 8, 20), evidence="tenancy"), at=LATER), at=LATER)


def run_last(topic, run):
    run(payload=OutboxMessage.objects.filter(topic=topic).last().payload, at=VARIED_AT)


def test_what_changes_is_kept_and_nothing_happens(world):
    before = balances()

    made = find_out(world)

    assert (made.looked_at_count, made.changed_count, made.change_pence, made.disputed_count) == (1, 1, 10_000, 0)
    line = ClaimLine.objects.get(event__achieved_on=MAY)
    assert made.changes == [
        {
            "line": line.public_id, "metric": "moved_in", "person": line.event.participant.pseudonym, "cohort": "",
            "on": "2025-05-10", "version_before": 1, "version_after": 2, "before_pence": 50_000, "after_pence": 60_000,
        }
    ]  # fmt: skip
    assert (made.through_run, made.through_clawback) == (1, 0)
    audited = AuditEvent.objects.get(action="bonds.adjustment_previewed")
    assert audited.after == {"version": 2, "lines": 1, "change_pence": 10_000}
    assert balances() == before
    assert not VersionAdjustment.objects.exists()


def test_many_are_not_worked_out_for_a_page_and_not_adjusted_unseen(world, monkeypatch):
    monkeypatch.setattr(adjustment_previews, "find_changes", lambda _contract: pytest.fail("somebody would wait"))
    found = look_at_adjustments(world.contract)

    assert (found.looked_at, found.changed, found.changes, found.preview) == (1, None, (), None)
    with pytest.raises(AdjustmentUnseen):
        begin(world)
    assert not Job.objects.exists()
    assert not Clawback.objects.exists()


def test_once_it_was_found_out_it_can_be_done(world):
    find_out(world)
    found = look_at_adjustments(world.contract)
    assert (found.changed, found.pence, [one.pence for one in found.changes]) == (1, 10_000, [10_000])

    job = begin(world)
    run_last("bonds.adjustment", adjusting_long.run_adjustment)

    job.refresh_from_db()
    assert job.state == "finished"
    assert VersionAdjustment.objects.get().change_pence == 10_000
    assert look_at_adjustments(world.contract).looked_at == 0
    same_again(world)


def test_what_is_accepted_before_the_worker_comes_stops_it(world):
    find_out(world)
    job = begin(world)
    accept_another(world)

    run_last("bonds.adjustment", adjusting_long.run_adjustment)

    job.refresh_from_db()
    assert (job.state, job.failure[:41]) == ("failed", "Have it worked out first what would chang")
    assert not VersionAdjustment.objects.exists()
    assert not Clawback.objects.exists()


def test_it_holds_until_something_is_accepted_taken_back_disputed_or_signed(world):
    def holds() -> bool:
        return look_at_adjustments(world.contract).preview is not None

    find_out(world)
    accept_another(world)
    assert not holds()

    find_out(world)
    assert holds()
    vary(world, small_terms(), at=LATER)
    assert not holds()

    find_out(world)
    assert holds()
    line = ClaimLine.objects.get(event__achieved_on=MAY)
    operations.raise_dispute(
        line=line, party=world.parties["northmoor"], reason="Was it May?", actor=PROVIDER, at=DECIDED_AT
    )
    assert not holds()


def test_taken_back_it_holds_no_longer(world):
    april = ClaimLine.objects.exclude(event__achieved_on=MAY).get()
    find_out(world)
    operations.take_back_lines(
        claim=april.claim, lines=[april.public_id], reason="No flat.", verifier=world.verifier, actor=HOLDER, at=LATER
    )

    assert look_at_adjustments(world.contract).preview is None


def test_where_nothing_is_reached_back_to_there_is_nothing_to_find_out():
    world = accepted()

    with pytest.raises(NothingToAdjust):
        operations.begin_adjustment_preview(contract=world.contract, actor=HOLDER, at=VARIED_AT, result_path="/there/")
    with pytest.raises(NothingToAdjust):
        find_out(world)
    assert not AdjustmentPreview.objects.exists()
    assert not Job.objects.exists()


def test_pages_find_out_first_then_show_and_then_do_it(room):
    before = room.get("holder", "adjustments").content.decode()
    payer = room.get("northmoor", "adjustments").content.decode()
    begun = room.as_("holder").post(room.at("holder", "adjustments"), {"act": "preview"})
    job = Job.objects.get()
    run_last("bonds.adjustment_preview", adjusting_long.run_adjustment_preview)
    job.refresh_from_db()
    after = room.get("holder", "adjustments").content.decode()
    done = room.as_("holder").post(room.at("holder", "adjustments"), {})

    assert "Find out what changes" in before
    assert "Work them out again" not in before
    assert "Find out what changes" not in payer
    assert job.public_id in begun.headers["location"]
    assert (job.state, job.done, job.result_path) == ("finished", 1, room.at("holder", "adjustments"))
    assert "£100.00" in after
    assert "Work them out again" in after
    assert "Find out what changes" not in after
    assert Job.objects.exclude(pk=job.pk).get().public_id in done.headers["location"]


def test_unseen_the_page_says_what_to_do(room):
    page = room.post("holder", "adjustments").content.decode()

    assert "Have it worked out first what would change" in page
    assert not Job.objects.exists()


def test_the_same_over_rest(room):
    api = Api(room, "holder", "contracts:read", "contracts:write")
    unseen = api.post("contract-adjustments")
    before = api.get("contract-adjustments").json()
    begun = api.post("contract-adjustments-preview")
    run_last("bonds.adjustment_preview", adjusting_long.run_adjustment_preview)
    after = api.get("contract-adjustments").json()

    assert (unseen.status_code, unseen.json()["code"]) == (409, "bonds.adjustment_unseen")
    assert (before["looked_at_count"], before["changed_count"], before["previewed_at"]) == (1, None, None)
    assert (begun.status_code, begun.json()) == (202, {"job": f"/api/v1/jobs/{Job.objects.get().public_id}/"})
    assert (after["changed_count"], after["change_pence"]) == (1, 10_000)
    assert after["previewed_at"] is not None
    assert after["changes"][0]["after_pence"] == 60_000


def test_long_work_says_how_far_it_is(world, monkeypatch):
    monkeypatch.setattr(adjusting_queries, "TOLD_EVERY", 1)
    told = []
    operations.adjust_lines(
        contract=OutcomesContract.objects.get(pk=world.contract.pk),
        actor=HOLDER.ref,
        at=VARIED_AT,
        tell=lambda done, whole: told.append((done, whole)),
    )

    assert told == [(0, 3), (2, 3), (3, 3)]
    assert set(LineResult.objects.values_list("line__state", flat=True)) == {
        LineState.VALIDATED.value,
        LineState.CLAWED_BACK.value,
    }


def test_what_was_found_out_is_never_changed(world):
    made = find_out(world)

    for statement in ("UPDATE bonds_adjustmentpreview SET change_pence = 0", "DELETE FROM bonds_adjustmentpreview"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    made.refresh_from_db()
    assert made.change_pence == 10_000
