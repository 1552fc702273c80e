"""The public pages in a real browser: no accessibility faults, no sideways scroll, all of it without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from shares.states import VentureKind
from tests.marketplace.making import apply, make_offer

PATHS = (
    "/",
    "/offers/",
    "/offers/?near=Bristl&q=submarine",
    "/offers/?near=Conwy",
    "/offers/fleece/",
    "/how-it-works/",
    "/risks/",
    "/complaints/",
    "/privacy/",
    "/accessibility/",
    "/nothing-here/",
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chromium(browser: Browser) -> Browser:
    return browser


@pytest.fixture
def offers() -> None:
    """Two open offers, whose calendar stands around the present: the browser's clock is the real one."""
    now = datetime.now(UTC)
    when = {"opens_at": now - timedelta(days=40), "closes_at": now + timedelta(days=30)}
    fleece = make_offer(**when)
    make_offer("mill", title="Hydro at the mill", venture_kind=VentureKind.ENERGY, outcode="BT1", **when)
    for day in range(0, 40, 8):
        apply(fleece, 40, at=when["opens_at"] + timedelta(days=day), paid_at=when["opens_at"] + timedelta(days=day + 1))
    apply(fleece, 100, at=now, paid_at=None)


def visit(page: Page, address: str) -> None:
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} scrolls sideways"


def test_pages_are_free_of_faults_and_fit_a_small_phone(live_server, chromium, offers):
    phone = chromium.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True, base_url=live_server.url)
    page = phone.new_page()
    for path in PATHS:
        visit(page, path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    phone.close()


def test_the_policy_refuses_nothing_that_a_page_needs(live_server, chromium, offers):
    desktop = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
    page, complaints = desktop.new_page(), []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)
    for path in PATHS[:-1]:
        visit(page, path)
    assert complaints == []
    loaded = "document.fonts.check('16px Atkinson') && document.fonts.check('600 20px Fraunces')"
    assert page.evaluate(f"document.fonts.ready.then(() => {loaded})")
    desktop.close()


def test_an_offer_is_found_and_read_without_javascript(live_server, chromium, offers):
    plain = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = plain.new_page()

    page.goto("/")
    page.get_by_label("Near").fill("gl54 1ab")
    page.get_by_role("button", name="Find offers").click()
    assert page.url.endswith("/offers/?near=GL54")
    page.get_by_role("main").get_by_role("article").first.get_by_role("link").click()

    assert page.get_by_role("heading", level=1).inner_text() == "The Fleece, Bradley Moor"
    assert page.get_by_text("You could lose all the money you put in").first.is_visible()
    assert page.get_by_role("link", name="Apply for shares").first.is_visible()
    plain.close()


def test_the_risk_is_on_the_first_screen_of_a_phone(live_server, chromium, offers):
    phone = chromium.new_context(viewport={"width": 320, "height": 640}, base_url=live_server.url)
    page = phone.new_page()

    page.goto("/offers/fleece/")

    box = page.get_by_text("You could lose all the money you put in").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 640
    phone.close()
