"""Which limits some lines would pass, were they posted together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from ledger.models import Account, Balance, Book


class Movement(Protocol):
    """What a line says of its sides: codes, owners ("" for nobody) and an amount in minor units."""

    @property
    def debit(self) -> str: ...  # noqa: D102
    @property
    def credit(self) -> str: ...  # noqa: D102
    @property
    def amount(self) -> int: ...  # noqa: D102
    @property
    def debit_owner(self) -> str: ...  # noqa: D102
    @property
    def credit_owner(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A balance that would pass its floor or its ceiling, in minor units on the account's normal side.

    `owner` is empty for the account as a whole; `held` is what is reserved to leave, or else to come.
    """

    account: Account
    owner: str
    before: int
    after: int
    held: int
    floor: int | None
    ceiling: int | None


def find_exceeded(*, book: Book, lines: Iterable[Movement]) -> list[Exceeded]:
    """List the balances whose limits are in the way of posting lines together, by account and owner.

    Only the sum of the lines counts, as when they are posted by one call. Read without a lock: another posting may
    change it the next moment, and the database decides.

    Args:
        book: Whose accounts the codes are; unknown codes are passed over.
        lines: What would be posted.
    """
    deltas = changes_by_side(lines)
    codes = {code for code, _owner in deltas}
    accounts = {one.code: one for one in Account.objects.filter(book=book, code__in=codes)}
    rows = Balance.objects.filter(account__in=accounts.values(), owner__in={owner for _code, owner in deltas})
    found = {(row.account_id, row.owner): row for row in rows}
    exceeded = []
    for (code, owner), delta in sorted(deltas.items()):
        if account := accounts.get(code):
            one = _compare(account, owner, found.get((account.pk, owner)), delta)
            exceeded += [one] if one else []
    return exceeded


def changes_by_side(lines: Iterable[Movement]) -> dict[tuple[str, str], int]:
    """Sum debits less credits by account and owner, and by account as a whole (owner "")."""
    deltas: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        for code, owner, change in (
            (line.debit, line.debit_owner, line.amount),
            (line.credit, line.credit_owner, -line.amount),
        ):
            deltas[code, ""] += change
            if owner:
                deltas[code, owner] += change
    return deltas


def _compare(account: Account, owner: str, row: Balance | None, delta: int) -> Exceeded | None:
    floor, ceiling = (account.owner_floor, account.owner_ceiling) if owner else (account.floor, account.ceiling)
    before = row.balance if row else 0
    after = before + account.sign * delta
    held_out, held_in = (row.held_out, row.held_in) if row else (0, 0)
    if (floor is not None and after - held_out < floor) or (ceiling is not None and after + held_in > ceiling):
        return Exceeded(account, owner, before, after, held_out or held_in, floor, ceiling)
    return None
