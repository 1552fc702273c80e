"""The public pages: what they say in each state, what they cost, what they keep to themselves."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from shares import operations
from shares.states import VentureKind
from tests.factories import shares as make
from tests.marketplace.making import ACTOR, CLOSES, NOW, OPENS, apply, close, fail, make_offer, refund_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def present():
    with time_machine.travel(NOW, tick=False):
        yield


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    "path", ["/", "/offers/", "/how-it-works/", "/risks/", "/complaints/", "/privacy/", "/accessibility/"]
)
def test_public_pages_answer_and_carry_no_inline_style_or_script(client, path):
    make_offer()

    response = client.get(path)

    assert response.status_code == 200
    html = response.content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!mutuals\.fca\.org\.uk)', html)
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_the_offer_page_says_what_somebody_needs_to_know(client):
    offer = make_offer(number="7116")
    apply(offer, 4)
    apply(offer, 2, paid_at=None)

    said = text(client.get("/offers/fleece/"))

    for words in (
        "You could lose all the money you put in",
        "There is no compensation scheme",
        "no ombudsman",
        "Cleared £100",
        "Applied for £150",
        "12 days left",
        "4 December 2026 at 5pm",
        "Minimum £120,000",
        "Optimum £180,000",
        "Maximum £260,000",
        "Price of a share £25.00",
        "Smallest holding £50.00",
        "Largest holding £20,000.00",
        "Text on withdrawal terms",
        "Text on risk capital",
        "Text on complaints",
        offer.organisation.name,
        "Look up 7116 in the Mutuals Public Register",
        "£119,900 more has to clear before the minimum is met",
        "By 1 September 2026 £100 had cleared and £150 had been applied for",
    ):
        assert words in said, words


def test_the_risk_stands_above_everything_else_and_beside_the_button(client):
    make_offer()

    html = client.get("/offers/fleece/").content.decode()

    main = html[html.index("<main") :]
    assert main.index("You could lose all the money") < main.index("The last pub of the valley")
    for button in re.finditer(r"Apply for shares", main):
        before = main[: button.start()][-900:]
        assert "You could lose all" in before
        assert "compensation scheme" in before


def test_queries_of_the_offer_page_are_four_whatever_its_size(client, django_assert_num_queries):
    offer = make_offer()
    for number in range(5):
        apply(offer, 2, at=OPENS + timedelta(days=number))

    with django_assert_num_queries(4):
        client.get("/offers/fleece/")


def test_queries_of_the_list_are_three(client, django_assert_num_queries):
    for number in range(4):
        make_offer(f"offer-{number}")

    with django_assert_num_queries(3):
        client.get("/offers/?near=GL54&q=fleece&kind=pub")


def test_an_unwritten_offer_and_an_unknown_one_are_not_there(client):
    offer = make_offer()
    operations.draft_offer(
        share_class=offer.share_class, slug="secret", title="Secret", summary="", venture_kind=VentureKind.PUB,
        place_name="Here", outcode="GL54", opens_at=OPENS, closes_at=CLOSES, actor=ACTOR, at=OPENS,
    )  # fmt: skip

    for path in ("/offers/secret/", "/offers/none/", "/offers/secret/document.pdf", "/api/v1/offers/secret/"):
        assert client.get(path).status_code == 404
    assert "Secret" not in text(client.get("/offers/"))


class TestStates:
    def page(self, client) -> str:
        return text(client.get("/offers/fleece/"))

    def test_an_offer_that_opens_later_says_when_and_has_no_button(self, client):
        make_offer(opens_at=NOW + timedelta(days=1), closes_at=NOW + timedelta(days=40))

        said = self.page(client)

        assert "Not yet open" in said
        assert "23 November 2026 at 12pm" in said
        assert "Apply for shares" not in said

    def test_a_paused_offer_says_what_happens_to_money_and_has_no_button(self, client):
        operations.pause_offer(offer=make_offer(), reason="A survey", actor=ACTOR, at=NOW)

        said = self.page(client)

        assert "Nobody new can apply for now" in said
        assert "Apply for shares" not in said

    def test_an_offer_whose_closing_has_passed_is_closed_though_nobody_has_noted_it(self, client):
        make_offer()

        with time_machine.travel(CLOSES, tick=False):
            said = self.page(client)

        assert "The offer has closed" in said
        assert "Apply for shares" not in said

    def test_a_second_before_its_closing_it_is_open(self, client):
        make_offer()

        with time_machine.travel(CLOSES - timedelta(seconds=1), tick=False):
            said = self.page(client)

        assert "Closes today" in said
        assert "Apply for shares" in said

    def test_a_full_offer_says_so(self, client):
        offer = make_offer()
        for _number in range(13):
            apply(offer, 800)

        said = self.page(client)

        assert "Every share is reserved or paid for" in said
        assert "Apply for shares" not in said

    def test_a_closed_offer_says_that_the_board_decides(self, client):
        offer = make_offer()
        close(offer)

        said = self.page(client)

        assert "The board now decides" in said
        assert "The offer closed" in said

    def test_a_failed_offer_says_that_the_money_goes_back_and_then_that_it_has(self, client):
        offer = make_offer()
        apply(offer, 4)
        failed = fail(offer)
        going = self.page(client)
        refund_everything(failed)
        gone = self.page(client)

        assert "Every payment is going back in full" in going
        assert "Going back or returned £100" in going
        assert "Every payment has gone back in full" in gone
        assert "Apply for shares" not in going + gone

    def test_a_succeeded_offer_says_that_the_board_allots_and_then_that_it_has(self, client):
        offer = make_offer(minimum=100)
        apply(offer, 4)
        closed = close(offer)
        operations.succeed_offer(offer=closed, actor=ACTOR, at=NOW)
        before = self.page(client)
        make.allot(make.reread_offer(offer), at=NOW)
        after = self.page(client)

        assert "The board has decided to go ahead" in before
        assert "Those who paid are members now" in after
        assert "Allotted £100" in after
        assert "Apply for shares" not in before + after


class TestList:
    def test_a_whole_postcode_is_sent_on_to_its_district(self, client):
        response = client.get("/offers/?near=gl54+1ab&kind=pub")

        assert (response.status_code, response["Location"]) == (302, "/offers/?near=GL54&kind=pub")

    def test_the_page_never_repeats_a_whole_postcode(self, client):
        response = client.get("/offers/?near=gl54+1ab", follow=True)

        assert "1ab" not in response.content.decode().lower()

    def test_nothing_found_says_what_to_try(self, client):
        make_offer()

        said = text(client.get("/offers/?q=submarine&kind=energy&near=Bristol"))

        assert "Nothing fits that search" in said
        assert "the same search without the words “submarine”" in said
        assert "every kind of venture" in said
        assert "offers that are over" in said

    def test_an_unknown_place_is_said_and_one_like_it_offered(self, client):
        make_offer()

        said = text(client.get("/offers/?near=Bristl"))

        assert "We know no place called “Bristl”" in said
        assert "Did you mean Bristol" in said

    def test_the_map_has_a_link_for_each_mark_and_the_attribution_stands_by_it(self, client):
        make_offer()

        html = client.get("/offers/").content.decode()

        figure = html[html.index('id="map"') : html.index("</figure>")]
        assert 'href="/offers/fleece/"' in figure
        assert "The Fleece, Bradley Moor" in figure
        assert "Open Government Licence v3.0" in figure

    @pytest.mark.parametrize(
        "query",
        ["q=%00", "near=%00", "kind=zoo", "page=-1", "page=9e9", "q=" + "x" * 5000, "near=%F0%9F%90%91", "q='%22--",
         "near=" + "9" * 300, "page=99999999999999999999", "q=%25_%5C"],
    )  # fmt: skip
    def test_malformed_searches_are_answered(self, client, query):
        make_offer()

        assert client.get(f"/offers/?{query}").status_code in {200, 302}


def test_there_is_nothing_to_close_soon_when_nothing_is_open(client):
    assert "Closing soon" not in text(client.get("/"))


def test_unknown_addresses_get_our_own_page(client):
    response = client.get("/nothing-here/")

    assert response.status_code == 404
    assert "There is no such page" in text(response)
