"""How a payer's part of a line is made good when the line is taken back: not asked for, credited, or set off later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undone:
    """What becomes of one payer's part, in pence without tax.

    Attributes:
        unasked: Was not invoiced, and will not be. Below zero: the payer was given it back, and is asked for it again.
        credited: Stands on an invoice; a credit note takes it off.
        set_off: Was paid; the payer's next parts are less by so much.
    """

    unasked: int = 0
    credited: int = 0
    set_off: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether nothing has to be made good."""
        return not (self.unasked or self.credited or self.set_off)


def undo_part(*, net: int, settled: int, open_pence: int | None, tax: int = 0, is_taxed: bool = False) -> Undone:
    """Say how a payer's part of a line is made good.

    Args:
        net: What the payer was to pay for the line, in pence; below zero where it was given money back.
        settled: What counts as paid: `net`, and what settled an earlier overpayment, which is owed to the payer again.
        open_pence: What is still to be paid of the invoice on which the part stands, with tax; None: on none.
        tax: What VAT a credit note for it would carry, in pence.
        is_taxed: Whether VAT is charged under the contract: then what was paid is credited too, with its tax.

    Returns:
        The three amounts. What cannot be credited whole is set off whole: half a line on a note explains nothing.

    Source: treasury specification A8: V10 (clawback, credit note); that the rest is set off is the contract's. VAT
    Regulations 1995 reg.15C: a price that goes down after the invoice needs a credit note with the tax.
    """
    again = settled - net
    if open_pence is None or net < 0:
        return Undone(unasked=net, set_off=again)
    if net > 0 and (is_taxed or net + tax <= open_pence):
        return Undone(credited=net, set_off=again)
    return Undone(set_off=net + again)
