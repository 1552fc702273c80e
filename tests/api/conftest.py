"""The day, the offer and the people of the walk through the pages, for programs."""

from __future__ import annotations

from tests.shares_pages.conftest import checkouts, clock, offer, resident

__all__ = ["checkouts", "clock", "offer", "resident"]
