"""What must always hold of payments, whatever the provider did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.invariants import Invariant
from foundation.models import ApprovalState
from ledger.models import Entry, Transfer
from ledger.queries import account_balance, find_book
from payments.models import (
    AttentionItem,
    Dispute,
    Payment,
    ProviderAccount,
    ProviderPosting,
    Receipt,
    RecordedMoney,
    Refund,
    RefundRun,
)
from payments.states import (
    COUNTED_REFUND_STATES,
    LIVE_ATTEMPT_STATES,
    PaymentState,
    RecordedState,
    RefundState,
    RunState,
)
from people.models import User

CLEARING = "1250"
RECORDED_KEY = "recorded:"
RECORDED_SOURCE = "Recorded money: two people, and the books say what they agreed to"
CHUNK = 500


def _posted_twice() -> Iterable[str]:
    twice = ProviderPosting.objects.values("kind", "object_id").annotate(rows=Count("pk")).filter(rows__gt=1)
    return [f"{row['kind']} {row['object_id']} was posted {row['rows']} times" for row in twice]


def _postings_without_entry() -> Iterable[str]:
    keys = Entry.objects.filter(book__organisation=OuterRef("organisation__public_id"), key=OuterRef("entry_key"))
    rows = ProviderPosting.objects.annotate(entry=Subquery(keys.values("pk")[:1])).filter(entry__isnull=True)
    return [f"{row} has no entry {row.entry_key}" for row in rows]


def _receipts_without_posting() -> Iterable[str]:
    posted = ProviderPosting.objects.filter(kind="receipt").values("object_id")
    return [f"{row.public_id} is not posted" for row in Receipt.objects.exclude(charge_id__in=posted)]


def _refunds_above_charge() -> Iterable[str]:
    counted = (
        Refund.objects.filter(receipt=OuterRef("pk"), state__in=COUNTED_REFUND_STATES, amount_currency="GBP")
        .order_by()
        .values("receipt")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    rows = Receipt.objects.annotate(refunded=Coalesce(Subquery(counted) * 100, Value(0), output_field=DecimalField()))
    return [f"{row.public_id}: refunds exceed the charge" for row in rows.filter(refunded__gt=F("gross_pence"))]


def _settled_without_receipt() -> Iterable[str]:
    receipts = Q(receipts__is_duplicate=False)
    bare = Payment.objects.filter(state=PaymentState.SETTLED).exclude(receipts)
    early = Payment.objects.filter(receipts).exclude(state=PaymentState.SETTLED)
    return [
        *[f"{row.public_id} is settled and has no receipt" for row in bare],
        *[f"{row.public_id} has a receipt and is not settled" for row in early],
    ]


def _refunds_unlike_books() -> Iterable[str]:
    posted = ProviderPosting.objects.filter(kind="refund").values("object_id")
    rows = Refund.objects.filter(state=RefundState.SUCCEEDED).exclude(provider_refund_id__in=posted)
    return [f"{row.public_id} succeeded and is not posted" for row in rows]


def _clearing_unlike_postings() -> Iterable[str]:
    """What this room posted to 1250 is exactly what its facts say; others may post there as well, by journals."""
    violations = []
    for account in ProviderAccount.objects.select_related("organisation"):
        book = find_book(organisation=account.organisation.public_id)
        if book is None:
            continue
        total = ProviderPosting.objects.filter(organisation=account.organisation).aggregate(
            net=Sum("net_minor", default=0)
        )["net"]
        ours = Entry.objects.filter(book=book, key__startswith="stripe:")
        into, out_of = (
            ours.filter(**{f"transfers__{side}_account__code": CLEARING}).aggregate(
                total=Sum("transfers__amount", default=0)
            )["total"]
            for side in ("debit", "credit")
        )
        if into - out_of != total:
            violations.append(f"{account}: 1250 moved by {into - out_of}, the provider's objects by {total}")
        if not Entry.objects.filter(book=book).exclude(key__startswith="stripe:").exists():
            balance = account_balance(book=book, code=CLEARING)
            if balance != total:
                violations.append(f"{account}: 1250 shows {balance}, the provider's objects {total}")
    return violations


def _without_next_step() -> Iterable[str]:
    open_items = AttentionItem.objects.open().values("subject")
    stuck = Payment.objects.filter(state=PaymentState.NEEDS_ATTENTION).exclude(public_id__in=open_items)
    open_pages = Payment.objects.filter(state=PaymentState.CHECKOUT_OPEN).exclude(
        Q(attempts__state__in=LIVE_ATTEMPT_STATES) | Q(attempts__state="complete")
    )
    paused = RefundRun.objects.filter(state=RunState.PAUSED, pause_reason="")
    disputes = Dispute.objects.filter(state="open", closed_at__isnull=False)
    return [
        *[f"{row.public_id} needs attention and nobody is told" for row in stuck],
        *[f"{row.public_id} is at the checkout without a page" for row in open_pages],
        *[f"{row.public_id} is paused without a reason" for row in paused],
        *[f"{row.public_id} is open and closed" for row in disputes],
    ]


def _in_the_books() -> Iterable[RecordedMoney]:
    transfers = Transfer.objects.select_related("debit_account", "credit_account")
    rows = RecordedMoney.objects.filter(state=RecordedState.APPROVED).with_everything()
    rows = rows.prefetch_related("lines", Prefetch("entry__transfers", queryset=transfers)).order_by("pk")
    return rows.iterator(chunk_size=CHUNK)


def _recorded_unlike_entry() -> Iterable[str]:
    for record in _in_the_books():
        entry = record.entry
        assert entry is not None, "the database ties the state to the entry"
        asked = Counter(
            (one.debit, one.debit_owner, one.credit, one.credit_owner, one.fund, one.amount_pence)
            for one in record.lines.all()
        )
        booked = Counter(
            (one.debit_account.code, one.debit_owner, one.credit_account.code, one.credit_owner, one.fund, one.amount)
            for one in entry.transfers.all()
        )
        grown = sum(
            one.amount * ((one.debit_account.code == record.account) - (one.credit_account.code == record.account))
            for one in entry.transfers.all()
        )
        sign = 1 if record.is_receipt == (record.reverses_id is None) else -1
        place = (entry.book_id, entry.effective_on, entry.key)
        if place != (record.book_id, record.moved_on, f"{RECORDED_KEY}{record.public_id}") or asked != booked:
            yield f"{record.public_id} is not what {entry.public_id} says"
        elif grown != sign * record.amount_pence:
            yield f"{record.public_id} is not of the amount by which {entry.public_id} moves the bank account"


def _entries_without_record() -> Iterable[str]:
    known = RecordedMoney.objects.filter(entry=OuterRef("pk"))
    bare = Entry.objects.filter(key__startswith=RECORDED_KEY).filter(~Exists(known))
    return [f"{row.public_id} is in the books and no recorded money has it" for row in bare]


def _recorded_by_one_person() -> Iterable[str]:
    for record in _in_the_books():
        approval = record.approval
        decided = approval.decisions.filter(verdict=ApprovalState.APPROVED.value).first()
        if decided is None or decided.digest != approval.digest:
            yield f"{record.public_id} is in the books and was not approved as it is"
        elif decided.decided_by in _refs_of_asker(record):
            yield f"{record.public_id} was approved by whoever asked for it"


def _refs_of_asker(record: RecordedMoney) -> set[str]:
    users = User.objects.filter(pk=record.approval.requested_by_user or 0).values_list("public_id", flat=True)
    return {record.requested_by, *(f"user:{public_id}" for public_id in users)}


INVARIANTS = (
    Invariant(
        code="PAY-1",
        statement="Each object of the provider is posted at most once for each kind.",
        source="assurance.md I6",
        enforced_by=("payments_posting_once", "payments_posting_line_once"),
        find_violations=_posted_twice,
    ),
    Invariant(
        code="PAY-2",
        statement="Each posting that was announced is in the books.",
        source="treasury.md A7",
        enforced_by=("audit only",),
        find_violations=_postings_without_entry,
    ),
    Invariant(
        code="PAY-3",
        statement="Each receipt is posted.",
        source="treasury.md A7 row 2",
        enforced_by=("audit only",),
        find_violations=_receipts_without_posting,
    ),
    Invariant(
        code="PAY-4",
        statement="Refunds that are under way or done do not exceed their charge.",
        source="assurance.md I7",
        enforced_by=("payments_refunds_within_charge",),
        find_violations=_refunds_above_charge,
    ),
    Invariant(
        code="PAY-5",
        statement="A payment is settled if and only if it has a receipt that counts.",
        source="the design of the house",
        enforced_by=("payments_receipt_one_per_payment", "payments_payment_settled_dated"),
        find_violations=_settled_without_receipt,
    ),
    Invariant(
        code="PAY-6",
        statement="A refund that succeeded is posted.",
        source="treasury.md A7 row 11",
        enforced_by=("payments_refund_succeeded_dated",),
        find_violations=_refunds_unlike_books,
    ),
    Invariant(
        code="PAY-7",
        statement="1250 moved by exactly receipts less fees, refunds, disputes and bank movements of the provider.",
        source="assurance.md I8",
        enforced_by=("audit only",),
        find_violations=_clearing_unlike_postings,
    ),
    Invariant(
        code="PAY-8",
        statement="No payment stands still without a next step that somebody or something takes.",
        source="assurance.md I10",
        enforced_by=("payments_run_paused_says_why", "payments_event_failed_says_why"),
        find_violations=_without_next_step,
    ),
    Invariant(
        code="PAY-9",
        statement="Recorded money that was approved is one entry: of its lines, and of its amount at the bank.",
        source=RECORDED_SOURCE,
        enforced_by=(
            "payments_recorded_approved_has_entry",
            "payments_recorded_is_fact",
            "payments_recordedline_rows_are_facts",
        ),
        find_violations=_recorded_unlike_entry,
    ),
    Invariant(
        code="PAY-10",
        statement="No entry of recorded money is in the books without its approved record.",
        source=RECORDED_SOURCE,
        enforced_by=("lock: the record's row, in approve",),
        find_violations=_entries_without_record,
    ),
    Invariant(
        code="PAY-11",
        statement="Nobody lets money into the books that they recorded themselves, by key or in a session.",
        source=RECORDED_SOURCE,
        enforced_by=("payments_recorded_second_person", "foundation_decision_second_person"),
        find_violations=_recorded_by_one_person,
    ),
)
