"""Runs of the waterfall, what parties are due by them, and what was paid of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import StageKind
from bonds.arithmetic.withholding import compute_withheld
from bonds.models import Distribution, OutcomesContract, WaterfallRun
from bonds.queries.withholding import find_rates
from core.errors import NotFound


class RunMissing(NotFound):
    """There is no such run of the waterfall."""

    code = "bonds.no_run"


@dataclass(frozen=True, slots=True)
class DueShown:
    """What a party is due by a run, and what of it was paid and let into the books, in pence before tax.

    Attributes:
        due: With its run and party.
        paid: In the books.
        tax: Of that, withheld.
        rate: At which tax is withheld from what is open, in hundredths of a percent; 0 for none.
    """

    due: Distribution
    paid: int
    tax: int = 0
    rate: int = 0

    @property
    def open(self) -> int:
        """What is still to be paid; nothing once the run was taken back."""
        return 0 if hasattr(self.due.run, "withdrawal") else self.due.pence - self.paid

    @property
    def open_tax(self) -> int:
        """Tax that will be withheld from what is open, by the rate of the day."""
        return compute_withheld(self.open, rate=self.rate)

    @property
    def to_pay(self) -> int:
        """What is to leave the bank for it."""
        return self.open - self.open_tax


def runs_of(contract: OutcomesContract) -> QuerySet[WaterfallRun]:
    """The runs of a contract, the newest first, each with its withdrawal if there is one."""
    return WaterfallRun.objects.filter(contract=contract).select_related("withdrawal", "version").order_by("-number")


def get_run(*, contract: OutcomesContract, number: int) -> WaterfallRun:
    """Return a run with its contract.

    Raises:
        RunMissing: there is none.
    """
    related = ("withdrawal", "version", "round", "contract__organisation")
    found = WaterfallRun.objects.filter(contract=contract, number=number).select_related(*related).first()
    if found is None:
        raise RunMissing(_("There is no such run."), number=number)
    return found


def list_dues(
    contract: OutcomesContract,
    *,
    run: WaterfallRun | None = None,
    investor: str = "",
    is_open: bool = False,
    on: date,
) -> list[DueShown]:
    """List what parties are due, in the order of the runs.

    Args:
        contract: Whose.
        run: Only by this one.
        investor: Only what this party gets, by its code.
        is_open: Only what is still to be paid.
        on: The day by whose rate tax is withheld from what is open.
    """
    standing = Q(payments__undoes=None, payments__undone_by=None)
    related = ("run__withdrawal", "run__contract__organisation", "party__organisation", "commitment")
    found = Distribution.objects.filter(run__contract=contract).select_related(*related)
    found = found.filter(run=run) if run is not None else found
    found = found.filter(party__code=investor) if investor else found
    rows = found.annotate(
        paid=Sum("payments__pence", filter=standing, default=0),
        tax=Sum("payments__tax_pence", filter=standing, default=0),
    ).order_by("run__number", "place")
    pays_interest = any(one.stage == StageKind.INTEREST.value for one in rows)
    rates = find_rates(contract, on=on) if pays_interest else {}
    shown = [
        DueShown(one, one.paid, one.tax, rates.get(one.party_id, 0) if one.stage == StageKind.INTEREST.value else 0)
        for one in rows
    ]
    return [one for one in shown if one.open] if is_open else shown
