"""Addresses of investors' money under an outcomes contract, with who may use them, and the contracts for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bonds import operations
from bonds.arithmetic.agreements import write_investor_terms
from bonds.arithmetic.tranches import Commitment, InvestorTerms, Tranche, TrancheKind
from bonds.operations.moving import record_drawdown
from bonds.states import PartyRole
from foundation.access import Actor
from payments.operations import approve_recorded
from people.models import Organisation
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract, sign_all
from tests.policies.kinds import DIRECTOR, TREASURER, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments

_DAY = date(2025, 4, 10)
_AT = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)


@dataclass
class Invested:
    """The parts of the addresses of one deal in which the organisation of the world has a part."""

    slug: str
    reference: str
    part: str
    distribution: str
    number: int = 1
    code: str = "ours"


def a_deal(organisation: Organisation, role: PartyRole, reference: str) -> Invested:
    """A deal with a call that was paid in and a run, of which the organisation is the holder or the investor."""
    world = make_contract(reference=reference, is_signed=False)
    contract = world.contract
    if role is PartyRole.HOLDER:
        contract.organisation = organisation
        contract.save()
    party = operations.add_party(contract=contract, organisation=organisation, code="ours", actor=HOLDER, at=SIGNED_AT)
    for one in dict.fromkeys((role, PartyRole.INVESTOR)):
        operations.give_role(party=party, role=one, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
    terms = InvestorTerms(
        currency="GBP",
        tranches=(Tranche(code="senior", name="Senior", kind=TrancheKind.SENIOR),),
        commitments=(Commitment(investor="ours", tranche="senior", amount=10_000),),
    )
    operations.write_terms(contract=contract, investor_terms=write_investor_terms(terms), actor=HOLDER, at=SIGNED_AT)
    sign_all(world, operations.propose_version(contract=contract, actor=HOLDER, at=SIGNED_AT), at=SIGNED_AT)
    contract.refresh_from_db()
    call = operations.call_capital(
        contract=contract, amount_pence=5_000, due_on=_DAY, reason="Rooms", actor=HOLDER, at=_AT
    )
    part = call.parts.select_related("call__contract__organisation", "commitment__party__organisation").get()
    first, second = (Actor(ref=f"user:usr_{n}", user_id=10**9 + n, second_factor=True) for n in (1, 2))
    record = record_drawdown(
        part=part, amount_pence=4_000, moved_on=_DAY, key=reference, actor=first, at=_AT, today=_DAY
    )
    approve_recorded(record=record, actor=second, at=_AT, today=_DAY)
    run = operations.distribute(contract=contract, actor=HOLDER, at=_AT)
    return Invested(organisation.slug, reference, part.public_id, run.distributions.get().public_id)


def _parts(of: str, *names: str) -> Arguments:
    """Give the parts of an address; `of` says in which of the two deals it is."""

    def give(world: object) -> dict[str, object]:
        invested: Invested = getattr(world, of)
        return {name: getattr(invested, name) for name in ("slug", "reference", *names)}

    return give


_KEPT, _OWN = "kept_deal", "own_deal"
PARTS: dict[str, Arguments] = {
    **{f"{room}:capital-call": _parts(_OWN, "number") for room in ("bonds", "api")},
    **{f"{room}:waterfall-run": _parts(_OWN, "number") for room in ("bonds", "api")},
    **{f"bonds:{name}": _parts(_OWN) for name in ("investors", "investor-statement", "investor-statement-pdf")},
    **{
        f"api:{name}": _parts(_OWN)
        for name in ("investors", "distributions", "investor-statements", "investor-statement-pdf")
    },
    **{
        f"bonds:investor-{name}": _parts(_KEPT)
        for name in ("call", "cancel", "accrue", "share-out", "write-off", "notices")
    },
    **{
        f"api:{name}": _parts(_KEPT)
        for name in (
            "capital-calls", "capital-call-preview", "investor-cancel", "investor-accrue", "investor-write-off",
            "waterfall-runs", "waterfall-preview", "investor-notices",
        )
    },
    **{f"{room}:waterfall-withdraw": _parts(_KEPT, "number") for room in ("bonds", "api")},
    **{f"{room}:drawdown-record": _parts(_KEPT, "part") for room in ("bonds", "api")},
    **{f"{room}:distribution-pay": _parts(_KEPT, "distribution") for room in ("bonds", "api")},
    **{f"{room}:investor-tax{rest}": _parts(_KEPT) for room in ("bonds", "api") for rest in ("", "-paid")},
    "bonds:investor-withholding": _parts(_KEPT, "code"),
    "api:investor-withholding": _parts(_KEPT),
}  # fmt: skip
_SEEN = ("investors", "capital-call", "waterfall-run", "investor-statement")
_KEEPERS = (TREASURER, DIRECTOR)
_ACTS = (
    "investor-call", "investor-cancel", "investor-accrue", "investor-share-out", "investor-write-off",
    "waterfall-withdraw", "investor-withholding", "investor-notices",
)  # fmt: skip
_MONEY = ("drawdown-record", "distribution-pay", "investor-tax-paid")
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in _SEEN),
    officers("bonds:investor-statement-pdf", "post"),
    officers("bonds:investor-tax", "get", *_KEEPERS),
    officers("api:investor-tax", "get", *_KEEPERS, scope="contracts:read"),
    *(officers(f"bonds:{name}", "get", *_KEEPERS) for name in _ACTS),
    *(officers(f"bonds:{name}", "post", *_KEEPERS) for name in _ACTS),
    *(officers(f"bonds:{name}", "get", TREASURER) for name in _MONEY),
    *(officers(f"bonds:{name}", "post", TREASURER) for name in _MONEY),
    *(
        officers(f"api:{name}", scope="contracts:read")
        for name in (
            "investors", "capital-calls", "capital-call", "waterfall-runs", "waterfall-run", "distributions",
            "investor-statements",
        )
    ),
    officers("api:investor-statement-pdf", "post", scope="contracts:read"),
    *(
        officers(f"api:{name}", "get", *_KEEPERS, scope="contracts:read")
        for name in ("investor-cancel", "investor-notices")
    ),
    *(
        officers(f"api:{name}", "post", *_KEEPERS, scope="contracts:read")
        for name in ("capital-call-preview", "waterfall-preview")
    ),
    *(
        officers(f"api:{name}", "post", *_KEEPERS, scope="contracts:write")
        for name in (
            "capital-calls", "investor-cancel", "investor-accrue", "investor-write-off", "waterfall-runs",
            "waterfall-withdraw", "investor-withholding", "investor-notices",
        )
    ),
    *(officers(f"api:{name}", "post", TREASURER, scope="payments:write") for name in _MONEY),
)  # fmt: skip
