"""Working out accepted lines: the engine runs under the contract's lock, and all that it says is kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from bonds.arithmetic.canonical import write_canonical
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line, Reduction
from bonds.arithmetic.records import write_candidate, write_steps
from bonds.models import (
    AssessmentRun,
    Claim,
    ClaimLine,
    LineReduction,
    LineResult,
    LineShare,
    OutcomesContract,
    Party,
)
from bonds.operations.errors import NotRunning
from bonds.operations.postings import post_accepted
from bonds.queries.candidates import build_candidates
from bonds.queries.standing import build_standing
from bonds.queries.terms import terms_by_version, version_on, version_starts
from bonds.states import RUNNING_STATES
from core.periods import legal_day


def check_running(contract: OutcomesContract) -> None:
    """Let only a contract pass under which results count and money moves.

    Raises:
        NotRunning: it is a draft, or closed.
    """
    if contract.state not in {one.value for one in RUNNING_STATES}:
        raise NotRunning(_("The contract is %(state)s.") % {"state": contract.get_state_display()})


def work_out(contract: OutcomesContract, claim: Claim, lines: Sequence[ClaimLine]) -> list[Line]:
    """Work out lines as if they were accepted now, after all that was accepted before. Nothing is kept.

    Args:
        contract: Of the claim; locked where the answer is to be kept.
        claim: Whose lines; submitted, or about to be.
        lines: With event, participant and provider read.
    """
    assert claim.claimed_on is not None, "a claim that is worked out has a day"
    versions = terms_by_version(contract)
    in_force = partial(version_on, version_starts(contract))
    candidates = build_candidates(lines, claimed_on=claim.claimed_on, terms_by_version=versions, version_on=in_force)
    return list(assess(versions, candidates, build_standing(contract, versions), version_on=in_force))


def keep_results(
    *, contract: OutcomesContract, claim: Claim, lines: Sequence[ClaimLine], actor: str, at: datetime
) -> AssessmentRun:
    """Work out accepted lines, keep every step, and post what was earned. The caller has locked the contract.

    Args:
        contract: Locked.
        claim: Whose lines.
        lines: Just accepted.
        actor: Who.
        at: Now.

    Raises:
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    results = work_out(contract, claim, lines)
    digests = [digest_of(one) for one in results]
    last = AssessmentRun.objects.filter(contract=contract).order_by("-number").first()
    run = AssessmentRun.objects.create(
        contract=contract,
        claim=claim,
        number=last.number + 1 if last else 1,
        line_count=len(results),
        digest=digest_of_run(digests),
        assessed_on=legal_day(at),
        by=actor,
        at=at,
    )
    by_id = {line.pk: line for line in lines}
    taken_back = _count_taken_back(contract, lines)
    kept = [
        _result(one, run=run, place=place, line=by_id[one.candidate.id], digest=digest, taken_back=taken_back)
        for place, (one, digest) in enumerate(zip(results, digests, strict=True), start=1)
    ]
    LineResult.objects.bulk_create(kept)
    _keep_parts(contract, results)
    post_accepted(run=run, results=results, actor=actor, at=at)
    return run


def digest_of(line: Line) -> str:
    """The SHA-256 of a line, to the byte."""
    return hashlib.sha256(write_canonical(line)).hexdigest()


def digest_of_run(digests: Sequence[str]) -> str:
    """The SHA-256 of a run: of its lines' digests, in their order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _count_taken_back(contract: OutcomesContract, lines: Sequence[ClaimLine]) -> Counter[tuple[int | None, str]]:
    people = {line.event.participant_id for line in lines} - {None}
    results = LineResult.objects.filter(contract=contract, participant__in=people, clawback__isnull=False)
    return Counter(results.filter(occurrence__isnull=False).values_list("participant_id", "metric"))


def _result(
    one: Line,
    *,
    run: AssessmentRun,
    place: int,
    line: ClaimLine,
    digest: str,
    taken_back: Counter[tuple[int | None, str]],
) -> LineResult:
    # A place that was taken back stays in the table, so the next one that is paid gets the number after it.
    occurrence = (
        one.occurrence + taken_back[line.event.participant_id, one.candidate.metric] if one.occurrence else None
    )
    return LineResult(
        line=line,
        run=run,
        place=place,
        contract=run.contract,
        participant=line.event.participant,
        metric=one.candidate.metric,
        version_number=one.version,
        ordinal=one.ordinal,
        occurrence=occurrence,
        units=one.units,
        counted=one.counted,
        price_pence=one.price,
        gross_pence=one.gross,
        net_pence=one.net,
        steps=write_steps(one.steps),
        candidate=write_candidate(one.candidate),
        content_digest=digest,
    )


def _keep_parts(contract: OutcomesContract, results: Sequence[Line]) -> None:
    parties = {party.code: party for party in Party.objects.filter(contract=contract)}
    reductions, shares = [], []
    for one in results:
        cuts: list[tuple[Party | None, Reduction]] = [(None, cut) for cut in one.reductions]
        cuts += [(parties[part.payer], cut) for part in one.shares for cut in part.reductions]
        reductions += [
            LineReduction(
                result_id=one.candidate.id,
                place=place,
                reason=cut.reason,
                payer=payer,
                pence=cut.amount,
                facts=dict(cut.facts),
            )
            for place, (payer, cut) in enumerate(cuts, start=1)
        ]
        shares += [
            LineShare(
                result_id=one.candidate.id,
                payer=parties[part.payer],
                due_pence=part.due,
                settled_pence=part.settled,
                net_pence=part.net,
            )
            for part in one.shares
        ]
    LineReduction.objects.bulk_create(reductions)
    LineShare.objects.bulk_create(shares)
