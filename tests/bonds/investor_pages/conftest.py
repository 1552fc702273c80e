"""A deal whose holder and investors have officers, and browsers and keys for them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse

from foundation.access import Actor
from payments.models import RecordedMoney
from payments.operations import approve_recorded
from people.models import Organisation, User
from people.operations import issue_key
from tests.bonds.investor_books.support import RUN_AT, RUN_ON, make_deal
from tests.factories.bonds import ContractWorld
from tests.people.support import make_officer, sign_in

KEEPERS = ("treasurer", "director", "secretary")


@dataclass
class Room:
    """A deal as its parties see it: "treasurer", "director", "secretary" are the holder's, others act for a party."""

    world: ContractWorld
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def organisation(self, who: str) -> Organisation:
        return self.world.parties["holder" if who in KEEPERS else who].organisation

    def user(self, who: str) -> User:
        if who not in self.users:
            role = who if who in KEEPERS else "secretary"
            self.users[who] = make_officer(self.organisation(who), role, email=f"{who}@example.org")
        return self.users[who]

    def as_(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = sign_in(self.user(who))
        return self.clients[who]

    def at(self, who: str, name: str, /, *more: object, room: str = "bonds") -> str:
        return reverse(f"{room}:{name}", args=[self.organisation(who).slug, self.world.contract.reference, *more])

    def get(self, who: str, name: str, /, *more: object, **query: str):
        return self.as_(who).get(self.at(who, name, *more), query)

    def post(self, who: str, name: str, /, *more: object, follow: bool = True, **typed: object):
        return self.as_(who).post(self.at(who, name, *more), typed, follow=follow)

    def api(self, who: str, *scopes: str) -> Api:
        return Api(self, who, scopes or ("contracts:read", "contracts:write", "payments:write"))


class Api:
    """A key of somebody."""

    def __init__(self, room: Room, who: str, scopes: tuple[str, ...]) -> None:
        key = issue_key(
            user=room.user(who), name="Tests", scopes=list(scopes), organisation=room.organisation(who),
            actor="system:tests", at=RUN_AT,
        )  # fmt: skip
        self.client = Client(headers={"authorization": f"Api-Key {key.secret}"})
        self.room, self.who = room, who

    def get(self, name: str, *more: object, **query: str):
        return self.client.get(self.room.at(self.who, name, *more, room="api"), query)

    def post(self, name: str, *more: object, **body: object):
        address = self.room.at(self.who, name, *more, room="api")
        return self.client.post(address, body, content_type="application/json")


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    """The day of the run."""
    time_machine.move_to(RUN_AT, tick=False)


@pytest.fixture
def room(db: None) -> Room:
    return Room(make_deal())


def let_in(record: RecordedMoney) -> None:
    """Somebody who asked for nothing on these pages agrees to recorded money."""
    other = Actor(ref="user:usr_other", user_id=10**9, second_factor=True)
    approve_recorded(record=record, actor=other, at=RUN_AT, today=RUN_ON)


def words(page) -> str:
    """What a page says, with single spaces."""
    import re

    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
