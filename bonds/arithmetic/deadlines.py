"""Until when something can be claimed, answered and paid: days, working days, and quarters of service.

The bank holidays of the four nations come from a library that knows those that were proclaimed until its edition. A
holiday proclaimed later moves a deadline that is worked out again; so whoever starts a clock keeps the answer, with
`CALENDAR` beside it.

Source: Banking and Financial Dealings Act 1971 s.1 and schedule 1, and the proclamations under it, as published at
gov.uk/bank-holidays. Procurement Act 2023 s.68 for the thirty days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from typing import Final

import holidays

from bonds.arithmetic.months import add_months, count_months
from bonds.arithmetic.terms import ClaimRules, Period
from core.errors import InvalidInput

LEGAL_PAYMENT_DAYS: Final = 30
"""A contracting authority pays within so many days, whatever longer time the contract says.

Source: Procurement Act 2023 s.68(2) and (6), in force from 24 February 2025.
"""
CALENDAR: Final = f"holidays {version('holidays')}"
"""The edition of the bank holidays that deadlines were worked out with."""
QUARTER_MONTHS: Final = 3
MOST_WORKING_DAYS: Final = 1000
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


class Nation(StrEnum):
    """Whose bank holidays hold for a contract: those of the law it is under."""

    ENGLAND_AND_WALES = "england_and_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


# The library keeps England and Wales apart; their bank holidays are the same by schedule 1 of the Act.
_SUBDIVISIONS: Final = {
    Nation.ENGLAND_AND_WALES: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


class BeforeService(InvalidInput):
    """A result lies before the first day of service, so it belongs to no quarter."""

    code = "bonds.before_service"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day until the end of which something is in time."""

    last_on: date

    @property
    def late_from_on(self) -> date:
        """The first day on which it is too late."""
        return self.last_on + _ONE_DAY

    def is_past(self, on: date) -> bool:
        """Whether it is too late on a day."""
        return on > self.last_on

    def days_left(self, on: date) -> int:
        """How many days there are after a day, 0 on the last day; below zero by how many days it is late."""
        return (self.last_on - on).days


def is_working_day(on: date, *, nation: Nation) -> bool:
    """Whether a day is neither Saturday, Sunday nor a bank holiday of the nation.

    Source: Banking and Financial Dealings Act 1971 schedule 1; Christmas Day and, except in Scotland, Good Friday by
    common law, as gov.uk/bank-holidays has them.
    """
    return on.weekday() < _SATURDAY and on not in _bank_holidays(on.year, nation)


def add_working_days(on: date, days: int, *, nation: Nation) -> date:
    """Give the working day that is so many working days after a day; the day itself does not count.

    Args:
        on: From here, a working day or not.
        days: 0 to 1,000. With 0 the day itself is given.
        nation: Whose bank holidays.

    Raises:
        InvalidInput: fewer or more days than that.

    Source: the contract; as in Civil Procedure Rules 2.8(3), the day on which the period begins is left out.
    """
    if not 0 <= days <= MOST_WORKING_DAYS:
        raise InvalidInput("Working days can be 0 to 1,000.", days=days)
    found = on
    for _ in range(days):
        found += _ONE_DAY
        while not is_working_day(found, nation=nation):
            found += _ONE_DAY
    return found


def find_quarter(on: date, *, service_from_on: date) -> Period:
    """Give the quarter of service that a day lies in: the first begins with the service, each at the end of the last.

    Raises:
        BeforeService: the day is before the first day of service.
    """
    if on < service_from_on:
        raise BeforeService(
            "This was achieved before the service began.",
            achieved_on=on.isoformat(),
            service_from_on=service_from_on.isoformat(),
        )
    number = count_months(service_from_on, on) // QUARTER_MONTHS
    return Period(
        from_on=add_months(service_from_on, number * QUARTER_MONTHS),
        until_on=add_months(service_from_on, (number + 1) * QUARTER_MONTHS),
    )


def compute_claim_deadline(achieved_on: date, *, rules: ClaimRules, service_from_on: date, nation: Nation) -> Deadline:
    """Give the last day on which a result can be claimed: so many days after the quarter it was achieved in.

    Args:
        achieved_on: The day of achievement, not before the service.
        rules: `window_days`, in working days or not.
        service_from_on: First day of service; quarters count from it.
        nation: Whose bank holidays.

    Raises:
        BeforeService: the day is before the first day of service.

    Source: the contract's claim window; 20 working days after the quarter is typical (domain notes 1.2).
    """
    quarter = find_quarter(achieved_on, service_from_on=service_from_on)
    assert quarter.until_on is not None
    return Deadline(_count_on(quarter.until_on - _ONE_DAY, rules.window_days, rules=rules, nation=nation))


def compute_response_deadline(submitted_on: date, *, rules: ClaimRules, nation: Nation) -> Deadline:
    """Give the last day on which the verifier can answer a claim; the day it was submitted does not count.

    Source: the contract's response time; 10 to 20 working days are typical (domain notes 1.2).
    """
    return Deadline(_count_on(submitted_on, rules.response_days, rules=rules, nation=nation))


def compute_dispute_deadline(decided_on: date, *, rules: ClaimRules, nation: Nation) -> Deadline:
    """Give the last day on which a decision can be disputed; the day of the decision does not count.

    Source: the contract's time for disputes.
    """
    return Deadline(_count_on(decided_on, rules.dispute_days, rules=rules, nation=nation))


def find_deemed_acceptance(submitted_on: date, *, rules: ClaimRules, nation: Nation) -> date | None:
    """Give the day on which a claim that nobody answered counts as accepted: the day after the last for an answer.

    Returns:
        The day; None where the contract has no such rule.
    """
    if not rules.is_deemed_accepted:
        return None
    return compute_response_deadline(submitted_on, rules=rules, nation=nation).late_from_on


def compute_payment_deadline(
    received_on: date, *, rules: ClaimRules, due_on: date | None = None, is_contracting_authority: bool = True
) -> Deadline:
    """Give the last day on which a valid and undisputed invoice can be paid in time.

    The first of the days is the one on which the invoice was received, or on which it falls due if that is later:
    an invoice of 1 June is paid by 30 June. Weekends and bank holidays count.

    Args:
        received_on: When the payer got the invoice.
        rules: `payment_days`, one or more.
        due_on: When it falls due by its own words.
        is_contracting_authority: Whether the Act binds the payer; then a longer time in the contract is of no effect.

    Source: Procurement Act 2023 s.68(2) ("the period of 30 days beginning with") and (6).
    """
    days = min(rules.payment_days, LEGAL_PAYMENT_DAYS) if is_contracting_authority else rules.payment_days
    begins_on = max(received_on, due_on or received_on)
    return Deadline(begins_on + timedelta(days=days - 1))


def _count_on(on: date, days: int, *, rules: ClaimRules, nation: Nation) -> date:
    if rules.is_in_working_days:
        return add_working_days(on, days, nation=nation)
    return on + timedelta(days=days)


@cache
def _bank_holidays(year: int, nation: Nation) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year))
