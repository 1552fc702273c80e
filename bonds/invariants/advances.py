"""What must always hold of advance payments; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, Sum

from bonds.arithmetic.tranches import TrancheKind
from bonds.models import AdvanceMoney, InvestorCommitment, Invoice, OutcomesContract
from bonds.operations.advancing import EARNED_KIND, RECEIPT_PURPOSE, REFUND_PURPOSE
from bonds.operations.investor_postings import DEFERRED_INCOME
from bonds.queries.advances import AdvanceStanding, list_advances
from core.invariants import Invariant
from ledger import queries as ledger_queries
from ledger.models import Book, Transfer
from payments.models import RecordedMoney
from payments.states import RecordedState

SPECIFICATION = "treasury specification A8, V11"


def find_advance_differences() -> Iterator[str]:
    """Payers whose advances in the books (2400) are not what was received, less what was earned and paid back."""
    for contract in OutcomesContract.objects.filter(advances__isnull=False).distinct():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        by_payer: dict[str, list[AdvanceStanding]] = {}
        for one in list_advances(contract):
            by_payer.setdefault(one.advance.payer.public_id, []).append(one)
            if min(one.open, one.unearned) < 0:
                yield f"{one.advance.public_id}: {one.received} came, {one.refunded} went back, {one.earned} was earned"
        for payer, advances in sorted(by_payer.items()):
            wanted = sum(one.unearned for one in advances)
            invoices = Invoice.objects.filter(contract=contract, payer__public_id=payer).values("public_id")
            kept = _deferred(
                book,
                Q(entry__batch__in=[one.advance.public_id for one in advances])
                | Q(entry__kind=EARNED_KIND, entry__source__in=invoices),
            )
            if kept != wanted:
                yield f"{payer}: 2400 shows {kept} paid in advance, {wanted} is still to be earned"


def find_deferred_differences() -> Iterator[str]:
    """Contracts without investors' grants whose deferred income (2400) is not what is still to be earned."""
    given = InvestorCommitment.objects.filter(kind=TrancheKind.GRANT.value).values("contract")
    for contract in OutcomesContract.objects.filter(advances__isnull=False).exclude(pk__in=given).distinct():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        wanted = sum(one.unearned for one in list_advances(contract))
        kept = ledger_queries.account_balance(book=book, code=DEFERRED_INCOME)
        if kept != wanted:
            yield f"{contract.reference}: 2400 shows {kept}, {wanted} was paid in advance and is still to be earned"


def find_advances_without_record() -> Iterator[str]:
    """Money of advances that no approved record of the same amount stands behind, and records without it."""
    approved = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose__in=(RECEIPT_PURPOSE, REFUND_PURPOSE))
    money = dict(approved.values_list("public_id", "amount_pence"))
    for public_id, record, pence in AdvanceMoney.objects.order_by("pk").values_list("public_id", "record", "pence"):
        moved = money.pop(record, None)
        if moved != pence:
            yield f"{public_id}: of {pence}, the record behind it of {moved}"
    yield from (f"{record}: {pence} moved and not noted" for record, pence in money.items())


def _deferred(book: Book, which: Q) -> int:
    rows = Transfer.objects.filter(which, book=book)
    sums = rows.aggregate(
        more=Sum("amount", filter=Q(credit_account__code=DEFERRED_INCOME), default=0),
        less=Sum("amount", filter=Q(debit_account__code=DEFERRED_INCOME), default=0),
    )
    return int(sums["more"] - sums["less"])


ADVANCE_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-51",
        "What payers paid in advance is, payer by payer, what the books show: received, less earned and paid back.",
        SPECIFICATION,
        ("bonds_advance_within", "bonds_advance_use_within", "lock: operations.locks.lock_contract"),
        find_advance_differences,
    ),
    Invariant(
        "BND-52",
        "Where no investor gives money, deferred income is what payers paid in advance and is still to be earned.",
        SPECIFICATION,
        ("lock: operations.locks.lock_contract",),
        find_deferred_differences,
    ),
    Invariant(
        "BND-53",
        "Behind each advance that moved stands one record of its amount that a second person let in, and no other.",
        SPECIFICATION,
        ("lock: operations.locks.lock_contract",),
        find_advances_without_record,
    ),
)
