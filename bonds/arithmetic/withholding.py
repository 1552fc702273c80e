"""Tax withheld from interest: the rate of a day, the tax of a payment, and the periods for which it is paid over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class BasicRate:
    """The rate that is withheld from a day on, until a later one.

    Attributes:
        from_on: First day, on which a tax year begins.
        rate: In hundredths of a percent.
        source: Where it is said.
        is_verified: Whether the source is the law itself; otherwise it was announced, and has to be looked up.
    """

    from_on: date
    rate: int
    source: str
    is_verified: bool


BASIC_RATES: Final = (
    BasicRate(
        date(2008, 4, 6), 2_000, "ITA 2007 s.874(2) with the basic rate of the Finance Act 2008", is_verified=True
    ),
    BasicRate(date(2027, 4, 6), 2_200, "rate for savings announced from April 2027 (unverified)", is_verified=False),
)
_WHOLE: Final = 10_000
_QUARTER: Final = 3
_MORE_THAN_A_QUARTER: Final = 95  # and less than four months
_DAYS_TO_PAY: Final = 14


class TaxRateUnknown(InvalidInput):
    """The rate of a day is not known here."""

    code = "bonds.tax_rate_unknown"


def find_basic_rate(on: date) -> BasicRate:
    """Find the rate at which tax is withheld from yearly interest on a day.

    Args:
        on: The day of the payment.

    Raises:
        TaxRateUnknown: it lies before all rates that are known here.

    Source: ITA 2007 s.874(2): the basic rate in force for the tax year in which the payment is made.
    """
    for one in reversed(BASIC_RATES):
        if on >= one.from_on:
            return one
    raise TaxRateUnknown("The rate of that day is not known here.", on=on.isoformat())


def compute_withheld(gross: int, *, rate: int) -> int:
    """Compute the tax of a payment of interest, rounded half up to the penny, once for the payment.

    Args:
        gross: Before tax, in pence, not below zero.
        rate: In hundredths of a percent.

    Source: ITA 2007 s.874(2): a sum is deducted on making the payment. The rounding is ours.
    """
    assert gross >= 0, "tax is withheld from what is paid"
    return (gross * rate + _WHOLE // 2) // _WHOLE


def find_gross(net: int, *, rate: int, at_most: int) -> int:
    """Find the payment before tax of which so much left the bank: the largest, where rounding leaves two.

    Args:
        net: What left the bank, in pence; not above what is left of `at_most` after tax.
        rate: In hundredths of a percent, below all of it.
        at_most: What is due before tax, in pence.

    Returns:
        Pence before tax, so that what is left after `compute_withheld` is `net`.
    """
    assert 0 <= rate < _WHOLE, "something is always left of a payment"
    assert net <= at_most - compute_withheld(at_most, rate=rate), "no more than is due leaves the bank"
    nets = range(at_most + 1)
    return bisect_right(nets, net, key=lambda gross: gross - compute_withheld(gross, rate=rate)) - 1


@dataclass(frozen=True, slots=True)
class TaxMove:
    """Interest that was paid with tax withheld from it. Pence, above zero."""

    on: date
    gross: int
    tax: int


@dataclass(frozen=True, slots=True)
class TaxPeriod:
    """A period for which one return is made, half-open, in pence.

    Attributes:
        from_on: First day.
        until_on: The day after the last.
        gross: Interest paid from which tax was withheld, before tax.
        tax: Withheld from it.
        paid: Paid over for it, the oldest period first.
    """

    from_on: date
    until_on: date
    gross: int
    tax: int
    paid: int

    @property
    def due_on(self) -> date:
        """By when it is paid over: 14 days after the last day. Source: ITA 2007 s.949, s.951."""
        return self.until_on - timedelta(days=1) + timedelta(days=_DAYS_TO_PAY)

    @property
    def open(self) -> int:
        """Still to be paid over."""
        return self.tax - self.paid


def list_periods(moves: Iterable[TaxMove], *, paid: int) -> Sequence[TaxPeriod]:
    """Give the periods in which tax was withheld, the oldest first, with what was paid over for each.

    Args:
        moves: Interest that was paid with tax withheld.
        paid: Pence paid over in all; it settles the oldest first.

    Source: ITA 2007 s.946, s.947: return periods end on the last days of March, June, September and December. A
    company's own year may end a period too, which its treasurer knows.
    """
    sums: dict[date, tuple[int, int]] = {}
    for one in moves:
        from_on = date(one.on.year, one.on.month - (one.on.month - 1) % _QUARTER, 1)
        gross, tax = sums.get(from_on, (0, 0))
        sums[from_on] = gross + one.gross, tax + one.tax
    periods = []
    for from_on, (gross, tax) in sorted(sums.items()):
        mine = min(tax, paid)
        paid -= mine
        periods.append(TaxPeriod(from_on, _next_quarter(from_on), gross, tax, mine))
    return periods


def _next_quarter(from_on: date) -> date:
    return (from_on + timedelta(days=_MORE_THAN_A_QUARTER)).replace(day=1)
