"""An offer that misses its minimum: the float is short, the refunds pause and resume, everybody is told."""

from __future__ import annotations

import re
import urllib.request

import pytest

from config.demo_people import SECRETARY
from tests.journeys import acts

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
PAGE = "/groups/fallowmere-shop/offers/fallowmere-village-shop/"
ACCOUNT = "acct_demofallowmereshop"


def add_float(site, pence: int) -> None:
    """The treasurer puts money into the society's card account, so that the fees are made good."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.standin_port}/_control/accounts/{ACCOUNT}/float",
        data=f'{{"amount": {pence}}}'.encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=20).close()


def test_a_failed_offer_pays_everybody_back(walk, site):
    secretary = walk()
    secretary.sign_in(SECRETARY.email)
    secretary.go(f"{PAGE}close/").fill(reason="The shopkeeper stays after all.").press_with_password("Close the offer")
    secretary.go(f"{PAGE}fail/").sees("£5,750.00", "£88.26")
    secretary.fill(reason="The minimum was not reached.", confirmation="REFUND")
    secretary.press_with_password("Declare the offer failed and refund everybody")

    # Stripe keeps its fees, and the newest payments are not available yet: the page says what is missing to the penny,
    # and exactly that much is enough.
    acts.until(secretary, "paused", path=f"{PAGE}refunds/", tries=60)
    missing = re.search(r"Missing\s+£([\d,]+)\.(\d\d)", secretary.main.inner_text())
    assert missing is not None
    add_float(site, int(missing[1].replace(",", "") + missing[2]))
    secretary.press_with_password("Let the refunds go on")
    acts.until(secretary, "Every payment has gone back in full.", path=f"{PAGE}refunds/", tries=90)
    secretary.sees("£5,750.00")
    visitor = walk(phone=True)
    visitor.go("/offers/fallowmere-village-shop/").sees(re.compile("refund|gone back|failed", re.IGNORECASE))
