"""Addresses of what leaves a contract, with who may use them, and the contract that the organisation holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bonds import operations
from bonds.states import PartyRole
from people.models import Organisation
from tests.factories.bonds import CLAIMED_AT, HOLDER, SIGNED_AT, make_contract, sign_all
from tests.policies.kinds import DIRECTOR, SECRETARY, Row, officers, public

if TYPE_CHECKING:
    from tests.policies.world import Arguments


@dataclass
class Shown:
    """A contract on show that the organisation holds."""

    slug: str
    reference: str


def a_public_contract(organisation: Organisation) -> Shown:
    """A signed contract of which the organisation is a holder, on show."""
    world = make_contract(reference="spindle", is_signed=False)
    party = operations.add_party(
        contract=world.contract, organisation=organisation, code="ours", actor=HOLDER, at=SIGNED_AT
    )
    operations.give_role(party=party, role=PartyRole.HOLDER, from_on=SIGNED_AT.date(), actor=HOLDER, at=SIGNED_AT)
    sign_all(world, operations.propose_version(contract=world.contract, actor=HOLDER, at=SIGNED_AT), at=SIGNED_AT)
    world.contract.refresh_from_db()
    operations.publish_contract(contract=world.contract, actor=HOLDER, at=CLAIMED_AT)
    return Shown(organisation.slug, world.contract.reference)


def _held(world: object) -> dict[str, object]:
    shown: Shown = world.shown  # type: ignore[attr-defined]
    return {"slug": shown.slug, "reference": shown.reference}


def _shown(world: object) -> dict[str, object]:
    shown: Shown = world.shown  # type: ignore[attr-defined]
    return {"reference": shown.reference}


_PAGES = ("bonds:publish", "bonds:unpublish", "bonds:indigo", "bonds:indigo-check")
_API = ("api:contract-publication", "api:contract-unpublish", "api:contract-indigo", "api:contract-indigo-check")
PARTS: dict[str, Arguments] = {
    **dict.fromkeys((*_PAGES, *_API), _held),
    **dict.fromkeys(("bonds:public-contract", "api:public-contract"), _shown),
}
_READ, _WRITE = "contracts:read", "contracts:write"
ROWS: tuple[Row, ...] = (
    public("bonds:public-contracts"),
    public("bonds:public-contract"),
    public("api:public-contracts"),
    public("api:public-contract"),
    officers("bonds:indigo"),
    officers("bonds:indigo", "post"),
    officers("bonds:indigo-check", "post"),
    officers("api:contract-indigo", "post", scope=_READ),
    officers("api:contract-indigo-check", "post", scope=_READ),
    officers("bonds:publish", "get", SECRETARY, DIRECTOR),
    officers("bonds:publish", "post", SECRETARY, DIRECTOR),
    officers("bonds:unpublish", "post", SECRETARY, DIRECTOR),
    officers("api:contract-publication", "get", SECRETARY, DIRECTOR, scope=_READ),
    officers("api:contract-publication", "post", SECRETARY, DIRECTOR, scope=_WRITE),
    officers("api:contract-unpublish", "post", SECRETARY, DIRECTOR, scope=_WRITE),
)
