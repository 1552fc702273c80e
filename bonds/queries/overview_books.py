"""Whether claims and invoices say the same as the books of the contract holder, on any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bonds.queries.overview import Overview
from bonds.queries.recognition import sum_early
from ledger import queries as ledger_queries

PENDING: Final = "9110"
EARNED: Final = "1110"
DEBTORS: Final = "1100"
RECOVERABLE: Final = "2410"
INCOME: Final = ("4000", "4010")


@dataclass(frozen=True, slots=True)
class Tie:
    """One figure twice, in pence: from claims, invoices and receipts, and from the books.

    Attributes:
        code: Which figure, as a lasting word.
        accounts: Codes of the accounts that say the same, added up.
        ours: From claims and invoices.
        books: From the books.
    """

    code: str
    accounts: tuple[str, ...]
    ours: int
    books: int

    @property
    def difference(self) -> int:
        """What the books have more: somebody booked it there by hand."""
        return self.books - self.ours


def compare_with_books(overview: Overview) -> list[Tie]:
    """Compare an overview of all claims with the main and the memo book on its day. Seven queries.

    What is income of claims that nobody has decided counts as earned, as the contract's policy says.

    Args:
        overview: Of all providers together.
    """
    parts = overview.parts.values()
    on = overview.scope.on
    balances: dict[str, int] = {}
    for slug in (overview.contract.book_slug, overview.contract.memo_slug):
        rows = ledger_queries.trial_balance(book=ledger_queries.get_book_by_slug(slug=slug), on=on)
        balances |= {row.account.code: row.balance for row in rows}

    early = sum_early(overview.contract, on=on)

    def tie(code: str, ours: int, *accounts: str) -> Tie:
        return Tie(code, accounts, ours, sum(balances.get(account, 0) for account in accounts))

    return [
        tie("pending", sum(one.pending_pence for one in overview.asked.values()), PENDING),
        tie("to_invoice", sum(part.to_invoice for part in parts) + early, EARNED),
        tie("open", sum(part.open for part in parts) + sum(overview.besides.values()), DEBTORS),
        tie("recoverable", sum(overview.owed.values()), RECOVERABLE),
        tie("earned", sum(part.earned for part in parts) - overview.recovered + early, *INCOME),
    ]
