"""What the demo's outcomes contract says: a home that lasts, learning and work, paid by three councils and a fund."""

from __future__ import annotations

from datetime import date
from typing import Final

from bonds.arithmetic.months import add_months
from bonds.arithmetic.terms import (
    Cap,
    CapScope,
    ClaimRules,
    Every,
    EvidenceRule,
    Ladder,
    Metric,
    PayerShare,
    Period,
    ProviderTerms,
    ReferralGuarantee,
    ShareKind,
    Tariff,
    Terms,
    Uplift,
)

PROVIDERS: Final = ("hearthside", "lantern-yard", "kettle-and-key", "second-field", "the-long-table")
PAYERS: Final = {"northmoor": 4_000, "southfell": 2_500, "eastwold": 1_500, "kindle": 2_000}
LETTER: Final = EvidenceRule(kind="landlord_letter")
TENANCY: Final = EvidenceRule(kind="tenancy")
SELF: Final = EvidenceRule(kind="self_certificate")


def write_terms_of(service: Period) -> Terms:
    """The contract's first version.

    Args:
        service: First day of service, and the day after its last.
    """
    assert service.from_on is not None, "service begins"
    assert service.until_on is not None, "service ends"
    return Terms(
        currency="GBP",
        service=service,
        run_off_until=date(service.until_on.year + 1, service.until_on.month, 1),
        payers=tuple(PAYERS),
        subgroups={"care": "Has been in care"},
        metrics=_metrics(),
        tariffs=tuple(
            Tariff(metric=code, price=pounds * 100)
            for code, pounds in {
                "moved_in": 500,
                "home_3m": 1_500,
                "home_6m": 1_500,
                "home_12m": 1_500,
                "learning": 500,
                "job": 500,
                "job_13w": 3_000,
            }.items()
        ),
        uplifts=(
            Uplift(
                code="care_leavers",
                label="People who have been in care",
                amount=10_000,
                subgroup="care",
                metrics=("moved_in",),
            ),
        ),
        caps=(
            Cap(code="person_6000", scope=CapScope.PERSON, amount=600_000),
            Cap(code="year_120000", scope=CapScope.PERIOD, amount=12_000_000, every=Every.YEAR),
            Cap(code="contract_300000", scope=CapScope.CONTRACT, amount=30_000_000),
            Cap(code="kindle_30000", scope=CapScope.PAYER, amount=3_000_000, payer="kindle"),
        ),
        shares=tuple(PayerShare(payer=code, kind=ShareKind.PERCENT, amount=part) for code, part in PAYERS.items()),
        claims=ClaimRules(window_days=30, sample_percent=1_000, tolerance_percent=200),
        guarantees=tuple(
            ReferralGuarantee(
                commissioner="northmoor", provider=code, least=least, most=20, period=year, compensation=20_000
            )
            for code in PROVIDERS[:2]
            for least, year in zip((8, 4, 4), _years(service.from_on), strict=True)
        ),
        providers=_pay(),
    )


def _years(begin: date) -> list[Period]:
    """The three years of service."""
    return [Period(from_on=add_months(begin, 12 * n), until_on=add_months(begin, 12 * (n + 1))) for n in range(3)]


def _pay() -> tuple[ProviderTerms, ...]:
    """Each provider is paid in its own way: a fee, a fee by the quarter, by result, both, and a share alone."""
    return (
        ProviderTerms(provider="hearthside", fee=100_000, success_percent=1_000),
        ProviderTerms(provider="lantern-yard", fee=110_000, is_quarterly=True),
        ProviderTerms(
            provider="kettle-and-key", per_outcome={"moved_in": 60_000, "home_3m": 160_000, "home_12m": 200_000}
        ),
        ProviderTerms(provider="second-field", fee=60_000, per_outcome={"job": 40_000, "job_13w": 240_000}),
        ProviderTerms(provider="the-long-table", success_percent=6_000),
    )


def _metrics() -> tuple[Metric, ...]:
    return (*_homes(), *_work())


def _homes() -> tuple[Metric, ...]:
    stays = EvidenceRule(any_of=(LETTER, SELF))
    return (
        Metric(
            code="moved_in",
            name="Moved into a home of their own",
            test="A tenancy or licence is signed, and the person has the keys.",
            evidence=TENANCY,
        ),
        Metric(
            code="home_3m",
            name="Has lived there for three months",
            test="The person has lived there without a gap since the day they moved in.",
            ladder=Ladder(name="home", months=3, after="moved_in"),
            evidence=EvidenceRule(alternating=(LETTER, SELF)),
            evidence_by_payer={"kindle": stays},
        ),
        Metric(
            code="home_6m",
            name="Has lived there for six months",
            test="The person has lived there without a gap since the day they moved in.",
            ladder=Ladder(name="home", months=6, after="home_3m"),
            evidence=stays,
        ),
        Metric(
            code="home_12m",
            name="Has lived there for a year",
            test="The person has lived there without a gap since the day they moved in.",
            ladder=Ladder(name="home", months=12, after="home_6m"),
            evidence=stays,
        ),
    )


def _work() -> tuple[Metric, ...]:
    return (
        Metric(
            code="learning",
            name="Began to learn",
            test="The person is registered with a college or trainer, and has been there once.",
            evidence=EvidenceRule(kind="college_letter"),
        ),
        Metric(
            code="job",
            name="Found work",
            test="An employer has confirmed a contract of at least eight hours a week.",
            evidence=EvidenceRule(any_of=(EvidenceRule(kind="employer_letter"), EvidenceRule(kind="payslip"))),
        ),
        Metric(
            code="job_13w",
            name="Has worked for thirteen weeks",
            test="Payslips show thirteen weeks of work in the six months after the first day.",
            ladder=Ladder(name="work", weeks=13, after="job"),
            evidence=EvidenceRule(kind="payslip"),
        ),
    )
