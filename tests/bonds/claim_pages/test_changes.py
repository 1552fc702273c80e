"""Pages and REST of what changes a contract under way: results worked out again, run-off and closing."""

from __future__ import annotations

from datetime import date

import pytest

from bonds.models import ClaimLine, VersionAdjustment
from tests.bonds.adjusting.test_adjusting import DEARER, VARIED_AT
from tests.bonds.adjusting.test_adjusting import vary as vary_terms
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.closing.test_closing import AFTER_ALL, AFTER_SERVICE
from tests.factories.bonds import small_terms
from tests.people.support import make_officer, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def varied(room: Room, time_machine) -> Room:
    """One result was accepted at £500; a version that reaches back says £600."""
    world = room.world
    world.accept(world.submit(world.make_event("moved_in", date(2025, 5, 10), evidence="tenancy")))
    vary_terms(world, small_terms(tariffs=DEARER))
    time_machine.move_to(VARIED_AT, tick=False)
    return room


def as_role(room: Room, role: str):
    room.users["holder"] = make_officer(room.world.parties["holder"].organisation, role, email=f"{role}@example.org")
    room.clients["holder"] = sign_in(room.users["holder"])


def test_the_contract_says_that_a_version_reaches_back_and_the_page_shows_before_and_after(varied):
    assert "reaches back" in varied.get("northmoor", "contract").content.decode()
    assert "reaches back" not in varied.get("hearthside", "contract").content.decode()

    page = varied.get("northmoor", "adjustments").content.decode()

    assert "£500.00" in page
    assert "£600.00" in page
    assert "£100.00 more" in page
    assert "Work them out again" not in page
    assert varied.get("hearthside", "adjustments").status_code == 403
    assert not VersionAdjustment.objects.exists()


def test_the_treasurer_of_the_holder_has_them_worked_out_again(varied):
    as_role(varied, "treasurer")
    page = varied.post("holder", "adjustments").content.decode()

    assert "1 line was worked out again" in page
    assert "by version 2, 1 of 1 lines changed" in page
    assert ClaimLine.objects.get(origin="adjustment").result.net_pence == 60_000
    again = varied.post("holder", "adjustments").content.decode()
    assert "No version reaches back" in again
    assert VersionAdjustment.objects.count() == 1


def test_a_payer_and_a_secretary_do_not_carry_it_out(varied):
    assert varied.post("northmoor", "adjustments").status_code == 403
    as_role(varied, "secretary")
    assert varied.post("holder", "adjustments").status_code == 403
    assert not VersionAdjustment.objects.exists()


def test_the_end_of_a_contract_on_its_page(room, time_machine):
    as_role(room, "director")
    page = room.get("holder", "closing").content.decode()
    assert "Results count until 1 April 2029" in page
    assert "Begin the run-off" not in page
    assert "What is still to be done" not in room.get("southfell", "closing").content.decode()

    time_machine.move_to(AFTER_SERVICE, tick=False)
    room.clients["holder"] = sign_in(room.users["holder"])
    assert "Begin the run-off" in room.get("holder", "closing").content.decode()
    assert "in run-off now" in room.post("holder", "run-off").content.decode()
    assert "still to be done" in room.post("holder", "close").content.decode()

    time_machine.move_to(AFTER_ALL, tick=False)
    room.clients["holder"] = sign_in(room.users["holder"])
    assert "Close the contract" in room.get("holder", "closing").content.decode()
    assert "is closed" in room.post("holder", "close", reason="Done.").content.decode()
    room.world.contract.refresh_from_db()
    assert room.world.contract.state == "closed"
