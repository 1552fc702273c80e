# ruff: noqa: T201  the long runs print their seeds
"""200 buyers at once for the last 50 shares, over HTTP, two web processes; the control run oversells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import shares as make
from tests.soak import buyers as race
from tests.soak.servers import Servers

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200)]
BUYERS = 200
LEFT = 50
SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    found = Servers(tmp_path_factory.mktemp("race"))
    try:
        found.start_standin()
        found.start_web("tests.soak.race_site:application")
        yield found
    finally:
        found.stop()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_shares_are_never_oversold(seed: int, site: Servers) -> None:
    offer = race.make_offer(left=LEFT, servers=site)
    buyers = race.make_buyers(offer, count=BUYERS, seed=seed)

    outcomes = race.all_press_pay(buyers, site)

    tries = max(buyer.tries for buyer in buyers)
    print(f"\nseed {seed}: {dict(outcomes)}, sold {race.count_sold(offer)} of {LEFT}, most tries {tries}")
    race.check_race(buyers, outcomes, offer, left=LEFT)
    assert race.count_sold(offer) == LEFT


@pytest.mark.breaks_invariants
def test_control_only_the_lock_keeps_them_from_being_oversold(site: Servers) -> None:
    sold = {}
    for name, headers in {"with": {"breath": "yes"}, "without": {"breath": "yes", "no_lock": "yes"}}.items():
        offer = race.make_offer(left=10, servers=site)
        buyers = race.make_buyers(offer, count=40, seed=SEEDS[0])
        race.all_press_pay(buyers, site, **headers)
        sold[name] = race.count_sold(make.reread_offer(offer))
    print(f"\nseed {SEEDS[0]}: sold of 10 with the lock {sold['with']}, without it {sold['without']}")
    assert sold["with"] <= 10 < sold["without"]
