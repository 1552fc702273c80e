"""The steps of an outcomes contract, in the words of the people who take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from config.demo_people import COMMISSIONER, HOLDER, HOLDER_SECOND, PASSWORD, PROVIDER, VERIFIER
from core.periods import legal_day
from foundation import clock
from tests.journeys.walker import Walker

# Short name in the contract, group on the site, what it is in the contract.
PARTIES = (
    ("northmoor", "northmoor", "lead_commissioner"),
    ("hearthside", "hearthside", "provider"),
    ("plumbline", "plumbline", "verifier"),
    ("brightwater", "brightwater", "holder"),
)
STANDS = {
    COMMISSIONER.email: "northmoor",
    PROVIDER.email: "hearthside",
    VERIFIER.email: "plumbline",
    HOLDER.email: "brightwater",
    HOLDER_SECOND.email: "brightwater",
}


class Cast:
    """People who work under one contract, each in a browser of their own."""

    def __init__(self, walk: Callable[..., Walker], reference: str) -> None:
        self.walk = walk
        self.reference = reference
        self.walkers: dict[str, Walker] = {}

    def as_(self, email: str, **how: bool) -> Walker:
        """The browser of somebody, signed in."""
        if email not in self.walkers:
            self.walkers[email] = self.walk(**how).sign_in(email)
        return self.walkers[email]

    def at(self, email: str, path: str = "") -> Walker:
        """Open a page of the contract from where somebody stands."""
        return self.as_(email).go(f"/groups/{STANDS[email]}/contracts/{self.reference}/{path}")


def today() -> date:
    """The day it is."""
    return legal_day(clock.now())


def days_ago(days: int) -> str:
    """A day in the past as fields take it."""
    return (today() - timedelta(days=days)).isoformat()


def open_contract(cast: Cast, name: str) -> None:
    """The holder opens a contract and brings its parties in."""
    hal = cast.as_(HOLDER.email).go("/groups/brightwater/contracts/")
    hal.go("/groups/brightwater/contracts/new/")
    hal.fill(name=name, reference=cast.reference, purpose="People have a home, and keep it.")
    hal.fill(effective_on=days_ago(60)).page.locator("main form button[type=submit]").first.click()
    hal.look().sees("is a draft now")
    for code, group, role in PARTIES:
        hal = cast.at(HOLDER.email, "parties/add/").fill(organisation=group, code=code)
        hal.page.locator("main form button[type=submit]").first.click()
        hal = cast.at(HOLDER.email, f"parties/{code}/roles/")
        hal.page.locator("[name='role']").select_option(role)
        hal.fill(from_on=days_ago(60)).page.locator("main form button[type=submit]").first.click()
        hal.look()


def save_row(
    walker: Walker,
    *,
    fields: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
) -> Walker:
    """Fill in a row of the terms and save it; a choice is one of a list or one of some buttons."""
    walker.fill(**(fields or {}))
    for name, value in (choices or {}).items():
        options = walker.page.locator(f"select[name='{name}']")
        if options.count():
            options.select_option(value)
        else:
            walker.page.locator(f"[name='{name}'][value='{value}']").check()
    return walker.press("Save")


def sign(cast: Cast, email: str) -> Walker:
    """A director reads a version and signs it."""
    walker = cast.at(email, "versions/1/").tick("is_meant").press(re.compile("^Sign$"))
    if "/accounts/reauthenticate/" in walker.page.url:
        walker.sees("Is it you?").fill(password=PASSWORD).press("Go on")
    if walker.page.locator("[name='is_meant']").count():
        # Whoever had to give the password first finds the box empty again.
        walker.tick("is_meant").press(re.compile("^Sign$"))
    return walker


def admit(cast: Cast, *, given: str, family: str) -> str:
    """A provider writes down that somebody starts; gives the pseudonym."""
    pip = cast.at(PROVIDER.email, "people/new/")
    pip.fill(given_names=given, family_name=family, born_on="1990-05-17", started_on=days_ago(40))
    pip.press("Record it").sees("pseudonym is P-")
    found = re.search(r"P-\d{4}", pip.main.inner_text())
    assert found is not None
    return found.group()


def record_result(cast: Cast, person: str, *, metric: str, evidence: str, days: int) -> None:
    """A provider writes down what was achieved, and what shows it."""
    pip = cast.at(PROVIDER.email, "results/new/").fill(person=person, achieved_on=days_ago(days))
    pip.page.locator("select[name='metric']").select_option(metric)
    pip.press("Record it")
    pip.follow("Hand in what shows it")
    pip.page.locator("select[name='kind']").select_option(evidence)
    pip.fill(dated_on=days_ago(days), reference="T-17").page.locator("main form button[type=submit]").first.click()
    pip.look()
