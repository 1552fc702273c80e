"""What must always hold of guarantees and of the end of a deal; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, Sum

from bonds.arithmetic.positions import MovementKind
from bonds.models import GuaranteeCall, GuaranteeMoney, OutcomesContract, WaterfallRun
from bonds.operations.guaranteeing import HELD, PAYOUT_PURPOSE, RECEIPT_PURPOSE
from bonds.queries.guarantees import list_guarantees
from bonds.states import RunKind
from core.invariants import Invariant
from ledger import queries as ledger_queries
from payments.models import RecordedMoney
from payments.states import RecordedState

SPECIFICATION = "outcome contracts specification, section 3 and section 6, 8"


def find_guarantees_overpaid() -> Iterator[str]:
    """Guarantors that paid more than they owe, and investors that were paid more than came for them."""
    standing = Q(money__undoes=None, money__undone_by=None)
    calls = GuaranteeCall.objects.annotate(
        received=Sum("money__pence", filter=standing & Q(money__is_receipt=True), default=0),
        passed_on=Sum("money__pence", filter=standing & Q(money__is_receipt=False), default=0),
    )
    wrong = Q(received__gt=F("pence")) | Q(passed_on__gt=F("received"))
    for one in calls.filter(wrong | Q(received__gt=0, run__withdrawal__isnull=False)).order_by("pk"):
        yield f"{one.public_id}: {one.received} came and {one.passed_on} went on of {one.pence}"


def find_guarantee_money_without_record() -> Iterator[str]:
    """Money of guarantees that no approved record of its amount stands behind, and records without such money."""
    approved = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose__in=[RECEIPT_PURPOSE, PAYOUT_PURPOSE])
    money = dict(approved.values_list("public_id", "amount_pence"))
    for public_id, record, pence in GuaranteeMoney.objects.order_by("pk").values_list("public_id", "record", "pence"):
        moved = money.pop(record, None)
        if moved != pence:
            yield f"{public_id}: of {pence}, the record behind it of {moved}"
    yield from (f"{record}: {pence} moved and not noted" for record, pence in money.items())


def find_guarantee_money_not_held() -> Iterator[str]:
    """Contracts that owe investors more of what guarantors paid than stands on 2110."""
    for contract in OutcomesContract.objects.filter(waterfall_runs__guarantee_calls__isnull=False).distinct():
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        held = sum(one.held for one in list_guarantees(contract))
        shown = ledger_queries.account_balance(book=book, code=HELD)
        if shown < held:
            yield f"{contract.public_id}: {HELD} shows {shown}, {held} is owed to investors"


def find_endings_not_as_explained() -> Iterator[str]:
    """Runs that ended something whose calls and losses are not what their steps say, and runs after the last one."""
    lost = Q(changes__kind=MovementKind.WRITTEN_OFF.value)
    for run in WaterfallRun.objects.annotate(lost=Sum("changes__pence", filter=lost, default=0)).order_by("pk"):
        said = {step["name"]: step["facts"] for step in run.steps}
        called = GuaranteeCall.objects.filter(run=run).aggregate(sum=Sum("pence", default=0))["sum"]
        if run.lost != said.get("written_off", {}).get("principal", 0):
            yield f"{run.public_id}: {run.lost} is written off, and not what its steps say"
        if called != said.get("guarantees", {}).get("called", 0):
            yield f"{run.public_id}: guarantors are asked for {called}, and not for what its steps say"
    for final in WaterfallRun.objects.filter(kind=RunKind.FINAL.value, withdrawal=None):
        later = WaterfallRun.objects.filter(contract=final.contract, number__gt=final.number)
        yield from (f"{one.public_id}: made after {final.public_id} had wound the deal up" for one in later)


ENDING_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-64",
        "A guarantor pays no more than it owes, and no more than it paid goes on to the investor.",
        SPECIFICATION,
        ("bonds_guarantee_within_call",),
        find_guarantees_overpaid,
    ),
    Invariant(
        "BND-65",
        "Behind each move of a guarantee's money stands one record of its amount that a second person let in.",
        SPECIFICATION,
        ("lock: operations.locks.lock_contract",),
        find_guarantee_money_without_record,
    ),
    Invariant(
        "BND-66",
        "What guarantors paid and investors have not got is owed in the contract's book (2110).",
        SPECIFICATION,
        ("lock: operations.locks.lock_contract",),
        find_guarantee_money_not_held,
    ),
    Invariant(
        "BND-67",
        "A run that ends a tranche or a deal asks guarantors for what its steps say, writes off what they say, and "
        "nothing is shared out after the last one.",
        SPECIFICATION,
        ("bonds_run_before_end", "lock: operations.locks.lock_contract"),
        find_endings_not_as_explained,
    ),
)
