"""Whether calls on investors are posted, and what of calls stands in the books as awaited (1150)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Sum

from bonds.arithmetic.positions import MovementKind
from bonds.models import (
    CallPart,
    CommitmentChange,
    Drawdown,
    InvestorCommitment,
    NoticePolicy,
    NoticePosting,
    OutcomesContract,
)


def find_notice_policy(*, contract: OutcomesContract, on: date) -> NoticePolicy | None:
    """What was recorded last for a day; None: calls are not posted."""
    return NoticePolicy.objects.filter(contract=contract, from_on__lte=on).order_by("-from_on", "-pk").first()


def is_posted(part: CallPart) -> bool:
    """Whether a part of a call was posted when it was called, so that its money settles that."""
    return NoticePosting.objects.filter(part=part).exists()


def awaited_of_parts(contract: OutcomesContract) -> dict[CallPart, int]:
    """What stands as awaited of each part that was posted, in pence: what was posted less what was paid in."""
    posted = dict(
        NoticePosting.objects.filter(part__call__contract=contract).values_list("part").annotate(Sum("pence"))
    )
    drawn = Drawdown.objects.standing().filter(part__in=posted.keys()).order_by()
    paid = dict(drawn.values_list("part").annotate(Sum("pence")))
    parts = CallPart.objects.filter(pk__in=posted.keys()).select_related("commitment", "call").order_by("pk")
    return {part: posted[part.pk] - paid.get(part.pk, 0) for part in parts}


def awaited_of_commitments(contract: OutcomesContract) -> dict[str, int]:
    """The same by public id of the commitment; those of which nothing is awaited are left out."""
    sums: dict[str, int] = {}
    for part, pence in awaited_of_parts(contract).items():
        owner = part.commitment.public_id
        sums[owner] = sums.get(owner, 0) + pence
    return {owner: pence for owner, pence in sums.items() if pence}


def is_ended(commitment: InvestorCommitment) -> bool:
    """Whether nothing of a commitment is awaited any more: its tranche or the deal ended, or its loan is lost."""
    changes = CommitmentChange.objects.standing().filter(commitment__contract_id=commitment.contract_id)
    given_up = changes.filter(commitment=commitment, kind=MovementKind.CANCELLED.value, run__isnull=False)
    lost = changes.filter(kind=MovementKind.WRITTEN_OFF.value, run=None)
    return given_up.exists() or lost.exists()


def posted_of(parts: Iterable[CallPart]) -> dict[int, int]:
    """What was posted of parts of calls and stands, by row number, in pence."""
    rows = NoticePosting.objects.filter(part__in=list(parts)).order_by()
    return dict(rows.values_list("part").annotate(Sum("pence")))
