"""The treasurer keeps the books: from a report to an entry, a journal that two people post, a month closed for good."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from config.demo_people import DIRECTOR, TREASURER

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
BOOK = "/groups/wheatsheaf/books/wheatsheaf/"
SLATES = f"New slates {uuid4().hex[:6]}"
SHOP = "/groups/fallowmere-shop/books/fallowmere-shop/"


def test_the_treasurer_keeps_the_books(walk):
    tess = walk()
    tess.sign_in(TREASURER.email)

    # From a figure of a report to the movements behind it, and on to the entry and its place in the chain.
    tess.go(BOOK).follow("Reports").follow("Income and expenditure").sees("Card Processing Fees")
    tess.follow(re.compile("7420")).sees("Statement with running balance").follow(re.compile("Card payment received"))
    tess.sees("Transfers", "Place in the chain")

    # A journal, checked while she types; the limit asks for a second person.
    tess.go(f"{BOOK}journals/new/")
    tess.fill(narration=SLATES)
    tess.fill(**{"lines-1-account": "7100", "lines-1-debit": "2,400.00", "lines-2-account": "1200"})
    tess.fill(**{"lines-2-credit": "2,380.00"})
    tess.sees("£20.00")
    tess.fill(**{"lines-2-credit": "2,400.00"})
    tess.press("Save the draft").press_with_password("Submit for approval").sees("somebody else decides it")
    journal = tess.page.url

    # Dai was told by mail, looks, and lets it into the books.
    dai = walk()
    assert journal.rsplit("/", 2)[1] in dai.newest_mail(DIRECTOR.email, "journal")
    dai.sign_in(DIRECTOR.email)
    dai.go(journal).sees(SLATES, "£2,400.00").press_with_password("Approve and post it").sees(
        "The journal is in the books"
    )

    # It is found by its words and its amount, and reports know it.
    tess.go(f"{BOOK}entries/").fill(text=SLATES, amount="2400.00").press("Search").sees("One entry")
    tess.follow(re.compile(r"^Manual journal$")).sees("7100 Premises", SLATES)
    tess.go(f"{BOOK}reports/income-and-expenditure/").sees("Premises")

    # The shop's last month is closed for good, and the officers hold the head of the chain.
    last_month = date.today().replace(day=1) - timedelta(days=1)
    tess.go(f"{SHOP}closing/")
    tess.page.locator("#good_through").fill(last_month.isoformat())
    tess.tick("is_meant").press_with_password("Close for good").sees("By mail to treasurer and directors")
    assert "fallowmere-shop" in tess.newest_mail(TREASURER.email, "the books are closed")
