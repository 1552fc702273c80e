"""A society whose treasurer records money, and whose director and second treasurer decide."""

from types import SimpleNamespace

import pytest

from foundation.registries import RECORDED_PURPOSES
from people.queries import actor_for_user
from tests.payments.recorded.support import Room
from tests.treasury.conftest import an_officer, house, visit

__all__ = ["house", "visit"]


@pytest.fixture
def desk(house) -> SimpleNamespace:
    """Everybody as actors."""
    house.people.second = an_officer(house.pub, "treasurer", "tom@example.org")
    actors = SimpleNamespace(
        **{name: actor_for_user(user, second_factor=True) for name, user in vars(house.people).items()}
    )
    return SimpleNamespace(pub=house.pub, shop=house.shop, book=house.book, people=house.people, actors=actors)


@pytest.fixture
def room(monkeypatch) -> Room:
    """A room above that waits for money under the purpose "test.invoice"."""
    made = Room()
    monkeypatch.setitem(RECORDED_PURPOSES._items, "test.invoice", made.as_purpose())
    return made
