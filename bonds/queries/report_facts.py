"""The facts of a report to investors, as they are on the day of issue: what all are told, and what each is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from django.db.models import Sum

from bonds.arithmetic.calls import compute_facilities
from bonds.arithmetic.positions import MovementKind, Position, compute_positions
from bonds.arithmetic.returns import Returns, compute_returns
from bonds.arithmetic.small_numbers import Tally, compute_step, tell, tell_sum
from bonds.arithmetic.statements import Statement
from bonds.arithmetic.tranches import InvestorTerms, Repayment, TrancheKind
from bonds.models import CallPart, InvestorReport, OutcomesContract, PaymentPlan, PlanRow, WaterfallRun
from bonds.queries.investors import (
    compute_investor_statements,
    find_investor_terms,
    list_movements,
    list_open,
    open_of_part,
)
from bonds.queries.report_money import sum_cash
from bonds.queries.results import is_of_people, metrics_of
from bonds.queries.run_words import PARTS
from bonds.queries.terms import terms_by_version
from bonds.queries.told_counts import tally_accepted
from core.periods import start_of_day
from ledger.queries import get_book_by_slug

Facts = dict[str, Any]
# What a statement says in pence, as it is kept.
_AMOUNTS: Final = (
    "committed",
    "undrawn",
    "principal_before",
    "drawn",
    "repaid",
    "guaranteed",
    "written_off",
    "principal_after",
    "interest_before",
    "interest_earned",
    "interest_paid",
    "interest_released",
    "interest_after",
    "upside",
    "downside",
)


def collect_common_facts(
    contract: OutcomesContract, *, from_on: date, until_on: date, expected: Mapping[str, int], threshold: int
) -> Facts:
    """Collect what all investors of a contract are told of a half-open period, ready for JSON.

    Nobody is named, and no count of fewer people than the threshold is in it.

    Args:
        contract: With investors.
        from_on: First day.
        until_on: The day after the last.
        expected: By code of a result, how many the holder expected in the period; what is missing was not said.
        threshold: Counts of fewer people are not told.
    """
    terms = find_investor_terms(contract)
    assert terms is not None, "a contract without investors has no report"
    cash = sum_cash(book=get_book_by_slug(slug=contract.book_slug), from_on=from_on, until_on=until_on)
    return {
        "currency": contract.currency,
        "threshold": threshold,
        "results": _results(contract, from_on=from_on, until_on=until_on, expected=expected, threshold=threshold),
        "money": [{"way": way, "what": what, "pence": pence} for (way, what), pence in cash.sums.items()],
        "cash": {"before": cash.before, "after": cash.after, "reserve": cash.reserve},
        "months": [{"month": month.isoformat(), "in": came, "out": left} for month, came, left in cash.months],
        "tranches": _tranches(contract, terms, until_on),
        "runs": _runs(contract, from_on, until_on),
        "next": _common_next(contract, terms, until_on),
    }


def collect_own_facts(contract: OutcomesContract, *, investor: str, from_on: date, until_on: date) -> Facts:
    """Collect what one investor is told of their own money in a half-open period, ready for JSON.

    Args:
        contract: With investors.
        investor: Code of the party.
        from_on: First day.
        until_on: The day after the last.
    """
    statements = compute_investor_statements(contract=contract, from_on=from_on, until_on=until_on, investor=investor)
    terms = find_investor_terms(contract)
    assert terms is not None, "whoever has a statement has terms"
    mine = [one for one in _standing(contract, terms, until_on) if one.commitment.investor == investor]
    # What was given is never repaid: it has no multiple, and nothing of it is outstanding.
    lent = [one for one in mine if one.tranche.kind != TrancheKind.GRANT]
    return {
        "places": [_place(one, terms) for one in statements],
        "returns": _returns(compute_returns([flow for one in lent for flow in one.flows])),
        "outstanding": sum(one.principal for one in lent),
        "next": _own_next(contract, investor),
    }


def expected_by_plan(contract: OutcomesContract, *, from_on: date, until_on: date) -> dict[str, int]:
    """Say how many results the plan that held when a half-open period began expected in it, by code.

    It is the last plan made by then, or the first one; a period of the plan counts by its first day. Empty without one.
    A plan counts groups that are measured, and a report the people in them: of these nothing is said.
    """
    plans = PaymentPlan.objects.filter(contract=contract).order_by("number")
    held = plans.filter(made_at__lt=start_of_day(from_on + timedelta(days=1))).last() or plans.first()
    if held is None:
        return {}
    rows = PlanRow.objects.filter(plan=held, is_actual=False, period_on__gte=from_on, period_on__lt=until_on)
    sums = rows.values_list("metric").annotate(sum=Sum("count")).order_by()
    of_people = {code for code, metric in metrics_of(contract).items() if is_of_people(metric)}
    return {code: int(count) for code, count in sums if code in of_people}


def _results(
    contract: OutcomesContract, *, from_on: date, until_on: date, expected: Mapping[str, int], threshold: int
) -> list[Facts]:
    tallies = tally_accepted(contract, until_on=until_on)
    before = InvestorReport.objects.filter(contract=contract, until_on__lte=from_on).standing().order_by("from_on")
    # What came before the first report is a part as well, which none told by itself.
    edges = [None, *(report.from_on for report in before), from_on, until_on]
    told = []
    for code, metric in metrics_of(contract).items():
        tally = tallies.get(code, Tally())
        how = {"threshold": threshold, "step": compute_step(tally.largest, threshold=threshold)}
        parts = [tally.count(*period) for period in pairwise(edges)]
        told.append(
            {
                "metric": code,
                "name": metric.name,
                "expected": expected.get(code),
                "in_period": tell(parts[-1], **how).results,
                "so_far": tell_sum(parts, **how).results,
                "step": how["step"],
                "is_of_groups": not is_of_people(metric),
            }
        )
    return told


def _tranches(contract: OutcomesContract, terms: InvestorTerms, on: date) -> list[Facts]:
    standing = _standing(contract, terms, on)
    undrawn = {id(one.position): one.undrawn for one in compute_facilities(standing)}
    return [
        {
            "code": tranche.code,
            "name": tranche.name,
            "kind": tranche.kind.value,
            "committed": sum(one.commitment.amount for one in mine),
            "undrawn": sum(undrawn[id(one)] for one in mine),
            **_moved_in(mine),
        }
        for tranche in terms.tranches
        if (mine := [one for one in standing if one.tranche.code == tranche.code])
    ]


def _standing(contract: OutcomesContract, terms: InvestorTerms, until_on: date) -> tuple[Position, ...]:
    """Where everybody stands when a period is over; what moved on the day after belongs to the next."""
    moved = [one for one in list_movements(contract) if one.on < until_on]
    return compute_positions(terms, moved, on=until_on)


def _moved_in(positions: Iterable[Position]) -> dict[str, int]:
    kinds = {
        "drawn": MovementKind.DRAWN,
        "repaid": MovementKind.PRINCIPAL,
        "guaranteed": MovementKind.GUARANTEED,
        "written_off": MovementKind.WRITTEN_OFF,
        "interest_paid": MovementKind.INTEREST,
        "upside": MovementKind.UPSIDE,
    }
    listed = list(positions)
    sums = {name: sum(one.sums.get(kind, 0) for one in listed) for name, kind in kinds.items()}
    lent = sum(one.principal for one in listed if one.tranche.kind != TrancheKind.GRANT)
    return sums | {"outstanding": lent}


def _runs(contract: OutcomesContract, from_on: date, until_on: date) -> list[Facts]:
    runs = WaterfallRun.objects.filter(contract=contract, withdrawal=None, run_on__gte=from_on, run_on__lt=until_on)
    return [
        {
            "number": one.number,
            "run_on": one.run_on.isoformat(),
            "given": one.distributed_pence,
            "steps": [_without_parts(step) for step in one.steps],
        }
        for one in runs
    ]


def _without_parts(step: Facts) -> Facts:
    """What a stage came to, without who got how much of it: that is between each investor and the holder."""
    return {**step, "facts": {name: value for name, value in step["facts"].items() if name not in PARTS}}


def _common_next(contract: OutcomesContract, terms: InvestorTerms, until_on: date) -> list[Facts]:
    """What is known to come: days that the terms name, and what runs promised."""
    version = max(terms_by_version(contract).items())[1]
    days = [("service_ends", version.service.until_on, ""), ("last_results", version.run_off_until, "")]
    days += [("recycled_until", terms.recycled_until_on, "")]
    days += [
        ("matures", tranche.matures_on, tranche.name)
        for tranche in terms.tranches
        if tranche.repayment == Repayment.MATURITY
    ]
    promised = sum(pence for _due, pence in list_open(contract))
    told: list[Facts] = [{"what": "promised", "pence": promised}] if promised else []
    return told + [
        {"what": what, "on": on.isoformat(), "name": name} for what, on, name in days if on and on >= until_on
    ]


def _own_next(contract: OutcomesContract, investor: str) -> list[Facts]:
    """What one investor is still asked for, and what they are promised."""
    parts = CallPart.objects.filter(call__contract=contract, commitment__party__code=investor).select_related("call")
    awaited = [(part, pence) for part in parts if (pence := open_of_part(part))]
    told: list[Facts] = [
        {"what": "call", "number": part.call.number, "on": part.call.due_on.isoformat(), "pence": pence}
        for part, pence in awaited
    ]
    promised = sum(pence for due, pence in list_open(contract) if due.commitment and due.party.code == investor)
    return told + ([{"what": "promised", "pence": promised}] if promised else [])


def _place(statement: Statement, terms: InvestorTerms) -> Facts:
    amounts = {name: getattr(statement, name) for name in _AMOUNTS}
    tranche = terms.tranche(statement.tranche)
    named = {"tranche": tranche.code, "name": tranche.name, "kind": tranche.kind.value}
    return {**named, **amounts, "returns": _returns(statement.returns)}


def _returns(returns: Returns) -> Facts:
    """Figures as text: nothing that is kept goes through a float."""
    return {
        "paid_in": returns.paid_in,
        "paid_out": returns.paid_out,
        "multiple": None if returns.multiple is None else str(returns.multiple),
        "rate": None if returns.rate is None else str(returns.rate),
        "rate_state": returns.rate_state.value,
    }
