"""Why an act on an outcomes contract is refused. Every refusal leaves contract, claims and ledger as they were."""

from __future__ import annotations

from core.errors import DomainError, InvalidInput, NotFound


class ContractExists(DomainError):
    """The reference is taken."""

    code = "bonds.contract_exists"


class NoContract(NotFound):
    """There is no such contract, or none that this actor may know of."""

    code = "bonds.no_contract"


class WrongState(DomainError):
    """The contract, version, claim or line stands where this act does not lead on."""

    code = "bonds.wrong_state"


class NothingOpenToChange(DomainError):
    """Terms and parties change only while a version is being written."""

    code = "bonds.nothing_open_to_change"


class VersionOpen(DomainError):
    """A version is being written or signed already; there is one at a time."""

    code = "bonds.version_open"


class VersionIncomplete(InvalidInput):
    """The terms cannot be put to the parties yet; `facts["problems"]` lists where and why."""

    code = "bonds.version_incomplete"


class TermsUnreadable(InvalidInput):
    """What was sent is no object of terms at all, or far too long."""

    code = "bonds.terms_unreadable"


class PartyExists(DomainError):
    """The organisation or the short name is a party already."""

    code = "bonds.party_exists"


class RoleHeld(DomainError):
    """The party holds this role in that time already."""

    code = "bonds.role_held"


class RoleConflict(DomainError):
    """Whoever claims never verifies, so nobody is provider and verifier of one contract."""

    code = "bonds.role_conflict"


class RolePeriodEmpty(InvalidInput):
    """A role ends after the day on which it begins."""

    code = "bonds.role_period_empty"


class NotASigner(DomainError):
    """The party does not sign this version."""

    code = "bonds.not_a_signer"


class VersionChanged(DomainError):
    """The version is not what the signatory saw; look at it again."""

    code = "bonds.version_changed"


class ReasonMissing(InvalidInput):
    """The record has to say why."""

    code = "bonds.reason_missing"


class VariationTooEarly(InvalidInput):
    """A variation cannot hold from before the contract began."""

    code = "bonds.variation_too_early"


class NotRunning(DomainError):
    """The contract is a draft or closed: nothing can be recorded, claimed or paid."""

    code = "bonds.not_running"


class NothingToClaim(InvalidInput):
    """A claim needs at least one line."""

    code = "bonds.nothing_to_claim"


class LinesRefused(InvalidInput):
    """Some results cannot be claimed; `facts["lines"]` lists each with the reason. Nothing was claimed."""

    code = "bonds.lines_refused"


class NotTheVerifier(DomainError):
    """The party does not verify claims of this contract now, or it is the one that claims."""

    code = "bonds.not_the_verifier"
    kind = "forbidden"


class NothingToDecide(InvalidInput):
    """No line was named, or one that is not of this claim."""

    code = "bonds.nothing_to_decide"


class WaitingChanged(DomainError):
    """Other lines wait for the verifier now than those that somebody looked at."""

    code = "bonds.waiting_changed"


class NothingWritten(InvalidInput):
    """A question, an answer or a reason needs words."""

    code = "bonds.nothing_written"


class NotDue(DomainError):
    """Nothing counts as accepted before the time for an answer is over, or where the terms do not say so."""

    code = "bonds.not_due"


class OrderUnsound(InvalidInput):
    """A purchase order has no number, no period, or is good for nothing."""

    code = "bonds.order_unsound"


class NothingToInvoice(DomainError):
    """Nothing was accepted since the last invoices."""

    code = "bonds.nothing_to_invoice"


class WrongMoney(InvalidInput):
    """Money is not for what it was recorded for."""

    code = "bonds.wrong_money"


class TooMuchPaid(DomainError):
    """More money than is still to be paid."""

    code = "bonds.too_much_paid"


class NotADisputant(DomainError):
    """The party neither claimed the line nor pays."""

    code = "bonds.not_a_disputant"
    kind = "forbidden"


class DisputeTooLate(DomainError):
    """The time to dispute the decision is over, or an adjudicator made it."""

    code = "bonds.dispute_too_late"


class DisputeOvertaken(DomainError):
    """What was rejected has been claimed again, or its result was withdrawn: nothing is left to decide."""

    code = "bonds.dispute_overtaken"


class NotTheAdjudicator(DomainError):
    """The party, or the person, is a side of the dispute, or has no part in deciding it."""

    code = "bonds.not_the_adjudicator"
    kind = "forbidden"


class DisputeDecided(DomainError):
    """The dispute has been decided already."""

    code = "bonds.dispute_decided"


class FindingUnfit(InvalidInput):
    """The finding does not fit what was decided."""

    code = "bonds.finding_unfit"


class NothingToSample(DomainError):
    """Nothing was paid in the period that still stands."""

    code = "bonds.nothing_to_sample"


class PeriodOpen(InvalidInput):
    """The period is not over: more could be paid in it, and nobody could draw the same sample again."""

    code = "bonds.period_open"


class SampleClosed(DomainError):
    """The sample was closed, or the line has its finding."""

    code = "bonds.sample_closed"


class NothingToAdjust(DomainError):
    """No version reaches back to a line that was accepted under another one."""

    code = "bonds.nothing_to_adjust"


class AdjustmentUnseen(DomainError):
    """Nobody has seen yet what working so many lines again would change."""

    code = "bonds.adjustment_unseen"


class ServiceGoesOn(DomainError):
    """The service has not ended by the newest terms."""

    code = "bonds.service_goes_on"


class ContractNotFinished(DomainError):
    """Something is still to be decided, paid or settled before a contract can be closed."""

    code = "bonds.contract_not_finished"


class NotPublic(DomainError):
    """The contract is not shown to everybody, so there is nothing to take back."""

    code = "bonds.not_public"


class PriceUnknown(InvalidInput):
    """A price is to be kept private of a result that the terms do not have."""

    code = "bonds.price_unknown"


class UndoneOtherwise(DomainError):
    """Something else would come of taking lines back than was seen; look again."""

    code = "bonds.undone_otherwise"


class TooMuchRefunded(DomainError):
    """A payer is owed less than what would be paid back to it."""

    code = "bonds.too_much_refunded"


class OverpaidUntaxed(DomainError):
    """VAT cannot begin while something that a payer paid too much without VAT is still to be settled by its lines."""

    code = "bonds.overpaid_untaxed"


class VatUnsound(InvalidInput):
    """How VAT looks at a contract lacks what it rests on, or the number where tax is due."""

    code = "bonds.vat_unsound"


class RecognitionUnsound(InvalidInput):
    """When income is recognised lacks what it rests on, names a part that cannot be, or begins in the past."""

    code = "bonds.recognition_unsound"
