"""What people and groups achieved, for those who may see it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bonds.models import OutcomeEvent, OutcomesContract, Party
from core.errors import NotFound


class ResultMissing(NotFound):
    """There is no such result, or none that may be seen here."""

    code = "bonds.no_result"


def results_of(*, contract: OutcomesContract, provider: Party | None) -> QuerySet[OutcomeEvent]:
    """The results under a contract, of one provider or of all, the newest day first; withdrawn ones included."""
    found = OutcomeEvent.objects.filter(contract=contract)
    if provider is not None:
        found = found.filter(provider=provider)
    return found.select_related("participant", "provider__organisation", "withdrawal").order_by("-achieved_on", "-pk")


def get_result(*, contract: OutcomesContract, public_id: str, provider: Party | None) -> OutcomeEvent:
    """Return one result of a contract; of one provider where one is given.

    Raises:
        ResultMissing: there is none.
    """
    found = results_of(contract=contract, provider=provider).filter(public_id=public_id).first()
    if found is None:
        raise ResultMissing(_("There is no such result."), id=public_id)
    found.contract = contract
    return found
