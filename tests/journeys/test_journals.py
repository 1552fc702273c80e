"""A treasurer writes a journal, is told while typing what is missing, and a director lets it into the books."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from config.demo_people import DIRECTOR, TREASURER

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
BOOK = "/groups/wheatsheaf/books/wheatsheaf"
LINES = {
    "lines-1-account": "7100 Premises",
    "lines-1-debit": "812.40",
    "lines-2-account": "2100",
    "lines-2-owner": "sup_brewery",
    "lines-2-credit": "812.40",
}


def test_a_journal_that_needs_two(walk):
    treasurer = walk()
    treasurer.sign_in(TREASURER.email)
    treasurer.go("/groups/wheatsheaf/journals/").sees("Survey of the roof", "One journal waits").follow("New journal")
    treasurer.fill(narration="New cellar pumps", **{"lines-1-account": "7100", "lines-1-debit": "812,40"})
    check = treasurer.page.locator("#check")
    expect(check).to_contain_text("is no amount")
    treasurer.fill(**LINES)
    expect(check).to_contain_text("nothing stands in its way")
    expect(check).to_contain_text("one person alone may post up to £500.00")
    treasurer.press("Save the draft").sees("not in the books yet", "£812.40")
    treasurer.press_with_password("Submit for approval").sees("waiting for a second person", "somebody else decides it")
    path = re.sub(r"^https?://[^/]+", "", treasurer.page.url)

    director = walk(phone=True)
    director.sign_in(DIRECTOR.email)
    assert path in director.newest_mail(DIRECTOR.email, "waits for a second person")
    director.go(path).sees("New cellar pumps", "sup_brewery")
    director.press_with_password("Approve and post it").sees("The journal is in the books.")
    director.follow("this entry").sees("Manual journal", "£812.40")
    director.follow("Manual journal").sees("New cellar pumps")

    treasurer.go(path).sees("posted").page.get_by_text("Reverse it").click()
    treasurer.fill(reason="Delivered to the wrong pub").press_with_password("Reverse")
    treasurer.sees("Reversal of a journal", "waiting for a second person")


def test_a_journal_without_scripts(walk):
    treasurer = walk(scripts=False)
    treasurer.sign_in(TREASURER.email)
    treasurer.go(f"{BOOK}/journals/new/").fill(narration="Candles", **{"lines-1-account": "7200", "lines-1-debit": "8"})

    treasurer.press("Add rows").press("Check it").sees("A journal has at least two lines")
    expect(treasurer.page.locator("[name='lines-1-debit']")).to_have_value("8")
    treasurer.fill(**{"lines-11-account": "1200", "lines-11-credit": "8"}).press("Save the draft")
    treasurer.press_with_password("Post it to the books").sees("The journal is in the books.")
