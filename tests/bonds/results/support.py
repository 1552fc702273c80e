"""A contract with several kinds of results, and short ways to record people and what they achieved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bonds.arithmetic.identities import Identifiers
from bonds.arithmetic.terms import Formula, Measure, Metric, Period, ReferralGuarantee, Tariff, Terms
from bonds.models import (
    Clock,
    EventWithdrawal,
    EvidenceItem,
    OutcomeEvent,
    Participant,
    Party,
    Referral,
    Start,
)
from bonds.operations.people import Admitted, admit_person, record_referral
from bonds.operations.results import record_result
from foundation.access import Actor
from foundation.models import AuditEvent
from tests.factories.bonds import SERVICE_FROM, ContractWorld, make_contract, small_terms

AT = datetime(2025, 7, 7, 10, 0, tzinfo=UTC)
TODAY = date(2025, 7, 7)
STARTED_ON = date(2025, 4, 7)
WORKER = Actor(ref="user:usr_worker", second_factor=True)
FACTS = (Participant, Referral, Start, Clock, OutcomeEvent, EventWithdrawal, EvidenceItem, AuditEvent)


def wide_terms() -> Terms:
    """Move-in and stay, days in work, an assessment that may come three times, and a measured group."""
    plain = small_terms()
    return small_terms(
        subgroups={"women": "Women", "under25": "Under 25"},
        metrics=(
            *plain.metrics,
            Metric(
                code="work_days", name="Days in work", test="Days on a payslip.", measure=Measure.DAYS,
                unit="day", most=None,
            ),
            Metric(code="assessed", name="Assessed", test="An assessment was made.", most=3),
            Metric(
                code="less_crime", name="Fewer convictions", test="Convictions per person.",
                measure=Measure.FORMULA, unit="cohort", most=None, formula="frequency",
            ),
        ),
        tariffs=(*plain.tariffs, Tariff(metric="work_days", price=1_500), Tariff(metric="assessed", price=20_000)),
        formulas=(FREQUENCY,),
        guarantees=(
            ReferralGuarantee(
                commissioner="northmoor", provider="hearthside", least=3, most=4,
                period=Period(from_on=SERVICE_FROM, until_on=date(2025, 7, 1)), compensation=30_000,
            ),
        ),
    )  # fmt: skip


FREQUENCY = Formula(
    code="frequency", kind="per_unit", facts={"measured": {"by": "figure", "name": "days"}, "price": 1_000}
)
MEASURED = {"measured_on": "2025-06-30", "figures": {"days": "12"}}


def make_world() -> ContractWorld:
    """The contract, signed."""
    return make_contract(wide_terms())


def identifiers(**changed: Any) -> Identifiers:
    """Somebody who was born on 9 May 2001."""
    facts: dict[str, Any] = {"given_names": "Ada Maria", "family_name": "O'Neill", "born_on": date(2001, 5, 9)}
    return Identifiers(**facts | changed)


def admit(
    world: ContractWorld, provider: Party | None = None, *, who: Identifiers | None = None, **more: Any
) -> Admitted:
    """Somebody starts with the first provider, or another."""
    facts = {"started_on": STARTED_ON, "actor": WORKER, "at": AT, "today": TODAY}
    return admit_person(
        contract=world.contract,
        provider=provider or world.provider,
        identifiers=who or identifiers(),
        **facts | more,
    )


def record(world: ContractWorld, person: Participant, metric: str = "moved_in", **more: Any) -> OutcomeEvent:
    """A result of somebody."""
    facts = {
        "provider": world.provider, "achieved_on": date(2025, 4, 10), "actor": WORKER, "at": AT, "today": TODAY,
    }  # fmt: skip
    return record_result(contract=world.contract, participant=person, metric=metric, **facts | more)


def refer(world: ContractWorld, reference: str = "R-1", **more: Any) -> Referral:
    """Northmoor sends somebody to the first provider."""
    facts = {
        "commissioner": world.parties["northmoor"], "provider": world.provider, "referred_on": date(2025, 4, 2),
        "actor": WORKER, "at": AT, "today": TODAY,
    }  # fmt: skip
    return record_referral(contract=world.contract, reference=reference, **facts | more)


def contents() -> dict[str, int]:
    """How many rows there are of each kind of fact: the same after whatever was refused."""
    return {model.__name__: model.objects.count() for model in FACTS}
