"""A signed contract whose parties have officers, and browsers in which these are signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bonds import operations
from people.models import Organisation, User
from tests.factories.bonds import CLAIMED_AT, HOLDER, ContractWorld, make_contract
from tests.people.support import make_officer, make_user, sign_in


@dataclass
class Room:
    """A contract as its parties see it on pages."""

    world: ContractWorld
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def slug(self, code: str) -> str:
        return self.world.parties[code].organisation.slug

    def as_(self, code: str) -> Client:
        """A browser of an officer of a party."""
        if code not in self.users:
            organisation: Organisation = self.world.parties[code].organisation
            self.users[code] = make_officer(organisation, email=f"{code}@example.org")
        if code not in self.clients:
            self.clients[code] = sign_in(self.users[code])
        return self.clients[code]

    def at(self, code: str, name: str, *more: object) -> str:
        """An address from the standpoint of a party."""
        return reverse(f"bonds:{name}", args=[self.slug(code), self.world.contract.reference, *more])

    def get(self, code: str, name: str, *more: object, **query: str):
        return self.as_(code).get(self.at(code, name, *more), query)

    def post(self, code: str, name: str, *more: object, **typed: object):
        return self.as_(code).post(self.at(code, name, *more), typed, follow=True)


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    """The day of the claim."""
    time_machine.move_to(CLAIMED_AT, tick=False)


@pytest.fixture
def room(db: None) -> Room:
    return Room(make_contract())


@pytest.fixture
def stranger(db: None) -> Client:
    """Somebody who is signed in and has no part in anything."""
    return sign_in(make_user("nobody@example.org"))


def vary(world: ContractWorld) -> None:
    """Begin a variation, so that parties and their roles can be changed."""
    operations.begin_variation(
        contract=world.contract, effective_on=date(2026, 4, 1), reason="Parties change.", actor=HOLDER, at=CLAIMED_AT
    )
