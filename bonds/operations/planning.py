"""Plans: what has happened is locked, and the rest is expected anew. A plan that was made never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.dealing import EVERYONE, Assumed
from bonds.arithmetic.plans import Expected, Forecast, find_problems, forecast, open_terms
from bonds.arithmetic.spans import Every
from bonds.models import OutcomesContract, Party, PaymentPlan, PlanPart, PlanRow
from bonds.operations.assessing import check_running
from bonds.operations.locks import lock_contract
from bonds.queries.liability import standing_on
from bonds.queries.plans import Draft, Happened, day_before, draft_next_plan, scope_of_plan, sum_happened
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import DomainError, InvalidInput
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor


class PlanOvertaken(DomainError):
    """Somebody else has made a plan since this one was begun."""

    code = "bonds.plan_overtaken"


class PlanUnsound(InvalidInput):
    """Something in the plan cannot be meant; `facts["problems"]` lists all of it."""

    code = "bonds.plan_unsound"


@transaction.atomic
def make_plan(
    *,
    contract: OutcomesContract,
    number: int,
    expected: Sequence[Expected],
    reason: str = "",
    every: Every = Every.QUARTER,
    assumed: Assumed = EVERYONE,
    actor: Actor,
    at: datetime,
) -> PaymentPlan:
    """Make the next plan: every period that has ended says what happened, the others what is expected.

    What is expected is worked out by the engine from the first period that has not ended: priced by the terms of its
    day, cut by what the caps leave then, divided between the payers.

    Args:
        contract: Running.
        number: Of the plan that whoever makes it has begun: one more than the last, 0 for the first.
        expected: Each result once a period; what is not named is expected to be nothing.
        reason: What it rests on.
        every: How long the periods of plan 0 are; later plans keep to it.
        assumed: Of how many people, and of which groups, the expected results are, where the terms ask about it.
        actor: Who acts for the holder or the lead commissioner.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        PlanOvertaken: there is such a plan already.
        PlanUnsound: a period has ended, a result or group is unknown, something is named twice or out of bounds.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    draft = draft_next_plan(contract=contract, on=legal_day(at), every=every)
    if number != draft.number:
        raise PlanOvertaken(
            _("Somebody has made plan %(number)s meanwhile. Look at it, then begin the next one.")
            % {"number": draft.number - 1},
            number=draft.number - 1,
        )
    problems = find_problems(expected, periods=draft.periods, locked=draft.locked, terms=draft.terms, assumed=assumed)
    if problems:
        raise PlanUnsound(_("The plan cannot be kept: %(first)s.") % {"first": problems[0]}, problems=problems)
    happened, forecasts = _work_out(contract, draft, expected, assumed)
    plan = PaymentPlan.objects.create(
        contract=contract,
        number=number,
        every=draft.every.value,
        from_on=draft.periods.edges[0],
        until_on=draft.periods.edges[-1],
        locked_until_on=draft.locked_until_on,
        people=assumed.people,
        groups={code: part for code, part in sorted(assumed.groups.items()) if part},
        reason=reason.strip(),
        made_by=actor.ref,
        made_at=at,
    )
    _keep(plan, draft, happened, forecasts)
    audit.record(
        actor=actor.ref,
        action="bonds.plan_made",
        at=at,
        organisation=contract.organisation.public_id,
        subject=plan.public_id,
        after={"number": number, "locked_until_on": plan.locked_until_on.isoformat()},
    )
    return plan


def _work_out(
    contract: OutcomesContract, draft: Draft, expected: Sequence[Expected], assumed: Assumed
) -> tuple[Happened, list[Forecast]]:
    scope = scope_of_plan(contract, draft.terms, day_before(draft.locked_until_on))
    opened = {number: open_terms(terms) for number, terms in terms_by_version(contract).items()}
    forecasts = forecast(
        expected,
        periods=draft.periods,
        terms_by_version=opened,
        standing=standing_on(scope, opened),
        version_on=partial(version_on, version_starts(contract)),
        assumed=assumed,
    )
    return sum_happened(scope, draft.periods), forecasts


def _keep(plan: PaymentPlan, draft: Draft, happened: Happened, forecasts: Sequence[Forecast]) -> None:
    """Keep what happened and what is expected, each row with the payers' parts."""
    kept: list[tuple[PlanRow, Mapping[str, int]]] = []
    for number, metric in happened.places:
        units, parts = happened.row(metric, number)
        earned = sum(parts.values())
        first = draft.periods.edges[max(number, 1) - 1]
        row = PlanRow(
            plan=plan, period_on=first, metric=metric, is_actual=True, count=units, gross_pence=earned, pence=earned
        )
        kept.append((row, parts))
    for one in forecasts:
        row = PlanRow(
            plan=plan,
            period_on=draft.periods.edges[one.expected.period - 1],
            metric=one.expected.metric,
            is_actual=False,
            count=one.expected.count,
            gross_pence=one.gross,
            pence=sum(one.parts.values()),
        )
        kept.append((row, one.parts))
    PlanRow.objects.bulk_create([row for row, _parts in kept])
    payers = {party.code: party for party in Party.objects.filter(contract=plan.contract)}
    PlanPart.objects.bulk_create(
        [PlanPart(row=row, payer=payers[code], pence=pence) for row, parts in kept for code, pence in parts.items()]
    )
