"""A provider claims: results are put into a claim, the claim is submitted, answered for, or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.deadlines import Nation, compute_claim_deadline, compute_response_deadline
from bonds.arithmetic.lines import Line as ResultLine
from bonds.arithmetic.terms import Terms
from bonds.models import Claim, ClaimLine, LineMessage, OutcomeEvent, OutcomesContract, Party
from bonds.operations.assessing import check_running, work_out
from bonds.operations.claim_mails import tell_submitted
from bonds.operations.errors import LinesRefused, NothingToClaim, WrongState
from bonds.operations.lines import change_lines, lock_lines, read_claim, read_lines, require_words
from bonds.operations.locks import lock_contract
from bonds.operations.postings import post_decided, post_submitted
from bonds.operations.recognising import recognise_early, release_early
from bonds.operations.rounds import open_round
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody

State = states.ClaimState
_STEPS = 4


@transaction.atomic
def put_in_claim(
    *, contract: OutcomesContract, provider: Party, events: Sequence[OutcomeEvent], actor: Actor, at: datetime
) -> Claim:
    """Put results of a provider into the claim that it is putting together; all of them or none.

    Args:
        contract: Running.
        provider: Whose results.
        events: Recorded by it; those that are in the claim already stay as they are.
        actor: Who acts for it.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingToClaim: no result was named.
        LinesRefused: some results cannot be claimed; all of them are listed.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    if not events:
        raise NothingToClaim(_("Please choose at least one result."))
    claim = _draft_claim(contract, provider, actor=actor, at=at)
    there = set(ClaimLine.objects.filter(claim=claim).exclude(state="withdrawn").values_list("event_id", flat=True))
    wanted = [one for one in events if one.pk not in there]
    _check_claimable(contract, provider, wanted, on=legal_day(at))
    ClaimLine.objects.bulk_create([ClaimLine(claim=claim, event=one, added_at=at) for one in wanted])
    return claim


@transaction.atomic
def take_from_claim(*, claim: Claim, lines: Sequence[str], actor: Actor, at: datetime) -> Claim:
    """Take lines out of a claim that is being put together.

    Args:
        claim: A draft.
        lines: Public ids.
        actor: Who acts.
        at: Now.

    Raises:
        WrongState: a line has been submitted.
        NothingToDecide: a line is not of this claim.
    """
    contract = lock_contract(claim.contract_id)
    claim = read_claim(claim, contract)
    found = lock_lines(claim, lines)
    if any(line.state != states.LineState.DRAFT.value for line in found):
        raise WrongState(_("The claim has been submitted; its lines can be withdrawn now, not taken out."))
    change_lines(found, to=states.LineState.WITHDRAWN, actor=actor.ref, at=at)
    return claim


@transaction.atomic
def submit_claim(*, claim: Claim, actor: Actor, at: datetime, tell: Tell = tell_nobody) -> Claim:
    """Claim: the verifier's time runs from today, and the memo book shows what is asked for (V5).

    Args:
        claim: A draft with at least one line.
        actor: Who acts for the provider.
        at: Now.
        tell: Is told how far it is.

    Raises:
        NotRunning: the contract is a draft or closed.
        WrongState: it has been submitted.
        NothingToClaim: it has no line.
        LinesRefused: for some lines the window has closed, or the result was withdrawn; all are listed.
    """
    contract = lock_contract(claim.contract_id)
    claim = read_claim(claim, contract)
    claim.claimed_on = legal_day(at)
    lines = read_submittable(contract, claim, on=claim.claimed_on)
    tell(1, _STEPS)
    results = _note_indicative(contract, claim, lines)
    tell(_STEPS - 1, _STEPS)
    claim.round = open_round(contract, on=claim.claimed_on)
    claim.state = State.SUBMITTED.value
    claim.submitted_at, claim.submitted_by = at, actor.ref
    claim.response_due_on = compute_response_deadline(
        claim.claimed_on, rules=_newest_terms(contract).claims, nation=Nation(contract.nation)
    ).last_on
    claim.save()
    change_lines(lines, to=states.LineState.SUBMITTED, actor=actor.ref, at=at)
    post_submitted(claim=claim, pence=sum(line.indicative_pence for line in lines), actor=actor.ref, at=at)
    recognise_early(claim=claim, lines=lines, results=results, actor=actor.ref, at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.claim_submitted",
        at=at,
        organisation=claim.provider.organisation.public_id,
        subject=claim.public_id,
        after={"lines": len(lines), "response_due_on": claim.response_due_on.isoformat()},
    )
    tell_submitted(claim, at=at)
    return claim


def read_submittable(contract: OutcomesContract, claim: Claim, *, on: date) -> list[ClaimLine]:
    """Read the lines of a draft, and refuse it if it cannot be submitted on a day.

    Args:
        contract: Whose.
        claim: A draft.
        on: The day on which it would be claimed.

    Raises:
        NotRunning, WrongState, NothingToClaim, LinesRefused: as `submit_claim`.
    """
    check_running(contract)
    if claim.state != State.DRAFT.value:
        raise WrongState(_("This claim has been submitted already."), state=claim.state)
    ids = ClaimLine.objects.filter(claim=claim, state=states.LineState.DRAFT.value).values_list("pk", flat=True)
    lines = read_lines(list(ids))
    if not lines:
        raise NothingToClaim(_("There is nothing in this claim yet."))
    _check_claimable(contract, claim.provider, [line.event for line in lines], on=on, claim=claim)
    return lines


@transaction.atomic
def answer_query(*, line: ClaimLine, text: str, party: Party, actor: Actor, at: datetime) -> ClaimLine:
    """Answer the verifier's question; the line is with the verifier again.

    Raises:
        NothingWritten: there is no answer.
        WrongState: nothing was asked.
    """
    words = require_words(text, _("Please write your answer."))
    contract = lock_contract(line.claim.contract_id)
    (found,) = lock_lines(read_claim(line.claim, contract), [line.public_id])
    change_lines([found], to=states.LineState.RESUBMITTED, actor=actor.ref, at=at)
    LineMessage.objects.create(
        line=found, kind=states.MessageKind.ANSWER.value, text=words, by=actor.ref, party=party, at=at
    )
    return found


@transaction.atomic
def withdraw_lines(*, claim: Claim, lines: Sequence[str], reason: str, actor: Actor, at: datetime) -> Claim:
    """Take back lines of a submitted claim before they are decided (V7); their results may be claimed again.

    Args:
        claim: Submitted.
        lines: Public ids.
        reason: Why.
        actor: Who acts for the provider.
        at: Now.

    Raises:
        NothingWritten: the record has to say why.
        WrongState: a line has been decided.
        NothingToDecide: a line is not of this claim.
    """
    words = require_words(reason, _("Say why the lines are withdrawn: the record keeps the reason."))
    contract = lock_contract(claim.contract_id)
    claim = read_claim(claim, contract)
    found = lock_lines(claim, lines)
    change_lines(found, to=states.LineState.WITHDRAWN, actor=actor.ref, at=at, reason=words)
    pence = sum(line.indicative_pence for line in found)
    key = f"withdrawn:{found[0].public_id}"
    post_decided(claim=claim, key=key, pence=pence, actor=actor.ref, at=at)
    release_early(claim=claim, lines=found, key=key, actor=actor.ref, at=at)
    _end_if_empty(claim)
    return claim


def _draft_claim(contract: OutcomesContract, provider: Party, *, actor: Actor, at: datetime) -> Claim:
    found = Claim.objects.filter(contract=contract, provider=provider, state=State.DRAFT.value).first()
    if found is None:
        last = Claim.objects.filter(contract=contract).order_by("-number").first()
        number = last.number + 1 if last else 1
        found = Claim.objects.create(contract=contract, provider=provider, number=number, made_by=actor.ref, made_at=at)
    return found


def _check_claimable(
    contract: OutcomesContract,
    provider: Party,
    events: Sequence[OutcomeEvent],
    *,
    on: date,
    claim: Claim | None = None,
) -> None:
    """Let only results pass that can be claimed.

    Raises:
        LinesRefused: lists every one that cannot, with the reason.
    """
    ids = [one.pk for one in events]
    withdrawn = set(OutcomeEvent.objects.filter(pk__in=ids, withdrawal__isnull=False).values_list("pk", flat=True))
    claimed = _claimed_elsewhere(ids, claim)
    find_late = _Windows(contract, on).find_reason
    refused = []
    for event in events:
        if event.provider_id != provider.pk or event.contract_id != contract.pk:
            reason = _("It is not a result of this provider.")
        elif event.pk in withdrawn:
            reason = _("It has been withdrawn.")
        elif event.pk in claimed:
            reason = _("It has been claimed already.")
        else:
            reason = find_late(event)
        if reason:
            refused.append({"event": event.public_id, "reason": reason})
    if refused:
        raise LinesRefused(
            _("%(count)s results cannot be claimed; nothing was claimed.") % {"count": len(refused)}, lines=refused
        )


def _claimed_elsewhere(events: Sequence[int], claim: Claim | None) -> set[int]:
    dead = [states.LineState.REJECTED.value, states.LineState.WITHDRAWN.value]
    living = ClaimLine.objects.filter(event__in=events).exclude(state__in=dead)
    if claim is not None:
        living = living.exclude(claim=claim)
    return set(living.values_list("event_id", flat=True))


class _Windows:
    """Until when results can be claimed, by the version of their day."""

    def __init__(self, contract: OutcomesContract, on: date) -> None:
        self.versions, self.starts = terms_by_version(contract), version_starts(contract)
        self.nation, self.on = Nation(contract.nation), on

    def find_reason(self, event: OutcomeEvent) -> str:
        """Why a result cannot be claimed today; empty if it can. The engine refuses what came before the service."""
        number = version_on(self.starts, event.achieved_on)
        if number is None:
            return _("No version of the contract held on that day.")
        terms = self.versions[number]
        first = terms.service.from_on
        if first is None or event.achieved_on < first:
            return ""
        deadline = compute_claim_deadline(
            event.achieved_on, rules=terms.claims, service_from_on=first, nation=self.nation
        )
        return _("The time for claiming it is over.") if deadline.is_past(self.on) else ""


def _note_indicative(contract: OutcomesContract, claim: Claim, lines: Sequence[ClaimLine]) -> Sequence[ResultLine]:
    """Tariff times count for each line, before any cap, as the memo book shows it; and what all comes to today."""
    results = work_out(contract, claim, lines)
    gross = {one.candidate.id: max(0, one.gross) for one in results}
    for line in lines:
        line.indicative_pence = gross[line.pk]
    ClaimLine.objects.bulk_update(lines, ["indicative_pence"], batch_size=1_000)
    return results


def _newest_terms(contract: OutcomesContract) -> Terms:
    versions = terms_by_version(contract)
    return versions[max(versions)]


def _end_if_empty(claim: Claim) -> None:
    left = ClaimLine.objects.filter(claim=claim).exclude(state=states.LineState.WITHDRAWN.value)
    if not left.exists():
        claim.state = State.WITHDRAWN.value
        claim.save()
