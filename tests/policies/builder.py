"""Addresses of the contract builder, with who may use them, and the draft of a contract for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bonds import operations
from bonds.models import PartyRoleHeld
from bonds.states import PartyRole
from people.models import Organisation
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT
from tests.policies.kinds import DIRECTOR, SECRETARY, TREASURER, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


def a_draft_contract(organisation: Organisation) -> PartyRoleHeld:
    """Make a draft that an organisation holds and in which it is a provider as well; give its role as holder."""
    contract = operations.open_contract(
        organisation=organisation,
        reference="draftwood",
        name="Draftwood",
        purpose="Something.",
        effective_on=SERVICE_FROM,
        actor=HOLDER,
        at=SIGNED_AT,
    )
    party = operations.add_party(contract=contract, organisation=organisation, code="ours", actor=HOLDER, at=SIGNED_AT)
    for role in (PartyRole.PROVIDER, PartyRole.HOLDER):
        held = operations.give_role(party=party, role=role, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
    return held


def _parts(**more: object) -> Arguments:
    def give(world: object) -> dict[str, object]:
        return {"slug": world.organisation.slug, "reference": "draftwood", **more}  # type: ignore[attr-defined]

    return give


_ROW = {"step": "prices", "place": 0}
PARTS: dict[str, Arguments] = {
    **{
        f"bonds:{name}": _parts()
        for name in (
            "contract", "propose", "take-back", "vary", "withdraw", "parties", "add-party", "approach", "terms",
            "adjustments", "closing", "run-off", "close",
        )
    },
    **{f"bonds:{name}": _parts(number=1) for name in ("version", "sign")},
    "bonds:give-role": _parts(code="ours"),
    "bonds:end-role": lambda world: _parts(role=world.held.public_id)(world),
    **{f"bonds:{name}": _parts(step="prices") for name in ("step", "add-row")},
    **{f"bonds:{name}": _parts(**_ROW) for name in ("row", "remove-row")},
    **{
        f"api:contract{name}": _parts()
        for name in (
            "", "-versions", "-terms", "-propose", "-take-back", "-variations", "-withdraw", "-parties",
            "-adjustments", "-adjustments-preview", "-closing", "-run-off", "-close",
        )
    },
    "api:contract-version": _parts(number=1),
    "api:contract-roles": _parts(code="ours"),
    "api:contract-role-end": lambda world: _parts(role=world.held.public_id)(world),
}  # fmt: skip
_READ = ("contracts", "contract", "version", "parties", "approach", "adjustments", "closing")
_WRITERS = (SECRETARY, DIRECTOR)
_FORMS = ("open", "take-back", "vary", "withdraw", "add-party", "give-role", "end-role", "add-row", "row")
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in _READ),
    *(officers(f"bonds:{name}", "get", *_WRITERS) for name in (*_FORMS, "terms", "step")),
    *(officers(f"bonds:{name}", "post", *_WRITERS) for name in (*_FORMS, "propose", "remove-row")),
    officers("bonds:approach", "post"),
    officers("bonds:adjustments", "post", TREASURER, DIRECTOR),
    officers("bonds:run-off", "post", *_WRITERS),
    officers("bonds:close", "post", TREASURER, DIRECTOR),
    *(officers(f"api:contract-{name}", scope="contracts:read") for name in ("adjustments", "closing")),
    *(
        officers(f"api:contract-{name}", "post", TREASURER, DIRECTOR, scope="contracts:write")
        for name in ("adjustments", "adjustments-preview", "close")
    ),
    officers("api:contract-run-off", "post", *_WRITERS, scope="contracts:write"),
    officers("bonds:sign", "post", DIRECTOR),
    *(
        officers(f"api:contract{name}", scope="contracts:read")
        for name in ("s", "", "-versions", "-version", "-terms", "-parties")
    ),
    officers("api:contract-terms", "put", *_WRITERS, scope="contracts:write"),
    *(
        officers(f"api:contract{name}", "post", *_WRITERS, scope="contracts:write")
        for name in (
            "s", "-propose", "-take-back", "-variations", "-withdraw", "-parties", "-roles", "-role-end"
        )
    ),
)  # fmt: skip
