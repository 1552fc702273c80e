"""What waits for the verifier and misses no evidence, with what it would come to if it were accepted now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line
from bonds.models import Claim, ClaimLine, OutcomesContract, Party
from bonds.queries.candidates import build_candidates
from bonds.queries.standing import build_standing
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import NotFound

MOST_LINES: Final = 1_000
"""So many lines are looked at together: with more, somebody would wait for the page."""
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
        incomplete: Lines among those looked at that miss evidence, and so are left to be looked at.
        aside: Lines of the contract with a doubt, left likewise.
        queried: Lines of the contract that are with the provider.
        later: Lines that wait behind those looked at.
        last: Public id of the last line that was looked at; empty where none wait behind it.
        digest: Of exactly these lines: what was looked at is what is accepted.
    """

    claims: tuple[WaitingClaim, ...]
    incomplete: int
    aside: int
    queried: int
    later: int
    last: str
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


def preview_waiting(*, contract: OutcomesContract, verifier: Party, after: str = "") -> Waiting:
    """Gather what waits and misses nothing, claim by claim, and work it out in that order. Nothing is kept.

    At most a thousand lines are looked at together, the oldest claim's first; of one claim in the order in which
    they were achieved, as a run takes them.

    Args:
        contract: Running; locked by whoever accepts afterwards.
        verifier: Who would accept; what it claimed itself is left out.
        after: Public id of the last line that was looked at before, to look at those behind it; empty for the oldest.

    Raises:
        NotFound: no line of the contract is called so.
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    open_lines = ClaimLine.objects.filter(claim__contract=contract).exclude(
        claim__provider__organisation=verifier.organisation_id
    )
    behind = open_lines.filter(state__in=[state.value for state in states.CLOCK_RUNS])
    if after:
        behind = behind.filter(_behind(contract, after))
    lines = list(
        behind.select_related("event__participant")
        .prefetch_related(*_SHARED)
        .order_by("claim__number", "event__achieved_on", "pk")[:MOST_LINES]
    )
    found, incomplete = _work_out(contract, lines)
    later = behind.count() - len(lines) if len(lines) == MOST_LINES else 0
    return Waiting(
        claims=tuple(found),
        incomplete=incomplete,
        aside=open_lines.filter(state=states.LineState.FLAGGED.value).count(),
        queried=open_lines.filter(state=states.LineState.QUERIED.value).count(),
        later=later,
        last=lines[-1].public_id if later else "",
        digest=_digest(line for one in found for line in one.lines),
    )


def _behind(contract: OutcomesContract, after: str) -> Q:
    """Keep to the lines that come after one in the order in which they are looked at."""
    found = ClaimLine.objects.filter(claim__contract=contract, public_id=after).select_related("claim", "event")
    # The database takes no text with this character in it.
    line = None if "\0" in after else found.first()
    if line is None:
        raise NotFound(_("This line is not there."))
    number, on = line.claim.number, line.event.achieved_on
    same_claim, same_day = Q(claim__number=number), Q(event__achieved_on=on)
    later_that_day = same_day & Q(pk__gt=line.pk)
    return Q(claim__number__gt=number) | same_claim & (Q(event__achieved_on__gt=on) | later_that_day)


def _work_out(contract: OutcomesContract, lines: Sequence[ClaimLine]) -> tuple[list[WaitingClaim], int]:
    """Work complete lines out, claim by claim; give these, and how many lines miss evidence."""
    versions = terms_by_version(contract)
    in_force = partial(version_on, version_starts(contract))
    standing = build_standing(contract, versions)
    found, incomplete = [], 0
    for claim, group in groupby(lines, key=lambda line: line.claim):
        mine = list(group)
        assert claim.claimed_on is not None, "a claim that was submitted has a day"
        candidates = build_candidates(mine, claimed_on=claim.claimed_on, terms_by_version=versions, version_on=in_force)
        whole = [one for one in candidates if not one.evidence]
        incomplete += len(candidates) - len(whole)
        if whole:
            results = list(assess(versions, whole, standing, version_on=in_force))
            found.append(_sum_claim(claim, mine, whole, results))
    return found, incomplete


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


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
