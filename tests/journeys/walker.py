"""Somebody who walks through the site in a browser and minds how it looks and behaves on every page."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from config.demo import Demo
from config.demo_people import PASSWORD

NARROWEST = 320
CODE_SECONDS = 30
CODES_TRIED = 6


class Walker:
    """A page in a browser, with the acts that journeys are told in."""

    def __init__(self, page: Page, site: Demo, *, scripts: bool = True) -> None:
        self.page = page
        self.site = site
        self.scripts = scripts
        self.faults: list[str] = []
        page.set_default_timeout(20_000)
        page.on("console", self._hear)
        page.on("response", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.url}: {response.status}")

    def go(self, path: str) -> Walker:
        """Open an address of the site and look at the page."""
        self.page.goto(path if path.startswith("http") else self.site.address + path)
        return self.look()

    def look(self) -> Walker:
        """Judge the page: no error, nothing to scroll sideways on a narrow phone, no finding of axe."""
        self.page.wait_for_load_state()
        assert not self.faults, "\n".join(self.faults)
        if not self.scripts:
            return self
        viewport = self.page.viewport_size
        assert viewport is not None
        self.page.set_viewport_size({"width": NARROWEST, "height": 800})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(viewport)
        assert width <= NARROWEST, f"{self.page.url} is {width} px wide on a phone"
        found = Axe().run(
            self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        return self

    def press(self, name: str | re.Pattern[str], *, role: str = "button") -> Walker:
        """Press a button (or follow a link) by its name, then look at what comes."""
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        return self.look()

    def press_with_password(self, name: str, password: str = PASSWORD) -> Walker:
        """Press a button that asks once more for the password, unless it was given in the last minutes."""
        self.press(name)
        if "/accounts/reauthenticate/" in self.page.url:
            self.sees("Is it you?").fill(password=password).press("Go on")
        return self

    def follow(self, name: str | re.Pattern[str]) -> Walker:
        """Follow a link by its words."""
        return self.press(name, role="link")

    def fill(self, **fields: str) -> Walker:
        """Fill in fields by their names in the form."""
        for field, value in fields.items():
            self.page.locator(f"[name='{field}']").first.fill(value)
        return self

    def tick(self, *fields: str) -> Walker:
        """Tick boxes by their names in the form."""
        for field in fields:
            self.page.locator(f"[name='{field}']").check()
        return self

    def sees(self, *texts: str | re.Pattern[str]) -> Walker:
        """Read each of these words somewhere in the main part of the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)
        return self

    def sees_not(self, *texts: str) -> Walker:
        """Read none of these words in the main part of the page."""
        for text in texts:
            expect(self.main).not_to_contain_text(text)
        return self

    @property
    def main(self) -> Locator:
        """The main part of the page."""
        return self.page.locator("main")

    def sign_in(self, email: str, password: str = PASSWORD) -> Walker:
        """Sign in by e-mail and password, with the second factor when it is asked for."""
        self.go("/accounts/login/").fill(login=email, password=password)
        self.page.locator("main form button[type=submit]").first.click()
        self.look()
        # A code works once, so whoever signed in half a minute ago waits for the next one.
        for _ in range(CODES_TRIED):
            if "/2fa/authenticate" not in self.page.url:
                break
            self.fill(code=self.current_code(email))
            self.page.locator("main form button[type=submit]").first.click()
            self.look()
            if "/2fa/authenticate" in self.page.url:
                self.page.wait_for_timeout(CODE_SECONDS * 1_000 // 3)
        return self

    def current_code(self, email: str) -> str:
        """Read the second-factor code that the demo shows."""
        page = self.page.context.new_page()
        page.goto(f"{self.site.address}/demo/codes/")
        row = page.locator("tr", has_text=email)
        code = re.search(r"\b\d{3}\s?\d{3}\b", row.inner_text())
        page.close()
        assert code is not None
        return code.group().replace(" ", "")

    def newest_mail(self, address: str, subject: str) -> str:
        """Open the newest mail to an address with these words in its subject, and return its text."""
        self.go(f"/demo/mail/?to={address}")
        self.page.get_by_role("link", name=re.compile(re.escape(subject), re.IGNORECASE)).first.click()
        self.page.wait_for_load_state()
        return self.page.locator("main").inner_text()
