"""What an account can be, and which side of it is its normal one."""

from enum import StrEnum
from typing import Final


class AccountType(StrEnum):
    """The five kinds of account; the letter is what the database stores."""

    ASSET = "A"
    LIABILITY = "L"
    EQUITY = "Q"
    INCOME = "I"
    EXPENSE = "X"


class HoldEnding(StrEnum):
    """How a hold ends, once."""

    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


YEAR_END: Final = "year_end"
"""The kind of the entry that carries a year's income and expenditure to reserves; reports of the year leave it out."""

#: +1: a debit makes the balance grow; -1: a credit does.
NORMAL_SIGN: Final = {
    AccountType.ASSET: 1,
    AccountType.EXPENSE: 1,
    AccountType.LIABILITY: -1,
    AccountType.EQUITY: -1,
    AccountType.INCOME: -1,
}

#: The first part of an account's name in a plain-text journal. hledger, ledger and beancount know exactly these five.
JOURNAL_ROOTS: Final = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
}
