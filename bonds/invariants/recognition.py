"""What must always hold of income before acceptance; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, Sum

from bonds import states
from bonds.models import EarlyIncome, OutcomesContract
from bonds.operations.postings import EARNED
from bonds.operations.recognising import EARLY_KIND, RELEASED_KIND
from bonds.queries.recognition import sum_early
from core.invariants import Invariant
from ledger import queries as ledger_queries
from ledger.models import Transfer

SPECIFICATION = "treasury specification A8, note on V5 and V6"


def find_early_differences() -> Iterator[str]:
    """Contracts whose entries of early income are not what stands of it, and lines that were decided and keep some."""
    for contract in OutcomesContract.objects.filter(recognition_policies__isnull=False).distinct():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        rows = Transfer.objects.filter(book=book, entry__kind__in=(EARLY_KIND, RELEASED_KIND))
        sums = rows.aggregate(
            more=Sum("amount", filter=Q(debit_account__code=EARNED), default=0),
            less=Sum("amount", filter=Q(credit_account__code=EARNED), default=0),
        )
        kept, wanted = sums["more"] - sums["less"], sum_early(contract)
        if kept != wanted:
            yield f"{contract.reference}: {kept} in the books, {wanted} is recognised before acceptance"
    waiting = [state.value for state in states.OPEN_STATES]
    for one in EarlyIncome.objects.filter(releases=None, released_by=None).exclude(line__state__in=waiting):
        yield f"line {one.line_id} is decided, and {one.pence} was not released"


RECOGNITION_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-54",
        "Income before acceptance stands for lines that nobody has decided, in the rows as in the books.",
        SPECIFICATION,
        ("bonds_earlyincome_once", "bonds_early_released_whole", "lock: operations.locks.lock_contract"),
        find_early_differences,
    ),
)
