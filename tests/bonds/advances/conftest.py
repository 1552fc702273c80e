"""A contract with advances, as its parties see it on pages."""

from __future__ import annotations

import pytest

from tests.bonds.advances.support import PAID_AT, make_world
from tests.bonds.invoice_pages.conftest import Till
from tests.people.support import make_officer


@pytest.fixture
def till(db: None, time_machine) -> Till:
    time_machine.move_to(PAID_AT, tick=False)
    till = Till(make_world())
    holder = till.world.contract.organisation
    till.users["holder"] = make_officer(holder, role="treasurer", email="holder@example.org")
    return till
