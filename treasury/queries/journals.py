"""Manual journals: one, a list of them, what they say, and who may let them in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from core.amounts import read_pence, write_pence
from core.errors import NotFound
from core.money import format_pounds
from foundation.approvals import digest_of
from foundation.owners import OwnerLabel, find_owner_labels
from ledger.models import Account, Book
from people.models import OfficerRole, Organisation, Role, User
from people.queries import find_names
from treasury.arithmetic.journals import DEFAULT_THRESHOLD_PENCE, TypedJournal, TypedLine
from treasury.models import JournalAttachment, JournalStateChange, JournalThreshold, ManualJournal
from treasury.queries.journal_checks import JournalCheck, check_journal

DECIDERS = (Role.TREASURER.value, Role.DIRECTOR.value)


class JournalMissing(NotFound):
    """There is no such journal in this book, or none that the actor may know of."""

    code = "treasury.journal_missing"


class AttachmentMissing(NotFound):
    """The journal has no such file."""

    code = "treasury.attachment_missing"


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to how much one person may post alone, in pence, and since when; `row` is None where nobody set it."""

    pence: int
    row: JournalThreshold | None

    @property
    def is_always(self) -> bool:
        """Whether every journal needs a second person."""
        return self.pence == 0


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with its account and owner in words; amounts in pence, None where there is none."""

    typed: TypedLine
    account: Account | None
    owner: OwnerLabel | None
    debit: int | None
    credit: int | None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A journal with all that its page shows."""

    journal: ManualJournal
    typed: TypedJournal
    check: JournalCheck
    digest: str
    reasons: list[str]
    history: list[JournalStateChange]
    names: dict[str, str]
    attachments: list[JournalAttachment]
    reversals: list[ManualJournal]
    lines: list[ShownLine]

    @property
    def live_reversal(self) -> ManualJournal | None:
        """The reversal that is posted or under way."""
        return next((one for one in self.reversals if one.state not in {"withdrawn", "refused"}), None)


def get_journal(*, organisation: str, public_id: str, book: Book | None = None) -> ManualJournal:
    """Return one of an organisation's journals.

    Args:
        organisation: Public id.
        public_id: The journal.
        book: Only in this book.

    Raises:
        JournalMissing: it has no such journal there.
    """
    rows = ManualJournal.objects.with_everything().filter(organisation__public_id=organisation, public_id=public_id)
    found = rows.filter(book=book).first() if book else rows.first()
    if found is None:
        raise JournalMissing(_("There is no such journal."), journal=public_id)
    return found


def get_attachment(*, journal: ManualJournal, public_id: str) -> JournalAttachment:
    """Return a file of a journal.

    Raises:
        AttachmentMissing: it has no such file.
    """
    found = JournalAttachment.objects.filter(journal=journal, public_id=public_id).select_related("file").first()
    if found is None:
        raise AttachmentMissing(_("There is no such file."), attachment=public_id)
    return found


def journals_of(*, organisation: Organisation, book: Book | None = None, state: str = "") -> QuerySet[ManualJournal]:
    """List journals of an organisation, newest first, each with what it amounts to (`total_pence`).

    Args:
        organisation: Whose.
        book: Only of this book.
        state: Only in this state.
    """
    rows = ManualJournal.objects.for_organisation(organisation).select_related("book", "reverses")
    if book is not None:
        rows = rows.filter(book=book)
    if state:
        rows = rows.filter(state=state)
    return rows.annotate(total_pence=Sum("lines__debit_pence", default=0)).order_by("-id")


def typed_of(journal: ManualJournal) -> TypedJournal:
    """Give a stored journal as it would be typed."""
    lines = tuple(
        TypedLine(
            number=line.number,
            account=line.account,
            owner=line.owner,
            fund=line.fund,
            debit=write_pence(line.debit_pence),
            credit=write_pence(line.credit_pence),
            text=line.text,
        )
        for line in journal.lines.order_by("number")
    )
    return TypedJournal(
        effective_on=journal.effective_on.isoformat() if journal.effective_on else "",
        narration=journal.narration,
        reverse_on=journal.reverse_on.isoformat() if journal.reverse_on else "",
        lines=lines,
    )


def digest_of_journal(journal: ManualJournal) -> str:
    """Make the digest of everything in a journal that a second person agrees to, files included."""
    typed = typed_of(journal)
    rows = JournalAttachment.objects.filter(journal=journal)
    files = rows.values_list("file__sha256", "file__name").order_by("file__sha256", "file__name")
    facts: dict[str, Any] = {
        "journal": journal.public_id,
        "book": journal.book.slug,
        "effective_on": typed.effective_on,
        "narration": typed.narration,
        "reverse_on": typed.reverse_on,
        "reverses": journal.reverses.public_id if journal.reverses else "",
        "lines": [
            [line.number, line.account, line.owner, line.fund, line.debit, line.credit, line.text]
            for line in typed.lines
        ],
        "files": [list(one) for one in files],
    }
    return digest_of(facts)


def find_limit(organisation: Organisation) -> Limit:
    """Find the limit that holds now; where nobody set one, every journal needs a second person."""
    row = JournalThreshold.objects.filter(organisation=organisation).order_by("-id").first()
    return Limit(row.threshold_pence if row else DEFAULT_THRESHOLD_PENCE, row)


def find_limits(organisation: Organisation) -> list[JournalThreshold]:
    """List all limits that were ever set, newest first."""
    return list(JournalThreshold.objects.filter(organisation=organisation).order_by("-id"))


def why_second_person(*, check: JournalCheck, limit: Limit) -> list[str]:
    """Say why a journal needs a second person, or nothing where its writer may post it alone.

    Args:
        check: The journal, checked.
        limit: The limit that holds. The limit itself is still within it.
    """
    reasons = []
    amount = max(check.debit_pence, check.credit_pence)
    if limit.is_always:
        reasons.append(_("Every journal of this group needs a second person."))
    elif amount > limit.pence:
        words = _("It amounts to %(amount)s; one person alone may post up to %(limit)s.")
        reasons.append(words % {"amount": format_pounds(amount), "limit": format_pounds(limit.pence)})
    if check.guarded:
        accounts = ", ".join(str(one.account) for one in check.guarded)
        reasons.append(_("It touches accounts that are kept by the platform: %(accounts)s.") % {"accounts": accounts})
    return reasons


def get_journal_page(*, journal: ManualJournal, today: date) -> JournalPage:
    """Collect what the page of a journal shows.

    Args:
        journal: Read with everything.
        today: The legal day.
    """
    typed = typed_of(journal)
    check = check_journal(book=journal.book, typed=typed, today=today)
    history = list(journal.state_changes.all())
    owners = find_owner_labels(line.owner for line in typed.lines)
    files = list(journal.attachments.select_related("file"))
    return JournalPage(
        journal=journal,
        typed=typed,
        check=check,
        digest=digest_of_journal(journal),
        reasons=why_second_person(check=check, limit=find_limit(journal.organisation)),
        history=history,
        names=find_names({one.by for one in history} | {one.attached_by for one in files}),
        attachments=files,
        reversals=list(journal.reversals.order_by("id")),
        lines=[
            ShownLine(
                line,
                check.accounts.get(line.account),
                owners.get(line.owner),
                read_pence(line.debit),
                read_pence(line.credit),
            )
            for line in typed.lines
        ],
    )


def find_deciders(journal: ManualJournal) -> list[User]:
    """List who may be the second person now: treasurers and directors who wrote none of it."""
    roles = OfficerRole.objects.current().filter(organisation=journal.organisation, role__in=DECIDERS)
    users = User.objects.filter(Q(pk__in=roles.values("user_id")), is_active=True)
    return list(users.exclude(pk__in=journal.writer_ids).select_related("person").order_by("pk"))


def find_writers(journal: ManualJournal) -> list[User]:
    """List who wrote it."""
    return list(User.objects.filter(pk__in=journal.writer_ids, is_active=True).select_related("person").order_by("pk"))


def journals_for_api(*, book: Book, state: str = "") -> QuerySet[ManualJournal]:
    """List journals of a book with lines and files, newest first, for the API to cut into pages."""
    rows = ManualJournal.objects.with_everything().filter(book=book)
    if state:
        rows = rows.filter(state=state)
    files = JournalAttachment.objects.select_related("file")
    return rows.prefetch_related("lines", Prefetch("attachments", queryset=files)).order_by("-id")
