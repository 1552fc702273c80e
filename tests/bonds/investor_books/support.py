"""A contract with two senior lenders, a charity that bears the first loss, and a grant; and short ways to act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bonds import operations
from bonds.arithmetic.agreements import write_investor_terms
from bonds.arithmetic.tranches import (
    Commitment,
    InterestKind,
    InvestorTerms,
    ReturnCap,
    ReturnKind,
    Tranche,
    TrancheKind,
    Upside,
)
from bonds.models import CallPart, Distribution, OutcomesContract, WaterfallRun
from bonds.operations.calling import DRAWDOWN_PURPOSE, call_capital
from bonds.operations.distributing import DISTRIBUTION_PURPOSE, distribute
from bonds.states import PartyRole
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line
from payments.models import RecordedMoney
from payments.operations import MoneyFacts, approve_recorded, record_payment, record_receipt
from tests.factories.bonds import (
    HOLDER,
    SERVICE_FROM,
    SIGNED_AT,
    ContractWorld,
    make_contract,
    make_organisation,
    sign_all,
)

FIRST = Actor(ref="user:usr_first", user_id=1, second_factor=True)
SECOND = Actor(ref="user:usr_second", user_id=2, second_factor=True)
CALLED_AT = datetime(2025, 4, 1, 9, 0, tzinfo=UTC)
DRAWN_ON = date(2025, 4, 10)
DRAWN_AT = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)
RUN_ON = date(2026, 4, 10)  # 365 days on
RUN_AT = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
SENIOR = Tranche(
    code="senior", name="Senior", kind=TrancheKind.SENIOR, interest=InterestKind.SIMPLE, rate=Decimal("6.5")
)
JUNIOR = Tranche(code="junior", name="First loss", kind=TrancheKind.FIRST_LOSS, is_recycled=True)
GRANT = Tranche(code="grant", name="Grant", kind=TrancheKind.GRANT)
TERMS = InvestorTerms(
    currency="GBP",
    tranches=(SENIOR, JUNIOR, GRANT),
    commitments=(
        Commitment(investor="bigfund", tranche="senior", amount=300_000),
        Commitment(investor="smallfund", tranche="senior", amount=100_000),
        Commitment(investor="seedtrust", tranche="junior", amount=100_000),
        Commitment(investor="seedtrust", tranche="grant", amount=50_000),
    ),
    upside=Upside(tranches=("junior",)),
)
TIMES_TWO = ReturnCap(kind=ReturnKind.MULTIPLE, limit=Decimal(2))


def make_deal(terms: InvestorTerms = TERMS, *, is_signed: bool = True) -> ContractWorld:
    """A contract whose version 1 says what investors commit; signed unless said otherwise."""
    world = make_contract(is_signed=False)
    for code in dict.fromkeys(one.investor for one in TERMS.commitments):
        party = operations.add_party(
            contract=world.contract,
            organisation=make_organisation(f"brightwater-{code}"),
            code=code,
            actor=HOLDER,
            at=SIGNED_AT,
        )
        operations.give_role(party=party, role=PartyRole.INVESTOR, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
        world.parties[code] = party
    write(world, terms)
    if is_signed:
        sign(world)
    return world


def write(world: ContractWorld, terms: InvestorTerms) -> None:
    """Write investors' terms into the version that is being written."""
    operations.write_terms(
        contract=world.contract, investor_terms=write_investor_terms(terms), actor=HOLDER, at=SIGNED_AT
    )


def sign(world: ContractWorld, *, at: datetime = SIGNED_AT) -> None:
    """Everybody signs the version that is being written."""
    sign_all(world, operations.propose_version(contract=world.contract, actor=HOLDER, at=at), at=at)
    world.contract.refresh_from_db()


def vary(world: ContractWorld, terms: InvestorTerms) -> None:
    """Begin a variation of the investors' terms."""
    operations.begin_variation(
        contract=world.contract, effective_on=date(2025, 10, 1), reason="More money", actor=HOLDER, at=CALLED_AT
    )
    write(world, terms)


def call(world: ContractWorld, pence: int, **more: Any) -> dict[tuple[str, str], CallPart]:
    """Call on the investors; give the parts by investor and tranche."""
    values = {"due_on": date(2025, 4, 20), "reason": "Working capital", "actor": HOLDER, "at": CALLED_AT} | more
    made = call_capital(contract=world.contract, amount_pence=pence, **values)
    parts = made.parts.select_related("commitment__party", "call")
    return {(part.commitment.party.code, part.commitment.tranche): part for part in parts}


def ask_receipt(world: ContractWorld, part: CallPart, pence: int, **changed: Any) -> RecordedMoney:
    """A receipt for a part of a call that waits for the second person."""
    on = changed.pop("on", DRAWN_ON)
    facts = {
        "moved_on": on,
        "amount_pence": pence,
        "party_name": "An investor",
        "purpose": DRAWDOWN_PURPOSE,
        "subject": part.public_id,
        "batch": part.call.public_id,
    } | changed
    return record_receipt(
        organisation=world.contract.organisation,
        book=book_of(world.contract),
        facts=MoneyFacts(**facts),
        key=f"{part.public_id}:{pence}:{on}",
        actor=FIRST,
        at=datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC),
        today=on,
    )


def approve(record: RecordedMoney) -> RecordedMoney:
    """The second person agrees on the day on which it moved."""
    on = record.moved_on
    at = datetime(on.year, on.month, on.day, 15, 0, tzinfo=UTC)
    return approve_recorded(record=record, actor=SECOND, at=at, today=on)


def draw(world: ContractWorld, pence: int, *, on: date = DRAWN_ON) -> None:
    """Call so much, and have all of it paid in."""
    for part in call(world, pence).values():
        approve(ask_receipt(world, part, part.pence, on=on))


def ask_payment(due: Distribution, pence: int | None = None, **changed: Any) -> RecordedMoney:
    """A payment of what a party is due that waits for the second person."""
    on = changed.pop("on", RUN_ON)
    facts = {
        "moved_on": on,
        "amount_pence": due.pence if pence is None else pence,
        "party_name": due.party.organisation.name,
        "purpose": DISTRIBUTION_PURPOSE,
        "subject": due.public_id,
        "batch": due.run.round.public_id,
    } | changed
    return record_payment(
        organisation=due.run.contract.organisation,
        book=book_of(due.run.contract),
        facts=MoneyFacts(**facts),
        key=f"{due.public_id}:{facts['amount_pence']}:{on}",
        actor=FIRST,
        at=datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC),
        today=on,
    )


def earn(world: ContractWorld, pence: int, *, on: date = DRAWN_ON) -> None:
    """Money that results brought comes to the bank."""
    at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    line = Line("1200", "4000", pence)
    ledger_operations.post(
        book=book_of(world.contract),
        key=f"earned:{pence}:{on}",
        kind="payments.recorded_receipt",
        effective_on=on,
        lines=[line],
        actor=FIRST.ref,
        recorded_at=at,
    )


def spend(world: ContractWorld, pence: int, *, on: date = DRAWN_ON) -> None:
    """What investors paid in goes into the service."""
    at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    ledger_operations.post(
        book=book_of(world.contract),
        key=f"spent:{pence}:{on}",
        kind="payments.recorded_payment",
        effective_on=on,
        lines=[Line("5000", "1200", pence)],
        actor=FIRST.ref,
        recorded_at=at,
    )


def run(world: ContractWorld, *, at: datetime = RUN_AT, **more: Any) -> WaterfallRun:
    return distribute(contract=world.contract, actor=HOLDER, at=at, **more)


def given(made: WaterfallRun) -> dict[tuple[str, str], int]:
    """What a run gave, by stage and party."""
    return {(one.stage, one.party.code): one.pence for one in made.distributions.select_related("party")}


def book_of(contract: OutcomesContract, *, memo: bool = False) -> Any:
    return ledger_queries.get_book_by_slug(slug=contract.memo_slug if memo else contract.book_slug)


def balances(contract: OutcomesContract, *, memo: bool = False) -> dict[str, int]:
    """Nets by account, debits above zero; accounts with nothing are left out."""
    rows = ledger_queries.trial_balance(book=book_of(contract, memo=memo))
    return {row.account.code: row.net for row in rows if row.net}


def owners(world: ContractWorld, code: str, *, memo: bool = False) -> dict[tuple[str, str], int]:
    """Balances of an account by investor and tranche."""
    names = {one.public_id: (one.party.code, one.tranche) for one in world.contract.commitments.select_related("party")}
    kept = ledger_queries.owner_balances(book=book_of(world.contract, memo=memo), code=code)
    return {names[owner]: pence for owner, pence in kept.items()}
