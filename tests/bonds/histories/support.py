"""A contract with everything under it that moves money: payers, providers, lenders and a first loss."""

from __future__ import annotations

from datetime import date
from typing import Final

from bonds import operations
from bonds.arithmetic.agreements import write_investor_terms
from bonds.arithmetic.terms import Cap, CapScope, Period, ProviderTerms, ReferralGuarantee
from bonds.states import PartyRole
from foundation.access import Actor
from tests.bonds.investor_books.support import TERMS
from tests.bonds.paying_back.support import with_days
from tests.factories.bonds import (
    HOLDER,
    SERVICE_FROM,
    SIGNED_AT,
    ContractWorld,
    make_contract,
    make_organisation,
    sign_all,
)

FIRST: Final = Actor(ref="user:usr_first", user_id=1, second_factor=True)
SECOND: Final = Actor(ref="user:usr_second", user_id=2, second_factor=True)
PROVIDERS: Final = (
    ProviderTerms(provider="hearthside", fee=10_000, per_outcome={"moved_in": 3_000}, success_percent=1_000),
    ProviderTerms(provider="lanternhouse", fee=6_000, is_quarterly=True),
)
CAPS: Final = (
    Cap(code="person_1800", scope=CapScope.PERSON, amount=180_000),
    Cap(code="southfell_most", scope=CapScope.PAYER, payer="southfell", amount=90_000),
)
# Nobody is referred in a history, so each period that ends can be made good once.
GUARANTEES: Final = tuple(
    ReferralGuarantee(
        commissioner="northmoor",
        provider="hearthside",
        least=3,
        most=9,
        period=Period(from_on=from_on, until_on=until_on),
        compensation=7_001,
    )
    for from_on, until_on in (
        (SERVICE_FROM, date(2025, 7, 1)),
        (date(2025, 7, 1), date(2025, 10, 1)),
        (date(2025, 10, 1), date(2026, 1, 1)),
    )
)


def make_deal() -> ContractWorld:
    """Sign it, with the investors of the tests of their books."""
    world = make_contract(with_days(providers=PROVIDERS, caps=CAPS, guarantees=GUARANTEES), is_signed=False)
    how = {"actor": HOLDER, "at": SIGNED_AT}
    for code in dict.fromkeys(one.investor for one in TERMS.commitments):
        organisation = make_organisation(f"brightwater-{code}")
        party = operations.add_party(contract=world.contract, organisation=organisation, code=code, **how)
        operations.give_role(party=party, role=PartyRole.INVESTOR, from_on=SERVICE_FROM, **how)
        world.parties[code] = party
    operations.write_terms(contract=world.contract, investor_terms=write_investor_terms(TERMS), **how)
    sign_all(world, operations.propose_version(contract=world.contract, **how), at=SIGNED_AT)
    world.contract.refresh_from_db()
    return world
