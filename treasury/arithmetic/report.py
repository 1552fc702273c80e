"""What the builders of the books' reports are told; what a report is, says `core.reports`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.reports import Asked, Words
from ledger.states import NORMAL_SIGN, AccountType


class Figure(NamedTuple):
    """What one account debited and credited with money of one fund."""

    code: str
    name: str
    type: AccountType
    currency: str
    fund: str
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """Debits less credits."""
        return self.debits - self.credits

    @property
    def balance(self) -> int:
        """On the account's normal side."""
        return NORMAL_SIGN[self.type] * self.net


@dataclass(frozen=True, slots=True)
class About:
    """What every builder is told: which book, which question, how to speak, and whether owners are named."""

    slug: str
    title: str
    book: str
    book_name: str
    currency: str
    asked: Asked
    words: Words
    with_names: bool = True


def plain_name(name: str) -> str:
    """Write the name of an account as people do: Bank Current for Bank-Current."""
    return name.replace("-", " ")
