"""A signed contract whose holder has a treasurer and a director, with accepted results that wait to be invoiced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from bonds import operations
from bonds.models import Invoice
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claim_pages.test_api import Api
from tests.factories.bonds import HOLDER, make_contract
from tests.people.support import make_officer

ISSUED_AT = datetime(2025, 7, 15, 9, 0, tzinfo=UTC)
# Public bodies pay within thirty days: 13 August is the last of them.
LATE_AT = datetime(2025, 8, 20, 9, 0, tzinfo=UTC)
MOVED_ON = date(2025, 4, 10)


@dataclass
class Till(Room):
    """A contract with its books, as its parties see them on pages."""

    def accept(self, count: int = 1):
        """So many people moved in, and all of it was accepted: £500 each."""
        events = [self.world.make_event("moved_in", MOVED_ON, evidence="tenancy") for _ in range(count)]
        claim = self.world.submit(*events)
        self.world.accept(claim)
        return claim

    def issue(self) -> dict[str, Invoice]:
        """Issue what waits; by payer."""
        made = operations.issue_invoices(contract=self.world.contract, actor=HOLDER, at=ISSUED_AT)
        return {one.payer.code: one for one in made}

    def api(self, code: str, *scopes: str) -> Api:
        """A key of an officer of a party."""
        return Api(self, code, *scopes or ("contracts:read", "contracts:write", "claims:write", "payments:write"))


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    """The day of the invoices."""
    time_machine.move_to(ISSUED_AT, tick=False)


@pytest.fixture
def till(db: None) -> Till:
    till = Till(make_contract())
    holder = till.world.contract.organisation
    till.users["holder"] = make_officer(holder, role="treasurer", email="holder@example.org")
    till.users["director"] = make_officer(holder, role="director", email="director@example.org")
    till.world.parties["director"] = till.world.parties["holder"]
    return till
