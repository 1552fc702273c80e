"""Moving a line of a claim: the only place that assigns its state, and the record of who did it, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bonds import states
from bonds.models import Claim, ClaimLine, LineStateChange, OutcomesContract, Party
from bonds.operations.errors import NothingToDecide, NothingWritten, WrongState

State = states.LineState


def lock_lines(claim: Claim, public_ids: Sequence[str]) -> list[ClaimLine]:
    """Lock lines of a claim in the order of their row numbers, and read them with all that the engine asks.

    Raises:
        NothingToDecide: none was named, or one that is not of this claim.
    """
    wanted = set(public_ids)
    ids = list(
        ClaimLine.objects.select_for_update(no_key=True)
        .filter(claim=claim, public_id__in=wanted)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not ids or len(ids) != len(wanted):
        raise NothingToDecide(_("Please name lines of this claim."), asked=len(wanted), found=len(ids))
    return read_lines(ids)


def read_lines(ids: Sequence[int]) -> list[ClaimLine]:
    """Read lines with event, person, provider and claim, in the order of their row numbers."""
    related = ("event", "event__participant", "event__provider", "claim", "claim__provider", "claim__contract")
    return list(ClaimLine.objects.filter(pk__in=ids).select_related(*related).order_by("pk"))


def change_lines(
    lines: Sequence[ClaimLine],
    *,
    to: State,
    actor: str,
    at: datetime,
    reason: str = "",
    decider: Party | None = None,
) -> None:
    """Move locked lines to a state, and write down who, when and why.

    Args:
        lines: Locked by the caller.
        to: Where to.
        actor: Reference of who acts.
        at: When.
        reason: Why, in words for people.
        decider: For whom somebody decides; None where the terms decide, as when nobody answered in time.

    Raises:
        WrongState: one of them cannot go there; then none does.
    """
    changes = []
    for line in lines:
        if not states.may_change(states.LINE_TRANSITIONS, line.state, to.value):
            raise WrongState(
                _("A line is %(state)s, so this cannot be done now.") % {"state": line.get_state_display()},
                line=line.public_id,
                state=line.state,
                wanted=to.value,
            )
        changes.append(
            LineStateChange(
                line=line,
                from_state=line.state,
                to_state=to.value,
                claimant=line.claim.provider.organisation_id,
                decider=decider.organisation_id if decider else None,
                at=at,
                by=actor,
                reason=reason,
            )
        )
        line.state = to.value
    ClaimLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=to.value)
    LineStateChange.objects.bulk_create(changes)


def settle_claim_state(claim: Claim) -> None:
    """Note that every line of a submitted claim has been decided, or that one is open again."""
    undecided = [state.value for state in states.OPEN_STATES]
    is_open = ClaimLine.objects.filter(claim=claim, state__in=undecided).exists()
    wanted = states.ClaimState.SUBMITTED if is_open else states.ClaimState.DECIDED
    if claim.state in {states.ClaimState.SUBMITTED.value, states.ClaimState.DECIDED.value}:
        claim.state = wanted.value
        claim.save()


def require_words(text: str, message: str) -> str:
    """Return text without white space around it.

    Raises:
        NothingWritten: nothing is left.
    """
    if not text.strip():
        raise NothingWritten(message)
    return text.strip()


def read_claim(claim: Claim, contract: OutcomesContract) -> Claim:
    """Read a claim again under its contract's lock."""
    claim = Claim.objects.select_related("provider", "provider__organisation", "round").get(pk=claim.pk)
    claim.contract = contract
    return claim
