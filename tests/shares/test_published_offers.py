"""The published terms of three real offers go through the whole job.

Terms: Bledington shop 2018, Plumstead shop 2018 and Low Carbon Gordano 2015, as published (sources: financedocbox
79570604; readkong.com, Plumstead Community Shop offer; abcdocz.com/doc/1409168). The applications are SYNTHETIC: who
applied and for how much is made up, except that Gordano's 175 applications sum to the 970,000 pounds it raised.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from core.splitting import allocate
from documents.models import Document
from shares import operations, queries
from shares.models import RegisterEntry
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Published:
    """What an offer document said, in whole pounds, and the synthetic applications."""

    place: str
    registration_number: str
    nominal: int
    minimum: int
    optimum: int
    maximum: int
    smallest: int
    largest: int
    applications: tuple[int, ...]


def _synthetic(*, total: int, count: int, smallest: int, largest: int, step: int, seed: int) -> tuple[int, ...]:
    """Made-up applications of whole steps that sum to a total, each within the holdings of the offer."""
    dice = random.Random(seed)
    spare = allocate(total // step - count * (smallest // step), [dice.randint(1, 100) for _ in range(count)])
    amounts = tuple(smallest + part * step for part in spare)
    assert sum(amounts) == total
    assert all(smallest <= amount <= largest for amount in amounts)
    return amounts


OFFERS = {
    "bledington-2018": Published(
        place="Bledington",
        registration_number="7801",
        nominal=10,
        minimum=50_000,
        optimum=60_000,
        maximum=75_000,
        smallest=10,
        largest=12_000,
        applications=_synthetic(total=61_230, count=60, smallest=10, largest=12_000, step=10, seed=2018),
    ),
    "plumstead-2018": Published(
        place="Plumstead",
        registration_number="7822",
        nominal=1,
        minimum=100_000,
        optimum=125_000,
        maximum=150_000,
        smallest=100,
        largest=10_000,
        applications=_synthetic(total=131_313, count=80, smallest=100, largest=10_000, step=1, seed=2018),
    ),
    # The published target is one figure; a maximum above it let the offer raise 970,000.
    "gordano-2015": Published(
        place="Low Carbon Gordano",
        registration_number="31920R",
        nominal=10,
        minimum=923_000,
        optimum=923_000,
        maximum=1_000_000,
        smallest=500,
        largest=100_000,
        applications=_synthetic(total=970_000, count=175, smallest=500, largest=100_000, step=10, seed=2015),
    ),
}


def _open(published: Published):
    society = make.make_society(
        number=published.registration_number,
        maximum_holding=make.pounds(100_000),
        minimum_holding=make.pounds(published.nominal),
    )
    return make.open_offer(
        society=society,
        title=f"{published.place}: synthetic applications",
        terms=make.Terms(
            nominal=make.pounds(published.nominal),
            minimum=make.pounds(published.minimum),
            optimum=make.pounds(published.optimum),
            maximum=make.pounds(published.maximum),
            smallest=make.pounds(published.smallest),
            largest=make.pounds(published.largest),
        ),
    )


@pytest.mark.parametrize("name", OFFERS)
def test_a_published_offer_goes_from_its_terms_to_its_register(name):
    published = OFFERS[name]
    offer = _open(published)
    total_pence = sum(published.applications) * 100

    for amount in published.applications:
        make.paid(offer, amount // published.nominal)
    raised = queries.raised_so_far(offer)
    make.closed_offer(offer)
    batch = make.allot(offer)
    make.drive("shares.issue_certificates", at=make.AFTER)

    assert (raised.cleared_pence, raised.applications, raised.members) == (
        total_pence,
        len(published.applications),
        len(published.applications),
    )
    assert raised.is_minimum_reached
    assert raised.shares_left == (published.maximum - sum(published.applications)) // published.nominal
    assert batch.number_of_shares * published.nominal == sum(published.applications)
    assert make.balance(offer, "3000") == total_pence
    assert make.balance(offer, "2150") == 0
    register = queries.register_of_members(society=offer.society, on=make.AFTER.date())
    assert [row.paid_pence for row in register] == [amount * 100 for amount in published.applications]
    assert list(RegisterEntry.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, len(published.applications) + 1)
    )
    assert Document.objects.filter(kind="share_certificate").count() == len(published.applications)


def test_gordano_raised_what_it_published():
    published = OFFERS["gordano-2015"]

    assert (len(published.applications), sum(published.applications)) == (175, 970_000)


@pytest.mark.parametrize("name", OFFERS)
def test_the_published_holdings_are_the_bounds(name):
    published = OFFERS[name]
    offer = _open(published)

    room = queries.buying_room(offer=offer, user=None, on=make.NOW.date())

    assert (room.least_pence, room.most_pence) == (published.smallest * 100, published.largest * 100)


@pytest.mark.parametrize("name", ["bledington-2018", "plumstead-2018"])
def test_a_published_offer_ten_pounds_below_its_minimum_would_have_failed(name):
    """Handbook case O7: one step below the minimum at the close means that every penny goes back."""
    published = OFFERS[name]
    offer = _open(published)
    left = published.minimum - 10
    while left > 0:
        amount = min(left, published.largest)
        make.paid(offer, amount // published.nominal)
        left -= amount
    make.closed_offer(offer)

    with pytest.raises(operations.MinimumMissed):
        make.allot(offer)
    operations.fail_offer(
        offer=offer, reason="minimum missed", is_contingency=False, actor=make.SECRETARY, at=make.AFTER
    )
    make.drive("shares.refund_offer", at=make.AFTER)
    make.all_refunds_arrive(at=make.AFTER)
    make.drive("shares.follow_refunds", at=make.AFTER)

    assert (make.balance(offer, "2150"), make.balance(offer, "2155"), make.balance(offer, "3000")) == (0, 0, 0)
    assert make.reread_offer(offer).state == "refunded"
    assert not offer.society.members.exists()
