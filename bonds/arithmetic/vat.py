"""VAT on invoices: the rate of a day, and the tax of an amount.

Whether outcome payments are a supply is asked contract by contract; what was found is a dated fact of the contract.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from bonds.states import VatCategory

# The standard rate in hundredths of a percent, with the day from which it holds.
# Source: Value Added Tax Act 1994 s.2(1) as amended by the Finance (No. 2) Act 2010 s.3: 20 % from 4 January 2011.
STANDARD_RATES: Final = ((date(2011, 1, 4), 2_000),)
_WHOLE: Final = 10_000


def find_rate(category: VatCategory, on: date) -> int:
    """Find the rate for a kind of supply on a day, in hundredths of a percent; 0 where no tax is due.

    Args:
        category: Outside the scope, exempt, or at the standard rate.
        on: The day of the invoice, which is the tax point here.

    Raises:
        ValueError: the standard rate of that day is not known.

    Source: VATA 1994 s.2(1) (rate), s.6 (tax point), s.31 (exempt supplies).
    """
    if category is not VatCategory.STANDARD:
        return 0
    for from_on, rate in reversed(STANDARD_RATES):
        if on >= from_on:
            return rate
    raise ValueError(f"the standard rate of {on} is not known")


def compute_tax(net: int, *, rate: int) -> int:
    """Compute the tax of an amount, rounded half up to the penny, once for the whole invoice.

    Args:
        net: In pence, not below zero.
        rate: In hundredths of a percent.

    Source: EN 16931, BR-CO-17 (the tax of a category is its amount times its rate, rounded to two decimals).
    """
    assert net >= 0, "tax is worked out on what is asked for"
    return (net * rate + _WHOLE // 2) // _WHOLE


def compute_tax_after(before: int, net: int, *, rate: int) -> int:
    """Compute the tax of a further amount, so that the parts of an invoice come to the tax of the whole, to the penny.

    Args:
        before: Of the same invoice, what was credited before, in pence without tax.
        net: What is credited now, in pence without tax.
        rate: In hundredths of a percent.

    Source: EN 16931, BR-CO-17, for the sum of all credit notes of an invoice.
    """
    return compute_tax(before + net, rate=rate) - compute_tax(before, rate=rate)
