"""Many buyers at once for the last shares, over HTTP against two web processes and the stand-in for Stripe.

The long form, with 200 buyers and several seeds, is in tests/soak.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.soak import buyers as race
from tests.soak.servers import Servers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("site")]
BUYERS = 40
LEFT = 10
SEED = 7
TRIES = 5


@pytest.fixture(autouse=True)
def clock() -> None:
    """The other processes live in the present, and so do these tests."""


@pytest.fixture(scope="module")
def servers(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    found = Servers(tmp_path_factory.mktemp("race"))
    try:
        found.start_standin()
        found.start_web("tests.soak.race_site:application")
        yield found
    finally:
        found.stop()


def test_the_last_shares_are_never_oversold(servers: Servers) -> None:
    offer = race.make_offer(left=LEFT, servers=servers)
    buyers = race.make_buyers(offer, count=BUYERS, seed=SEED)

    outcomes = race.all_press_pay(buyers, servers)

    race.check_race(buyers, outcomes, offer, left=LEFT)


@pytest.mark.breaks_invariants
def test_control_without_the_lock_they_are_oversold(servers: Servers) -> None:
    sold = LEFT
    # On a busy machine the buyers may come one after the other by chance; a lost lock shows within a few tries.
    for turn in range(TRIES):
        offer = race.make_offer(left=LEFT, servers=servers)
        buyers = race.make_buyers(offer, count=BUYERS // 2, seed=SEED + turn)
        race.all_press_pay(buyers, servers, breath="yes", no_lock="yes")
        sold = race.count_sold(offer)
        if sold > LEFT:
            break

    assert sold > LEFT
