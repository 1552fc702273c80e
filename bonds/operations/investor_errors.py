"""Why an act on investors' money is refused. Every refusal leaves contract, commitments and ledger as they were."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput


class NoInvestors(DomainError):
    """The contract has no terms of investors."""

    code = "bonds.no_investors"


class CommitmentsBroken(DomainError):
    """A version says less of commitments than has been called already, or something else of what they earn."""

    code = "bonds.commitments_broken"


class CallUnsound(InvalidInput):
    """A call does not say what for, or the money is due before it is called."""

    code = "bonds.call_unsound"


class NoticePolicyUnsound(InvalidInput):
    """Whether calls are posted lacks what it rests on, or begins in the past."""

    code = "bonds.notice_policy_unsound"


class TooMuchDrawn(DomainError):
    """More money than an investor was called for and has not paid yet."""

    code = "bonds.too_much_drawn"


class DrawdownInUse(DomainError):
    """What an investor paid in has been paid back or lost since; it cannot be undone."""

    code = "bonds.drawdown_in_use"


class NothingToDistribute(DomainError):
    """There is no cash beside what was promised already."""

    code = "bonds.nothing_to_distribute"


class TooMuchPaidOut(DomainError):
    """More money than a party is still due."""

    code = "bonds.too_much_paid_out"


class WrittenOff(DomainError):
    """What investors lost was written off: their side of the contract is over."""

    code = "bonds.written_off"


class MoneyLeft(DomainError):
    """Nothing is written off while there is money to share out or to pay."""

    code = "bonds.money_left"


class NothingToWriteOff(DomainError):
    """No loan of an investor is outstanding."""

    code = "bonds.nothing_to_write_off"


class RunPaid(DomainError):
    """Something was paid by the run, or waits for a second person; it cannot be taken back."""

    code = "bonds.run_paid"


class WoundUp(DomainError):
    """The last run was made: nobody is called on any more, and cash is not shared out again."""

    code = "bonds.wound_up"


class PlaceNotEnding(DomainError):
    """A tranche cannot be ended early: nothing of it is outstanding, or what is repaid of it is called again."""

    code = "bonds.tranche_not_ending"


class TooMuchGuaranteed(DomainError):
    """More money than a guarantor still owes, or than it paid for the investor."""

    code = "bonds.too_much_guaranteed"


class GuaranteeInUse(DomainError):
    """What a guarantor paid has gone on to the investor; it cannot be undone before that is."""

    code = "bonds.guarantee_in_use"


class WithholdingUnsound(InvalidInput):
    """Whether tax is withheld was written down in a way that cannot be; `facts["field"]` says where."""

    code = "bonds.withholding_unsound"


class TooMuchTaxPaid(DomainError):
    """More tax than was withheld and not paid over."""

    code = "bonds.too_much_tax_paid"


class TaxPaidOver(DomainError):
    """Tax of a payment was paid over; the payment cannot be undone before that is."""

    code = "bonds.tax_paid_over"


class PreviewOutdated(DomainError):
    """Something has moved since somebody looked at what an act would do."""

    code = "bonds.preview_outdated"


def check_seen(seen: str, now: str) -> None:
    """Let an act go on only if it does what was looked at before.

    Args:
        seen: Digest of what was looked at; empty: nobody looked.
        now: Digest of what would be done now.

    Raises:
        PreviewOutdated: they differ.
    """
    if seen and seen != now:
        raise PreviewOutdated(_("Something has moved since you looked. Please look at it again as it is now."))
