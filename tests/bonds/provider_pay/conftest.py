"""A contract whose holder and providers have officers, and browsers in which these are signed in."""

from __future__ import annotations

import pytest

from tests.bonds.claim_pages.conftest import Room
from tests.bonds.provider_pay.support import BOOKED_AT, claim_two, make_world
from tests.people.support import make_officer, sign_in


@pytest.fixture
def room(db: None, time_machine) -> Room:
    """Two results are accepted and nothing is booked; the holder's treasurer is at the desk."""
    time_machine.move_to(BOOKED_AT, tick=False)
    world = make_world()
    world.accept(claim_two(world))
    made = Room(world)
    made.users["holder"] = make_officer(world.contract.organisation, "treasurer", "tess@holder.example.org")
    return made


@pytest.fixture
def director(room: Room):
    """A browser of the holder's director."""
    return sign_in(make_officer(room.world.contract.organisation, "director", "dee@holder.example.org"))
