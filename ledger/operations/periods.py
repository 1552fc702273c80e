"""Closing: a period for good or softly, and a year's income and expenditure into reserves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from foundation.patience import no_time_limit
from ledger.arithmetic.charts import RESERVES
from ledger.models import Book, Period
from ledger.operations.drafts import Line
from ledger.operations.errors import LockMovesForward, NothingToClose, PeriodHasHolds
from ledger.operations.posting import Posted, post
from ledger.queries.totals import FundTotal, totals_by_fund
from ledger.states import YEAR_END, AccountType

_RESULTS: Final = frozenset({AccountType.INCOME, AccountType.EXPENSE})


def close_period(*, book: Book, through: date, actor: str, at: datetime) -> Period:
    """Close a book through a day for good. Waits for postings under way; nothing is ever dated in it afterwards.

    What waits for its place in the chain is sealed first, and what every account had seen by that day is written
    down, so that later figures need not look further back.

    Args:
        book: Which.
        through: The last day of the period; the period begins where the one before it ended.
        actor: Who.
        at: Now.

    Returns:
        The period; the one there is when the book was closed through that very day before.

    Raises:
        LockMovesForward: the book is closed through a later day.
        PeriodHasHolds: something held in the period is still open.
    """
    closed = Period.objects.filter(book=book, end_on=through).first()
    if closed is not None:
        return closed
    try:
        # A month with much that waits for its seal takes longer than a page may.
        with no_time_limit(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ledger_close_period(%s, %s, %s, %s)", [book.pk, through, at, actor])
            period = Period.objects.get(pk=cursor.fetchone()[0])
    except IntegrityError as error:
        book.refresh_from_db(fields=["locked_through"])
        if _constraint_of(error) == "ledger_period_no_holds":
            raise PeriodHasHolds(
                _("Money that was reserved in this period is still reserved. Post it or let it go first."),
                through=through,
            ) from error
        raise LockMovesForward(
            _("The book is already closed through %(on)s.") % {"on": book.locked_through},
            locked_through=book.locked_through,
        ) from error
    book.refresh_from_db(fields=["locked_through"])
    return period


def close_softly(*, book: Book, through: date | None) -> Book:
    """Close a book through a day for everybody but those with authority; an earlier day, or None, opens it again.

    What was closed for good stays closed whatever is said here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_close_softly(%s, %s)", [book.pk, through])
    book.refresh_from_db(fields=["soft_through"])
    return book


def close_year(
    *, book: Book, year_end: date, key: str, actor: str, recorded_at: datetime, authority: str = "finance"
) -> Posted:
    """Carry all income and expenditure to reserves, each fund to its own, by one entry dated on the last day.

    The entry is of the kind `year_end`, which reports of income and expenditure leave out. Doing it again after a
    late entry carries what is left over.

    Args:
        book: Which.
        year_end: The last day of the financial year.
        key: As in `post`.
        actor: Who.
        recorded_at: Now.
        authority: As in `post`.

    Raises:
        NothingToClose: no income or expense account holds anything.
        PeriodClosed: as `post`.
    """
    general, restricted = RESERVES[book.template]
    lines = [
        _carry(row, restricted if row.fund else general)
        for row in totals_by_fund(book=book, on=year_end)
        if AccountType(row.account.type) in _RESULTS and row.net
    ]
    if not lines:
        raise NothingToClose(_("There is no income or expenditure to carry to reserves."), year_end=year_end)
    return post(
        book=book,
        key=key,
        kind=YEAR_END,
        effective_on=year_end,
        lines=lines,
        narration=f"Income and expenditure to {year_end.isoformat()} carried to reserves",
        actor=actor,
        authority=authority,
        recorded_at=recorded_at,
    )


def _carry(row: FundTotal, reserve: str) -> Line:
    code, currency = row.account.code, row.account.currency
    if row.net > 0:
        return Line(reserve, code, row.net, fund=row.fund, currency=currency)
    return Line(code, reserve, -row.net, fund=row.fund, currency=currency)


def _constraint_of(error: IntegrityError) -> str | None:
    name: str | None = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return name
