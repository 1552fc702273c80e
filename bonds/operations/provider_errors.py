"""Why an act on providers' pay is refused. Every refusal leaves contract, dues and ledger as they were."""

from __future__ import annotations

from core.errors import DomainError, InvalidInput, NotFound


class NothingToBook(DomainError):
    """Providers are due nothing that is not in the books already."""

    code = "bonds.nothing_to_book"


class TooMuchPaidToProvider(DomainError):
    """More money than the provider is still due."""

    code = "bonds.too_much_paid_to_provider"


class GuaranteeMissing(NotFound):
    """The terms in force have no such guarantee."""

    code = "bonds.no_guarantee"


class NothingToCompensate(DomainError):
    """The period has not ended, enough people came, the terms give nothing, or it was made good before."""

    code = "bonds.nothing_to_compensate"


class CompensationUndone(DomainError):
    """A compensation was undone before."""

    code = "bonds.compensation_undone"


class StatementUnsound(InvalidInput):
    """A statement's period ends before it begins, or has not ended."""

    code = "bonds.statement_unsound"
