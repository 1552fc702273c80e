"""Short ways to write journals and to move them on."""

from datetime import date

from tests.ledger.support import AT, JAN_5
from treasury.arithmetic.journals import TypedJournal, TypedLine
from treasury.models import ManualJournal
from treasury.operations import journals
from treasury.queries.journals import digest_of_journal

RENT = (("7100", "80.00", ""), ("1200", "", "80.00"))


def typed(*rows: tuple[str, ...], on: str = "2026-01-05", narration: str = "January rent", reverse_on: str = ""):
    """A journal of rows (account, debit, credit, owner, fund, text), the later ones as far as they matter."""
    lines = []
    for number, row in enumerate(rows or RENT, start=1):
        account, debit, credit, owner, fund, text = (*row, *[""] * (6 - len(row)))
        lines.append(TypedLine(number, account, owner, fund, debit, credit, text))
    return TypedJournal(on, narration, reverse_on, tuple(lines))


def amounting(pounds: str) -> tuple[tuple[str, str, str], ...]:
    """Rent of so many pounds."""
    return (("7100", pounds, ""), ("1200", "", pounds))


def write(desk, *rows: tuple[str, ...], who: str = "treasurer", **more: str) -> ManualJournal:
    """Write a draft."""
    return journals.write_draft(
        organisation=desk.pub,
        book=desk.book,
        typed=typed(*rows, **more),
        actor=getattr(desk.actors, who),
        at=AT,
        today=JAN_5,
    )


def change(desk, journal: ManualJournal, *rows: tuple[str, ...], who: str = "treasurer", **more: str) -> ManualJournal:
    """Write it anew."""
    return journals.change_draft(
        journal=journal,
        version=ManualJournal.objects.get(pk=journal.pk).version,
        typed=typed(*rows, **more),
        actor=getattr(desk.actors, who),
        at=AT,
        today=JAN_5,
    )


def submit(desk, journal: ManualJournal, *, who: str = "treasurer", today: date = JAN_5) -> ManualJournal:
    """Send it on."""
    return journals.submit_journal(journal=journal, actor=getattr(desk.actors, who), at=AT, today=today)


def approve(
    desk, journal: ManualJournal, *, who: str = "director", digest: str = "", today: date = JAN_5
) -> ManualJournal:
    """Agree as the second person, to what it is now unless told otherwise."""
    fresh = ManualJournal.objects.with_everything().get(pk=journal.pk)
    return journals.approve_journal(
        journal=journal,
        digest=digest or digest_of_journal(fresh),
        actor=getattr(desk.actors, who),
        at=AT,
        today=today,
    )


def refuse(desk, journal: ManualJournal, *, who: str = "director", reason: str = "No invoice") -> ManualJournal:
    """Say no as the second person."""
    return journals.refuse_journal(journal=journal, reason=reason, actor=getattr(desk.actors, who), at=AT)


def state_of(journal: ManualJournal) -> str:
    """Where it stands in the database."""
    return ManualJournal.objects.get(pk=journal.pk).state
