"""Journeys: real Chromium against the whole site, processes and all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from config.demo import Demo
from tests.journeys.walker import Walker
from tests.support.stack import running_site

PHONE = {"width": 320, "height": 800}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def site() -> Iterator[Demo]:
    """The demo as `make demo` serves it, with its seed data; JOURNEY_PORT names one that runs already."""
    if port := os.environ.get("JOURNEY_PORT"):
        yield Demo(port=int(port))
        return
    with running_site("journeys") as demo:
        yield demo


@pytest.fixture
def walk(site: Demo, browser: Browser) -> Iterator[Callable[..., Walker]]:
    """Give a walker a browser of their own: a phone, a desktop, or one without JavaScript."""
    contexts: list[BrowserContext] = []

    def begin(*, phone: bool = False, scripts: bool = True) -> Walker:
        context = browser.new_context(
            base_url=site.address,
            viewport=PHONE if phone else DESKTOP,
            java_script_enabled=scripts,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        contexts.append(context)
        return Walker(context.new_page(), site, scripts=scripts)

    yield begin
    for context in contexts:
        context.close()
