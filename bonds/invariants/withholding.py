"""What must always hold of tax that is withheld from investors' interest; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from bonds.models import DistributionPayment, OutcomesContract, TaxPayment
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from bonds.operations.investor_postings import TAX
from bonds.queries.withholding import TAX_PURPOSE, open_tax
from core.invariants import Invariant
from payments.models import RecordedMoney
from payments.states import RecordedState

SPECIFICATION = "treasury specification A8, V13, and row 23"


def find_tax_not_as_booked() -> Iterator[str]:
    """Payments whose tax is not what their record booked to 2180, and tax paid over that no record stands behind."""
    approved = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose=DISTRIBUTION_PURPOSE)
    booked = approved.filter(lines__credit=TAX) | approved.filter(lines__debit=TAX)
    taxes = dict(booked.values_list("public_id").annotate(sum=Sum("lines__amount_pence")).order_by())
    for public_id, record, pence in DistributionPayment.objects.values_list("public_id", "record", "tax_pence"):
        shown = taxes.pop(record, 0)
        if shown != pence:
            yield f"{public_id}: {TAX} shows {shown} of it, {pence} is noted"
    yield from (f"{record}: {pence} of tax booked and not noted" for record, pence in taxes.items())
    over = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose=TAX_PURPOSE)
    money = dict(over.values_list("public_id", "amount_pence"))
    for public_id, record, pence in TaxPayment.objects.values_list("public_id", "record", "pence"):
        moved = money.pop(record, None)
        if moved != pence:
            yield f"{public_id}: of {pence}, the record behind it of {moved}"
    yield from (f"{record}: {pence} paid over and not noted" for record, pence in money.items())


def find_tax_paid_over_that_was_not_withheld() -> Iterator[str]:
    """Contracts of which more tax was paid over than was withheld."""
    for contract in OutcomesContract.objects.filter(tax_payments__isnull=False).distinct():
        left = open_tax(contract)
        if left < 0:
            yield f"{contract.public_id}: {-left} more was paid over than withheld"


TAX_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-68",
        "What acts book on 2180 is the tax that payments of interest withheld, less what was paid over, to the penny; "
        "behind each stands one record that a second person let in.",
        SPECIFICATION,
        ("bonds_tax_of_interest", "bonds_distributionpayment_tax_part", "lock: operations.locks.lock_contract"),
        find_tax_not_as_booked,
    ),
    Invariant(
        "BND-69",
        "No more tax is paid over than was withheld.",
        SPECIFICATION,
        ("bonds_tax_within_withheld", "bonds_tax_of_interest"),
        find_tax_paid_over_that_was_not_withheld,
    ),
)
