"""From what the database refused to an error that says what to do, and the checks that need no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.money import format_pounds
from ledger.models import MAX_AMOUNT, OWNER_LENGTH, Book
from ledger.operations.errors import (
    AccountClosed,
    AlreadyReversed,
    AmountOutOfRange,
    CurrencyMismatch,
    HoldEnded,
    HoldExpired,
    HoldTooSmall,
    LimitExceeded,
    NothingToPost,
    OwnerMismatch,
    PeriodClosed,
    PeriodSoftlyClosed,
    ReversalNotReversible,
    SidesEqual,
    UnknownAccount,
    UnusableLog,
    UnusableText,
)
from ledger.queries.limits import Movement, find_exceeded

MAX_LINES: Final = 10_000
"""Lines of one entry: an allotment of ten thousand members in one entry still fits."""


class _Line(Movement, Protocol):
    @property
    def fund(self) -> str: ...


class _Request(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def source(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def batch(self) -> str: ...
    @property
    def authority(self) -> str: ...
    @property
    def lines(self) -> Sequence[_Line]: ...


# Field, longest length, whether it may be empty.
_TEXTS: Final = (
    ("key", 200, False),
    ("kind", 64, False),
    ("source", 200, True),
    ("reason", 200, True),
    ("batch", 100, True),
    ("authority", 32, True),
)
_LINE_TEXTS: Final = (("debit_owner", OWNER_LENGTH), ("credit_owner", OWNER_LENGTH), ("fund", 64))
_NARRATION_LENGTH: Final = 500
_ACTOR_LENGTH: Final = 100


def check_shape(request: _Request, *, actor: str, narration: str) -> None:
    """Check all that can be known without the database.

    Raises:
        NothingToPost, UnusableText, AmountOutOfRange, SidesEqual: see each.
    """
    if not 0 < len(request.lines) <= MAX_LINES:
        raise NothingToPost(
            _("An entry has between 1 and %(most)s lines.") % {"most": MAX_LINES}, lines=len(request.lines)
        )
    for name, longest, may_be_empty in _TEXTS:
        check_text(name, getattr(request, name), longest, may_be_empty=may_be_empty)
    check_text("actor", actor, _ACTOR_LENGTH, may_be_empty=False)
    check_text("narration", narration, _NARRATION_LENGTH, may_be_empty=True)
    for line in request.lines:
        check_line(line)


def refusal_of(refused: Mapping[str, str], *, book: Book, lines: Sequence[_Line]) -> DomainError:
    """Turn what `ledger_post` refused into the error that says why.

    Args:
        refused: Constraint, detail and message as the function gave them.
        book: Where it was to be posted.
        lines: Everything that was to be posted.
    """
    constraint, detail = refused["constraint"], refused["detail"]
    make = _MAKERS.get(constraint)
    if make is None:
        # Only a constraint without a name people know: our own mistake, so not an error for people.
        raise AssertionError(f"{constraint}: {refused['message']} ({detail})")
    return make(detail, book, lines)


def check_text(name: str, text: str, longest: int, *, may_be_empty: bool) -> None:
    """Check one field.

    Raises:
        UnusableText: it is too long, empty where it may not be, or not printable.
    """
    if len(text) > longest or not (text or may_be_empty) or not text.isprintable():
        raise UnusableText(
            _("“%(name)s” must be printable, on one line and at most %(longest)s characters long.")
            % {"name": name, "longest": longest},
            field=name,
        )


def check_line(line: _Line) -> None:
    """Check one transfer, without the database.

    Raises:
        AmountOutOfRange, SidesEqual, UnusableText: see each.
    """
    if type(line.amount) is not int or not 0 < line.amount <= MAX_AMOUNT:
        raise AmountOutOfRange(_("An amount must be at least one penny, in whole pence."), amount=line.amount)
    if (line.debit, line.debit_owner) == (line.credit, line.credit_owner):
        raise SidesEqual(_("Debit and credit must differ."), account=line.debit, owner=line.debit_owner)
    for name, longest in _LINE_TEXTS:
        check_text(name, getattr(line, name), longest, may_be_empty=True)


def _unknown_account(detail: str, book: Book, _lines: Iterable[_Line]) -> DomainError:
    return UnknownAccount(_("This book has no account %(code)s.") % {"code": detail}, account=detail, book=book.slug)


def _owner_mismatch(detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return OwnerMismatch(
        _("Say whose money it is on a control account, and nobody's elsewhere: account %(code)s.") % {"code": detail},
        account=detail,
    )


def _period_closed(detail: str, book: Book, _lines: Iterable[_Line]) -> DomainError:
    return PeriodClosed(
        _("The books are closed through %(on)s. Choose a later date.") % {"on": detail},
        locked_through=detail,
        book=book.slug,
    )


def _softly_closed(detail: str, book: Book, _lines: Iterable[_Line]) -> DomainError:
    return PeriodSoftlyClosed(
        _("The books are closed through %(on)s for everybody but the treasurer.") % {"on": detail},
        soft_through=detail,
        book=book.slug,
    )


def _account_closed(detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return AccountClosed(_("Account %(code)s has been closed.") % {"code": detail}, account=detail)


def _hold_ended(_detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return HoldEnded(_("This hold has ended already."))


def _hold_too_small(detail: str, book: Book, _lines: Iterable[_Line]) -> DomainError:
    held = int(detail)
    return HoldTooSmall(
        _("Only %(held)s is held.") % {"held": format_pounds(held, book.currency)},
        held=held,
    )


def _hold_expired(_detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return HoldExpired(_("This hold has run out."))


def _already_reversed(_detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return AlreadyReversed(_("This entry has already been reversed."))


def _not_reversible(_detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return ReversalNotReversible(_("A reversal cannot be reversed. Post a new entry."))


def _not_a_mirror(_detail: str, _book: Book, _lines: Iterable[_Line]) -> DomainError:
    return UnusableLog(_("A reversal does not mirror what it reverses."))


def _currency_mismatch(_detail: str, book: Book, _lines: Iterable[_Line]) -> DomainError:
    return CurrencyMismatch(
        _("Both accounts of a line must be kept in the currency of the line."), currency=book.currency
    )


def _limit_exceeded(_detail: str, book: Book, lines: Iterable[_Line]) -> DomainError:
    """Name the side that would go too far. Read after the refusal, so another posting may have changed it since."""
    found = find_exceeded(book=book, lines=lines)
    if not found:
        return LimitExceeded(_("A balance changed at the same moment. Please try again."))
    first = found[0]
    text = _("%(account)s holds %(before)s; this would make it %(after)s, which is not allowed.")
    if first.owner:
        text = _("%(account)s holds %(before)s for this owner; this would make it %(after)s, which is not allowed.")
    words = {
        "account": str(first.account),
        "before": format_pounds(first.before, first.account.currency),
        "after": format_pounds(first.after, first.account.currency),
    }
    return LimitExceeded(
        text % words,
        account=first.account.code,
        owner=first.owner,
        balance=first.before,
        after=first.after,
        held=first.held,
        floor=first.floor,
        ceiling=first.ceiling,
    )


_MAKERS: Final[Mapping[str, Callable[[str, Book, Sequence[_Line]], DomainError]]] = {
    "ledger_account_known": _unknown_account,
    "ledger_transfer_owner": _owner_mismatch,
    "ledger_period_open": _period_closed,
    "ledger_period_soft": _softly_closed,
    "ledger_account_open": _account_closed,
    "ledger_holdend_pkey": _hold_ended,
    "ledger_hold_covers": _hold_too_small,
    "ledger_hold_live": _hold_expired,
    "ledger_entry_reverses_id_key": _already_reversed,
    "ledger_reversal_not_reversed": _not_reversible,
    "ledger_reversal_mirror": _not_a_mirror,
    "ledger_transfer_debit_in_book": _currency_mismatch,
    "ledger_transfer_credit_in_book": _currency_mismatch,
    "ledger_hold_debit_in_book": _currency_mismatch,
    "ledger_hold_credit_in_book": _currency_mismatch,
    "ledger_balance_limits": _limit_exceeded,
}
