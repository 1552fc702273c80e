"""What can be done to the books. Callers write `operations.post(...)`; nothing else writes to the ledger's tables."""

from ledger.operations.books import erase_narration, lock_through, open_account, open_book
from ledger.operations.errors import (
    AlreadyReversed,
    AmountOutOfRange,
    BookExists,
    CurrencyMismatch,
    IdempotencyConflict,
    LimitExceeded,
    LockMovesForward,
    NothingToPost,
    OwnerMismatch,
    PeriodClosed,
    ReversalNotReversible,
    SidesEqual,
    UnknownAccount,
    UnknownChart,
    UnusableText,
)
from ledger.operations.posting import Line, NewEntry, Posted, post, post_many, reverse

__all__ = [
    "AlreadyReversed",
    "AmountOutOfRange",
    "BookExists",
    "CurrencyMismatch",
    "IdempotencyConflict",
    "LimitExceeded",
    "Line",
    "LockMovesForward",
    "NewEntry",
    "NothingToPost",
    "OwnerMismatch",
    "PeriodClosed",
    "Posted",
    "ReversalNotReversible",
    "SidesEqual",
    "UnknownAccount",
    "UnknownChart",
    "UnusableText",
    "erase_narration",
    "lock_through",
    "open_account",
    "open_book",
    "post",
    "post_many",
    "reverse",
]
