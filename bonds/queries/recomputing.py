"""Working out again all that was ever accepted under a contract, and comparing it to the byte."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from bonds.arithmetic.canonical import write_canonical
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line
from bonds.arithmetic.records import read_candidate
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import Terms
from bonds.models import (
    AssessmentRun,
    Clawback,
    ContractVersion,
    LineResult,
    OutcomesContract,
    Overpayment,
    OverpaymentRefund,
)
from bonds.queries.terms import terms_by_version, version_on


@dataclass(frozen=True, slots=True)
class Difference:
    """A line, or a run as a whole, that comes out otherwise than it was kept.

    Attributes:
        run: Number of the run.
        line: Public id of the line; empty for the run.
        kept: Digest that was kept.
        found: Digest of what comes out now.
    """

    run: int
    line: str
    kept: str
    found: str


@dataclass(slots=True)
class Recomputed:
    """What came of working everything out again."""

    runs: int = 0
    lines: int = 0
    differences: list[Difference] = field(default_factory=list)


def recompute(contract: OutcomesContract) -> Recomputed:
    """Work out every run of a contract again, in order, each line with the version that was in force for its day then.

    Args:
        contract: Any.

    Returns:
        How much was worked out, and every line whose bytes differ. None differs unless terms, results or the engine
        were changed behind the application's back.
    """
    replay = _Replay(contract)
    for run in AssessmentRun.objects.filter(contract=contract).order_by("number"):
        replay.work_out(run)
    return replay.found


class _Replay:
    """The contract as it stood before each run."""

    def __init__(self, contract: OutcomesContract) -> None:
        self.contract = contract
        self.found = Recomputed()
        self.terms: dict[int, Terms] = terms_by_version(contract)
        signed = ContractVersion.objects.filter(contract=contract).signed()
        self.versions = list(signed.values_list("effective_on", "number", "signed_at"))
        self.standing = Standing(self.terms)
        self.taken_back: dict[int, set[int]] = defaultdict(set)
        for result_id, after in Clawback.objects.filter(result__contract=contract).values_list(
            "result_id", "after_run"
        ):
            self.taken_back[after].add(result_id)
        self.owed: dict[int, list[tuple[str, int]]] = defaultdict(list)
        set_off = Overpayment.objects.filter(contract=contract, is_credit=False)
        for payer, pence, after in set_off.values_list("payer__code", "pence", "after_run"):
            self.owed[after].append((payer, pence))
        moved = OverpaymentRefund.objects.filter(payer__contract=contract, credit=None)
        for payer, pence, after, undoes in moved.values_list("payer__code", "pence", "after_run", "undoes"):
            self.owed[after].append((payer, pence if undoes else -pence))
        self.counted: dict[int, Line] = {}

    def work_out(self, run: AssessmentRun) -> None:
        """Work a run out again, compare it, and go on from what comes out."""
        self._note_what_came_before(run.number)
        results = list(LineResult.objects.filter(run=run).select_related("line").order_by("place"))
        candidates = [read_candidate(result.candidate) for result in results]
        in_force = partial(version_on, self._starts(run.at))
        lines = list(assess(self.terms, candidates, self.standing, version_on=in_force))
        digests = [hashlib.sha256(write_canonical(line)).hexdigest() for line in lines]
        self._compare(run, results, digests)
        self.counted.update({line.candidate.id: line for line in lines})
        self.found.runs += 1
        self.found.lines += len(lines)

    def _starts(self, at: datetime) -> list[tuple[date, int]]:
        """The versions that were signed by then; a later one that reaches back held for later runs only."""
        return [(start, number) for start, number, signed_at in self.versions if signed_at and signed_at <= at]

    def _compare(self, run: AssessmentRun, results: Sequence[LineResult], digests: Sequence[str]) -> None:
        for result, digest in zip(results, digests, strict=True):
            if result.content_digest != digest:
                self.found.differences.append(
                    Difference(run.number, result.line.public_id, result.content_digest, digest)
                )
        whole = hashlib.sha256("\n".join(digests).encode()).hexdigest()
        if whole != run.digest:
            self.found.differences.append(Difference(run.number, "", run.digest, whole))

    def _note_what_came_before(self, number: int) -> None:
        """Take out what was taken back since the run before, and note what payers had paid too much."""
        if gone := self.taken_back.get(number - 1):
            owed = dict(self.standing.to_set_off)
            self.counted = {line_id: line for line_id, line in self.counted.items() if line_id not in gone}
            self.standing = Standing(self.terms)
            for line in self.counted.values():
                self.standing.record(candidate=line.candidate, units=line.units, counted=line.counted, paid=line.paid)
            self.standing.to_set_off.update(owed)
        # What was paid back had been owed before: what is owed comes first.
        for payer, pence in sorted(self.owed.get(number - 1, ()), key=lambda one: -one[1]):
            if pence > 0:
                self.standing.owe(payer=payer, pence=pence)
            else:
                self.standing.repay(payer=payer, pence=-pence)
