"""What a version of an outcomes contract says, as data. Amounts are whole pence; periods are half-open.

A version is written once, hashed, and never changed; a variation is another version. `reading` makes these from the
JSON that is kept, and refuses what cannot be meant.

Source: the payment mechanisms of published outcome contracts (GO Lab INDIGO, price and payment sheets); the order in
which they act is in `engine`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Measure(StrEnum):
    """How a metric is counted."""

    EVENT = "event"  # something that a person achieved
    DAYS = "days"  # days at a rate: per diem
    ACTIVITY = "activity"  # a fixed amount for a service given, as in a suspension of outcomes
    FORMULA = "formula"  # a group is measured and a formula says what that is worth


class CapScope(StrEnum):
    """Over what a cap adds up."""

    PERSON = "person"
    METRIC = "metric"
    PERIOD = "period"
    PAYER = "payer"
    CONTRACT = "contract"
    COHORT = "cohort"


class PeriodBasis(StrEnum):
    """Which of its dates puts an outcome into a period."""

    ACHIEVED = "achieved"
    CLAIMED = "claimed"


class Every(StrEnum):
    """How long the periods of a cap are. Years and quarters count from the first day of service."""

    ONCE = "once"  # one period: the cap's own `from_on` and `until_on`
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


class ShareKind(StrEnum):
    """How a payer's part is written in the contract."""

    PERCENT = "percent"  # `amount` in hundredths of a percent: 4000 is 40 %
    FIXED = "fixed"  # `amount` in pence for each unit of the outcome
    COMMITMENT = "commitment"  # `amount` in pence that the payer committed: shares in proportion to these


class Rounding(StrEnum):
    """Who gets the odd penny when an amount is split between payers."""

    LARGEST_REMAINDER = "largest_remainder"
    LEAD_TAKES_REST = "lead_takes_rest"  # every other payer's part is rounded down


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one day until, and without, another; either end may be open."""

    from_on: date | None = None
    until_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether a day lies in it."""
        return (self.from_on is None or self.from_on <= on) and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """What has to be shown. Exactly one of the parts is given.

    Attributes:
        kind: One item of this kind, such as "landlord_letter".
        any_of: One of these rules.
        all_of: Each of these rules.
        alternating: The first for the person's first claim on the metric's ladder, the second for the second, and
            round again.
        most: With `kind`: at most so many items of the kind, such as sightings, in `within_months` before the day of
            achievement (0: since the start).
    """

    kind: str = ""
    any_of: tuple[EvidenceRule, ...] = ()
    all_of: tuple[EvidenceRule, ...] = ()
    alternating: tuple[EvidenceRule, ...] = ()
    most: int | None = None
    within_months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A result that has to last: so many months or weeks after the clock started.

    Attributes:
        name: Rungs with the same name share a clock, which is set back when somebody has to start again.
        months: Whole months after the clock's start; or weeks, not both.
        weeks: Whole weeks after it.
        after: The metric of the rung below, which must have been achieved before; empty for the first.
    """

    name: str
    months: int = 0
    weeks: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whose results count: by age in whole years on the day they started, and by group."""

    age_from: int | None = None
    age_until: int | None = None  # below this age
    subgroups: tuple[str, ...] = ()  # in one of these; empty: everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A result that is paid for, defined so that a person can test it.

    Attributes:
        code: Short and lasting: "housed_3m".
        name: What people call it.
        test: How anybody can tell whether it was achieved.
        measure: How it is counted.
        unit: What one of it is: "person", "day", "cohort".
        most: How often one person's can be paid; None without limit. 1: once only, whoever claims it.
        variant_of: Metrics with the same word exclude each other for a person: part time or full time, not both.
        ladder: If it has to last.
        eligibility: Whose count.
        evidence: What has to be shown; None: nothing beyond the claim.
        evidence_by_payer: Where a payer asks for something else.
        formula: For `Measure.FORMULA`: the name of an entry of `Terms.formulas`.
    """

    code: str
    name: str
    test: str
    measure: Measure = Measure.EVENT
    unit: str = "person"
    most: int | None = 1
    variant_of: str = ""
    ladder: Ladder | None = None
    eligibility: Eligibility = field(default_factory=Eligibility)
    evidence: EvidenceRule | None = None
    evidence_by_payer: dict[str, EvidenceRule] = field(default_factory=dict)
    formula: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A price of one unit, in pence. The day of achievement chooses the period, the running number the band.

    `from_count` and `until_count` are running numbers of the metric over the contract, from 1; until is not included.
    A tariff for a subgroup goes before one for everybody.
    """

    metric: str
    price: int
    from_count: int = 1
    until_count: int | None = None
    subgroup: str = ""
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplift:
    """Something on top of the tariff: for a group, after a number of that group, or for a time.

    Attributes:
        code: Names it in the explanation.
        label: What people call it.
        amount: Pence for each unit; or hundredths of a percent of the tariff, not both.
        percent: As said.
        metrics: Of these; empty: of all.
        subgroup: Of these people; empty: of everybody.
        above_count: Only after so many of the metric in that group.
        period: By the day of achievement.
    """

    code: str
    label: str
    amount: int = 0
    percent: int = 0
    metrics: tuple[str, ...] = ()
    subgroup: str = ""
    above_count: int = 0
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most that is paid, or counted, over something. What is above is cut off and named.

    Attributes:
        code: Names it in the explanation: "person_17000".
        scope: Over what it adds up.
        amount: Pence; or `count` units, not both.
        count: As said.
        metrics: Only these count towards it; empty: all.
        payer: For `CapScope.PAYER`; one payer's part.
        period: Only what falls into it (by `basis`).
        every: For `CapScope.PERIOD`: how long each of its periods is.
        basis: Which date puts an outcome into a period.
    """

    code: str
    scope: CapScope
    amount: int | None = None
    count: int | None = None
    metrics: tuple[str, ...] = ()
    payer: str = ""
    period: Period = field(default_factory=Period)
    every: Every = Every.ONCE
    basis: PeriodBasis = PeriodBasis.ACHIEVED


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerShare:
    """A payer's part of what is paid; by metric and period where the contract says so.

    Those that name the metric go before those for all. With `FIXED`, the rest goes to the others by their kind.
    """

    payer: str
    kind: ShareKind
    amount: int
    metrics: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """What a measurement of a group is worth; `formulas` reads `kind` and `facts`."""

    code: str
    kind: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRules:
    """When is claimed, answered and paid.

    Attributes:
        window_days: Days after the end of the quarter in which it was achieved until when it may be claimed.
        response_days: Days that the verifier has; then the claim counts as accepted if `is_deemed_accepted`.
        payment_days: Days from a valid invoice to payment. Source: Procurement Act 2023 s.68 (30 days).
        dispute_days: Days after a decision in which provider or payers may dispute it. 20 is unverified: no published
            contract that was read names a number.
        is_in_working_days: Whether window, response and dispute are counted in working days; payment never is.
        is_deemed_accepted: As said.
        sample_percent: How many of the paid lines are looked at afterwards, in hundredths of a percent.
        tolerance_percent: Error rate up to which nothing is extrapolated, in hundredths of a percent.
    """

    window_days: int = 20
    response_days: int = 15
    payment_days: int = 30
    dispute_days: int = 20
    is_in_working_days: bool = True
    is_deemed_accepted: bool = True
    sample_percent: int = 1000
    tolerance_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralGuarantee:
    """How many people a commissioner refers to a provider in a period, and what is paid for each one too few."""

    commissioner: str
    provider: str
    least: int
    most: int | None
    period: Period
    compensation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTerms:
    """What the contract holder pays a provider; its income from outcomes is another matter.

    Attributes:
        provider: Party.
        fee: Pence a month for the service; months count from its first day.
        per_outcome: Pence for each accepted unit of a metric.
        success_percent: Hundredths of a percent of what is earned by its outcomes.
        period: Of the fee its days, of the others the day of achievement.
        is_quarterly: Whether the fee falls due when a quarter of service has ended; else when a month has.
    """

    provider: str
    fee: int = 0
    per_outcome: dict[str, int] = field(default_factory=dict)
    success_percent: int = 0
    period: Period = field(default_factory=Period)
    is_quarterly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceTerm:
    """What a payer pays before results, to be set against its later invoices: when, and how much, in pence.

    Source: treasury specification A8, V11; advances in the contracts that the pandemic changed (domain notes 1.2).
    """

    code: str
    payer: str
    amount: int
    payable_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of a contract, whole.

    Attributes:
        currency: ISO 4217.
        service: First day of service, and the day after its last; results may be achieved until `run_off_until`.
        run_off_until: The day after the last on which a result can be achieved.
        payers: Codes of parties, the lead first: the order breaks ties of odd pennies.
        subgroups: Code to name.
        is_excess_respread: Whether what one payer's cap cuts goes to the others.
    """

    currency: str
    service: Period
    run_off_until: date
    payers: tuple[str, ...]
    metrics: tuple[Metric, ...]
    tariffs: tuple[Tariff, ...]
    shares: tuple[PayerShare, ...]
    subgroups: dict[str, str] = field(default_factory=dict)
    uplifts: tuple[Uplift, ...] = ()
    caps: tuple[Cap, ...] = ()
    formulas: tuple[Formula, ...] = ()
    claims: ClaimRules = field(default_factory=ClaimRules)
    guarantees: tuple[ReferralGuarantee, ...] = ()
    providers: tuple[ProviderTerms, ...] = ()
    advances: tuple[AdvanceTerm, ...] = ()
    rounding: Rounding = Rounding.LARGEST_REMAINDER
    is_excess_respread: bool = False
