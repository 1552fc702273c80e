"""The acceptance walk: from the offer page to the certificate, with everybody who has a part in it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from config.demo_people import SECRETARY, TREASURER
from tests.journeys import acts

OFFER = "/groups/wheatsheaf/offers/the-wheatsheaf-at-thistlewick/"
pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
EMAIL = f"juniper.{uuid4().hex[:8]}@example.org"


def test_a_resident_buys_shares_and_gets_a_certificate(walk, tmp_path):
    # Juniper finds the pub's offer on her phone and chooses an amount before she has an account.
    phone = walk(phone=True)
    acts.find_and_start(phone, near="Thistlewick", title="Buy back the Wheatsheaf")
    acts.choose_amount(phone, "20").sees("£50")
    assert phone.page.locator("[name=amount]").input_value() == "20"
    acts.choose_amount(phone, "120")
    acts.sign_up(phone, EMAIL)

    # She opens the mail on another device; what she had begun is there.
    desktop = walk()
    acts.confirm_address(desktop, EMAIL)
    desktop.sign_in(EMAIL, acts.PASSWORD)
    desktop.go("/me/").sees("The Wheatsheaf at Thistlewick Limited", "£120").follow(re.compile("Finish"))
    desktop.page.get_by_role("link", name=re.compile("Go on")).first.click()
    desktop.look()
    acts.give_details(desktop, "Juniper Marchbanks")

    # Without the declarations she cannot go on, and is told which are missing.
    desktop.press("Save and go on").sees("Tick this box if you agree")
    acts.tick_all(desktop)
    desktop.sees("£120", "Juniper Marchbanks")

    # Her first card is declined, the second pays.
    acts.pay_by_card(desktop, acts.DECLINED_CARD)
    expect(desktop.page.locator("#error")).to_be_visible()
    acts.enter_card(desktop, acts.GOOD_CARD)
    desktop.look().sees("Paid. Thank you.", "held until the offer succeeds")
    application = desktop.page.url.split("/applications/")[1].split("/")[0]
    paid_mail = desktop.newest_mail(EMAIL, "paid")
    assert "held until the offer succeeds" in paid_mail
    assert "£120" in paid_mail

    # The treasurer sees application money held, and the fee as an entry line of its own.
    treasurer = walk()
    treasurer.sign_in(TREASURER.email)
    treasurer.go("/groups/wheatsheaf/books/wheatsheaf/").sees("Share-Applications", "£62,250.00")
    treasurer.follow(re.compile("2150"))
    treasurer.sees("£120.00")

    # The secretary watches the offer fill, closes it and records the board's allotment.
    secretary = walk()
    secretary.sign_in(SECRETARY.email)
    secretary.go(OFFER).sees("The minimum is reached", "Juniper Marchbanks")
    secretary.go(f"{OFFER}close/").press_with_password("Close the offer")
    secretary.go(f"{OFFER}allot/").sees("£62,250")
    today = date.today().isoformat()
    secretary.fill(minute_reference="2026/11-4", board_on=today, allotted_on=today, confirmation="allot?")
    secretary.press_with_password("Issue the shares").sees("ALLOT")
    secretary.fill(confirmation="ALLOT").press_with_password("Issue the shares")
    acts.until(
        secretary,
        "36 of 36",
        path=OFFER,
    )
    secretary.go("/groups/wheatsheaf/register/").sees("Juniper Marchbanks", "3 Pudding Lane End", "£62,250.00")
    secretary.go("/groups/wheatsheaf/register/inspection/").sees("Juniper Marchbanks").sees_not("£", EMAIL)

    # Juniper has her certificate by mail and on her page; its code opens a page that confirms it.
    certificate_mail = desktop.newest_mail(EMAIL, "ertificate")
    assert "Wheatsheaf" in certificate_mail
    desktop.go("/me/").sees("Member number", "12")
    with desktop.page.expect_download() as download:
        desktop.page.get_by_role("link", name=re.compile("Certificate CERT")).first.click()
    path = Path(tmp_path) / "certificate.pdf"
    download.value.save_as(path)
    text = PdfReader(path).pages[0].extract_text()
    assert "Juniper Marchbanks" in text
    document = re.search(r"/documents/(doc_\w+)/", download.value.url)
    assert document is not None
    told = desktop.page.request.get(f"/api/v1/documents/{document[1]}/").json()
    stranger = walk(phone=True)
    stranger.go(told["verify_url"]).sees("Valid", "The Wheatsheaf at Thistlewick Limited").sees_not("Juniper", "£")

    # The money is share capital now.
    treasurer.go("/groups/wheatsheaf/books/wheatsheaf/").sees("Withdrawable-Shares", "£62,250.00")
    assert application.startswith("app_")


def test_the_whole_purchase_works_without_javascript_on_a_narrow_phone(walk):
    email = f"osric.{uuid4().hex[:8]}@example.org"
    phone = walk(phone=True, scripts=False)
    acts.find_and_start(phone, near="BT74", title="An oven for Ballycorrin")
    acts.choose_amount(phone, "100")
    acts.sign_up(phone, email)
    acts.confirm_address(phone, email)  # in the browser in which she signed up, so she is signed in
    phone.go("/me/").follow(re.compile("Finish"))
    phone.page.get_by_role("link", name=re.compile("Go on")).first.click()
    acts.give_details(phone, "Osric Thwaite", town="Ballycorrin")
    acts.tick_all(phone)
    acts.pay_by_card(phone)
    phone.look().sees("Paid. Thank you.")
