"""Who invested in a contract, as the INDIGO data standard has it: its tab "investments".

Source: INDIGO data standard of GO Lab (data dictionary "Project", "Investments").
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bonds.arithmetic.indigo_cells import Cells, Status, Word, read_status

INVESTMENTS: Final = "investments"
_COMMITMENT: Final = "investment_commitment"


class ReturnType(StrEnum):
    """What the greatest return is a percentage of; the standard knows no multiple."""

    IRR = "IRR"
    AVERAGE = "Average annual return"


class InvestmentType(StrEnum):
    """What was invested."""

    DEBT = "Debt"
    EQUITY = "Equity"
    COMBINATION = "Combination"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndigoInvestment:
    """What one organisation committed to invest. Amounts are in minor units.

    Attributes:
        id: Lasting: "investment1".
        investor: One organisation's id.
        currency: ISO 4217.
        exact: The amount; None where only a range is told.
        least: The lower end of the range; None where the amount is exact.
        most: The upper end.
        return_type: What `most_return` is; None where that is not said.
        most_return: Percentage in the best case, in lowest terms.
        type: What was invested; None where that is not said.
        notes: As written.
        status: What may be shown.
    """

    id: str
    investor: str
    currency: str
    exact: int | None
    least: int | None = None
    most: int | None = None
    return_type: ReturnType | None = None
    most_return: Decimal | None = None
    type: InvestmentType | None = None
    notes: str = ""
    status: Status = Status.PRIVATE


def read_investment(row: Cells) -> IndigoInvestment | None:
    """Read one row; None where something is wrong with it, which the row then remembers.

    Source: INDIGO data standard, "Investments": an exact amount, or a range where that is not told.
    """
    ident = row.text("id", needed=True)
    investor = row.organisation("organisation_id", needed=True)
    currency = row.currency(f"{_COMMITMENT}/currency")
    exact, least, most = (row.amount(f"{_COMMITMENT}/amount/{name}", currency) for name in ("exact", "min", "max"))
    if exact is None and least is None and most is None and not row.problems:
        row.refuse(f"{_COMMITMENT}/amount/exact", "missing", "Give the amount, or the least and the most that it is.")
    if least is not None and most is not None and most < least:
        row.refuse(f"{_COMMITMENT}/amount/max", "range_empty", "The most is less than the least.")
    return_type = _read_word(row, "maximum_potential_return_type", ReturnType)
    most_return = row.percent("maximum_potential_return")
    kind = _read_word(row, "investment_type", InvestmentType)
    notes, status = row.text("notes"), read_status(row)
    if row.problems:
        return None
    return IndigoInvestment(
        id=ident, investor=investor, currency=currency, exact=exact, least=least, most=most, return_type=return_type,
        most_return=most_return, type=kind, notes=notes, status=status,
    )  # fmt: skip


def _read_word(row: Cells, field: str, words: type[Word]) -> Word | None:
    return row.word(field, words, "word_unknown") if row.text(field) else None
