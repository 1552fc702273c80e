"""What each step of the purchase asks of the database, pinned: a query more is a change that somebody notices."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import shares as make
from tests.shares_pages.conftest import DETAILS, ticks, where

pytestmark = pytest.mark.django_db

PINNED = {"start": 11, "amount": 17, "details": 26, "consents": 14, "review": 6, "pay": 26}


def count(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = act()
    assert response.status_code in {200, 303}
    return len(captured)


def test_queries_of_each_step(web, offer, checkouts, resident):
    from shares.models import Application

    counts = {"start": count(lambda: web.post(f"/offers/{offer.slug}/apply/"))}
    application = Application.objects.get(user=resident)
    counts["amount"] = count(lambda: web.post(where(application, "amount"), {"amount": "100"}))
    counts["details"] = count(lambda: web.post(where(application, "details"), DETAILS))
    counts["consents"] = count(lambda: web.post(where(application, "consents"), ticks()))
    counts["review"] = count(lambda: web.get(where(application, "review")))
    counts["pay"] = count(lambda: web.post(where(application, "pay")))

    assert counts == PINNED


def test_a_fuller_offer_costs_no_more_queries(web, offer, application):
    few = count(lambda: web.get(where(application, "review")))
    for _ in range(5):
        make.paid(offer, 10)

    assert count(lambda: web.get(where(application, "review"))) == few
