"""Offers on show: found by words, by place and by kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Lower

from core.money import to_minor
from core.periods import legal_day
from marketplace.arithmetic import distance_miles, map_point
from marketplace.queries import places
from marketplace.queries.totals import Totals, totals_of
from marketplace.states import CURRENT, Standing, standing_of
from shares.models import ShareOffer
from shares.models.choices import VENTURE_KINDS
from shares.states import OfferState

PAGE_SIZE: Final = 12
MOST_WORDS: Final = 6
SHORTEST_WORD: Final = 3
# How much of a word's letter triples must stand in an offer (of 100). "Bradely" for "Bradley" has 50.
ALIKE_PERCENT: Final = 45


@dataclass(frozen=True, slots=True)
class Search:
    """What a visitor looks for. Empty parts ask for nothing."""

    words: str = ""
    near: str = ""
    kind: str = ""
    over: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Card:
    """One offer in a list."""

    offer: ShareOffer
    totals: Totals
    standing: Standing
    days_left: int
    area: str
    miles: int | None = None

    @property
    def is_current(self) -> bool:
        """Whether a visitor may still hope to buy in."""
        return self.standing in CURRENT

    @property
    def minimum_pence(self) -> int:
        """The minimum target."""
        return _terms_pence(self.offer, "minimum")

    @property
    def maximum_pence(self) -> int:
        """The maximum."""
        return _terms_pence(self.offer, "maximum")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on the map: the offers of one postcode district, or of one council in Northern Ireland."""

    x: int
    y: int
    label: str
    slugs: tuple[str, ...]
    near: str

    @property
    def count(self) -> int:
        """How many offers stand there."""
        return len(self.slugs)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, and all of it on the map."""

    cards: Sequence[Card]
    total: int
    page: int
    pages: int
    marks: Sequence[Mark]
    place: places.Place | None = None
    other_places: Sequence[places.Place] = ()
    suggestions: Sequence[str] = ()
    here: tuple[int, int] | None = None
    kinds: Sequence[tuple[str, str]] = field(default_factory=lambda: [(k, str(label)) for k, label in VENTURE_KINDS])


@dataclass(frozen=True, slots=True)
class _Spot:
    """The little that is read of every offer that fits, to sort and to map."""

    pk: int
    slug: str
    title: str
    outcode: str
    place_name: str


def search_offers(search: Search, *, at: datetime) -> Found:
    """Find offers on show.

    Misspelt words and missing accents are forgiven. With a place the nearest come first; else, with words, the
    likest; else those that close soonest. The number of queries does not grow with what is found: one for the
    spots, one for the page, one for its totals, and one for the places of offers if the place is in no list.

    Args:
        search: What is looked for; of a postcode only the district may be in it.
        at: The present instant.
    """
    found = _matching(search, at)
    spots = [_Spot(*row) for row in found.values_list("pk", "slug", "title", "outcode", "place_name")]
    named, suggestions = _named_places(search.near)
    place = named[0] if named else None
    if place:
        spots.sort(key=lambda spot: _miles(spot.outcode, place) or 0)
    pages = max(-(-len(spots) // PAGE_SIZE), 1)
    page = min(max(search.page, 1), pages)
    shown = spots[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Found(
        cards=cards_of([spot.pk for spot in shown], at=at, place=place),
        total=len(spots),
        page=page,
        pages=pages,
        marks=_marks(spots),
        place=place,
        other_places=named[1:],
        suggestions=suggestions,
        here=map_point(easting=place.easting, northing=place.northing) if place else None,
    )


def cards_of(pks: Sequence[int], *, at: datetime, place: places.Place | None = None) -> list[Card]:
    """Read the cards of offers, in the order of their row numbers given; two queries whatever their number."""
    offers = ShareOffer.objects.public().with_everything().in_bulk(pks)
    ordered = [offers[pk] for pk in pks if pk in offers]
    totals = totals_of(ordered)
    return [card_of(offer, totals[offer.pk], at=at, place=place) for offer in ordered]


def card_of(offer: ShareOffer, totals: Totals, *, at: datetime, place: places.Place | None = None) -> Card:
    """Put together what a list says of one offer."""
    district = places.districts().get(offer.outcode)
    return Card(
        offer=offer,
        totals=totals,
        standing=standing_of(
            state=offer.state,
            opens_at=offer.opens_at,
            closes_at=offer.closes_at,
            at=at,
            is_full=totals.applied_pence > _terms_pence(offer, "maximum") - _terms_pence(offer, "price"),
        ),
        days_left=days_left(offer.closes_at, on=legal_day(at)),
        area=district[0].name if district else "",
        miles=_miles(offer.outcode, place) if place else None,
    )


def cards_for(shown: Iterable[ShareOffer], *, at: datetime) -> list[Card]:
    """Put together the cards of offers that were read with everything; one query whatever their number."""
    ordered = list(shown)
    totals = totals_of(ordered)
    return [card_of(offer, totals[offer.pk], at=at) for offer in ordered]


def public_offers(*, kind: str = "") -> QuerySet[ShareOffer]:
    """Offers that anybody may read, with all that a card says; one kind of venture, or all of them."""
    shown = ShareOffer.objects.public().with_everything()
    return shown.filter(venture_kind=kind) if kind else shown


def find_latest(*, at: datetime, count: int) -> list[Card]:
    """Read the offers for the first page: open now, those that close soonest first."""
    pks = ShareOffer.objects.taking_applications(at).order_by("closes_at", "pk").values_list("pk", flat=True)[:count]
    return cards_of(list(pks), at=at)


def days_left(closes_at: datetime, *, on: date) -> int:
    """Count the legal days to the day on which an offer closes: 0 on that day, less than 0 after it."""
    return (legal_day(closes_at) - on).days


def _terms_pence(offer: ShareOffer, name: str) -> int:
    return to_minor(getattr(offer.current_terms, name))


# Words


def _matching(search: Search, at: datetime) -> QuerySet[ShareOffer]:
    open_or_paused = Q(state__in=[OfferState.OPEN.value, OfferState.PAUSED.value], closes_at__gt=at)
    offers = ShareOffer.objects.public().filter(~open_or_paused if search.over else open_or_paused)
    if search.kind:
        offers = offers.filter(venture_kind=search.kind)
    order = "-closes_at" if search.over else "closes_at"
    words = _words(search.words)
    if not words:
        return offers.order_by(order, "pk")
    offers = offers.annotate(said=_plain(_everything_said()))
    # The words go in as folded texts, so that only the offer's side has its accents taken off by the database.
    likeness = [TrigramWordSimilarity(word, F("said")) for word in words]
    for number, alike in enumerate(likeness):
        offers = offers.annotate(**{f"alike_{number}": alike}).filter(**{f"alike_{number}__gte": ALIKE_PERCENT / 100})
    total = sum((F(f"alike_{number}") for number in range(1, len(words))), F("alike_0"))
    return offers.annotate(likeness=total).order_by("-likeness", order, "pk")


def _words(text: str) -> list[str]:
    """The words worth comparing: short ones ("a", "in") are in every text."""
    words = places.fold(text).split()[:MOST_WORDS]
    return [word for word in words if len(word) >= SHORTEST_WORD] or words


def _everything_said() -> Concat:
    kind = Case(
        *[When(venture_kind=key, then=Value(str(label))) for key, label in VENTURE_KINDS],
        default=Value(""),
        output_field=CharField(),
    )
    parts = ["title", "summary", "place_name", "organisation__name", "current_terms__purpose"]
    spaced = [piece for name in parts for piece in (Cast(name, TextField()), Value(" "))]
    return Concat(*spaced, Cast(kind, TextField()), output_field=TextField())


def _plain(expression: Concat) -> Lower:
    return Lower(Func(expression, function="commonweal_unaccent", output_field=TextField()), output_field=TextField())


# Places


def _named_places(near: str) -> tuple[list[places.Place], list[str]]:
    """Find what `near` names: in the lists that we carry, then among the places of offers; else suggestions."""
    if not near:
        return [], []
    named = places.find_places(near)
    if named:
        return named, []
    of_offers = dict(ShareOffer.objects.public().order_by("-opens_at").values_list("place_name", "outcode"))
    for name, outcode in of_offers.items():
        district = places.find_district(outcode) if places.fold(name) == places.fold(near) else None
        if district:
            return [places.Place(name, district.area, district.easting, district.northing)], []
    return [], places.suggest_places(near, also=of_offers)


def _miles(outcode: str, place: places.Place) -> int | None:
    district = places.districts().get(outcode)
    if district is None:
        return None
    _area, easting, northing = district
    return distance_miles(easting=place.easting, northing=place.northing, to_easting=easting, to_northing=northing)


def _marks(spots: Iterable[_Spot]) -> list[Mark]:
    together: dict[tuple[int, int], list[_Spot]] = {}
    for spot in spots:
        district = places.districts().get(spot.outcode)
        if district:
            together.setdefault((district[1], district[2]), []).append(spot)
    marks = []
    for (easting, northing), group in together.items():
        x, y = map_point(easting=easting, northing=northing)
        area = places.districts()[group[0].outcode][0]
        where = area.name if area.is_northern_irish else group[0].outcode
        label = "; ".join(f"{spot.title}, {spot.place_name}" for spot in group)
        marks.append(Mark(x=x, y=y, label=label, slugs=tuple(spot.slug for spot in group), near=where))
    return sorted(marks, key=lambda mark: (mark.y, mark.x))
