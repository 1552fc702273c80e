"""What a contract's lines, invoices and receipts add up to: the sums behind its page at a glance, and their ties.

Amounts are whole pence. For every payer, result and year: earned = set off + to invoice + (invoiced - credited - to be
recovered), and invoiced = credited + paid + open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Place = tuple[str, int]
"""A result and the number of a year."""


class View(StrEnum):
    """How much of a contract at a glance a party sees."""

    ALL = "all"  # every payer, and whether the books say the same: the holder and the lead commissioner
    PAYER = "payer"  # its own part
    PROVIDER = "provider"  # its own claims
    COUNTS = "counts"  # numbers of lines, no money: who verifies, evaluates or mediates
    FEW = "few"  # numbers of accepted results, none that are small: investors


@dataclass(slots=True)
class Asked:
    """Lines that were claimed, and how they were decided, by the day: numbers, and pence at the tariff."""

    claimed: int = 0
    claimed_pence: int = 0
    accepted: int = 0
    accepted_pence: int = 0
    rejected: int = 0
    rejected_pence: int = 0
    withdrawn: int = 0
    withdrawn_pence: int = 0

    @property
    def pending(self) -> int:
        """Lines that nobody has decided."""
        return self.claimed - self.accepted - self.rejected - self.withdrawn

    @property
    def pending_pence(self) -> int:
        """The same at the tariff."""
        return self.claimed_pence - self.accepted_pence - self.rejected_pence - self.withdrawn_pence


@dataclass(slots=True)
class Done:
    """Accepted lines that still stand: their number, units, and pence before and after all reductions."""

    lines: int = 0
    units: int = 0
    gross: int = 0
    net: int = 0


@dataclass(slots=True)
class Part:
    """One payer's part of accepted lines that still stand, and what was asked of it and paid for it, in pence.

    Attributes:
        due: Its part before its own reductions.
        earned: What counts as paid by it: what it pays and what an earlier overpayment has paid.
        set_off: What an earlier overpayment has paid of that.
        invoiced: What it was asked for, whatever became of the line.
        standing: What it was asked for of lines that still stand.
        credited: What credit notes took back.
        paid: What came in. A part payment counts for the lines of its invoice in proportion.
    """

    due: int = 0
    earned: int = 0
    set_off: int = 0
    invoiced: int = 0
    standing: int = 0
    credited: int = 0
    paid: int = 0

    @property
    def to_invoice(self) -> int:
        """Earned, and not asked for yet."""
        return self.earned - self.set_off - self.standing

    @property
    def open(self) -> int:
        """Asked for, and not paid yet."""
        return self.invoiced - self.credited - self.paid

    @property
    def recoverable(self) -> int:
        """Asked for and taken back without a credit note: paid, and settled by what comes next."""
        return self.invoiced - self.credited - self.standing


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut from accepted lines for one reason: of the whole, or (with a payer) of that payer's part."""

    reason: str
    cap: str
    payer: str
    metric: str
    year: int
    pence: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines that wait for a decision: alike in result, day of the claim and day of achievement."""

    metric: str
    claimed_on: date
    achieved_on: date
    lines: int
    pence: int


@dataclass(slots=True)
class InvoiceSum:
    """An invoice as of a day: by result and year what it asks for and what credit notes took back; what was received.

    Attributes:
        payer: Short name.
        gross: Pence of the whole invoice with VAT, less its credit notes.
        asked: Pence by result and year, whatever became of the lines.
        standing: The same, of lines that still stand.
        credited: What credit notes took back.
        received: Pence that came in for these lines.
        open: Pence of the whole invoice, with VAT, that are not settled.
    """

    payer: str
    gross: int
    asked: dict[Place, int] = field(default_factory=dict)
    standing: dict[Place, int] = field(default_factory=dict)
    credited: dict[Place, int] = field(default_factory=dict)
    received: int = 0
    open: int = 0

    def receive(self, pence: int) -> None:
        """Note what came in for the invoice; if it asks for other providers' lines as well, these have their part."""
        mine = sum(self.asked.values()) - sum(self.credited.values())
        self.received = pence * mine // self.gross if self.gross else 0
        self.open = self.gross - pence

    def spread(self) -> dict[Place, int]:
        """Spread what was received over what is asked for and not credited, in proportion, to the penny.

        Rounding: down, and what is left goes to the largest parts first. Once all is paid, each part is.
        """
        weights = {place: pence - self.credited.get(place, 0) for place, pence in self.asked.items()}
        whole = sum(weights.values())
        if not whole:
            return dict.fromkeys(weights, 0)
        paid = {place: self.received * weight // whole for place, weight in weights.items()}
        first = sorted(weights, key=lambda place: (-weights[place], place))
        for place in first[: self.received - sum(paid.values())]:
            paid[place] += 1
        return paid
