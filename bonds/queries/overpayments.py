"""What payers have paid too much or are owed: what is left, what of it invoices used, and what was paid back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from bonds.arithmetic.lines import SET_OFF
from bonds.models import CreditUse, Invoice, LineReduction, OutcomesContract, Overpayment, OverpaymentRefund, Party
from bonds.queries.parties import get_party
from payments.models import RecordedMoney
from payments.models.recorded import RecordedMoneyQuerySet
from payments.states import RecordedState
from people.models import Organisation

PURPOSE: Final = "bonds.overpayment_refund"


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """A credit, and what of it is left, in pence with tax."""

    credit: Overpayment
    left: int


@dataclass(frozen=True, slots=True)
class PayerOwed:
    """What a payer has paid too much or is owed, in pence.

    Attributes:
        payer: The party.
        to_set_off: What its next lines settle, without VAT.
        credit: What its next invoices settle, with VAT.
        refunded: What was paid back of both so far.
        waiting: What was written down as paid back, and waits for a second person.
    """

    payer: Party
    to_set_off: int
    credit: int
    refunded: int
    waiting: int

    @property
    def owed(self) -> int:
        """What could be paid back today."""
        return self.to_set_off + self.credit

    @property
    def can_be_refunded(self) -> int:
        """What could be written down as paid back beside what waits already."""
        return max(self.owed - self.waiting, 0)


def find_set_offs(contract: OutcomesContract) -> dict[str, int]:
    """What each payer has paid too much and its next lines still have to settle, in pence, by code; none is zero."""
    owed = _by_payer(Overpayment.objects.filter(contract=contract, is_credit=False))
    settled = LineReduction.objects.filter(result__contract=contract, reason=SET_OFF, payer__isnull=False)
    for code, pence in settled.values_list("payer__code").annotate(total=Sum("pence")).order_by():
        owed[code] = owed.get(code, 0) - int(pence)
    for code, pence in _by_payer(_refunds(contract).filter(credit=None)).items():
        owed[code] = owed.get(code, 0) - pence
    return {code: pence for code, pence in owed.items() if pence > 0}


def find_credits(contract: OutcomesContract) -> dict[str, int]:
    """What each payer's next invoices still have to settle, in pence with VAT, by code; none is zero."""
    found: dict[str, int] = {}
    for one in _with_left(Overpayment.objects.filter(contract=contract, is_credit=True)):
        found[one.credit.payer.code] = found.get(one.credit.payer.code, 0) + one.left
    return {code: pence for code, pence in found.items() if pence}


def credits_of(payer: Party) -> list[CreditStanding]:
    """What is left of a payer's credits, the oldest first; nothing that is used up."""
    return [one for one in _with_left(Overpayment.objects.filter(payer=payer, is_credit=True)) if one.left]


def list_owed(contract: OutcomesContract, *, organisation: Organisation | None = None) -> list[PayerOwed]:
    """Each payer that ever paid too much, or was owed something, with what is left, by short name.

    Args:
        contract: Under which.
        organisation: Only this payer; None: all.
    """
    payers = Party.objects.filter(overpayments__contract=contract).distinct()
    payers = payers.select_related("organisation", "contract", "contract__organisation")
    if organisation is not None:
        payers = payers.filter(organisation=organisation)
    set_offs, credited = find_set_offs(contract), find_credits(contract)
    refunded = _by_payer(_refunds(contract))
    requested = records_of(contract).filter(state=RecordedState.REQUESTED, reverses=None).order_by()
    waiting = dict(requested.values_list("subject").annotate(sum=Sum("amount_pence")))
    return [
        PayerOwed(
            payer=payer,
            to_set_off=set_offs.get(payer.code, 0),
            credit=credited.get(payer.code, 0),
            refunded=refunded.get(payer.code, 0),
            waiting=int(waiting.get(payer.public_id, 0)),
        )
        for payer in payers.order_by("code")
    ]


def get_owed(*, contract: OutcomesContract, code: str) -> PayerOwed:
    """What a payer has paid too much or is owed.

    Raises:
        PartyMissing: there is no such party.
    """
    payer = get_party(contract=contract, code=code)
    found = {one.payer.code: one for one in list_owed(contract)}
    return found.get(code) or PayerOwed(payer, to_set_off=0, credit=0, refunded=0, waiting=0)


def list_credits(contract: OutcomesContract, *, organisation: Organisation | None = None) -> list[CreditStanding]:
    """All credits of payers, the oldest first.

    Args:
        contract: Under which.
        organisation: Only those of this payer; None: of all.
    """
    rows = Overpayment.objects.filter(contract=contract, is_credit=True)
    return _with_left(rows.filter(payer__organisation=organisation) if organisation else rows)


def records_of(contract: OutcomesContract, *, organisation: Organisation | None = None) -> RecordedMoneyQuerySet:
    """What was written down as paid back to payers, reversals too, in the order in which it was written down."""
    payers = Party.objects.filter(contract=contract)
    if organisation is not None:
        payers = payers.filter(organisation=organisation)
    subjects = payers.values("public_id")
    return RecordedMoney.objects.filter(purpose=PURPOSE, subject__in=subjects).order_by("pk")


def used_by(invoice: Invoice) -> QuerySet[CreditUse]:
    """What of credits was set against an invoice, with the notes that gave them."""
    rows = CreditUse.objects.filter(invoice=invoice).select_related("overpayment__note__contract")
    return rows.order_by("overpayment")


def sum_used(invoices: Iterable[Invoice]) -> dict[int, int]:
    """What of credits was set against invoices, in pence, by row number."""
    rows = CreditUse.objects.filter(invoice__in=invoices).values_list("invoice").annotate(sum=Sum("pence"))
    return dict(rows.order_by())


def find_credit_of(note: Invoice) -> CreditStanding | None:
    """What a credit note left to the payer's credit, and what is left of it; None where it left nothing."""
    return next(iter(_with_left(Overpayment.objects.filter(note=note))), None)


def _refunds(contract: OutcomesContract) -> QuerySet[OverpaymentRefund]:
    return OverpaymentRefund.objects.standing().filter(payer__contract=contract)


def _by_payer(rows: QuerySet[Overpayment] | QuerySet[OverpaymentRefund]) -> dict[str, int]:
    sums: Mapping[str, int] = dict(rows.values_list("payer__code").annotate(sum=Sum("pence")).order_by())
    return {code: int(pence) for code, pence in sums.items()}


def _with_left(rows: QuerySet[Overpayment]) -> list[CreditStanding]:
    used = CreditUse.objects.filter(overpayment=OuterRef("pk")).order_by().values("overpayment")
    moved = OverpaymentRefund.objects.filter(credit=OuterRef("pk")).order_by().values("credit")
    signed = Sum(Case(When(Q(undoes=None), then=F("pence")), default=-F("pence")))
    found = rows.select_related("payer__organisation", "note__contract").annotate(
        used=Coalesce(Subquery(used.annotate(sum=Sum("pence")).values("sum")), 0),
        moved=Coalesce(Subquery(moved.annotate(sum=signed).values("sum")), 0),
    )
    return [CreditStanding(one, one.pence - int(one.used) - int(one.moved)) for one in found.order_by("pk")]
