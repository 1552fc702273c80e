"""One contract as INDIGO data: its results, prices, what has been paid, its plans, and who invested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.indigo import (
    IndigoContract,
    IndigoMetric,
    IndigoPayment,
    IndigoPrice,
    PaymentType,
)
from bonds.arithmetic.indigo_cells import Status
from bonds.arithmetic.months import add_months
from bonds.arithmetic.terms import Measure, Metric, Tariff, Terms
from bonds.models import LineShare, OutcomesContract, Party
from bonds.queries.indigo_investments import list_investments, with_investors
from bonds.queries.indigo_plans import list_planned, list_plans, with_planners
from bonds.queries.publications import find_publication
from bonds.queries.terms import terms_by_version

_QUARTER: Final = 3
_ONE_DAY: Final = timedelta(days=1)
_PAID: Final = states.LineState.PAID.value
_DISPUTED: Final = states.LineState.DISPUTED.value


def named_parties(contract: OutcomesContract) -> list[Party]:
    """The parties that the file names, by code: who paid, is planned to pay or invests. Each needs an id for it."""
    shares = LineShare.objects.filter(_has_been_paid(), result__contract=contract, net_pence__gt=0)
    named = Q(pk__in=shares.values("payer")) | with_planners(contract) | with_investors(contract)
    return list(Party.objects.filter(named).select_related("organisation").order_by("code"))


def gather_indigo(
    *, contract: OutcomesContract, identifiers: Mapping[str, str], recipient: str = "", on: date
) -> IndigoContract:
    """Put a contract together as INDIGO data.

    Args:
        contract: Signed once.
        identifiers: The organisation's id of each of `named_parties`, by code of the party.
        recipient: Id of the contract holder; may be empty.
        on: Today; a quarter that has not ended goes until here.

    Returns:
        Every result of any signed version, the prices of the newest, and what was paid and still stands, by metric,
        payer and calendar quarter of achievement; all plans with their payments, and investments. A row is public only
        if the contract is on show and its price is not private; plans and investments are private, since the public
        page does not tell of them; what is disputed says so.
    """
    versions = terms_by_version(contract)
    newest = versions[max(versions)]
    publication = find_publication(contract)
    shown = Status.PUBLIC if publication else Status.PRIVATE
    private = set(publication.private_prices) if publication else set()
    metrics = _metrics(versions)
    ids = {code: f"outcomemetric{number}" for number, code in enumerate(metrics, start=1)}
    return IndigoContract(
        currency=contract.currency,
        metrics=tuple(_metric(ids[code], metric, shown) for code, metric in metrics.items()),
        prices=tuple(
            _price(ids[code], tariff, contract.currency, Status.PRIVATE if code in private else shown)
            for code in metrics
            for tariff in _tariffs(newest, code)
        ),
        payments=(
            *_payments(contract, ids=ids, identifiers=identifiers, recipient=recipient, shown=shown, on=on),
            *list_planned(contract, metrics=ids, identifiers=identifiers, recipient=recipient),
        ),
        plans=tuple(list_plans(contract)),
        investments=tuple(list_investments(contract, identifiers=identifiers)),
    )


def _metrics(versions: Mapping[int, Terms]) -> dict[str, Metric]:
    """Every metric by code in the order in which it first came, as its newest version has it: its number lasts."""
    found: dict[str, Metric] = {}
    for number in sorted(versions):
        for metric in versions[number].metrics:
            found[metric.code] = metric
    return found


def _metric(ident: str, metric: Metric, status: Status) -> IndigoMetric:
    return IndigoMetric(
        id=ident, definition=f"{metric.name}: {metric.test}", target_population="", target="", validation="",
        status=status,
    )  # fmt: skip


def _tariffs(terms: Terms, code: str) -> list[Tariff | None]:
    metric = next((each for each in terms.metrics if each.code == code), None)
    if metric is None:
        return []
    if metric.measure is Measure.FORMULA:
        return [None]
    return [each for each in terms.tariffs if each.metric == code]


def _price(ident: str, tariff: Tariff | None, currency: str, status: Status) -> IndigoPrice:
    if tariff is None:
        words = _("By a formula, from what a whole group achieved.")
        return IndigoPrice(metric=ident, currency=currency, unit=None, most=None, description=words, status=status)
    said = []
    if tariff.subgroup:
        said.append(_("group %(group)s") % {"group": tariff.subgroup})
    if tariff.from_count > 1 or tariff.until_count is not None:
        last = tariff.until_count - 1 if tariff.until_count else ""
        said.append(_("numbers %(first)s to %(last)s") % {"first": tariff.from_count, "last": last or "…"})
    if tariff.period.from_on or tariff.period.until_on:
        span = {"first": tariff.period.from_on or "…", "until": tariff.period.until_on or "…"}
        said.append(_("from %(first)s, before %(until)s") % span)
    return IndigoPrice(
        metric=ident, currency=currency, unit=tariff.price, most=None, description="; ".join(said), status=status
    )


def _has_been_paid() -> Q:
    paid = Q(result__line__state=_PAID)
    return paid | Q(
        result__line__state=_DISPUTED,
        result__line__disputes__decided_state=_PAID,
        result__line__disputes__adjudication=None,
    )


def _payments(
    contract: OutcomesContract,
    *,
    ids: Mapping[str, str],
    identifiers: Mapping[str, str],
    recipient: str,
    shown: Status,
    on: date,
) -> list[IndigoPayment]:
    sums: dict[tuple[date, str, str, bool], int] = defaultdict(int)
    rows = LineShare.objects.filter(_has_been_paid(), result__contract=contract, net_pence__gt=0).values_list(
        "result__line__event__achieved_on", "result__metric", "payer__code", "result__line__state", "net_pence"
    )
    for achieved_on, metric, payer, state, pence in rows.order_by().iterator(chunk_size=2_000):
        sums[_quarter(achieved_on), metric, payer, state == _DISPUTED] += pence
    return [
        IndigoPayment(
            metric=ids[metric],
            from_on=first,
            until_on=min(add_months(first, _QUARTER), on + _ONE_DAY),
            payer=identifiers[payer],
            recipient=recipient,
            type=PaymentType.ACTUAL,
            plan="",
            currency=contract.currency,
            amount=pence,
            notes=_("A decision about some of it is disputed.") if is_disputed else "",
            status=Status.DISPUTED if is_disputed else shown,
        )
        for (first, metric, payer, is_disputed), pence in sorted(sums.items())
    ]


def _quarter(on: date) -> date:
    return on.replace(month=(on.month - 1) // _QUARTER * _QUARTER + 1, day=1)
