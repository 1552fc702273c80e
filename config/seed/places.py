"""The societies and offers of the demo: plainly fictional places, in words and numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Days are counted back from the day on which the demo is set up.
HISTORY_DAYS = 75


@dataclass(frozen=True)
class DemoOffer:
    """One society with one offer.

    Attributes:
        slug: Of the organisation; the offer's is `offer_slug`.
        name: Registered name.
        number: Fictional registration number.
        kind: Kind of venture.
        place, outcode: The village, and the postcode district whose middle is its place on the map.
        opened_days_ago, open_for_days: When the offer opened, and for how long.
        targets: Minimum, optimum, maximum in pounds.
        price, smallest, largest: Share price, smallest and largest holding in pounds.
        amounts: What applicants paid, in pounds, in the order in which they came.
        outcome: "open", "allotted", "failed" or "approved".
        words: Texts of the terms that differ from the common ones.
    """

    slug: str
    name: str
    number: str
    legal_form: str
    kind: str
    place: str
    outcode: str
    offer_slug: str
    title: str
    summary: str
    opened_days_ago: int
    open_for_days: int
    targets: tuple[int, int, int]
    price: int
    smallest: int
    largest: int
    amounts: tuple[int, ...]
    outcome: str
    jurisdiction: str = "gb"
    words: Mapping[str, str] = field(default_factory=dict)


WHEATSHEAF = DemoOffer(
    slug="wheatsheaf",
    name="The Wheatsheaf at Thistlewick Limited",
    number="9901",
    legal_form="community_benefit",
    kind="pub",
    place="Thistlewick",
    outcode="HG3",
    offer_slug="the-wheatsheaf-at-thistlewick",
    title="Buy back the Wheatsheaf",
    summary="The last pub in Thistlewick has been shut since last winter. We have agreed a price with the owner. With your"
    " shares we buy it, mend the roof and open again by summer, with a kitchen, a parcel shelf and a warm room.",
    opened_days_ago=38,
    open_for_days=90,
    targets=(60_000, 90_000, 120_000),
    price=10,
    smallest=50,
    largest=10_000,
    amounts=(
        250, 100, 500, 1_000, 200, 5_000, 50, 750, 2_500, 100, 300, 10_000, 400, 150, 1_000, 5_000, 600, 250, 3_000, 80,
        2_000, 1_500, 500, 7_500, 100, 250, 4_000, 900, 2_000, 350, 5_000, 1_200, 3_000, 500, 2_100,
    ),
    outcome="open",
)  # fmt: skip
FALLOWMERE = DemoOffer(
    slug="fallowmere-shop",
    name="Fallowmere Village Shop Limited",
    number="9902",
    legal_form="community_benefit",
    kind="shop",
    place="Fallowmere",
    outcode="LD2",
    offer_slug="fallowmere-village-shop",
    title="Keep the shop in Fallowmere",
    summary="Our shopkeeper retires in spring. We want to take the shop on, put in a post counter and a coffee table, and"
    " keep bread, stamps and a chat within walking distance.",
    opened_days_ago=41,
    open_for_days=50,
    targets=(30_000, 38_000, 45_000),
    price=25,
    smallest=25,
    largest=6_000,
    amounts=(100, 500, 25, 250, 1_000, 75, 2_000, 50, 500, 1_250),
    outcome="open",
)
HARROWDALE = DemoOffer(
    slug="harrowdale-energy",
    name="Harrowdale Community Energy Limited",
    number="9903",
    legal_form="community_benefit",
    kind="energy",
    place="Harrowdale",
    outcode="CA9",
    offer_slug="harrowdale-water-wheel",
    title="A water wheel for Harrowdale",
    summary="The old mill race still runs. A new wheel there makes power for ninety homes; what is left over goes to"
    " insulating the coldest of them.",
    opened_days_ago=72,
    open_for_days=45,
    targets=(20_000, 28_000, 35_000),
    price=50,
    smallest=100,
    largest=5_000,
    amounts=(500, 1_000, 250, 5_000, 100, 2_500, 750, 3_000, 300, 1_500, 4_000, 200, 2_000, 850, 600, 1_000),
    outcome="allotted",
)
BRACKENPORT = DemoOffer(
    slug="brackenport-rovers",
    name="Brackenport Rovers Supporters Society Limited",
    number="9904",
    legal_form="co_operative",
    kind="sport",
    place="Brackenport",
    outcode="PA34",
    offer_slug="brackenport-rovers-clubhouse",
    title="A clubhouse for the Rovers",
    summary="Changing rooms that are dry, a stand with a roof, and a room that the village can use all week.",
    opened_days_ago=60,
    open_for_days=45,
    targets=(40_000, 60_000, 80_000),
    price=20,
    smallest=100,
    largest=8_000,
    amounts=(200, 1_000, 100, 500, 2_000, 300),
    outcome="failed",
)
BALLYCORRIN = DemoOffer(
    slug="ballycorrin-bakehouse",
    name="Ballycorrin Bakehouse Co-operative Limited",
    number="NI99",
    legal_form="co_operative",
    kind="food",
    place="Ballycorrin",
    outcode="BT74",
    offer_slug="ballycorrin-bakehouse",
    title="An oven for Ballycorrin",
    summary="A bakehouse in the old creamery: bread at six, a class on Saturdays, and apprenticeships for two.",
    opened_days_ago=4,
    open_for_days=84,
    targets=(15_000, 22_000, 25_000),
    price=10,
    smallest=100,
    largest=4_000,
    amounts=(300, 1_000, 150),
    outcome="open",
    jurisdiction="ni",
)
OFFERS = (HARROWDALE, BRACKENPORT, FALLOWMERE, WHEATSHEAF, BALLYCORRIN)
