"""Addresses of endings and guarantees, with who may use them, and the contract for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bonds import operations
from bonds.arithmetic.tranches import Guarantee
from bonds.models import GuaranteeCall
from bonds.operations.winding_up import wind_up
from bonds.states import PartyRole
from people.models import Organisation
from tests.bonds.investor_books.support import TERMS, draw, sign, spend, write
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract, make_organisation
from tests.policies.kinds import DIRECTOR, TREASURER, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments

_TERMS = replace(TERMS, guarantees=(Guarantee(guarantor="topup", tranches=("junior",), percent=7_500),))


@dataclass
class Ended:
    """The parts of the addresses of a deal that was wound up, with its guarantee."""

    slug: str
    reference: str
    guarantee: str
    tranche: str = "senior"


def a_deal_wound_up(organisation: Organisation) -> Ended:
    """A contract that the organisation holds, whose money is gone; a fund guarantees a part."""
    world = make_contract(reference="sallow", is_signed=False)
    codes = dict.fromkeys(one.investor for one in TERMS.commitments)
    roles = {"ours": (organisation, PartyRole.HOLDER)}
    roles |= {code: (make_organisation(f"sallow-{code}"), PartyRole.INVESTOR) for code in codes}
    for code, (member, role) in roles.items():
        party = operations.add_party(
            contract=world.contract, organisation=member, code=code, actor=HOLDER, at=SIGNED_AT
        )
        operations.give_role(party=party, role=role, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
        world.parties[code] = party
    write(world, _TERMS)
    sign(world)
    draw(world, 110_000)
    spend(world, 110_000)
    at = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
    run = wind_up(contract=world.contract, reason="The service has ended.", actor=HOLDER, at=at)
    owed = GuaranteeCall.objects.get(run=run)
    return Ended(organisation.slug, world.contract.reference, owed.public_id)


def _parts(*names: str) -> Arguments:
    def give(world: object) -> dict[str, object]:
        ended: Ended = world.ended  # type: ignore[attr-defined]
        return {name: getattr(ended, name) for name in ("slug", "reference", *names)}

    return give


_GUARANTEE = ("guarantee-receipt", "guarantee-payout")
PARTS: dict[str, Arguments] = {
    **{f"bonds:{name}": _parts() for name in ("endings", "wind-up")},
    "bonds:redeem": _parts("tranche"),
    **{f"bonds:{name}": _parts("guarantee") for name in _GUARANTEE},
    **{f"api:{name}": _parts() for name in ("endings", "wind-up", "wind-up-preview", "redeem", "redeem-preview")},
    **{f"api:{name}": _parts("guarantee") for name in _GUARANTEE},
}
_KEEPERS = (TREASURER, DIRECTOR)
ROWS: tuple[Row, ...] = (
    officers("bonds:endings"),
    *(officers(f"bonds:{name}", method, *_KEEPERS) for name in ("wind-up", "redeem") for method in ("get", "post")),
    *(officers(f"bonds:{name}", method, TREASURER) for name in _GUARANTEE for method in ("get", "post")),
    officers("api:endings", scope="contracts:read"),
    officers("api:wind-up-preview", "get", *_KEEPERS, scope="contracts:read"),
    *(
        officers(f"api:{name}", "post", *_KEEPERS, scope="contracts:write")
        for name in ("wind-up", "redeem", "redeem-preview")
    ),
    *(officers(f"api:{name}", "post", TREASURER, scope="payments:write") for name in _GUARANTEE),
)
