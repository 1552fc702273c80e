"""Looking at paid lines afterwards: a random sample, what was found, and what is recovered for the lines not drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.sampling import Recovery, draw_sample
from bonds.arithmetic.vat import compute_tax
from bonds.models import (
    ClaimLine,
    Invoice,
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
from bonds.operations.check_mails import tell_sample_closed
from bonds.operations.clawing import undo_results
from bonds.operations.errors import NothingToDecide, NothingToSample, NotTheVerifier, PeriodOpen, SampleClosed
from bonds.operations.invoice_papers import publish
from bonds.operations.lines import change_lines, read_lines, require_words
from bonds.operations.locks import lock_contract
from bonds.operations.noting import issue_note
from bonds.operations.overpaying import last_run
from bonds.operations.postings import CLAWBACK, OUTCOME_PAYMENTS, TOP_UP_PAYMENTS, VAT, top_up_payers
from bonds.queries.invoices import charges_vat
from bonds.queries.sample_words import steps_of
from bonds.queries.samples import divide_recovery, find_paid, rules_of, work_out
from bonds.queries.undoing import plan_undoing
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody
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
        PeriodOpen: the period is not over, so that more could be paid in it.
        NothingToSample: nothing was paid in the period that still stands.
        UnusableSeed: the seed is too short or too long.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    _check_verifies(verifier, contract, on=legal_day(at))
    if until_on > legal_day(at):
        raise PeriodOpen(_("More could still be paid in these days. Choose days that are over."))
    population = find_paid(contract, from_on, until_on)
    if not population:
        raise NothingToSample(_("Nothing was paid in these days."))
    percent = rules_of(contract).sample_percent
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


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What a verifier found about a drawn line, by the public id of its place in the sample; why, where it is wrong."""

    item: str
    is_valid: bool
    note: str = ""


@transaction.atomic
def record_findings(
    *, sample: SampleRun, findings: Sequence[FoundLine], verifier: Party, actor: Actor, at: datetime
) -> list[SampleFinding]:
    """Write down what was found about drawn lines: all of these or none, each line once.

    Args:
        sample: Open.
        findings: One or more; a line that does not stand has a note that says why.
        verifier: Who looked; claimed none of the lines.
        actor: Who acts.
        at: Now.

    Raises:
        NotTheVerifier: the party does not verify now, or it claimed a line.
        NothingToDecide: no line was named, one twice, or one that is not of this sample.
        NothingWritten: a line that does not stand has no note.
        SampleClosed: the sample was closed, or a line has its finding.
    """
    contract = lock_contract(sample.contract_id)
    _check_verifies(verifier, contract, on=legal_day(at))
    if SampleClosing.objects.filter(sample=sample).exists():
        raise SampleClosed(_("This sample has been closed."))
    items = _find_items(sample, [one.item for one in findings])
    if any(item.line.claim.provider.organisation_id == verifier.organisation_id for item in items.values()):
        raise NotTheVerifier(_("Whoever claims never verifies."))
    made = []
    for one in findings:
        words = _("Say why the line does not stand: it is taken back.")
        note = one.note.strip() if one.is_valid else require_words(one.note, words)
        made.append(SampleFinding(item=items[one.item], is_valid=one.is_valid, note=note, by=actor.ref, at=at))
    SampleFinding.objects.bulk_create(made)
    audit.record(
        actor=actor.ref,
        action="bonds.sample_looked_at",
        at=at,
        organisation=verifier.organisation.public_id,
        subject=sample.public_id,
        after={"lines": len(made), "invalid": sum(1 for one in made if not one.is_valid)},
    )
    return made


def _find_items(sample: SampleRun, wanted: Sequence[str]) -> dict[str, SampleItem]:
    items = SampleItem.objects.filter(sample=sample, public_id__in=wanted)
    found = {item.public_id: item for item in items.select_related("finding", "line__claim__provider")}
    if not wanted or len(set(wanted)) != len(wanted) or len(found) != len(wanted):
        raise NothingToDecide(_("Please name lines of this sample, each once."), asked=len(wanted), found=len(found))
    if any(hasattr(item, "finding") for item in found.values()):
        raise SampleClosed(_("One of these lines has its finding already."))
    return found


@transaction.atomic
def close_sample(
    *, sample: SampleRun, verifier: Party, actor: Actor, at: datetime, tell: Tell = tell_nobody
) -> SampleClosing:
    """Close a sample: lines that do not stand are taken back, and the error rate is applied to those not drawn.

    What is recovered for these is set off against the payers' next parts, in proportion to what each had paid.

    Args:
        sample: With a finding for each drawn line.
        verifier: Who looked.
        actor: Who acts.
        at: Now.
        tell: Is told how far it is.

    Raises:
        NotTheVerifier: the party does not verify now.
        SampleClosed: it was closed before.
        SampleIncomplete: a drawn line has no finding.

    Source: DWP provider guidance (extrapolation); the formula is the contract's, see `arithmetic.sampling`.
    """
    contract = lock_contract(sample.contract_id)
    sample.contract = contract
    recovery = check_closable(sample, contract, verifier, at=at)
    closing = SampleClosing.objects.create(
        sample=sample,
        invalid_count=recovery.invalid,
        invalid_pence=recovery.found,
        extrapolated_pence=recovery.extrapolated,
        facts={"steps": steps_of(recovery)},
        by=actor.ref,
        at=at,
    )
    _take_back_invalid(contract, verifier, sample, actor=actor.ref, at=at, tell=tell)
    parts = divide_recovery(sample, recovery.extrapolated)
    if parts:
        _recover(contract, sample, parts, actor=actor.ref, at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.sample_closed",
        at=at,
        organisation=verifier.organisation.public_id,
        subject=sample.public_id,
        after={"invalid": recovery.invalid, "extrapolated_pence": recovery.extrapolated},
    )
    tell_sample_closed(closing, payers=[payer.organisation for payer, _part in parts], at=at)
    return closing


def check_closable(sample: SampleRun, contract: OutcomesContract, verifier: Party, *, at: datetime) -> Recovery:
    """Give what closing a sample recovers, and refuse it if it cannot be closed.

    Raises:
        NotTheVerifier, SampleClosed, SampleIncomplete: as `close_sample`.
    """
    _check_verifies(verifier, contract, on=legal_day(at))
    if SampleClosing.objects.filter(sample=sample).exists():
        raise SampleClosed(_("This sample has been closed."))
    return work_out(sample)


def _take_back_invalid(
    contract: OutcomesContract, verifier: Party, sample: SampleRun, *, actor: str, at: datetime, tell: Tell
) -> None:
    """Lines that do not stand are taken back, unless that happened or is disputed since they were drawn."""
    wrong = SampleFinding.objects.filter(item__sample=sample, is_valid=False).values_list("item__line", flat=True)
    lines = [line for line in read_lines(list(wrong)) if line.state == states.LineState.PAID.value]
    reason = _("Found not to stand in sample %(number)s.") % {"number": sample.number}
    change_lines(lines, to=states.LineState.CLAWED_BACK, actor=actor, at=at, reason=reason, decider=verifier)
    undo_results(contract, plan_undoing(lines), reason=reason, told=reason, actor=actor, at=at, tell=tell)


def _recover(
    contract: OutcomesContract, sample: SampleRun, parts: Sequence[tuple[Party, int]], *, actor: str, at: datetime
) -> None:
    """Set aside what is recovered by extrapolation, payer by payer; where VAT is charged, by a note with its tax."""
    top_up, is_taxed = top_up_payers(contract), charges_vat(contract)
    lines, notes = [], []
    for payer, part in parts:
        note = _note_recovered(sample, payer, part, actor=actor, at=at) if is_taxed else None
        tax = note.tax_pence if note else 0
        Overpayment.objects.create(
            contract=contract,
            payer=payer,
            source=sample.public_id,
            pence=part + tax,
            is_credit=is_taxed,
            tax_pence=tax,
            note=note,
            after_run=last_run(contract),
            by=actor,
            at=at,
        )
        lines.append(Line(TOP_UP_PAYMENTS if payer.code in top_up else OUTCOME_PAYMENTS, CLAWBACK, part))
        if tax:
            lines.append(Line(VAT, CLAWBACK, tax))
        notes += [note] if note else []
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
    publish(notes, actor=actor, at=at)


def _check_verifies(verifier: Party, contract: OutcomesContract, *, on: date) -> None:
    held = PartyRoleHeld.objects.filter(party=verifier, party__contract=contract).of(states.VERIFYING_ROLES)
    if not held.held_on(on).exists():
        raise NotTheVerifier(_("Only the verifier of this contract can do this."))


def _note_recovered(sample: SampleRun, payer: Party, pence: int, *, actor: str, at: datetime) -> Invoice:
    """Credit what is recovered, with the tax of the newest invoice on which the payer paid for drawn lines."""
    invoices = Invoice.objects.filter(payer=payer, kind=states.InvoiceKind.INVOICE.value).order_by("-number")
    drawn = invoices.filter(lines__share__result__line__sample_items__sample=sample)
    like = drawn.first() or invoices[0]
    return issue_note(
        payer=payer,
        claim_round=like.round,
        parts=[],
        net_pence=pence,
        tax_pence=compute_tax(pence, rate=like.tax_rate),
        like=like,
        reason=_("Recovered after sample %(number)s.") % {"number": sample.number},
        actor=actor,
        at=at,
    )
