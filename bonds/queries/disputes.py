"""Disputes: what may still be disputed and until when, who may decide, and lists for those concerned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.deadlines import Nation, compute_dispute_deadline
from bonds.models import (
    ClaimLine,
    Dispute,
    EventWithdrawal,
    InvoiceLine,
    LineReduction,
    LineShare,
    LineStateChange,
    OutcomesContract,
    Overpayment,
    Party,
    PartyRoleHeld,
)
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import NotFound
from core.periods import legal_day
from people.models import Organisation

State = states.LineState
ADJUDICATOR_LENGTH: Final = 160
InvoiceKind = states.InvoiceKind
_DECISIONS: Final = {State.VALIDATED.value, State.REJECTED.value, State.CLAWED_BACK.value}
_ACCEPTED: Final = {state.value for state in states.ACCEPTED_STATES}
_DEAD: Final = {State.REJECTED.value, State.WITHDRAWN.value}
DISPUTABLE: Final = frozenset({State.VALIDATED, State.INVOICED, State.PAID, State.REJECTED, State.CLAWED_BACK})


class DisputeMissing(NotFound):
    """There is no such dispute, or none that may be seen here."""

    code = "bonds.no_dispute"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about a line that can be disputed.

    Attributes:
        change: The step that was the decision.
        last_on: The last day on which it can be disputed.
        is_final: Whether an adjudicator made it, so that it stands.
    """

    change: LineStateChange
    last_on: date
    is_final: bool


def find_decision(line: ClaimLine) -> Decision | None:
    """Return the decision on a line that stands now, or None where there is none yet.

    Args:
        line: With its claim's contract; `state_changes` may be read already.
    """
    changes = sorted(line.state_changes.all(), key=lambda change: change.pk)
    decisions = [change for change in changes if change.to_state in _DECISIONS]
    if not decisions:
        return None
    last = decisions[-1]
    is_final = last.from_state == State.ADJUDICATED.value or any(
        change.pk > last.pk and change.to_state == State.ADJUDICATED.value for change in changes
    )
    return Decision(last, _last_day(line.claim.contract, legal_day(last.at)), is_final)


def may_be_disputed(line: ClaimLine, *, on: date) -> bool:
    """Whether a line stands where it can be disputed, and there is still time."""
    if line.state not in {state.value for state in DISPUTABLE}:
        return False
    decision = find_decision(line)
    in_time = decision is not None and not decision.is_final and on <= decision.last_on
    return in_time and not say_overtaken(line)


def say_overtaken(line: ClaimLine) -> str:
    """Say why a rejected line decides nothing any more; empty if it does, and for every other line.

    A result is paid once, so a line that was rejected cannot come back beside the one with which it was claimed again.
    """
    if line.state != State.REJECTED.value:
        return ""
    if EventWithdrawal.objects.filter(event=line.event_id).exists():
        return _("Its result was withdrawn.")
    if ClaimLine.objects.filter(event=line.event_id).exclude(state__in=_DEAD).exists():
        return _("Its result has been claimed again: what is decided about that line counts.")
    return ""


def find_objections(*, dispute: Dispute, party: Party, actor: str, on: date) -> list[str]:
    """Say why a party, or the person who acts for it, cannot write down what came of a dispute; nothing if they can.

    The holder's or a payer's word goes into the record, of which none may be a side: not who claimed, not who decided,
    not who raised the dispute. That holds for the person too, in whatever organisation.

    Args:
        dispute: With line, claim and contract.
        party: For whom somebody acts.
        actor: Reference of who acts.
        on: Today.
    """
    claim, changes = dispute.line.claim, list(dispute.line.state_changes.all())
    deciders = {change.decider for change in changes if change.decider}
    own = party.organisation_id
    found = []
    if party.contract_id != claim.contract_id or not _holds_part(party, claim.contract, on):
        found.append(_("The contract holder or a payer writes down what the adjudicator found."))
    if own == claim.provider.organisation_id:
        found.append(_("Whoever claimed cannot write down what came of a dispute about it."))
    if own in deciders:
        found.append(_("Whoever decided cannot write down what came of a dispute about it."))
    if own == dispute.raised_by.organisation_id:
        found.append(_("Whoever raised a dispute cannot write down what came of it."))
    acted = {claim.submitted_by, claim.made_by, dispute.by, *(one.by for one in changes if one.to_state in _DECISIONS)}
    if actor in acted:
        found.append(_("You claimed, decided or disputed this yourself, so another person has to write it down."))
    return found


def disputes_of(*, contract: OutcomesContract, organisation: Organisation, sees_all: bool) -> QuerySet[Dispute]:
    """The disputes under a contract that an organisation sees, those that wait first, the oldest of them at the top.

    Args:
        contract: Any.
        organisation: Who looks.
        sees_all: Whether it sees those about every provider's lines, or about its own only.
    """
    related = (
        "raised_by__organisation",
        "adjudication",
        "line__event__participant",
        "line__claim__provider__organisation",
        "line__claim__contract",
    )
    seen = Q() if sees_all else Q(line__claim__provider__organisation=organisation)
    disputes = Dispute.objects.filter(seen, line__claim__contract=contract).select_related(*related)
    return disputes.order_by(F("adjudication__at").desc(nulls_first=True), "at", "pk")


def get_dispute_seen(
    *, contract: OutcomesContract, public_id: str, organisation: Organisation, sees_all: bool
) -> Dispute:
    """Return a dispute that an organisation sees, with all that its page shows.

    Raises:
        DisputeMissing: there is none, or none that it sees.
    """
    parts = (
        Prefetch("line__state_changes", LineStateChange.objects.order_by("pk")),
        Prefetch("line__result__shares", LineShare.objects.select_related("payer__organisation").order_by("pk")),
        Prefetch("line__result__reductions", LineReduction.objects.order_by("place")),
        Prefetch("line__overpayments", Overpayment.objects.select_related("payer__organisation").order_by("pk")),
        Prefetch("line__adjustments", ClaimLine.objects.select_related("result").order_by("pk")),
    )
    seen = disputes_of(contract=contract, organisation=organisation, sees_all=sees_all)
    found = seen.select_related("line__result__clawback").prefetch_related(*parts).filter(public_id=public_id).first()
    if found is None:
        raise DisputeMissing(_("There is no such dispute."), id=public_id)
    return found


def count_open(contract: OutcomesContract) -> int:
    """How many disputes under a contract wait for an adjudicator."""
    return Dispute.objects.filter(line__claim__contract=contract, adjudication=None).count()


def payers_of_lines(lines: Collection[int]) -> list[Party]:
    """The payers who have a part in some lines, each once, by code."""
    shares = LineShare.objects.filter(result__in=lines)
    return list(Party.objects.filter(pk__in=shares.values("payer")).select_related("organisation").order_by("code"))


def _holds_part(party: Party, contract: OutcomesContract, on: date) -> bool:
    if party.organisation_id == contract.organisation_id:
        return True
    held = PartyRoleHeld.objects.filter(party=party).of(states.ADJUDICATING_ROLES)
    return held.held_on(on).exists()


def _last_day(contract: OutcomesContract, decided_on: date) -> date:
    versions = terms_by_version(contract)
    number = version_on(version_starts(contract), decided_on) or min(versions)
    return compute_dispute_deadline(decided_on, rules=versions[number].claims, nation=Nation(contract.nation)).last_on


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What followed from an adjudicator's finding.

    Attributes:
        words: In one sentence.
        adjustment: The line that was worked out anew, if one was.
        set_off: What is set off for each payer, in pence.
        credited: What payers got credit notes for, in pence.
    """

    words: str
    adjustment: ClaimLine | None
    set_off: tuple[tuple[Party, int], ...]
    credited: int


def carried_out(dispute: Dispute) -> CarriedOut:
    """Tell what followed from the finding on a dispute.

    Args:
        dispute: As `get_dispute_seen` reads it, decided.
    """
    line, finding, was = dispute.line, dispute.adjudication.finding, dispute.decided_state
    clawback = getattr(getattr(line, "result", None), "clawback", None)
    taken_back = finding == State.CLAWED_BACK.value and was != finding and clawback is not None
    set_off = line.overpayments.all() if taken_back else []
    adjustments = [one for one in line.adjustments.all() if one.added_at == dispute.adjudication.at]
    notes = InvoiceLine.objects.filter(
        share__result__line=line, kind=InvoiceKind.CREDIT_NOTE.value, invoice__issued_at=dispute.adjudication.at
    )
    credited = (notes.aggregate(sum=Sum("pence"))["sum"] or 0) if taken_back else 0
    return CarriedOut(
        words=_say_finding(finding, was),
        adjustment=adjustments[0] if adjustments else None,
        set_off=tuple((one.payer, one.pence) for one in set_off),
        credited=int(credited),
    )


def _say_finding(finding: str, was: str) -> str:
    if finding == was or (finding == State.VALIDATED.value and was in _ACCEPTED):
        return _("The decision stands, and the line is where it was before.")
    if finding == State.VALIDATED.value and was == State.REJECTED.value:
        return _("The line was accepted after all, worked out and earned.")
    if finding == State.VALIDATED.value:
        return _("The line stays taken back, and a new one was worked out in its place and earned.")
    return _("The line was taken back.")
