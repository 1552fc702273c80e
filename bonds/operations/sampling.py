"""Looking at paid lines afterwards: a random sample, what was found, and what is recovered for the lines not drawn."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.sampling import Finding, PaidLine, Sample, compute_recovery, draw_sample
from bonds.arithmetic.terms import ClaimRules
from bonds.models import (
    AssessmentRun,
    ClaimLine,
    LineShare,
    OutcomesContract,
    Overpayment,
    Party,
    PartyRoleHeld,
    SampleClosing,
    SampleFinding,
    SampleItem,
    SampleRun,
)
from bonds.operations.assessing import check_running
from bonds.operations.clawing import undo_result
from bonds.operations.errors import NothingToSample, NotTheVerifier, SampleClosed
from bonds.operations.lines import change_lines, read_lines
from bonds.operations.locks import lock_contract
from bonds.operations.postings import CLAWBACK, OUTCOME_PAYMENTS, TOP_UP_PAYMENTS, top_up_payers
from bonds.queries.terms import terms_by_version
from core.periods import legal_day, start_of_day
from core.splitting import allocate
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line


@transaction.atomic
def draw_paid_sample(
    *,
    contract: OutcomesContract,
    from_on: date,
    until_on: date,
    seed: str,
    verifier: Party,
    actor: Actor,
    at: datetime,
) -> SampleRun:
    """Draw a sample of the lines that were paid in a period, which anybody can draw again from its seed.

    Args:
        contract: Running.
        from_on: First day on which lines were paid.
        until_on: The day after the last.
        seed: 16 to 80 characters that nobody could choose for what they draw.
        verifier: Who looks.
        actor: Who acts.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        NotTheVerifier: the party does not verify now.
        NothingToSample: nothing was paid in the period that still stands.
        UnusableSeed: the seed is too short or too long.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    _check_verifies(verifier, contract, on=legal_day(at))
    population = _paid_between(contract, from_on, until_on)
    if not population:
        raise NothingToSample(_("Nothing was paid in these days."))
    percent = _rules(contract).sample_percent
    drawn = draw_sample(list(population.values()), seed=seed, percent=percent)
    last = SampleRun.objects.filter(contract=contract).order_by("-number").first()
    run = SampleRun.objects.create(
        contract=contract,
        number=last.number + 1 if last else 1,
        from_on=from_on,
        until_on=until_on,
        seed=seed,
        population_digest=drawn.population_digest,
        population_count=drawn.population_count,
        population_pence=drawn.population_pence,
        drawn_by=actor.ref,
        drawn_at=at,
    )
    lines = {line.public_id: line for line in ClaimLine.objects.filter(public_id__in=[one.id for one in drawn.drawn])}
    SampleItem.objects.bulk_create(
        SampleItem(sample=run, place=place, line=lines[one.id]) for place, one in enumerate(drawn.drawn, start=1)
    )
    audit.record(
        actor=actor.ref,
        action="bonds.sample_drawn",
        at=at,
        organisation=verifier.organisation.public_id,
        subject=run.public_id,
        after={"population": drawn.population_count, "drawn": len(drawn.drawn), "digest": drawn.population_digest},
    )
    return run


@transaction.atomic
def record_finding(
    *, item: SampleItem, is_valid: bool, note: str = "", verifier: Party, actor: Actor, at: datetime
) -> SampleFinding:
    """Write down what was found about a drawn line; once.

    Raises:
        NotTheVerifier: the party does not verify now, or it claimed the line.
        SampleClosed: the sample was closed, or the line has its finding.
    """
    contract = lock_contract(item.sample.contract_id)
    _check_verifies(verifier, contract, on=legal_day(at))
    if item.line.claim.provider.organisation_id == verifier.organisation_id:
        raise NotTheVerifier(_("Whoever claims never verifies."))
    if SampleClosing.objects.filter(sample=item.sample).exists() or SampleFinding.objects.filter(item=item).exists():
        raise SampleClosed(_("This line has its finding already."))
    return SampleFinding.objects.create(item=item, is_valid=is_valid, note=note, by=actor.ref, at=at)


@transaction.atomic
def close_sample(*, sample: SampleRun, verifier: Party, actor: Actor, at: datetime) -> SampleClosing:
    """Close a sample: lines that do not stand are taken back, and the error rate is applied to those not drawn.

    What is recovered for these is set off against the payers' next parts, in proportion to what each had paid.

    Args:
        sample: With a finding for each drawn line.
        verifier: Who looked.
        actor: Who acts.
        at: Now.

    Raises:
        NotTheVerifier: the party does not verify now.
        SampleClosed: it was closed before.
        SampleIncomplete: a drawn line has no finding.

    Source: DWP provider guidance (extrapolation); the formula is the contract's, see `arithmetic.sampling`.
    """
    contract = lock_contract(sample.contract_id)
    _check_verifies(verifier, contract, on=legal_day(at))
    if SampleClosing.objects.filter(sample=sample).exists():
        raise SampleClosed(_("This sample has been closed."))
    items = list(SampleItem.objects.filter(sample=sample).select_related("line", "line__result", "finding"))
    rules = _rules(contract)
    recovery = compute_recovery(_as_drawn(sample, items), _findings(items), tolerance_percent=rules.tolerance_percent)
    closing = SampleClosing.objects.create(
        sample=sample,
        invalid_count=recovery.invalid,
        invalid_pence=recovery.found,
        extrapolated_pence=recovery.extrapolated,
        facts={"steps": [{"name": s.name, "amount": s.amount, "facts": dict(s.facts)} for s in recovery.steps]},
        by=actor.ref,
        at=at,
    )
    _take_back_invalid(contract, items, verifier, sample, actor=actor.ref, at=at)
    if recovery.extrapolated:
        _recover(contract, sample, recovery.extrapolated, actor=actor.ref, at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.sample_closed",
        at=at,
        organisation=verifier.organisation.public_id,
        subject=sample.public_id,
        after={"invalid": recovery.invalid, "extrapolated_pence": recovery.extrapolated},
    )
    return closing


def _paid_between(contract: OutcomesContract, from_on: date, until_on: date) -> dict[str, PaidLine]:
    """Lines that were paid in a period and still are, by public id."""
    paid = ClaimLine.objects.filter(
        claim__contract=contract,
        state=states.LineState.PAID.value,
        state_changes__to_state=states.LineState.PAID.value,
        state_changes__at__gte=start_of_day(from_on),
        state_changes__at__lt=start_of_day(until_on),
        result__net_pence__gt=0,
    )
    rows = paid.distinct().values_list("public_id", "result__net_pence")
    return {public_id: PaidLine(public_id, net) for public_id, net in rows}


def _as_drawn(sample: SampleRun, items: list[SampleItem]) -> Sample:
    return Sample(
        version=1,
        seed=sample.seed,
        population_digest=sample.population_digest,
        population_count=sample.population_count,
        population_pence=sample.population_pence,
        drawn=tuple(PaidLine(item.line.public_id, item.line.result.net_pence) for item in items),
    )


def _findings(items: list[SampleItem]) -> list[Finding]:
    return [
        Finding(item.line.public_id, item.line.result.net_pence if item.finding.is_valid else 0)
        for item in items
        if hasattr(item, "finding")
    ]


def _take_back_invalid(
    contract: OutcomesContract,
    items: list[SampleItem],
    verifier: Party,
    sample: SampleRun,
    *,
    actor: str,
    at: datetime,
) -> None:
    """Lines that do not stand are taken back, unless that happened or is disputed since they were drawn."""
    invalid = [item.line_id for item in items if not item.finding.is_valid]
    lines = [line for line in read_lines(invalid) if line.state == states.LineState.PAID.value]
    reason = _("Found not to stand in sample %(number)s.") % {"number": sample.number}
    change_lines(lines, to=states.LineState.CLAWED_BACK, actor=actor, at=at, reason=reason, decider=verifier)
    for line in lines:
        undo_result(contract, line, reason=reason, actor=actor, at=at)


def _recover(contract: OutcomesContract, sample: SampleRun, pence: int, *, actor: str, at: datetime) -> None:
    """Set aside what is recovered by extrapolation, payer by payer in proportion to what each paid in the period."""
    paid = _paid_between(contract, sample.from_on, sample.until_on)
    sums = dict(
        LineShare.objects.filter(result__line__public_id__in=paid)
        .values_list("payer")
        .annotate(sum=Sum("net_pence"))
        .order_by()
    )
    payers = list(Party.objects.filter(pk__in=sums).order_by("code"))
    parts = allocate(pence, [sums[payer.pk] for payer in payers])
    last = AssessmentRun.objects.filter(contract=contract).order_by("-number")[0]
    top_up = top_up_payers(contract)
    lines = []
    for payer, part in zip(payers, parts, strict=True):
        if part:
            Overpayment.objects.create(
                contract=contract,
                payer=payer,
                source=sample.public_id,
                pence=part,
                after_run=last.number,
                by=actor,
                at=at,
            )
            lines.append(Line(TOP_UP_PAYMENTS if payer.code in top_up else OUTCOME_PAYMENTS, CLAWBACK, part))
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        key=f"bonds:extrapolated:{sample.public_id}",
        kind="bonds.extrapolated",
        effective_on=legal_day(at),
        lines=lines,
        actor=actor,
        source=sample.public_id,
        batch=sample.public_id,
        recorded_at=at,
    )


def _rules(contract: OutcomesContract) -> ClaimRules:
    versions = terms_by_version(contract)
    return versions[max(versions)].claims


def _check_verifies(verifier: Party, contract: OutcomesContract, *, on: date) -> None:
    held = PartyRoleHeld.objects.filter(party=verifier, party__contract=contract).of(states.VERIFYING_ROLES)
    if not held.held_on(on).exists():
        raise NotTheVerifier(_("Only the verifier of this contract can do this."))
