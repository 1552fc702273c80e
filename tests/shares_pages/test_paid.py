"""The page to which people come back from the provider: right whatever came first, and safe to reload."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.operations import ProviderUnavailable
from shares import operations
from tests.factories import shares as make
from tests.shares_pages.conftest import where
from tests.shares_pages.test_applying import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def awaiting(application):
    make.reserve(application)
    return make.reread(application)


def test_the_provider_is_asked_at_once(web, awaiting, monkeypatch):
    def refresh(*, payment_id, at):
        assert payment_id == awaiting.payment_id
        make.pay(awaiting.payment)

    monkeypatch.setattr("payments.operations.refresh_payment", refresh)

    page = text_of(web.get(where(awaiting, "paid")))

    assert "£100.00 is paid, and held until the offer succeeds." in page
    assert "It is not the society's money before then." in page.replace("&#x27;", "'")
    assert make.balance(awaiting.offer, "2150") == 10_000


def test_reloading_pays_and_asks_nothing_twice(web, offer, resident, asked):
    application = make.paid(offer, 10, user=resident)
    before = make.balances(offer)

    pages = [web.get(where(application, "paid")).status_code for _ in range(3)]

    assert pages == [200, 200, 200]
    assert asked == []
    assert make.balances(offer) == before


def test_who_closed_the_browser_at_the_provider_can_try_again(web, awaiting, asked):
    page = text_of(web.get(where(awaiting, "paid") + "?back=1"))

    assert "You have not paid yet" in page
    assert "try again or use another card" in page
    assert asked == [awaiting.payment_id]


def test_a_provider_that_does_not_answer_loses_nothing(web, awaiting, monkeypatch):
    def silent(*, payment_id, at):
        raise ProviderUnavailable("no answer")

    monkeypatch.setattr("payments.operations.refresh_payment", silent)

    page = text_of(web.get(where(awaiting, "paid")))

    assert "does not answer at the moment" in page
    assert make.reread(awaiting).state == "awaiting_payment"


def test_the_time_to_pay_is_over_and_one_can_go_on(web, awaiting, asked):
    at = make.NOW + timedelta(minutes=41)
    operations.release_reservation(application=awaiting, actor=make.SYSTEM, at=at)

    page = text_of(web.get(where(awaiting, "paid")))

    assert "The time to pay is over" in page
    assert "Go on with this application" in page
    assert web.get(where(awaiting, "review")).status_code == 200


def test_filling_in_is_closed_once_payment_has_begun(web, awaiting):
    for page in ("amount", "details", "consents", "review"):
        response = web.post(where(awaiting, page), {"amount": "500"})
        assert response["Location"] == where(awaiting, "paid")
    assert make.reread(awaiting).number_of_shares == 10


def test_an_allotted_application_shows_its_certificate(web, offer, resident, clock):
    application = make.paid(offer, 100, user=resident)
    clock.move_to(make.AFTER)
    make.closed_offer(offer)
    batch = make.allot(offer)
    make.drive("shares.issue_certificates", at=make.AFTER)
    make.drive("documents.render", at=make.AFTER)
    from tests.people.support import sign_in

    page = text_of(sign_in(resident).get(where(application, "paid")))

    assert "The shares are yours" in page
    assert "Share certificate CERT-000001 (PDF)" in page
    assert batch.number_of_entries == 1


@pytest.mark.parametrize("page", ["", "amount", "details", "consents", "review", "paid", "cancel"])
def test_somebody_elses_application_does_not_exist(client, offer, application, page):
    from tests.people.support import sign_in

    stranger = sign_in(make.make_user("stranger"))

    assert stranger.get(where(application, page)).status_code == 404
    assert client.get(where(application, page)).status_code == 302


@pytest.mark.parametrize("page", ["amount", "details", "consents", "pay", "cancel"])
def test_somebody_elses_application_cannot_be_changed(offer, application, page, checkouts):
    from tests.people.support import sign_in

    stranger = sign_in(make.make_user("stranger"))

    assert stranger.post(where(application, page), {"amount": "500"}).status_code == 404
    unchanged = make.reread(application)
    assert (unchanged.number_of_shares, unchanged.state) == (10, "started")
    assert checkouts == []
