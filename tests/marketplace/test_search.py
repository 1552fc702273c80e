"""Offers are found by place, by kind and by words, with slips forgiven."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.queries import places
from marketplace.queries.offers import PAGE_SIZE, Search, search_offers
from shares.states import VentureKind
from tests.marketplace.making import CLOSES, NOW, apply, make_offer


def slugs(found):
    return [card.offer.slug for card in found.cards]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("bristol", ["Bristol"]),
        ("GL54 1AB", ["GL54, Cotswold"]),
        ("ynys mon", ["Isle of Anglesey"]),
        ("Saint Albans", ["St Albans"]),
        ("kingston-upon-hull", ["Kingston upon Hull"]),
        ("BT1", ["Belfast"]),
        ("ZZ9", []),
    ],
)
def test_places_are_found_under_the_names_people_use(typed, labels):
    assert [place.label for place in places.find_places(typed)][:1] == labels[:1]


def test_a_name_that_many_places_bear_begins_with_the_largest():
    first, *others = places.find_places("Newport")

    assert first.label == "Newport"
    assert first.people > max(place.people for place in others)
    assert "Newport, Telford and Wrekin" in [place.label for place in others]


def test_a_slip_in_a_name_gets_a_suggestion():
    assert places.suggest_places("Bristl")[0] == "Bristol"
    assert places.suggest_places("Llandudo")[0] == "Llandudno"
    assert places.suggest_places("xxqqzz") == []


def test_every_authority_has_a_name_and_a_point_and_every_district_an_authority():
    assert len(places.areas()) == 361
    assert len(places.districts()) == 3078
    assert all(area.name and area.easting and area.northing for area in places.areas().values())


def test_northern_irish_districts_stand_at_their_council():
    area, easting, northing = places.districts()["BT1"]

    assert (area.name, easting, northing) == ("Belfast", area.easting, area.northing)


@pytest.mark.django_db
class TestSearchOffers:
    @pytest.fixture(autouse=True)
    def offers(self):
        make_offer("fleece", closes_at=CLOSES)
        make_offer(
            "cafe", title="Café Ŵyn", summary="A bakery for the high street", venture_kind=VentureKind.SHOP,
            place_name="Llandudno", outcode="LL30", closes_at=CLOSES - timedelta(days=3),
        )  # fmt: skip
        make_offer(
            "mill", title="Hydro at the mill", summary="Power from the river", venture_kind=VentureKind.ENERGY,
            place_name="Lagan Side", outcode="BT1", closes_at=CLOSES - timedelta(days=2),
        )  # fmt: skip

    def test_without_a_wish_all_are_listed_those_that_close_soonest_first(self):
        assert slugs(search_offers(Search(), at=NOW)) == ["cafe", "mill", "fleece"]

    def test_kind_narrows(self):
        assert slugs(search_offers(Search(kind="energy"), at=NOW)) == ["mill"]

    @pytest.mark.parametrize("words", ["cafe", "Café", "caffe", "wyn", "bakery", "bakry", "llandudno", "shop cafe"])
    def test_accents_and_slips_are_forgiven(self, words):
        assert slugs(search_offers(Search(words=words), at=NOW)) == ["cafe"]

    @pytest.mark.parametrize(("words", "slug"), [("bradely", "fleece"), ("rivver", "mill")])
    def test_misspelt_words_find_their_offer_first(self, words, slug):
        assert slugs(search_offers(Search(words=words), at=NOW))[0] == slug

    def test_words_that_nothing_says_find_nothing(self):
        found = search_offers(Search(words="submarine"), at=NOW)

        assert (found.total, found.cards, found.marks) == (0, [], [])

    def test_a_place_sorts_by_distance_and_says_the_miles(self):
        found = search_offers(Search(near="Conwy"), at=NOW)

        assert slugs(found) == ["cafe", "mill", "fleece"]
        assert found.cards[0].miles < 6
        assert found.place.name == "Conwy"

    def test_a_made_up_place_is_known_by_the_offer_that_is_there(self):
        found = search_offers(Search(near="bradley moor"), at=NOW)

        assert (found.place.name, slugs(found)[0], found.cards[0].miles) == ("Bradley Moor", "fleece", 0)

    def test_an_unknown_place_keeps_the_list_and_suggests(self):
        found = search_offers(Search(near="Bradly Moor"), at=NOW)

        assert found.place is None
        assert found.total == 3
        assert found.suggestions[0] == "Bradley Moor"

    def test_offers_that_are_over_are_apart(self):
        assert slugs(search_offers(Search(over=True), at=NOW)) == []
        assert slugs(search_offers(Search(over=True), at=CLOSES - timedelta(days=1))) == ["mill", "cafe"]
        assert slugs(search_offers(Search(), at=CLOSES - timedelta(days=1))) == ["fleece"]

    def test_an_offer_that_opens_later_is_shown_as_such(self):
        make_offer("later", opens_at=NOW + timedelta(days=3), closes_at=NOW + timedelta(days=60))

        card = search_offers(Search(), at=NOW).cards[-1]

        assert (card.offer.slug, card.standing) == ("later", "upcoming")

    def test_one_mark_for_each_district_and_one_for_a_northern_irish_council(self):
        make_offer("arms", title="The Arms", outcode="GL54")
        make_offer("quay", title="The Quay", outcode="BT2", place_name="Lagan Bank")

        marks = {mark.near: mark.count for mark in search_offers(Search(), at=NOW).marks}

        assert marks == {"GL54": 2, "LL30": 1, "Belfast": 2}

    def test_queries_do_not_grow_with_what_is_found(self, django_assert_num_queries):
        for number in range(PAGE_SIZE):
            offer = make_offer(f"more-{number}")
            apply(offer, 2)

        with django_assert_num_queries(3):
            first = search_offers(Search(words="fleece bradley", near="GL54"), at=NOW)

        assert (len(first.cards), first.total, first.pages) == (PAGE_SIZE, PAGE_SIZE + 1, 2)
        assert len(search_offers(Search(words="fleece bradley", near="GL54", page=2), at=NOW).cards) == 1
        assert search_offers(Search(page=999), at=NOW).page == 2
