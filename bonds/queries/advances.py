"""What was paid before results: what the terms foresee, what came, what invoices used, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from bonds.arithmetic.terms import AdvanceTerm
from bonds.models import Advance, AdvanceMoney, AdvanceUse, Invoice, OutcomesContract, Party
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import NotFound
from people.models import Organisation

BATCH_PREFIX: Final = f"{Advance.public_id_prefix}_"
"""How the batch of an entry begins that receives or refunds an advance."""
_RELATED: Final = ("contract", "contract__organisation", "payer", "payer__organisation")


class AdvanceMissing(NotFound):
    """There is no such advance: the terms in force foresee none, or nobody was asked for it."""

    code = "bonds.no_advance"


@dataclass(frozen=True, slots=True)
class AdvanceStanding:
    """An advance with what came of it, in pence."""

    advance: Advance
    received: int
    refunded: int
    earned: int

    @property
    def open(self) -> int:
        """What the payer was asked for and has not paid."""
        return self.advance.pence - self.received

    @property
    def unearned(self) -> int:
        """What the payer paid, and neither earned nor refunded: it stands as deferred income."""
        return self.received - self.refunded - self.earned


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An advance of the terms in force that nobody was asked for yet."""

    term: AdvanceTerm
    version_number: int
    payer: Party


def list_advances(contract: OutcomesContract, *, organisation: Organisation | None = None) -> list[AdvanceStanding]:
    """The advances that payers were asked for, the oldest first.

    Args:
        contract: Under which.
        organisation: Only those of this payer; None: of all.
    """
    rows = _with_sums(Advance.objects.filter(contract=contract))
    if organisation is not None:
        rows = rows.filter(payer__organisation=organisation)
    return [_standing(one) for one in rows]


def list_foreseen(contract: OutcomesContract, *, on: date, organisation: Organisation | None = None) -> list[Foreseen]:
    """The advances of the terms in force that nobody was asked for, by the day on which they are payable.

    Args:
        contract: Signed.
        on: The day.
        organisation: Only those of this payer; None: of all.
    """
    number = version_on(version_starts(contract), on)
    if number is None:
        return []
    asked = set(Advance.objects.filter(contract=contract).values_list("code", flat=True))
    parties = {party.code: party for party in Party.objects.filter(contract=contract).select_related("organisation")}
    waiting = [one for one in terms_by_version(contract)[number].advances if one.code not in asked]
    return [
        Foreseen(one, number, parties[one.payer])
        for one in sorted(waiting, key=lambda term: (term.payable_on, term.code))
        if organisation is None or parties[one.payer].organisation_id == organisation.pk
    ]


def unearned_of(payer: Party) -> list[AdvanceStanding]:
    """What is left of a payer's advances, the oldest first; nothing that is used up."""
    return [one for one in map(_standing, _with_sums(Advance.objects.filter(payer=payer))) if one.unearned]


def sum_unearned(contract: OutcomesContract) -> dict[str, int]:
    """What is left of the advances of each payer, in pence, by code; none is zero."""
    sums: dict[str, int] = {}
    for one in list_advances(contract):
        sums[one.advance.payer.code] = sums.get(one.advance.payer.code, 0) + one.unearned
    return {code: pence for code, pence in sums.items() if pence}


def get_advance(*, public_id: str) -> Advance:
    """Return an advance that was asked for, with its contract and payer.

    Raises:
        AdvanceMissing: there is none.
    """
    return _only(Advance.objects.filter(public_id=public_id), public_id)


def get_advance_seen(
    *, contract: OutcomesContract, number: int, organisation: Organisation | None = None
) -> AdvanceStanding:
    """Return an advance of a contract by its number, with what came of it.

    Args:
        contract: Under which.
        number: Of the advance.
        organisation: Whose it has to be; None: of any payer.

    Raises:
        AdvanceMissing: there is none.
    """
    rows = Advance.objects.filter(contract=contract, number=number)
    if organisation is not None:
        rows = rows.filter(payer__organisation=organisation)
    return standing_of(_only(rows, str(number)))


def standing_of(advance: Advance) -> AdvanceStanding:
    """One advance with what came of it."""
    return _standing(_with_sums(Advance.objects.filter(pk=advance.pk)).get())


def uses_of(invoice: Invoice) -> QuerySet[AdvanceUse]:
    """What of advances was set against an invoice, in the order of the advances."""
    return AdvanceUse.objects.filter(invoice=invoice).select_related("advance").order_by("advance__number")


def sum_used(invoices: Iterable[Invoice]) -> dict[int, int]:
    """What of advances was set against invoices, in pence, by row number."""
    rows = AdvanceUse.objects.filter(invoice__in=invoices).values_list("invoice").annotate(sum=Sum("pence"))
    return dict(rows.order_by())


def _with_sums(rows: QuerySet[Advance]) -> QuerySet[Advance]:
    standing = Q(undoes=None, undone_by=None)
    money = AdvanceMoney.objects.filter(standing, advance=OuterRef("pk")).order_by().values("advance")
    used = AdvanceUse.objects.filter(advance=OuterRef("pk")).order_by().values("advance")
    return (
        rows.select_related(*_RELATED)
        .annotate(
            received=Coalesce(Subquery(money.filter(is_receipt=True).annotate(sum=Sum("pence")).values("sum")), 0),
            refunded=Coalesce(Subquery(money.filter(is_receipt=False).annotate(sum=Sum("pence")).values("sum")), 0),
            earned=Coalesce(Subquery(used.annotate(sum=Sum("pence")).values("sum")), 0),
        )
        .order_by("number")
    )


def _standing(row: Advance) -> AdvanceStanding:
    received, refunded, earned = (int(getattr(row, name)) for name in ("received", "refunded", "earned"))
    return AdvanceStanding(row, received, refunded, earned)


def _only(rows: QuerySet[Advance], name: str) -> Advance:
    found = rows.select_related(*_RELATED).first()
    if found is None:
        raise AdvanceMissing(_("There is no such advance."), advance=name)
    return found
