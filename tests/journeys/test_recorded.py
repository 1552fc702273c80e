"""A treasurer writes down a payment from the bank statement, and a director lets it into the books from a phone."""

from __future__ import annotations

import re

import pytest

from config.demo_people import DIRECTOR, TREASURER

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
LIST = "/groups/wheatsheaf/payments/recorded/"


def test_a_payment_that_needs_two(walk):
    treasurer = walk()
    treasurer.sign_in(TREASURER.email)
    treasurer.go(LIST).sees("A gift towards the roof", "One record waits").follow("Record a payment")
    treasurer.fill(amount="61.5o", party_name="Hollow Cellar Services", reference="CELLAR 88", note="Cellar cooling")
    treasurer.page.locator("[name='against']").select_option(label="7100 Premises")
    treasurer.press_with_password("Write it down and ask a second person").sees("Write pounds and pence")
    treasurer.fill(amount="61.50").press("Write it down and ask a second person")
    treasurer.sees("nothing is posted yet", "£61.50", "somebody else decides it", "Hollow Cellar Services")
    path = re.sub(r"^https?://[^/]+", "", treasurer.page.url)

    director = walk(phone=True)
    director.sign_in(DIRECTOR.email)
    assert path in director.newest_mail(DIRECTOR.email, "A payment of £61.50 waits")
    director.go(path).sees("CELLAR 88", "7100 Premises")
    director.press_with_password("Approve and post it").sees("It is in the books.")
    director.follow("this entry").sees("Recorded payment", "£61.50")

    treasurer.go(path).sees("In the books").page.get_by_text("Reverse it").click()
    treasurer.fill(reason="Paid by the brewery in the end").press_with_password("Ask for the reversal")
    treasurer.sees("Reversal of a recorded payment", "nothing is posted yet")


def test_a_receipt_without_scripts(walk):
    treasurer = walk(scripts=False)
    treasurer.sign_in(TREASURER.email)
    treasurer.go(LIST).follow("Record a receipt")
    treasurer.fill(amount="12", party_name="Mo Ash", note="Sale of two stools")
    treasurer.page.locator("[name='against']").select_option(label="4000 Trading")
    treasurer.press_with_password("Write it down and ask a second person").sees("£12.00", "nothing is posted yet")
    treasurer.press("Withdraw it").sees("Withdrawn. Nothing was posted.")
