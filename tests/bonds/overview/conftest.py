"""The story of `story`, with browsers and keys for its parties, on the last day of October."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from bonds import operations
from bonds.states import PartyRole
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.overview.story import tell
from tests.factories.bonds import HOLDER, make_organisation
from tests.people.support import make_user, sign_in

NOW = datetime(2025, 10, 31, 12, 0, tzinfo=UTC)


@pytest.fixture
def room(db: None, time_machine) -> Room:
    """The story as its parties see it on pages; an investor has joined."""
    world = tell().world
    contract = world.contract
    operations.begin_variation(
        contract=contract, effective_on=date(2026, 4, 1), reason="An investor joins.", actor=HOLDER, at=NOW
    )
    lender = operations.add_party(
        contract=contract, organisation=make_organisation("brightwater-lender"), code="lender", actor=HOLDER, at=NOW
    )
    operations.give_role(party=lender, role=PartyRole.INVESTOR, from_on=date(2025, 10, 1), actor=HOLDER, at=NOW)
    world.parties["lender"] = lender
    time_machine.move_to(NOW, tick=False)
    return Room(world)


@pytest.fixture
def stranger(db: None) -> Client:
    """Somebody who is signed in and has no part in anything."""
    return sign_in(make_user("nobody@example.org"))
