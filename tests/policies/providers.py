"""Addresses of providers' pay, with who may use them, and the contract that the organisation holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bonds import operations
from bonds.models import ProviderDue
from people.models import Organisation
from tests.bonds.provider_pay.support import BOOKED_AT, book, claim_two, make_world
from tests.factories.bonds import HOLDER
from tests.policies.kinds import DIRECTOR, TREASURER, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


GUARANTEE_FROM = date(2025, 4, 1)


@dataclass
class Paying:
    """The parts of the addresses of a contract that the organisation of the world holds."""

    slug: str
    reference: str
    code: str
    amount: str
    compensation: str
    payer: str = "northmoor"
    begins: str = "2025-04-01"

    @property
    def provider(self) -> str:
        """The provider's code, as addresses of the API call it."""
        return self.code


def a_paying_contract(organisation: Organisation) -> Paying:
    """A contract with two providers, of which one was booked what it is due."""
    world = make_world(where={"reference": "rowantree", "holder": organisation})
    world.accept(claim_two(world))
    book(world)
    due = ProviderDue.objects.filter(provider=world.provider).latest("pk")
    made = operations.accept_compensation(
        contract=world.contract, commissioner="northmoor", provider=world.provider.code, from_on=GUARANTEE_FROM,
        actor=HOLDER, at=BOOKED_AT,
    )  # fmt: skip
    return Paying(organisation.slug, "rowantree", world.provider.code, due.public_id, made.public_id)


def _parts(*names: str) -> Arguments:
    def give(world: object) -> dict[str, object]:
        paying: Paying = world.paying  # type: ignore[attr-defined]
        return {name: getattr(paying, name) for name in ("slug", "reference", *names)}

    return give


PARTS: dict[str, Arguments] = {
    "bonds:provider-pay": _parts(),
    **{
        f"bonds:provider-{name}": _parts("code")
        for name in ("account", "statement-csv", "statement-issue", "paid")
    },
    "bonds:provider-due": _parts("code", "amount"),
    "bonds:compensation": _parts("payer", "code", "begins"),
    "bonds:compensation-undo": _parts("compensation"),
    "api:compensation-undo": _parts("compensation"),
    **{f"api:{name}": _parts() for name in ("provider-pay", "unbooked-dues", "compensations")},
    **{f"api:provider-{name}": _parts("provider") for name in ("dues", "statement", "statements", "payments")},
}  # fmt: skip
_BOOKING = (TREASURER, DIRECTOR)
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:provider-{name}") for name in ("pay", "account", "statement-csv", "due")),
    *(officers(f"bonds:provider-{name}", "post", *_BOOKING) for name in ("pay", "statement-issue")),
    *(officers("bonds:provider-paid", method, TREASURER) for method in ("get", "post")),
    *(officers("bonds:compensation", method, *_BOOKING) for method in ("get", "post")),
    *(officers("bonds:compensation-undo", method, *_BOOKING) for method in ("get", "post")),
    officers("api:compensation-undo", "post", *_BOOKING, scope="contracts:write"),
    *(
        officers(f"api:{name}", scope="contracts:read")
        for name in ("provider-pay", "provider-dues", "provider-statement", "provider-statements", "compensations")
    ),
    officers("api:unbooked-dues", "get", *_BOOKING, scope="contracts:read"),
    *(
        officers(f"api:{name}", "post", *_BOOKING, scope="contracts:write")
        for name in ("provider-pay", "provider-statements", "compensations")
    ),
    officers("api:provider-payments", "post", TREASURER, scope="payments:write"),
)
