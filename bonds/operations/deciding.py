"""The verifier's desk: lines are looked at, queried, put aside, accepted or rejected. Whoever claims never verifies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import AssessmentRun, Claim, ClaimLine, LineCheck, LineMessage, OutcomesContract, Party, PartyRoleHeld
from bonds.operations.assessing import check_running, keep_results
from bonds.operations.claim_mails import tell_if_decided, tell_queried
from bonds.operations.errors import NotDue, NotTheVerifier, WrongState
from bonds.operations.lines import change_lines, lock_lines, read_claim, require_words, settle_claim_state
from bonds.operations.locks import lock_contract
from bonds.operations.postings import post_decided
from bonds.operations.recognising import release_early
from bonds.queries.terms import terms_by_version
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor, system_actor

State = states.LineState


@transaction.atomic
def accept_lines(
    *, claim: Claim, lines: Sequence[str], verifier: Party, note: str = "", actor: Actor, at: datetime
) -> AssessmentRun:
    """Accept lines: the engine works out what each comes to, after all that was accepted before, and it is earned (V6).

    Args:
        claim: Submitted.
        lines: Public ids, each with the verifier.
        verifier: For whom somebody decides.
        note: What the decision rests on.
        actor: Who decides.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        NotTheVerifier: the party does not verify now, or it is the one that claims.
        WrongState: a line is not with the verifier; then none is accepted.
        NothingToDecide: no line of this claim was named.
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    contract = lock_contract(claim.contract_id)
    check_running(contract)
    claim = read_claim(claim, contract)
    check_verifier(claim, verifier, on=legal_day(at))
    return _accept(contract, claim, lines, verifier=verifier, note=note, actor=actor, at=at)


@transaction.atomic
def accept_unanswered(*, claim: Claim, at: datetime) -> AssessmentRun | None:
    """Accept what nobody answered in time, as the terms say: a dated event of the system, not a missing click.

    Args:
        claim: Submitted; its answer was due before today.
        at: Now.

    Returns:
        The working; None if there is nothing left to accept.

    Raises:
        NotDue: there is still time, or the terms do not let silence count.

    Source: the contract's term on deemed acceptance (domain notes 1.2).
    """
    contract = lock_contract(claim.contract_id)
    check_running(contract)
    claim = read_claim(claim, contract)
    versions = terms_by_version(contract)
    if not versions[max(versions)].claims.is_deemed_accepted:
        raise NotDue(_("Under this contract silence is no acceptance."))
    if claim.response_due_on is None or legal_day(at) <= claim.response_due_on:
        raise NotDue(_("There is still time to answer this claim."))
    waiting = ClaimLine.objects.filter(claim=claim).in_states(*states.CLOCK_RUNS).values_list("public_id", flat=True)
    if not waiting:
        return None
    actor = system_actor(states.DEEMED)
    return _accept(contract, claim, list(waiting), verifier=None, note="deemed accepted", actor=actor, at=at)


@transaction.atomic
def reject_lines(
    *, claim: Claim, lines: Sequence[str], reason: str, verifier: Party, actor: Actor, at: datetime
) -> Claim:
    """Reject lines (V7): they pay nothing, and their results may be claimed again with better evidence.

    Raises:
        NothingWritten: the provider has to be told why.
        NotTheVerifier, WrongState, NothingToDecide: as `accept_lines`.
    """
    words = require_words(reason, _("Say why the lines are rejected: the provider has to be told."))
    contract = lock_contract(claim.contract_id)
    claim = read_claim(claim, contract)
    check_verifier(claim, verifier, on=legal_day(at))
    found = lock_lines(claim, lines)
    change_lines(found, to=State.REJECTED, actor=actor.ref, at=at, reason=words, decider=verifier)
    pence = sum(line.indicative_pence for line in found)
    key = f"rejected:{found[0].public_id}"
    post_decided(claim=claim, key=key, pence=pence, actor=actor.ref, at=at)
    release_early(claim=claim, lines=found, key=key, actor=actor.ref, at=at)
    settle_claim_state(claim)
    _note(claim, "bonds.lines_rejected", found, verifier, actor=actor, at=at, reason=words)
    tell_if_decided(claim, at=at)
    return claim


@transaction.atomic
def query_line(*, line: ClaimLine, text: str, verifier: Party, actor: Actor, at: datetime) -> ClaimLine:
    """Ask the provider about a line; the time for an answer stands still until it has answered.

    Raises:
        NothingWritten: there is no question.
        NotTheVerifier, WrongState: as `accept_lines`.
    """
    words = require_words(text, _("Please write what you would like to know."))
    found = _lock_one(line, verifier, at=at)
    change_lines([found], to=State.QUERIED, actor=actor.ref, at=at, decider=verifier)
    message = LineMessage.objects.create(
        line=found, kind=states.MessageKind.QUERY.value, text=words, by=actor.ref, party=verifier, at=at
    )
    tell_queried(found, message, at=at)
    return found


@transaction.atomic
def flag_line(*, line: ClaimLine, reason: str, verifier: Party, actor: Actor, at: datetime) -> ClaimLine:
    """Put a line aside with a doubt: nothing is decided, no money is used up, and silence does not accept it.

    Raises:
        NothingWritten: the doubt has to be said.
        NotTheVerifier, WrongState: as `accept_lines`.
    """
    words = require_words(reason, _("Say what the doubt is."))
    found = _lock_one(line, verifier, at=at)
    change_lines([found], to=State.FLAGGED, actor=actor.ref, at=at, reason=words, decider=verifier)
    return found


@transaction.atomic
def check_line(
    *, line: ClaimLine, what: str, is_in_order: bool, note: str = "", verifier: Party, actor: Actor, at: datetime
) -> LineCheck:
    """Write down a check before payment; it decides nothing by itself.

    Args:
        line: Submitted and not yet decided.
        what: What was looked at.
        is_in_order: What was found.
        note: More about it.
        verifier: For whom.
        actor: Who looked.
        at: Now.

    Raises:
        NothingWritten: it does not say what was looked at.
        WrongState: the line is not with the verifier.
        NotTheVerifier: as `accept_lines`.

    Source: DWP provider guidance, checks before payment.
    """
    words = require_words(what, _("Say what you looked at."))
    found = _lock_one(line, verifier, at=at)
    if found.state not in {one.value for one in states.OPEN_STATES}:
        raise WrongState(_("This line is not with the verifier."), state=found.state)
    return LineCheck.objects.create(
        line=found, what=words, is_in_order=is_in_order, note=note, by=actor.ref, party=verifier, at=at
    )


def check_verifier(claim: Claim, verifier: Party, *, on: date) -> None:
    """Let only a party pass that verifies on a day and is not the one that claims.

    Raises:
        NotTheVerifier: anybody else.
    """
    held = PartyRoleHeld.objects.filter(party=verifier, party__contract=claim.contract).of(states.VERIFYING_ROLES)
    if verifier.organisation_id == claim.provider.organisation_id or not held.held_on(on).exists():
        raise NotTheVerifier(_("Only the verifier of this contract can do this, and never whoever claims."))


def _accept(
    contract: OutcomesContract,
    claim: Claim,
    lines: Sequence[str],
    *,
    verifier: Party | None,
    note: str,
    actor: Actor,
    at: datetime,
) -> AssessmentRun:
    found = lock_lines(claim, lines)
    change_lines(found, to=State.VALIDATED, actor=actor.ref, at=at, reason=note, decider=verifier)
    run = keep_results(contract=contract, claim=claim, lines=found, actor=actor.ref, at=at)
    pence = sum(line.indicative_pence for line in found)
    key = f"accepted:{run.public_id}"
    post_decided(claim=claim, key=key, pence=pence, actor=actor.ref, at=at)
    release_early(claim=claim, lines=found, key=key, actor=actor.ref, at=at)
    settle_claim_state(claim)
    _note(claim, "bonds.lines_accepted", found, verifier, actor=actor, at=at, reason=note)
    tell_if_decided(claim, at=at)
    return run


def _lock_one(line: ClaimLine, verifier: Party, *, at: datetime) -> ClaimLine:
    contract = lock_contract(line.claim.contract_id)
    claim = read_claim(line.claim, contract)
    check_verifier(claim, verifier, on=legal_day(at))
    (found,) = lock_lines(claim, [line.public_id])
    return found


def _note(
    claim: Claim,
    action: str,
    lines: Sequence[ClaimLine],
    verifier: Party | None,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=verifier.organisation.public_id if verifier else claim.contract.organisation.public_id,
        subject=claim.public_id,
        after={"lines": [line.public_id for line in lines]},
        reason=reason[:200],
    )
