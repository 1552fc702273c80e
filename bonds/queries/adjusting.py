"""Which accepted lines a version that reaches back would bring to another amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.db.models import Q, QuerySet

from bonds import states
from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line
from bonds.models import ClaimLine, ContractVersion, LineResult, LineShare, OutcomesContract, VersionAdjustment
from bonds.queries.candidates import build_candidates
from bonds.queries.standing import build_standing
from bonds.queries.taken_back import was_taken_back
from bonds.queries.terms import terms_by_version, version_on, version_starts
from foundation.jobs import Tell, tell_nobody

TOLD_EVERY: Final = 500


@dataclass(frozen=True, slots=True)
class Change:
    """A line that comes to another amount under the version that holds for its day now.

    Attributes:
        line: As it was accepted; with event, person, provider and claim read.
        was: What was kept of it.
        becomes: What comes out now, before what earlier overpayments settle.
        paid_before: What counts as paid of it, by payer, in pence.
    """

    line: ClaimLine
    was: LineResult
    becomes: Line
    paid_before: Mapping[str, int]

    @property
    def before(self) -> int:
        """What counts as paid for it, all payers together."""
        return sum(self.paid_before.values())

    @property
    def after(self) -> int:
        """What payers pay for it now, all together."""
        return sum(part.settled for part in self.becomes.shares)

    @property
    def pence(self) -> int:
        """By how much more, or less, payers pay for it."""
        return self.after - self.before


@dataclass(slots=True)
class ReachingBack:
    """What there is to adjust.

    Attributes:
        looked_at: How many accepted lines an earlier version priced than the one that holds for their day.
        changes: Those that come out otherwise, by day of achievement.
        disputed: How many are left out because they are in dispute.
    """

    looked_at: int = 0
    changes: list[Change] = field(default_factory=list)
    disputed: int = 0

    @property
    def pence(self) -> int:
        """By how much more, or less, payers pay for all of them."""
        return sum(change.pence for change in self.changes)


def reached_back(contract: OutcomesContract) -> QuerySet[LineResult]:
    """The results, not taken back, that another version priced than the one that holds for their day now."""
    signed = ContractVersion.objects.filter(contract=contract).signed().values_list("number", "effective_on")
    later = Q(pk=None)
    for number, start in signed:
        later |= Q(version_number__lt=number, line__event__achieved_on__gte=start)
    return LineResult.objects.filter(later, ~was_taken_back(), contract=contract)


def waits_for_adjustment(contract: OutcomesContract) -> ContractVersion | None:
    """The newest version, if it reaches back to accepted lines and nobody has worked them out again since."""
    newest = ContractVersion.objects.filter(contract=contract).signed().last()
    if newest is None or VersionAdjustment.objects.filter(version=newest).exists():
        return None
    return newest if reached_back(contract).exists() else None


def find_changes(contract: OutcomesContract, *, tell: Tell = tell_nobody) -> ReachingBack:
    """Work out again what a later version reaches back to, as if it had not been accepted yet. Nothing is kept.

    Lines are worked out by day of achievement after all accepted lines that keep their version. Lines in dispute are
    left out until the dispute is decided.

    Args:
        contract: Locked by the caller where the answer is to be acted on.
        tell: Is told how far it is.

    Raises:
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used under the new terms.
    """
    results = {result.pk: result for result in reached_back(contract).select_related("line")}
    accepted = {state.value for state in states.ACCEPTED_STATES}
    mine = [pk for pk, result in results.items() if result.line.state in accepted]
    found = ReachingBack(looked_at=len(mine), disputed=len(results) - len(mine))
    if not mine:
        return found
    related = ("event", "event__participant", "event__provider", "claim", "claim__provider", "claim__contract")
    lines = {line.pk: line for line in ClaimLine.objects.filter(pk__in=mine).select_related(*related)}
    paid = _paid_before(mine)
    for number, becomes in enumerate(_work_out(contract, list(lines.values()))):
        if number % TOLD_EVERY == 0:
            tell(number, len(lines))
        line = lines[becomes.candidate.id]
        was = results[line.pk]
        now = {part.payer: part.settled for part in becomes.shares}
        if (was.gross_pence, paid[line.pk]) != (becomes.gross, now):
            found.changes.append(Change(line, was, becomes, paid[line.pk]))
    return found


def _work_out(contract: OutcomesContract, lines: Sequence[ClaimLine]) -> Iterator[Line]:
    versions = terms_by_version(contract)
    in_force = partial(version_on, version_starts(contract))
    by_claim: dict[int, list[ClaimLine]] = defaultdict(list)
    for line in lines:
        by_claim[line.claim_id].append(line)
    candidates: list[Candidate] = []
    for some in by_claim.values():
        claimed_on = some[0].claim.claimed_on
        assert claimed_on is not None, "an accepted line belongs to a claim that was submitted"
        candidates += build_candidates(some, claimed_on=claimed_on, terms_by_version=versions, version_on=in_force)
    standing = build_standing(contract, versions, without={line.pk for line in lines})
    # What payers have paid too much changes how a line is settled, not what it comes to.
    standing.to_set_off.clear()
    ordered = sorted(candidates, key=lambda one: (one.achieved_on, one.id))
    return assess(versions, ordered, standing, version_on=in_force)


def _paid_before(lines: Sequence[int]) -> dict[int, dict[str, int]]:
    paid: dict[int, dict[str, int]] = {line: {} for line in lines}
    shares = LineShare.objects.filter(result__in=lines).values_list("result_id", "payer__code", "settled_pence")
    for line, payer, pence in shares:
        paid[line][payer] = pence
    return paid
