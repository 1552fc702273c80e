"""A deal with a year behind it whose parties have officers, on the day of issue."""

from __future__ import annotations

import pytest

from tests.bonds.claim_pages.conftest import Room
from tests.bonds.investor_endings.keepers import Keepers
from tests.bonds.investor_reports.support import ISSUED_AT, a_year, accept_moves


@pytest.fixture
def room(db: None, time_machine) -> Room:
    """Pages of the deal; the year is made first, so that its days come in order."""
    world = a_year()
    accept_moves(world, 16)
    time_machine.move_to(ISSUED_AT, tick=False)
    return Keepers(world)
