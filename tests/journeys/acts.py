"""The steps that several journeys share, in the words of the people who take them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.walker import Walker

PASSWORD = "plum-jam-on-warm-toast"
GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"


def find_and_start(walker: Walker, *, near: str, title: str) -> Walker:
    """Find an offer by its place, read what may be lost, and start to apply without an account."""
    walker.go(f"/offers/?near={near}").sees(title).follow(title)
    walker.sees("could lose all the money", "no compensation scheme", "no ombudsman")
    walker.page.get_by_role("link", name="Apply for shares").first.click()
    return walker.look().press("Start")


def choose_amount(walker: Walker, pounds: str) -> Walker:
    """Say how much to buy shares for."""
    return walker.fill(amount=pounds).press("Save and go on")


def sign_up(walker: Walker, email: str) -> Walker:
    """Make a sign-in when the site asks for one."""
    if "/signup/" not in walker.page.url:
        walker.go("/accounts/signup/")
    walker.fill(email=email, password1=PASSWORD, password2=PASSWORD).press("Sign up")
    return walker.sees("Look into your mailbox", email)


def confirm_address(walker: Walker, email: str) -> Walker:
    """Open the link in the mail, as the demo's mail view shows it."""
    text = walker.newest_mail(email, "onfirm")
    link = re.search(r"https?://\S+/confirm-email/\S+", text)
    assert link is not None, text
    return walker.go(link.group()).press("Yes, confirm it")


def give_details(walker: Walker, name: str, *, town: str = "Thistlewick") -> Walker:
    """Give the particulars that the register needs by law."""
    walker.fill(full_name=name, address_line_1="3 Pudding Lane End", town=town, postcode="HG3 9ZZ")
    if walker.page.locator("[name=date_of_birth]").count():
        walker.fill(date_of_birth="1984-02-29")
    return walker.press("Save and go on")


def tick_all(walker: Walker) -> Walker:
    """Tick each declaration; none is ticked before."""
    boxes = walker.main.locator("input[type=checkbox]")
    assert boxes.count() >= 3
    for index in range(boxes.count()):
        expect(boxes.nth(index)).not_to_be_checked()
        boxes.nth(index).check()
    return walker.press("Save and go on")


def pay_by_card(walker: Walker, card: str = GOOD_CARD) -> Walker:
    """Go to the provider's own page and pay there."""
    walker.page.get_by_role("button", name=re.compile(r"^Pay £")).first.click()
    walker.page.wait_for_url("**/c/pay/**")
    return enter_card(walker, card)


def enter_card(walker: Walker, card: str) -> Walker:
    """Type a card number on the provider's page."""
    walker.page.locator("[name=card_number]").fill(card)
    walker.page.locator("button.pay").click()
    walker.page.wait_for_load_state()
    return walker


def until(walker: Walker, text: str, *, path: str, tries: int = 40) -> Walker:
    """Look at a page again and again until it says something that a worker has to do first."""
    for _ in range(tries):
        walker.page.goto(walker.site.address + path)
        if text in walker.main.inner_text():
            return walker.look()
        walker.page.wait_for_timeout(1_000)
    raise AssertionError(f"{path} never said {text!r}:\n{walker.main.inner_text()}")
