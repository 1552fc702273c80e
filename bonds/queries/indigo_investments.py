"""Who invested in a contract as INDIGO data: what each committed, and the most that it can get out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from bonds.arithmetic.indigo_cells import Status
from bonds.arithmetic.indigo_investments import IndigoInvestment, InvestmentType, ReturnType
from bonds.arithmetic.tranches import InvestorTerms, ReturnCap, ReturnKind, TrancheKind
from bonds.models import CommitmentAmount, InvestorCommitment, OutcomesContract
from bonds.queries.investors import find_investor_terms

# The standard tells of grants in a tab of their own, by ids that nothing here knows.
_NO_INVESTMENTS: Final = frozenset({TrancheKind.GRANT.value})
_RETURNS: Final = {ReturnKind.IRR: ReturnType.IRR, ReturnKind.SIMPLE: ReturnType.AVERAGE}


def with_investors(contract: OutcomesContract) -> Q:
    """The parties that invest in a contract."""
    places = InvestorCommitment.objects.filter(contract=contract).exclude(kind__in=_NO_INVESTMENTS)
    return Q(pk__in=places.values("party"))


def list_investments(contract: OutcomesContract, *, identifiers: Mapping[str, str]) -> Iterator[IndigoInvestment]:
    """What each investor committed to each tranche, by the newest version that says it.

    Args:
        contract: Whose.
        identifiers: Id of each investor by its code.
    """
    terms = find_investor_terms(contract)
    newest = CommitmentAmount.objects.filter(commitment__contract=contract).exclude(
        commitment__kind__in=_NO_INVESTMENTS
    )
    rows = newest.order_by("commitment_id", "-pk").distinct("commitment_id").select_related("commitment__party")
    for number, row in enumerate(rows, start=1):
        place = row.commitment
        cap, said = _find_most(terms, place.party.code, place.tranche)
        is_grant = place.kind == TrancheKind.RECOVERABLE_GRANT.value
        notes = [_("Recoverable grant.")] if is_grant else []
        yield IndigoInvestment(
            id=f"investment{number}",
            investor=identifiers[place.party.code],
            currency=contract.currency,
            exact=row.pence,
            return_type=_RETURNS[cap.kind] if cap else None,
            most_return=cap.limit.normalize() if cap else None,
            type=None if is_grant else InvestmentType.DEBT,
            notes=" ".join([*notes, *said]),
            status=Status.PRIVATE,
        )


def _find_most(terms: InvestorTerms | None, investor: str, tranche: str) -> tuple[ReturnCap | None, list[str]]:
    """Find the cap on a return that the standard has a word for, and say in words what it has none for."""
    if terms is None:
        return None, []
    own = next((one for one in terms.commitments if (one.investor, one.tranche) == (investor, tranche)), None)
    caps = own.return_caps if own and own.return_caps is not None else None
    if caps is None:
        caps = next((one.return_caps for one in terms.tranches if one.code == tranche), ())
    told = [cap for cap in caps if cap.kind in _RETURNS]
    multiples = [cap for cap in caps if cap.kind is ReturnKind.MULTIPLE]
    said = [
        _("At most %(times)s times what was paid in.") % {"times": f"{cap.limit.normalize():f}"} for cap in multiples
    ]
    return (told[0] if told else None), said
