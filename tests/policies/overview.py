"""Addresses of a contract at a glance and of the lines behind it, with who may use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bonds import operations
from bonds.arithmetic.plans import Expected
from bonds.models import OutcomesContract
from bonds.states import PartyRole
from people.models import Organisation
from tests.factories.bonds import CLAIMED_AT, HOLDER
from tests.policies.claims import Claimed, a_claim
from tests.policies.kinds import Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


def _parts(**more: object) -> Arguments:
    """Give the parts of an address of the contract in which the organisation of the world is a provider."""

    def give(world: object) -> dict[str, object]:
        claimed = world.own_claim  # type: ignore[attr-defined]
        return {"slug": claimed.slug, "reference": claimed.reference} | more

    return give


def a_plan(organisation: Organisation) -> Claimed:
    """A contract whose lead commissioner is the organisation, with plan 0."""
    claimed = a_claim(organisation, PartyRole.LEAD_COMMISSIONER, "hazel")
    contract = OutcomesContract.objects.get(reference=claimed.reference)
    operations.make_plan(
        contract=contract, number=0, expected=[Expected(9, "moved_in", 1)], actor=HOLDER, at=CLAIMED_AT
    )
    return claimed


def _plan_parts(**more: object) -> Arguments:
    """Give the parts of an address of the contract in which the organisation of the world pays."""

    def give(world: object) -> dict[str, object]:
        claimed = world.plan_claim  # type: ignore[attr-defined]
        return {"slug": claimed.slug, "reference": claimed.reference} | more

    return give


_PAGES = ("overview", "overview-xlsx", "overview-pdf", "lines")
PARTS: dict[str, Arguments] = {
    **{f"bonds:{name}": _parts() for name in _PAGES},
    "bonds:overview-table": _parts(table="results"),
    "api:contract-overview": _parts(),
    **{f"bonds:{name}": _plan_parts() for name in ("plans", "plan-new", "plan-upload", "plan-template")},
    **{f"bonds:{name}": _plan_parts(number=0) for name in ("plan", "plan-xlsx", "plan-pdf")},
    "bonds:plan-table": _plan_parts(number=0, table="plan"),
    **{f"api:contract-plan{name}": _plan_parts() for name in ("s", "-next", "-file")},
    "api:contract-plan": _plan_parts(number=0),
}
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in (*_PAGES, "overview-table")),
    officers("api:contract-overview", scope="contracts:read"),
    *(officers(f"bonds:{name}") for name in ("plans", "plan-new", "plan-template", "plan", "plan-table")),
    *(officers(f"bonds:{name}") for name in ("plan-xlsx", "plan-pdf")),
    *(officers(f"bonds:{name}", "post") for name in ("plan-new", "plan-upload")),
    *(officers(f"api:contract-plan{name}", scope="contracts:read") for name in ("s", "-next", "")),
    *(officers(f"api:contract-plan{name}", "post", scope="contracts:write") for name in ("s", "-file")),
)
