"""Addresses of claims under outcomes contracts, with who may use them, and the contracts for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bonds import operations
from bonds.models import EvidenceItem
from bonds.states import PartyRole
from foundation.files import store_file
from people.models import Organisation
from tests.factories.bonds import CLAIMED_AT, HOLDER, PROVIDER, SERVICE_FROM, SIGNED_AT, make_contract, sign_all
from tests.policies.kinds import Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


@dataclass
class Claimed:
    """The parts of the addresses of one claim in which the organisation of the world has a part."""

    slug: str
    reference: str
    number: int
    line: str
    evidence: str


def a_claim(organisation: Organisation, role: PartyRole, reference: str) -> Claimed:
    """A submitted claim of which the organisation is the provider or the verifier."""
    world = make_contract(reference=reference, is_signed=False)
    party = operations.add_party(
        contract=world.contract, organisation=organisation, code="ours", actor=HOLDER, at=SIGNED_AT
    )
    operations.give_role(party=party, role=role, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
    sign_all(world, operations.propose_version(contract=world.contract, actor=HOLDER, at=SIGNED_AT), at=SIGNED_AT)
    world.contract.refresh_from_db()
    provider = party if role is PartyRole.PROVIDER else world.provider
    event = world.make_event("moved_in", date(2025, 4, 10), provider=provider)
    file = store_file(
        content=b"Keys", name="keys.txt", media_type="text/plain", organisation=provider.organisation.public_id,
        at=CLAIMED_AT,
    )  # fmt: skip
    item = EvidenceItem.objects.create(
        event=event, kind="tenancy", dated_on=date(2025, 4, 10), file=file, provided_by=PROVIDER.ref,
        provided_at=CLAIMED_AT,
    )  # fmt: skip
    claim = operations.put_in_claim(
        contract=world.contract, provider=provider, events=[event], actor=PROVIDER, at=CLAIMED_AT
    )
    operations.submit_claim(claim=claim, actor=PROVIDER, at=CLAIMED_AT)
    return Claimed(organisation.slug, reference, claim.number, claim.lines.get().public_id, item.public_id)


def _parts(of: str, *names: str) -> Arguments:
    """Give the parts of an address; `of` says in which of the two contracts it is."""

    def give(world: object) -> dict[str, object]:
        claimed: Claimed = getattr(world, of)
        return {name: getattr(claimed, name) for name in ("slug", "reference", *names)}

    return give


_OWN, _DESK = "own_claim", "desk_claim"
PARTS: dict[str, Arguments] = {
    **{name: _parts(_OWN) for name in ("bonds:claims", "bonds:claim-new", "api:claim-list")},
    **{
        f"bonds:claim{act}": _parts(_OWN, "number") for act in ("", "-take", "-submit", "-withdraw", "-statement")
    },
    "bonds:claim-decide": _parts(_DESK, "number"),
    "bonds:line": _parts(_OWN, "line"),
    "bonds:line-answer": _parts(_OWN, "line"),
    "bonds:line-evidence": _parts(_DESK, "line", "evidence"),
    **{f"bonds:line-{act}": _parts(_DESK, "line") for act in ("query", "flag", "check", "decide")},
    **{f"api:claim{act}": _parts(_OWN, "number") for act in ("", "-lines", "-take", "-submit", "-withdraw")},
    **{f"api:claim-{act}": _parts(_DESK, "number") for act in ("accept", "reject")},
    **{f"api:claim-line{act}": _parts(_OWN, "line") for act in ("", "-answer")},
    **{f"api:claim-line-{act}": _parts(_DESK, "line") for act in ("query", "flag", "check")},
    "api:claim-line-evidence": _parts(_DESK, "line", "evidence"),
}  # fmt: skip
_PAGES = ("claims", "claim-new", "claim", "claim-submit", "line", "line-evidence")
_ACTS = (
    "claim-new",
    "claim-take",
    "claim-submit",
    "claim-withdraw",
    "claim-statement",
    "claim-decide",
    "line-answer",
    "line-query",
    "line-flag",
    "line-check",
    "line-decide",
)
_READ_API = ("claim-list", "claim", "claim-lines", "claim-line", "claim-line-evidence")
_WRITE_API = (
    "claim-list",
    "claim-take",
    "claim-submit",
    "claim-withdraw",
    "claim-accept",
    "claim-reject",
    "claim-line-query",
    "claim-line-answer",
    "claim-line-flag",
    "claim-line-check",
)
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in _PAGES),
    *(officers(f"bonds:{name}", "post") for name in _ACTS),
    *(officers(f"api:{name}", scope="contracts:read") for name in _READ_API),
    *(officers(f"api:{name}", "post", scope="claims:write") for name in _WRITE_API),
)
