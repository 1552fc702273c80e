"""A contract that pays its two providers in three ways, and short ways to act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bonds import operations
from bonds.arithmetic.terms import Period, ProviderTerms, ReferralGuarantee
from bonds.models import Claim, OutcomesContract, Party, ProviderAccrual, ProviderDue, Referral
from foundation.access import Actor
from ledger import queries as ledger_queries
from ledger.models import Entry, Transfer
from payments.models import RecordedMoney
from payments.operations import approve_recorded
from tests.factories.bonds import HOLDER, PROVIDER, SIGNED_AT, VERIFIER, ContractWorld, make_contract, small_terms

FIRST = Actor(ref="user:usr_first", user_id=1, second_factor=True)
SECOND = Actor(ref="user:usr_second", user_id=2, second_factor=True)
# The first quarter of service has ended; its claim was decided the week before.
BOOKED_AT = datetime(2025, 7, 21, 10, 0, tzinfo=UTC)
PAID_ON = date(2025, 7, 25)
# £1,000 a month; £300 for moving in, and a tenth of what results earn; and £600 a month by the quarter.
ROWS = (
    ProviderTerms(provider="hearthside", fee=100_000, per_outcome={"moved_in": 30_000}, success_percent=1_000),
    ProviderTerms(provider="lanternhouse", fee=60_000, is_quarterly=True),
)
GUARANTEE = ReferralGuarantee(
    commissioner="northmoor",
    provider="hearthside",
    least=5,
    most=9,
    period=Period(from_on=date(2025, 4, 1), until_on=date(2025, 7, 1)),
    compensation=20_000,
)


def make_world(rows=ROWS, *, where: dict[str, Any] | None = None, **changed: Any) -> ContractWorld:
    """A signed contract."""
    return make_contract(small_terms(providers=rows, guarantees=(GUARANTEE,), **changed), **where or {})


def claim_two(world: ContractWorld) -> Claim:
    """A person who moved in and stayed: £500 and £1,300, since the cap of £1,800 cuts £200."""
    person = world.make_person()
    return world.submit(
        world.make_event("moved_in", date(2025, 4, 10), person, "tenancy"),
        world.make_event("stayed_3m", date(2025, 7, 1), person, "landlord_letter"),
    )


def book(world: ContractWorld, *, at: datetime = BOOKED_AT) -> ProviderAccrual:
    return operations.accrue_provider_dues(contract=world.contract, actor=HOLDER, at=at)


def dues(world: ContractWorld) -> list[tuple[str, str, int]]:
    """What was booked, in order: provider, kind and pence."""
    found = ProviderDue.objects.filter(contract=world.contract).order_by("pk")
    return list(found.values_list("provider__code", "kind", "pence"))


def take_back(world: ContractWorld, claim: Claim, metric: str, *, at: datetime = BOOKED_AT) -> None:
    lines = claim.lines.filter(event__metric=metric).values_list("public_id", flat=True)
    operations.take_back_lines(
        claim=claim, lines=list(lines), reason="The tenancy was not real.", verifier=world.verifier, actor=VERIFIER,
        at=at,
    )  # fmt: skip


def ask(provider: Party, pence: int, *, on: date = PAID_ON, key: str = "") -> RecordedMoney:
    """A payment that waits for the second person."""
    return operations.pay_provider(
        provider=Party.objects.select_related("contract__organisation", "organisation").get(pk=provider.pk),
        amount_pence=pence,
        moved_on=on,
        reference="BACS 1",
        key=key or f"{provider.code}:{pence}:{on}",
        actor=FIRST,
        at=noon(on),
        today=on,
    )


def approve(record: RecordedMoney) -> RecordedMoney:
    return approve_recorded(record=record, actor=SECOND, at=noon(record.moved_on), today=record.moved_on)


def pay(provider: Party, pence: int, *, on: date = PAID_ON) -> RecordedMoney:
    return approve(ask(provider, pence, on=on))


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, 0, tzinfo=UTC)


def refer(world: ContractWorld, count: int, *, on: date = date(2025, 4, 10)) -> None:
    """So many people are referred by the lead commissioner to the first provider."""
    before = Referral.objects.count()
    for number in range(count):
        Referral.objects.create(
            contract=world.contract,
            commissioner=world.parties["northmoor"],
            provider=world.provider,
            referred_on=on,
            reference=f"N-{before + number}",
            recorded_by=PROVIDER.ref,
            recorded_at=SIGNED_AT,
        )


def book_of(contract: OutcomesContract) -> Any:
    return ledger_queries.get_book_by_slug(slug=contract.book_slug)


def balances(contract: OutcomesContract) -> dict[str, int]:
    """Nets by account, debits above zero; accounts with nothing are left out."""
    rows = ledger_queries.trial_balance(book=book_of(contract))
    return {row.account.code: row.net for row in rows if row.net}


def owed(world: ContractWorld) -> dict[str, int]:
    """What the book owes each provider."""
    names = {party.public_id: code for code, party in world.parties.items()}
    kept = ledger_queries.owner_balances(book=book_of(world.contract), code="2100")
    return {names[owner]: pence for owner, pence in kept.items() if pence}


def posted(world: ContractWorld, kind: str) -> list[tuple[str, str, str, str, int]]:
    """The transfers of all entries of a kind in the contract's book: debit and credit with owners' codes, pence."""
    names = {party.public_id: code for code, party in world.parties.items()} | {"": ""}
    rows = Transfer.objects.filter(entry__book=book_of(world.contract), entry__kind=kind).order_by("pk")
    return [
        (
            row.debit_account.code,
            names[row.debit_owner],
            row.credit_account.code,
            names[row.credit_owner],
            row.amount,
        )
        for row in rows.select_related("debit_account", "credit_account")
    ]


def entry_count(world: ContractWorld) -> int:
    return Entry.objects.filter(book=book_of(world.contract)).count()
