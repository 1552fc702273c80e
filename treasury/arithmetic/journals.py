"""What a journal is made of, as typed, and which accounts are no place for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MAX_LINES: Final = 200
"""More than any treasurer types; a file of opening balances goes another way."""
MIN_LINES: Final = 2
MAX_DAYS_AHEAD: Final = 31
"""A journal may be dated so many days ahead, for month-end work; a later date is a mistyped year."""
DEFAULT_THRESHOLD_PENCE: Final = 0
"""Until a society sets its own limit, every journal above nothing needs a second person: every one."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line as it was typed. `number` is its row on the page, counted from 1; amounts are text in pounds."""

    number: int
    account: str = ""
    owner: str = ""
    fund: str = ""
    debit: str = ""
    credit: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in the row."""
        return not any((self.account, self.owner, self.fund, self.debit, self.credit, self.text))


@dataclass(frozen=True, slots=True)
class TypedJournal:
    """A journal as it was typed: dates as ISO text, so that nothing typed is lost on the way."""

    effective_on: str = ""
    narration: str = ""
    reverse_on: str = ""
    lines: tuple[TypedLine, ...] = ()


def read_day(text: str) -> date | None:
    """Read an ISO day of a year that a calendar of accounts knows; None where it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999


class Keeper(StrEnum):
    """Who keeps an account by itself, so that a hand-written posting would put it out of step."""

    REGISTER = "register"
    APPLICATIONS = "applications"
    REFUNDS = "refunds"
    PAYMENTS_OUT = "payments_out"
    CARD = "card"
    INVESTORS = "investors"
    CONTRACT = "contract"


GUARDED: Final[Mapping[str, Mapping[str, Keeper]]] = {
    "society": {
        "1250": Keeper.CARD,
        "1255": Keeper.CARD,
        "1270": Keeper.CARD,
        "2150": Keeper.APPLICATIONS,
        "2155": Keeper.REFUNDS,
        "2160": Keeper.PAYMENTS_OUT,
        "2165": Keeper.PAYMENTS_OUT,
        "2170": Keeper.PAYMENTS_OUT,
        "2175": Keeper.PAYMENTS_OUT,
        "2400": Keeper.REGISTER,
        "3000": Keeper.REGISTER,
    },
    "vehicle": {
        "1150": Keeper.INVESTORS,
        "2300": Keeper.INVESTORS,
        "2310": Keeper.INVESTORS,
        "2320": Keeper.INVESTORS,
        "2330": Keeper.INVESTORS,
    },
    "memo": {
        "9100": Keeper.INVESTORS,
        "9101": Keeper.INVESTORS,
        "9110": Keeper.CONTRACT,
        "9111": Keeper.CONTRACT,
    },
}
"""Accounts by chart that the platform keeps in step with something else: the register of members, the applications,
the card provider's balance. A journal that touches one is warned about, and always needs a second person.

Source: the month-end controls of domain practice: 2150 is the open applications, 3000 or 2400 the register of members,
1250 the balance at the card provider.
"""


def guarded_accounts(template: str, codes: frozenset[str]) -> dict[str, Keeper]:
    """Tell which of some account codes are kept by something else, in a book of a chart; by code."""
    kept = GUARDED.get(template, {})
    return {code: kept[code] for code in sorted(codes) if code in kept}
