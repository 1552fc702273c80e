"""What must always hold of manual journals, checked from their own rows and from the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Prefetch

from core.invariants import Invariant
from foundation.models import Approval, ApprovalState
from ledger.models import Transfer
from people.models import User
from treasury.models import ManualJournal
from treasury.states import JournalState

SOURCE = "Manual journals: two people for what is worth most, and the books say what was approved"


def _posted() -> Iterable[ManualJournal]:
    transfers = Transfer.objects.select_related("debit_account", "credit_account")
    rows = ManualJournal.objects.filter(state=JournalState.POSTED.value).select_related("entry", "reverses", "approval")
    return rows.prefetch_related("lines", Prefetch("entry__transfers", queryset=transfers)).order_by("pk")


def _posted_unlike_lines() -> Iterable[str]:
    for journal in _posted():
        assert journal.entry is not None, "the database ties the state to the entry"
        written: Counter[tuple[str, str, str, str]] = Counter()
        booked: Counter[tuple[str, str, str, str]] = Counter()
        for line in journal.lines.all():
            written["debit", line.account, line.owner, line.fund] += line.debit_pence or 0
            written["credit", line.account, line.owner, line.fund] += line.credit_pence or 0
        for one in journal.entry.transfers.all():
            booked["debit", one.debit_account.code, one.debit_owner, one.fund] += one.amount
            booked["credit", one.credit_account.code, one.credit_owner, one.fund] += one.amount
        if +written != +booked or journal.entry.effective_on != journal.effective_on:
            yield f"{journal.public_id} is not what {journal.entry.public_id} says"


def _approved_by_a_writer() -> Iterable[str]:
    for journal in _posted():
        if journal.approval is None:
            continue
        decided = journal.approval.decisions.filter(verdict=ApprovalState.APPROVED.value).first()
        if decided is None or decided.digest != journal.approval.digest:
            yield f"{journal.public_id} is posted and was not approved as it is"
        elif decided.decided_by in _refs_of_writers(journal):
            yield f"{journal.public_id} was approved by somebody who wrote some of it"


def _refs_of_writers(journal: ManualJournal) -> set[str]:
    users = User.objects.filter(pk__in=journal.writer_ids).values_list("public_id", flat=True)
    return {journal.created_by, *(f"user:{public_id}" for public_id in users)}


def _waiting_without_request() -> Iterable[str]:
    waiting = ManualJournal.objects.filter(state=JournalState.SUBMITTED.value).select_related("approval")
    for journal in waiting:
        approval: Approval | None = journal.approval
        if approval is None or approval.state != ApprovalState.REQUESTED.value:
            yield f"{journal.public_id} waits and nobody was asked"


INVARIANTS = (
    Invariant(
        code="TRE-1",
        statement="A posted manual journal and its entry say the same, to the penny, account, owner and fund.",
        source=SOURCE,
        enforced_by=(
            "treasury_journal_posted_has_entry",
            "treasury_posted_journal_is_fact",
            "treasury_posted_line_is_fact",
        ),
        find_violations=_posted_unlike_lines,
    ),
    Invariant(
        code="TRE-2",
        statement="Nobody is the second person of a manual journal that they wrote.",
        source=SOURCE,
        enforced_by=("foundation_decision_second_person", "lock: the journal's row, in approve"),
        find_violations=_approved_by_a_writer,
    ),
    Invariant(
        code="TRE-3",
        statement="A manual journal that waits for a second person has an open request for approval.",
        source=SOURCE,
        enforced_by=("treasury_journal_waiting_has_request", "lock: the journal's row, in submit and change"),
        find_violations=_waiting_without_request,
    ),
)
