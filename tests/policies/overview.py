"""Addresses of a contract at a glance and of the lines behind it, with who may use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.kinds import Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


def _parts(**more: object) -> Arguments:
    """Give the parts of an address of the contract in which the organisation of the world is a provider."""

    def give(world: object) -> dict[str, object]:
        claimed = world.own_claim  # type: ignore[attr-defined]
        return {"slug": claimed.slug, "reference": claimed.reference} | more

    return give


_PAGES = ("overview", "overview-xlsx", "overview-pdf", "lines")
PARTS: dict[str, Arguments] = {
    **{f"bonds:{name}": _parts() for name in _PAGES},
    "bonds:overview-table": _parts(table="results"),
    "api:contract-overview": _parts(),
}
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in (*_PAGES, "overview-table")),
    officers("api:contract-overview", scope="contracts:read"),
)
