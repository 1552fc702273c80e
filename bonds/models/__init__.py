"""Outcome contracts: parties and terms, people and results, claims and checks."""

from bonds.models.adjustments import VersionAdjustment
from bonds.models.checks import (
    Adjudication,
    Dispute,
    LineCheck,
    SampleClosing,
    SampleFinding,
    SampleItem,
    SampleRun,
)
from bonds.models.claims import (
    AssessmentRun,
    Claim,
    ClaimLine,
    ClaimLineQuerySet,
    Clawback,
    LineMessage,
    LineReduction,
    LineResult,
    LineShare,
    LineStateChange,
    Overpayment,
)
from bonds.models.contracts import (
    ContractStateChange,
    ContractVersion,
    ContractVersionQuerySet,
    OutcomesContract,
    OutcomesContractQuerySet,
)
from bonds.models.distributions import (
    Distribution,
    DistributionPayment,
    InterestAccrual,
    RunWithdrawal,
    WaterfallRun,
)
from bonds.models.investor_reports import (
    InvestorReport,
    InvestorReportCopy,
    InvestorReportQuerySet,
    InvestorReportWithdrawal,
)
from bonds.models.investors import (
    CallPart,
    CapitalCall,
    CommitmentAmount,
    CommitmentChange,
    Drawdown,
    InvestorCommitment,
)
from bonds.models.invoices import ClaimRound, Invoice, InvoiceLine, InvoiceQuerySet, PurchaseOrder
from bonds.models.outcomes import (
    Clock,
    EventWithdrawal,
    EvidenceItem,
    OutcomeEvent,
    Participant,
    Referral,
    Start,
)
from bonds.models.parties import Approach, Party, PartyRoleHeld, PartyRoleHeldQuerySet, Signature
<<<<<<< HEAD
from bonds.models.provider_pay import (
    ProviderAccrual,
    ProviderDue,
    ProviderPayment,
    ProviderStatement,
    ReferralCompensation,
)
=======
from bonds.models.plans import PaymentPlan, PlanPart, PlanRow
>>>>>>> 8a9d078 (wip)

__all__ = [
    "Adjudication",
    "Approach",
    "AssessmentRun",
    "CallPart",
    "CapitalCall",
    "Claim",
    "ClaimLine",
    "ClaimLineQuerySet",
    "ClaimRound",
    "Clawback",
    "Clock",
    "CommitmentAmount",
    "CommitmentChange",
    "ContractStateChange",
    "ContractVersion",
    "ContractVersionQuerySet",
    "Dispute",
    "Distribution",
    "DistributionPayment",
    "Drawdown",
    "EventWithdrawal",
    "EvidenceItem",
    "InterestAccrual",
    "InvestorCommitment",
    "InvestorReport",
    "InvestorReportCopy",
    "InvestorReportQuerySet",
    "InvestorReportWithdrawal",
    "Invoice",
    "InvoiceLine",
    "InvoiceQuerySet",
    "LineCheck",
    "LineMessage",
    "LineReduction",
    "LineResult",
    "LineShare",
    "LineStateChange",
    "OutcomeEvent",
    "OutcomesContract",
    "OutcomesContractQuerySet",
    "Overpayment",
    "Participant",
    "Party",
    "PartyRoleHeld",
    "PartyRoleHeldQuerySet",
<<<<<<< HEAD
    "ProviderAccrual",
    "ProviderDue",
    "ProviderPayment",
    "ProviderStatement",
=======
    "PaymentPlan",
    "PlanPart",
    "PlanRow",
>>>>>>> 8a9d078 (wip)
    "PurchaseOrder",
    "Referral",
    "ReferralCompensation",
    "RunWithdrawal",
    "SampleClosing",
    "SampleFinding",
    "SampleItem",
    "SampleRun",
    "Signature",
    "Start",
    "VersionAdjustment",
    "WaterfallRun",
]
