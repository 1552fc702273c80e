"""What people and groups achieved, for those who may see it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bonds.arithmetic.terms import Measure, Metric, Terms
from bonds.models import OutcomeEvent, OutcomesContract, Party
from bonds.queries.terms import terms_by_version
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


def metrics_of(contract: OutcomesContract) -> dict[str, Metric]:
    """Every result that any signed version pays for, by code, as the newest of them defines it."""
    return {metric.code: metric for _number, terms in _in_order(contract) for metric in terms.metrics}


def subgroups_of(contract: OutcomesContract) -> dict[str, str]:
    """Every group that any signed version names, by code."""
    return {code: name for _number, terms in _in_order(contract) for code, name in terms.subgroups.items()}


def is_of_people(metric: Metric) -> bool:
    """Whether a result is recorded person by person."""
    return metric.measure is not Measure.FORMULA


def is_of_groups(metric: Metric) -> bool:
    """Whether a result can be recorded of a group as a whole."""
    return metric.measure is not Measure.EVENT or metric.most is None


def _in_order(contract: OutcomesContract) -> list[tuple[int, Terms]]:
    return sorted(terms_by_version(contract).items())
