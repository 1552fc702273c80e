"""A society whose treasurer, director and second treasurer write and decide journals; the limit is £100."""

from types import SimpleNamespace

import pytest

from people.queries import actor_for_user
from tests.ledger.support import AT
from tests.treasury.conftest import an_officer
from treasury.operations import journals


@pytest.fixture
def desk(house) -> SimpleNamespace:
    """Everybody as actors, with a limit that the director set."""
    house.people.second = an_officer(house.pub, "treasurer", "tom@example.org")
    actors = SimpleNamespace(
        **{name: actor_for_user(user, second_factor=True) for name, user in vars(house.people).items()}
    )
    journals.set_limit(organisation=house.pub, pence=10_000, reason="Board 7", actor=actors.director, at=AT)
    return SimpleNamespace(house=house, pub=house.pub, book=house.book, people=house.people, actors=actors)
