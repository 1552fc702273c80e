"""Days and periods. The legal day is the day in Europe/London; instants are kept in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from core.errors import InvalidInput

LONDON = ZoneInfo("Europe/London")


class PeriodEmpty(InvalidInput):
    """A period ends on or before the day it begins."""

    code = "period.empty"


def legal_day(at: datetime) -> date:
    """Tell the legal day (Europe/London) on which an instant falls.

    Raises:
        InvalidInput: the instant has no time zone, so its day cannot be known.
    """
    if at.tzinfo is None:
        raise InvalidInput("An instant needs a time zone.", at=at.isoformat())
    return at.astimezone(LONDON).date()


def start_of_day(on: date) -> datetime:
    """Give the instant (UTC) at which a legal day begins in London."""
    return datetime.combine(on, time(0), tzinfo=LONDON).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open period of legal days: `from_on` counts, `until_on` does not.

    Raises:
        PeriodEmpty: `until_on` is not after `from_on`.
    """

    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if self.until_on <= self.from_on:
            raise PeriodEmpty("A period must end after it begins.", from_on=self.from_on, until_on=self.until_on)

    def __contains__(self, on: date) -> bool:
        return self.from_on <= on < self.until_on

    @property
    def days(self) -> int:
        """How many legal days the period has; a day is a day on both clock changes."""
        return (self.until_on - self.from_on).days
