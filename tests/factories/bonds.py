"""A signed contract of two councils and a top-up fund with two providers and a verifier; later states by operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from bonds import operations
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import (
    Cap,
    CapScope,
    EvidenceRule,
    Ladder,
    Metric,
    PayerShare,
    Period,
    ShareKind,
    Tariff,
    Terms,
)
from bonds.models import (
    Claim,
    ClaimLine,
    Clock,
    ContractVersion,
    EvidenceItem,
    OutcomeEvent,
    OutcomesContract,
    Participant,
    Party,
    Start,
)
from bonds.queries.terms import signing_parties
from bonds.states import PartyRole
from foundation.access import Actor
from people.models import Organisation, OrganisationKind

SERVICE_FROM = date(2025, 4, 1)
SERVICE_UNTIL = date(2028, 4, 1)
RUN_OFF_UNTIL = date(2029, 4, 1)
SIGNED_AT = datetime(2025, 3, 14, 10, 0, tzinfo=UTC)
# The last day of the first quarter, and the day of its claim.
CLAIMED_AT = datetime(2025, 7, 7, 10, 0, tzinfo=UTC)
DECIDED_AT = datetime(2025, 7, 14, 10, 0, tzinfo=UTC)
HOLDER = Actor(ref="user:usr_holder", second_factor=True)
PROVIDER = Actor(ref="user:usr_provider", second_factor=True)
VERIFIER = Actor(ref="user:usr_verifier", second_factor=True)

_numbers = count(1)


def make_organisation(slug: str, kind: OrganisationKind = OrganisationKind.CHARITY) -> Organisation:
    """An organisation with a plainly made-up name."""
    return Organisation.objects.create(
        slug=slug, name=slug.replace("-", " ").title(), kind=kind, created_at=SIGNED_AT - timedelta(days=30)
    )


def small_terms(**changed: Any) -> Terms:
    """Move-in at £500 and three months' stay at £1,500; 50 % council one, 30 % council two, 20 % the fund."""
    shares = {"northmoor": 5_000, "southfell": 3_000, "topup": 2_000}
    values: dict[str, Any] = {
        "currency": "GBP",
        "service": Period(from_on=SERVICE_FROM, until_on=SERVICE_UNTIL),
        "run_off_until": RUN_OFF_UNTIL,
        "payers": tuple(shares),
        "metrics": (
            Metric(
                code="moved_in",
                name="Moved in",
                test="A tenancy or licence was signed, and the person has the keys.",
                evidence=EvidenceRule(kind="tenancy"),
            ),
            Metric(
                code="stayed_3m",
                name="Stayed three months",
                test="The person has lived there for three months without a gap.",
                ladder=Ladder(name="home", months=3, after="moved_in"),
                evidence=EvidenceRule(any_of=(EvidenceRule(kind="landlord_letter"), EvidenceRule(kind="self_cert"))),
            ),
        ),
        "tariffs": (Tariff(metric="moved_in", price=50_000), Tariff(metric="stayed_3m", price=150_000)),
        "shares": tuple(
            PayerShare(payer=code, kind=ShareKind.PERCENT, amount=amount) for code, amount in shares.items()
        ),
        "caps": (Cap(code="person_1800", scope=CapScope.PERSON, amount=180_000),),
    }
    return Terms(**values | changed)


@dataclass
class ContractWorld:
    """A contract with its parties, and short ways to do what people do under it."""

    contract: OutcomesContract
    parties: dict[str, Party] = field(default_factory=dict)

    @property
    def provider(self) -> Party:
        return self.parties["hearthside"]

    @property
    def verifier(self) -> Party:
        return self.parties["plumbline"]

    def make_person(self, started_on: date = SERVICE_FROM, **start: Any) -> Participant:
        """A person who started with the first provider, whose clock "home" runs from that day."""
        number = next(_numbers)
        person = Participant.objects.create(
            contract=self.contract,
            pseudonym=f"P-{number:04}",
            identity_digest=sha256(str(number).encode()).hexdigest(),
            recorded_by=PROVIDER.ref,
            recorded_at=SIGNED_AT,
        )
        facts = {"provider": self.provider, "age": 24} | start
        Start.objects.create(
            participant=person, started_on=started_on, recorded_by=PROVIDER.ref, recorded_at=SIGNED_AT, **facts
        )
        Clock.objects.create(
            participant=person,
            ladder="home",
            event="start",
            started_on=started_on,
            recorded_by=PROVIDER.ref,
            recorded_at=SIGNED_AT,
        )
        return person

    def make_event(
        self, metric: str, achieved_on: date, person: Participant | None = None, evidence: str = "", **more: Any
    ) -> OutcomeEvent:
        """A result, with one item of evidence if its kind is named."""
        person = person or self.make_person()
        event = OutcomeEvent.objects.create(
            **{
                "contract": self.contract,
                "provider": self.provider,
                "participant": person,
                "metric": metric,
                "achieved_on": achieved_on,
                "recorded_by": PROVIDER.ref,
                "recorded_at": CLAIMED_AT,
            }
            | more
        )
        if evidence:
            EvidenceItem.objects.create(
                participant=person,
                event=event,
                kind=evidence,
                dated_on=achieved_on,
                reference=f"F-{event.pk}",
                provided_by=PROVIDER.ref,
                provided_at=CLAIMED_AT,
            )
        return event

    def submit(self, *events: OutcomeEvent, at: datetime = CLAIMED_AT) -> Claim:
        """A submitted claim for these results."""
        claim = operations.put_in_claim(
            contract=self.contract, provider=self.provider, events=events, actor=PROVIDER, at=at
        )
        return operations.submit_claim(claim=claim, actor=PROVIDER, at=at)

    def accept(self, claim: Claim, *, at: datetime = DECIDED_AT, **more: Any) -> Any:
        """The verifier accepts what waits in a claim."""
        waiting = ClaimLine.objects.filter(claim=claim).awaiting_verifier().values_list("public_id", flat=True)
        return operations.accept_lines(
            claim=claim, lines=list(waiting), verifier=self.verifier, actor=VERIFIER, at=at, **more
        )


def make_contract(
    terms: Terms | None = None,
    *,
    reference: str = "brightwater",
    is_signed: bool = True,
    holder: Organisation | None = None,
) -> ContractWorld:
    """A contract of made-up parties, signed by all of them unless said otherwise; the holder may be given."""
    holder = holder or make_organisation(f"{reference}-outcomes", OrganisationKind.COMPANY)
    contract = operations.open_contract(
        organisation=holder,
        reference=reference,
        name="Brightwater Homes",
        purpose="People who slept rough have a home, and keep it.",
        effective_on=SERVICE_FROM,
        actor=HOLDER,
        at=SIGNED_AT,
    )
    world = ContractWorld(contract)
    kinds = {
        "northmoor": (PartyRole.LEAD_COMMISSIONER, OrganisationKind.PUBLIC_BODY),
        "southfell": (PartyRole.COMMISSIONER, OrganisationKind.PUBLIC_BODY),
        "topup": (PartyRole.TOP_UP_FUND, OrganisationKind.FUND),
        "hearthside": (PartyRole.PROVIDER, OrganisationKind.CHARITY),
        "lanternhouse": (PartyRole.PROVIDER, OrganisationKind.CHARITY),
        "plumbline": (PartyRole.VERIFIER, OrganisationKind.COMPANY),
    }
    for code, (role, kind) in kinds.items():
        _join(world, code, make_organisation(f"{reference}-{code}", kind), role)
    _join(world, "holder", holder, PartyRole.HOLDER)
    operations.write_terms(contract=contract, terms=write_terms(terms or small_terms()), actor=HOLDER, at=SIGNED_AT)
    if is_signed:
        sign_all(world, operations.propose_version(contract=contract, actor=HOLDER, at=SIGNED_AT), at=SIGNED_AT)
    contract.refresh_from_db()
    return world


def sign_all(world: ContractWorld, version: ContractVersion, *, at: datetime) -> None:
    """Every party that has to sign a version signs it."""
    for party in signing_parties(version):
        operations.sign_version(version=version, party=party, digest=version.digest, actor=HOLDER, at=at)


def _join(world: ContractWorld, code: str, organisation: Organisation, role: PartyRole) -> None:
    party = operations.add_party(
        contract=world.contract, organisation=organisation, code=code, actor=HOLDER, at=SIGNED_AT
    )
    operations.give_role(party=party, role=role, from_on=SERVICE_FROM - timedelta(days=30), actor=HOLDER, at=SIGNED_AT)
    world.parties[code] = party
