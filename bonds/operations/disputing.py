"""Disputes: a party does not agree with a decision, and an adjudicator decides. Undisputed lines go on meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import Adjudication, Claim, ClaimLine, Dispute, OutcomesContract, Party, PartyRoleHeld
from bonds.operations.assessing import check_running, keep_results
from bonds.operations.check_mails import tell_adjudicated, tell_disputed
from bonds.operations.clawing import undo_results
from bonds.operations.errors import (
    DisputeDecided,
    DisputeOvertaken,
    DisputeTooLate,
    FindingUnfit,
    NotADisputant,
    NotTheAdjudicator,
)
from bonds.operations.lines import change_lines, lock_lines, read_claim, read_lines, require_words
from bonds.operations.locks import lock_contract
from bonds.queries.disputes import find_decision, find_objections, say_overtaken
from bonds.queries.undoing import plan_undoing
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor

State = states.LineState


@transaction.atomic
def raise_dispute(*, line: ClaimLine, party: Party, reason: str, actor: Actor, at: datetime) -> Dispute:
    """Dispute the decision about a line. Money that the payers do not dispute is paid as if nothing had happened.

    Args:
        line: Decided.
        party: The provider that claimed it, or a payer.
        reason: Why.
        actor: Who acts for the party.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingWritten: it has to say why.
        NotADisputant: the party neither claimed the line nor pays.
        WrongState: the line is not decided, or in dispute already.
        DisputeTooLate: the time of the terms is over, or an adjudicator made the decision.
        DisputeOvertaken: it was rejected, and its result has been claimed again or withdrawn.

    Source: Procurement Act 2023 s.68 (a payer says at once that and why it disputes an invoice).
    """
    words = require_words(reason, _("Say why you do not agree: the others have to be told."))
    contract = lock_contract(line.claim.contract_id)
    check_running(contract)
    claim = read_claim(line.claim, contract)
    (found,) = lock_lines(claim, [line.public_id])
    if not _may_dispute(claim, party):
        raise NotADisputant(_("Only the provider that claimed it, or a payer, can dispute this."), party=party.code)
    before = found.state
    _check_in_time(found, on=legal_day(at))
    if overtaken := say_overtaken(found):
        raise DisputeOvertaken(overtaken, line=found.public_id)
    change_lines([found], to=State.DISPUTED, actor=actor.ref, at=at, reason=words)
    dispute = Dispute.objects.create(
        line=found, raised_by=party, decided_state=before, reason=words, by=actor.ref, at=at
    )
    _note(dispute, "bonds.dispute_raised", actor=actor, at=at, organisation=party.organisation.public_id, reason=words)
    tell_disputed(dispute, at=at)
    return dispute


@transaction.atomic
def record_adjudication(
    *, dispute: Dispute, finding: State, reason: str, adjudicator: str, party: Party, actor: Actor, at: datetime
) -> Adjudication:
    """Write down what the adjudicator found, and do it: the line stands as decided, is accepted, or is taken back.

    Args:
        dispute: Not yet decided.
        finding: Accepted, rejected, or taken back.
        reason: As the adjudicator gave it.
        adjudicator: Who decided.
        party: Who writes it down: the contract holder or a payer, and no side of the dispute.
        actor: Who acts for the party; nobody who claimed, decided or disputed.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingWritten: reason or adjudicator is missing.
        NotTheAdjudicator: the party, or the person, is a side of the dispute, or has no part in deciding it.
        DisputeDecided: it was decided before.
        FindingUnfit: what was paid is taken back, not rejected; what was not accepted cannot be taken back.
    """
    words = require_words(reason, _("Say what the finding rests on."))
    who = require_words(adjudicator, _("Say who decided."))
    contract = lock_contract(dispute.line.claim.contract_id)
    check_running(contract)
    if Adjudication.objects.filter(dispute=dispute).exists():
        raise DisputeDecided(_("This dispute has been decided already."))
    if objections := find_objections(dispute=dispute, party=party, actor=actor.ref, on=legal_day(at)):
        raise NotTheAdjudicator(objections[0], party=party.code)
    was = State(dispute.decided_state)
    _check_fits(was, finding)
    claim = read_claim(dispute.line.claim, contract)
    (line,) = lock_lines(claim, [dispute.line.public_id])
    decided = Adjudication.objects.create(
        dispute=dispute, finding=finding.value, reason=words, adjudicator=who, recorded_by=actor.ref, at=at
    )
    change_lines([line], to=State.ADJUDICATED, actor=actor.ref, at=at, reason=words)
    _carry_out(contract, claim, line, was=was, finding=finding, words=words, actor=actor.ref, at=at)
    _note(
        dispute,
        "bonds.dispute_decided",
        actor=actor,
        at=at,
        organisation=party.organisation.public_id,
        reason=words,
    )
    tell_adjudicated(decided, at=at)
    return decided


def _carry_out(
    contract: OutcomesContract,
    claim: Claim,
    line: ClaimLine,
    *,
    was: State,
    finding: State,
    words: str,
    actor: str,
    at: datetime,
) -> None:
    if was in states.ACCEPTED_STATES:
        to = was if finding is State.VALIDATED else State.CLAWED_BACK
        change_lines([line], to=to, actor=actor, at=at, reason=words)
        if to is State.CLAWED_BACK:
            told = _("So it was decided in a dispute.")
            undo_results(contract, plan_undoing([line]), reason=words, told=told, actor=actor, at=at)
    elif finding is not State.VALIDATED:
        change_lines([line], to=was, actor=actor, at=at, reason=words)
    elif was is State.REJECTED:
        change_lines([line], to=State.VALIDATED, actor=actor, at=at, reason=words)
        keep_results(contract=contract, claim=claim, lines=[line], actor=actor, at=at)
    else:
        change_lines([line], to=State.CLAWED_BACK, actor=actor, at=at, reason=words)
        _accept_again(contract, claim, line, words=words, actor=actor, at=at)


def _accept_again(
    contract: OutcomesContract, claim: Claim, line: ClaimLine, *, words: str, actor: str, at: datetime
) -> None:
    """What was taken back wrongly is worked out anew as an adjustment line; the earlier line is never edited."""
    adjustment = ClaimLine.objects.create(
        claim=claim,
        event=line.event,
        origin=states.LineOrigin.ADJUSTMENT.value,
        adjusts=line,
        state=State.SUBMITTED.value,
        added_at=at,
    )
    again = read_lines([adjustment.pk])
    change_lines(again, to=State.VALIDATED, actor=actor, at=at, reason=words)
    keep_results(contract=contract, claim=claim, lines=again, actor=actor, at=at)


def _check_fits(was: State, finding: State) -> None:
    fits = {State.VALIDATED, State.CLAWED_BACK} if was is not State.REJECTED else {State.VALIDATED, State.REJECTED}
    if finding not in fits:
        raise FindingUnfit(
            _("What was accepted either stands or is taken back; what was rejected is accepted or stays rejected."),
            decided=was.value,
            finding=finding.value,
        )


def _check_in_time(line: ClaimLine, *, on: date) -> None:
    """Refuse what is too late; whether the line stands where it can be disputed, the move to that state says."""
    decision = find_decision(line)
    if decision is None:
        return
    if decision.is_final:
        raise DisputeTooLate(_("An adjudicator decided this, so it stands."), line=line.public_id)
    if on > decision.last_on:
        raise DisputeTooLate(
            _("This could be disputed until %(day)s.") % {"day": date_format(decision.last_on, "j F Y")},
            line=line.public_id,
            last_on=decision.last_on.isoformat(),
        )


def _may_dispute(claim: Claim, party: Party) -> bool:
    return party.contract_id == claim.contract_id and (
        party.pk == claim.provider_id or PartyRoleHeld.objects.filter(party=party).of(states.PAYER_ROLES).exists()
    )


def _note(dispute: Dispute, action: str, *, actor: Actor, at: datetime, organisation: str, reason: str) -> None:
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=organisation,
        subject=dispute.line.public_id,
        reason=reason[:200],
    )
