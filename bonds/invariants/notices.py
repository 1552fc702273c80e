"""What must always hold of calls that were posted; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from bonds.models import OutcomesContract
from bonds.operations.investor_postings import AWAITED
from bonds.queries.notices import awaited_of_commitments, awaited_of_parts, is_ended, posted_of
from core.invariants import Invariant
from ledger import queries as ledger_queries


def find_awaited_differences() -> Iterator[str]:
    """Commitments of which 1150 is not what was called and is awaited, and parts posted otherwise than they stand."""
    for contract in OutcomesContract.objects.filter(notice_policies__isnull=False).distinct():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        kept = {
            owner: pence for owner, pence in ledger_queries.owner_balances(book=book, code=AWAITED).items() if pence
        }
        wanted = awaited_of_commitments(contract)
        for owner in sorted(kept.keys() | wanted.keys()):
            if kept.get(owner, 0) != wanted.get(owner, 0):
                yield f"{owner}: 1150 shows {kept.get(owner, 0)}, {wanted.get(owner, 0)} is awaited"
        parts = awaited_of_parts(contract)
        posted = posted_of(parts)
        for part, left in parts.items():
            is_over = is_ended(part.commitment)
            if left < 0 or (is_over and left) or (not is_over and posted[part.pk] != part.pence):
                yield f"{part.public_id}: {posted[part.pk]} of {part.pence} posted, {left} of it awaited"


NOTICE_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-80",
        "Where calls are posted, what is awaited (1150) is what was called so and was neither paid in nor given up.",
        "treasury specification A8, V2 and V3",
        ("bonds_noticeposting_within_part", "lock: operations.locks.lock_contract"),
        find_awaited_differences,
    ),
)
