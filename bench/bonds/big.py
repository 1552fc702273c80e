"""A large contract for measuring pages: two years of claims, made by the operations that people use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final

from bonds import operations
from bonds.arithmetic.months import add_months
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import Cap, CapScope, Every, ProviderTerms, Terms
from bonds.models import Claim, ClaimLine, Clock, EvidenceItem, Invoice, OutcomeEvent, Participant, Party, Start
from foundation.patience import no_time_limit
from tests.bonds.investor_books.support import draw, make_deal, sign, spend
from tests.bonds.overview.story import receive
from tests.factories.bonds import HOLDER, PROVIDER, SERVICE_FROM, SIGNED_AT, VERIFIER, ContractWorld, small_terms

MONTHS: Final = 23
"""So many months of claims are decided; two more wait."""
TODAY: Final = datetime(2027, 5, 20, 12, 0, tzinfo=UTC)
PEOPLE_A_CHUNK: Final = 1_000
TAKEN_BACK_EVERY: Final = 200


def make_big(lines: int) -> ContractWorld:
    """A contract with two providers, some so many lines over two years, caps that cut, invoices, payments, calls.

    Args:
        lines: How many lines are claimed; a tenth more or less.
    """
    with ExitStack() as stack:
        stack.enter_context(no_time_limit())
        world = make_deal(is_signed=False)
        operations.write_terms(contract=world.contract, terms=write_terms(_terms(lines)), actor=HOLDER, at=SIGNED_AT)
        sign(world)
        draw(world, 110_000)
        spend(world, 50_000)
        for month in range(MONTHS + 2):
            _live_through(world, month, people=max(2, lines // 2 // (MONTHS + 2)))
    return world


def _terms(lines: int) -> Terms:
    pence = lines * 100_000
    caps = (
        Cap(code="person", scope=CapScope.PERSON, amount=180_000),
        Cap(code="moves", scope=CapScope.METRIC, amount=pence // 5, metrics=("moved_in",)),
        Cap(code="year", scope=CapScope.PERIOD, amount=pence * 2 // 5, every=Every.YEAR),
        Cap(code="all", scope=CapScope.CONTRACT, amount=pence),
        Cap(code="fund", scope=CapScope.PAYER, amount=pence // 10, payer="topup"),
    )
    pay = (
        ProviderTerms(provider="hearthside", fee=100_000, per_outcome={"moved_in": 30_000}, success_percent=1_000),
        ProviderTerms(provider="lanternhouse", fee=60_000, is_quarterly=True, success_percent=2_000),
    )
    return small_terms(caps=caps, providers=pay)


def _live_through(world: ContractWorld, month: int, *, people: int) -> None:
    """People start and move in, those of three months before have stayed; it is claimed, and mostly decided."""
    began = add_months(SERVICE_FROM, month)
    claimed_at = _noon(add_months(began, 1) + timedelta(days=6))
    for provider in (world.parties["hearthside"], world.parties["lanternhouse"]):
        events = _achieve(world, provider, began, people // 2, month)
        claim = operations.put_in_claim(
            contract=world.contract, provider=provider, events=events, actor=PROVIDER, at=claimed_at
        )
        claim = operations.submit_claim(claim=claim, actor=PROVIDER, at=claimed_at)
        if month < MONTHS:
            _decide(world, claim, claimed_at + timedelta(days=7))
    if month < MONTHS and month % 3 == 2:
        issued = operations.issue_invoices(contract=world.contract, actor=HOLDER, at=claimed_at + timedelta(days=9))
        for invoice in issued:
            if invoice.payer.code != "southfell":
                receive(Invoice.objects.get(pk=invoice.pk), invoice.gross_pence, claimed_at + timedelta(days=30))


def _achieve(
    world: ContractWorld, provider: Party, began: date, people: int, month: int
) -> list[OutcomeEvent]:  # fmt: skip
    new = _admit(world, provider, began, people, month)
    events = list(_events(world, provider, new, "moved_in", began + timedelta(days=9)))
    earlier = add_months(began, -3)
    stayed = Participant.objects.filter(
        contract=world.contract, starts__provider=provider, starts__started_on=earlier
    ).order_by("pk")
    events += _events(world, provider, list(stayed), "stayed_3m", began + timedelta(days=20))
    made = OutcomeEvent.objects.bulk_create(events, batch_size=PEOPLE_A_CHUNK)
    kinds = {"moved_in": "tenancy", "stayed_3m": "landlord_letter"}
    EvidenceItem.objects.bulk_create(
        [
            EvidenceItem(
                participant=one.participant,
                event=one,
                kind=kinds[one.metric],
                dated_on=one.achieved_on,
                reference=f"F-{one.pk}",
                provided_by=PROVIDER.ref,
                provided_at=_noon(one.achieved_on),
            )
            for one in made
            if one.pk % 40
        ],
        batch_size=PEOPLE_A_CHUNK,
    )
    return made


def _admit(world: ContractWorld, provider: Party, began: date, people: int, month: int) -> Sequence[Participant]:
    known = {"recorded_by": PROVIDER.ref, "recorded_at": SIGNED_AT}
    names = [f"{provider.code[0].upper()}{month:02}-{number:05}" for number in range(people)]
    new = Participant.objects.bulk_create(
        [
            Participant(
                contract=world.contract, pseudonym=name, identity_digest=sha256(name.encode()).hexdigest(), **known
            )
            for name in names
        ],
        batch_size=PEOPLE_A_CHUNK,
    )
    Start.objects.bulk_create(
        [Start(participant=one, provider=provider, started_on=began, age=24, **known) for one in new],
        batch_size=PEOPLE_A_CHUNK,
    )
    Clock.objects.bulk_create(
        [Clock(participant=one, ladder="home", event="start", started_on=began, **known) for one in new],
        batch_size=PEOPLE_A_CHUNK,
    )
    return new


def _events(
    world: ContractWorld, provider: Party, people: Sequence[Participant], metric: str, on: date
) -> Iterator[OutcomeEvent]:
    for person in people:
        yield OutcomeEvent(
            contract=world.contract,
            provider=provider,
            participant=person,
            metric=metric,
            achieved_on=on,
            recorded_by=PROVIDER.ref,
            recorded_at=_noon(on),
        )


def _decide(world: ContractWorld, claim: Claim, at: datetime) -> None:
    """A fiftieth is rejected, some more waits for an answer, the rest is accepted; a few are taken back later."""
    lines = list(ClaimLine.objects.filter(claim=claim).order_by("pk").values_list("public_id", flat=True))
    who = {"verifier": world.verifier, "actor": VERIFIER}
    rejected, accepted = lines[::50], [line for place, line in enumerate(lines) if place % 50]
    operations.reject_lines(claim=claim, lines=rejected, reason="Nothing shows it.", at=at, **who)
    operations.accept_lines(claim=claim, lines=accepted, at=at, **who)
    operations.take_back_lines(
        claim=claim,
        lines=accepted[1::TAKEN_BACK_EVERY] or accepted[:1],
        reason="No such flat.",
        at=at + timedelta(hours=1),
        **who,
    )


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, 0, tzinfo=UTC)
