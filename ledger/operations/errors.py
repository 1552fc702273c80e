"""Why the ledger refuses. Every refusal leaves every table as it was."""

from core.errors import DomainError, InvalidInput, NotFound


class IdempotencyConflict(DomainError):
    """The key is taken by a posting that asked for something else; `facts["fields"]` names what differs."""

    code = "ledger.idempotency_conflict"


class UnknownAccount(InvalidInput):
    """The book has no account with this code."""

    code = "ledger.unknown_account"


class UnknownChart(InvalidInput):
    """There is no chart of accounts with this name."""

    code = "ledger.unknown_chart"


class BookExists(DomainError):
    """The slug is taken, or the organisation already keeps a book of this kind."""

    code = "ledger.book_exists"


class NothingToPost(InvalidInput):
    """An entry needs at least one line."""

    code = "ledger.nothing_to_post"


class AmountOutOfRange(InvalidInput):
    """An amount is a whole number of minor units above zero and within the ledger's limit."""

    code = "ledger.amount_out_of_range"


class SidesEqual(InvalidInput):
    """A transfer would move money from an account and owner to the very same account and owner."""

    code = "ledger.sides_equal"


class OwnerMismatch(InvalidInput):
    """A control account needs an owner; another account takes none."""

    code = "ledger.owner_mismatch"


class UnusableText(InvalidInput):
    """A reference is empty where it may not be, too long, or has characters that cannot be printed."""

    code = "ledger.unusable_text"


class CurrencyMismatch(InvalidInput):
    """An account of the transfer is kept in another currency than its book."""

    code = "ledger.currency_mismatch"


class LimitExceeded(DomainError):
    """The posting would take an account, or an owner's part of it, past its floor or ceiling."""

    code = "ledger.limit_exceeded"


class PeriodClosed(DomainError):
    """The book is closed through the date; post in the open period and say in the narration what it belongs to."""

    code = "ledger.period_closed"


class LockMovesForward(DomainError):
    """A closed period is not opened again."""

    code = "ledger.lock_moves_forward"


class AlreadyReversed(DomainError):
    """The entry has been reversed; an entry is reversed once."""

    code = "ledger.already_reversed"


class ReversalNotReversible(DomainError):
    """A reversal is not reversed; post a new entry instead."""

    code = "ledger.reversal_not_reversible"


class PeriodSoftlyClosed(DomainError):
    """The period is closed to ordinary entries; somebody with authority over the books may still post in it."""

    code = "ledger.period_softly_closed"


class PeriodHasHolds(DomainError):
    """Money that was reserved in the period is still reserved: post or void it before closing."""

    code = "ledger.period_has_holds"


class AccountClosed(DomainError):
    """The account was closed; nothing dated later can be posted to it."""

    code = "ledger.account_closed"


class AccountInUse(DomainError):
    """An account can only be closed when it holds nothing and nothing is dated later."""

    code = "ledger.account_in_use"


class HoldMissing(NotFound):
    """The book has no such hold."""

    code = "ledger.hold_missing"


class HoldEnded(DomainError):
    """The hold was posted, voided or expired before; a hold ends once."""

    code = "ledger.hold_ended"


class HoldTooSmall(DomainError):
    """A hold can be posted for all of its amount or part of it, not for more."""

    code = "ledger.hold_too_small"


class HoldExpired(DomainError):
    """The time of the hold is over; it can no longer be posted."""

    code = "ledger.hold_expired"


class NothingToClose(DomainError):
    """No income or expense stands in the year: there is nothing to carry to reserves."""

    code = "ledger.nothing_to_close"


class UnusableLog(InvalidInput):
    """A line of a log that comes back in cannot be right; `facts["line"]` says which."""

    code = "ledger.unusable_log"
