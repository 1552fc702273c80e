"""All that waits for the verifier and misses no evidence, with what it would come to if it were accepted now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from bonds import states
from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line
from bonds.models import Claim, ClaimLine, OutcomesContract, Party
from bonds.queries.candidates import build_candidates
from bonds.queries.standing import build_standing
from bonds.queries.terms import terms_by_version, version_on, version_starts

# What many lines share is read once, not once for each line.
_SHARED: Final = ("event__provider", "claim__contract", "claim__provider__organisation")


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """The lines of one claim that can be accepted together.

    Attributes:
        claim: Submitted.
        lines: Public ids, in their order.
        gross: What they would be worth with nothing in the way, in pence.
        net: What they would come to, after the claims before it in the list, in pence.
        nothing: How many of them would come to nothing.
    """

    claim: Claim
    lines: tuple[str, ...]
    gross: int
    net: int
    nothing: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What can be accepted at once.

    Attributes:
        claims: By number; they are accepted in this order.
        incomplete: Lines that miss evidence, and so are left to be looked at.
        aside: Lines with a doubt, left likewise.
        queried: Lines that are with the provider.
        digest: Of exactly these lines: what was looked at is what is accepted.
    """

    claims: tuple[WaitingClaim, ...]
    incomplete: int
    aside: int
    queried: int
    digest: str

    @property
    def count(self) -> int:
        """How many lines."""
        return sum(len(one.lines) for one in self.claims)

    @property
    def net(self) -> int:
        """What they would come to, in pence."""
        return sum(one.net for one in self.claims)

    @property
    def cut(self) -> int:
        """What would be cut from them, in pence."""
        return sum(one.gross - one.net for one in self.claims)


def preview_waiting(*, contract: OutcomesContract, verifier: Party) -> Waiting:
    """Gather what waits and misses nothing, claim by claim, and work it out in that order. Nothing is kept.

    Args:
        contract: Running; locked by whoever accepts afterwards.
        verifier: Who would accept; what it claimed itself is left out.

    Raises:
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    versions = terms_by_version(contract)
    in_force = partial(version_on, version_starts(contract))
    open_lines = list(
        ClaimLine.objects.filter(claim__contract=contract, state__in=[one.value for one in states.OPEN_STATES])
        .exclude(claim__provider__organisation=verifier.organisation_id)
        .select_related("event__participant")
        .prefetch_related(*_SHARED)
        .order_by("claim__number", "pk")
    )
    clock_runs = {state.value for state in states.CLOCK_RUNS}
    by_claim: dict[int, list[ClaimLine]] = defaultdict(list)
    for line in open_lines:
        if line.state in clock_runs:
            by_claim[line.claim_id].append(line)
    standing = build_standing(contract, versions)
    found, incomplete = [], 0
    for lines in by_claim.values():
        claim = lines[0].claim
        assert claim.claimed_on is not None, "a claim that was submitted has a day"
        candidates = build_candidates(
            lines, claimed_on=claim.claimed_on, terms_by_version=versions, version_on=in_force
        )
        whole = [one for one in candidates if not one.evidence]
        incomplete += len(candidates) - len(whole)
        if whole:
            results = list(assess(versions, whole, standing, version_on=in_force))
            found.append(_sum_claim(claim, lines, whole, results))
    return Waiting(
        claims=tuple(found),
        incomplete=incomplete,
        aside=_count(open_lines, states.LineState.FLAGGED),
        queried=_count(open_lines, states.LineState.QUERIED),
        digest=_digest(line for one in found for line in one.lines),
    )


def _sum_claim(
    claim: Claim, lines: Sequence[ClaimLine], whole: Sequence[Candidate], results: Sequence[Line]
) -> WaitingClaim:
    wanted = {one.id for one in whole}
    return WaitingClaim(
        claim=claim,
        lines=tuple(line.public_id for line in lines if line.pk in wanted),
        gross=sum(one.gross for one in results),
        net=sum(one.net for one in results),
        nothing=sum(1 for one in results if not one.net),
    )


def _count(lines: Sequence[ClaimLine], state: states.LineState) -> int:
    return sum(1 for line in lines if line.state == state.value)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
