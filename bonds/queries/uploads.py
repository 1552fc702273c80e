"""What a file of results would record, before anything is recorded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from bonds.arithmetic.uploads import Problem, ResultRow, read_results
from bonds.models import OutcomeEvent, OutcomesContract, Participant, Party
from bonds.queries.admission import Admission, NewResult
from core.errors import NotFound
from foundation.models import StoredFile

MOST_LISTED: Final = 1_000
"""So many bad rows are listed; of those beyond, the number is told."""


class UploadMissing(NotFound):
    """There is no such file of results."""

    code = "bonds.no_upload"


@dataclass(slots=True)
class UploadCheck:
    """A file of results as it was read. Nothing was recorded.

    Attributes:
        batch: Names what the file brings for ever; the same file has the same.
        rows: Rows below the header that could be read.
        by_metric: How many results of each kind.
        problems: What is wrong, by line; at most `MOST_LISTED`.
        problem_count: How many problems there are in all.
        recorded: How many results of this very file were recorded before.
    """

    batch: str
    rows: int = 0
    by_metric: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    recorded: int = 0

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self.problem_count += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(problem)


def batch_of(content: bytes) -> str:
    """Name what a file brings."""
    return f"file:{hashlib.sha256(content).hexdigest()[:32]}"


def check_upload(*, contract: OutcomesContract, provider: Party, content: bytes, today: date) -> UploadCheck:
    """Read a file of results and say what it would record.

    Args:
        contract: Signed.
        provider: Whose results they are.
        content: The whole file.
        today: The legal day.
    """
    check = UploadCheck(batch_of(content))
    check.recorded = OutcomeEvent.objects.filter(contract=contract, provider=provider, batch=check.batch).count()
    if check.recorded:
        return check
    people = people_by_pseudonym(contract, provider)
    admission = Admission(contract=contract, provider=provider, today=today, participants=set(people.values()))
    for row in read_results(content):
        if isinstance(row, Problem):
            check.add(row)
            continue
        check.rows += 1
        check.by_metric[row.metric] += 1
        problem = _find_problem(row, people.get(row.person), admission)
        if problem:
            check.add(Problem(row.line, problem))
    return check


def people_by_pseudonym(contract: OutcomesContract, provider: Party) -> dict[str, int]:
    """The row numbers of those who started with a provider."""
    started = Participant.objects.filter(contract=contract, starts__provider=provider)
    return dict(started.values_list("pseudonym", "pk"))


def rows_in(content: bytes) -> Iterator[ResultRow]:
    """Go through the rows of a file in which `check_upload` found no problem."""
    for row in read_results(content):
        assert not isinstance(row, Problem), "the file was checked under the same lock"
        yield row


def _find_problem(row: ResultRow, participant: int | None, admission: Admission) -> str:
    if participant is None:
        return _("nobody with this pseudonym has started with you")
    if row.evidence and row.evidence_on > admission.today:
        return _("the day of the evidence has not come yet")
    new = NewResult(row.metric, row.achieved_on, row.quantity, participant, evidence=row.evidence)
    objection = admission.find_objection(new)
    if objection is not None:
        return objection.words
    admission.note(new)
    return ""


def get_upload(*, provider: Party, public_id: str) -> StoredFile:
    """Return a file of results that a provider's officer handed in.

    Raises:
        UploadMissing: there is none.
    """
    found = StoredFile.objects.filter(
        organisation=provider.organisation.public_id, public_id=public_id, media_type="text/csv"
    ).first()
    if found is None:
        raise UploadMissing(_("There is no such file. Please choose it again."), id=public_id)
    return found
