"""Addresses of reports to investors, with who may use them, and the contract for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bonds import operations
from bonds.operations.reporting import issue_report
from bonds.states import PartyRole
from people.models import Organisation
from tests.bonds.investor_books.support import TERMS, sign, write
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract, make_organisation
from tests.policies.kinds import DIRECTOR, TREASURER, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


@dataclass
class Reported:
    """The parts of the addresses of a report that the organisation of the world issued as contract holder."""

    slug: str
    reference: str
    number: int


def a_report_to_investors(organisation: Organisation) -> Reported:
    """A contract with investors that the organisation holds, and its first report."""
    world = make_contract(reference="hornbeam", is_signed=False)
    codes = dict.fromkeys(one.investor for one in TERMS.commitments)
    roles = {"ours": (organisation, PartyRole.HOLDER)}
    roles |= {code: (make_organisation(f"hornbeam-{code}"), PartyRole.INVESTOR) for code in codes}
    for code, (member, role) in roles.items():
        party = operations.add_party(
            contract=world.contract, organisation=member, code=code, actor=HOLDER, at=SIGNED_AT
        )
        operations.give_role(party=party, role=role, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
        world.parties[code] = party
    write(world, TERMS)
    sign(world)
    report, _job = issue_report(
        contract=world.contract,
        from_on=SERVICE_FROM,
        until_on=date(2025, 7, 1),
        expected={},
        actor=HOLDER,
        at=datetime(2025, 7, 2, 9, 0, tzinfo=UTC),
    )
    return Reported(organisation.slug, world.contract.reference, report.number)


def _parts(*names: str) -> Arguments:
    def give(world: object) -> dict[str, object]:
        reported: Reported = world.reported  # type: ignore[attr-defined]
        return {name: getattr(reported, name) for name in ("slug", "reference", *names)}

    return give


PARTS: dict[str, Arguments] = {
    **{f"bonds:investor-report{rest}": _parts() for rest in ("s", "-new")},
    **{f"bonds:investor-report{rest}": _parts("number") for rest in ("", "-withdraw")},
    **{f"api:investor-report-{rest}": _parts() for rest in ("list", "preview")},
    **{f"api:investor-report{rest}": _parts("number") for rest in ("", "-withdraw")},
}
_KEEPERS = (TREASURER, DIRECTOR)
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:investor-report{rest}", "get", *_KEEPERS) for rest in ("s", "-new", "", "-withdraw")),
    *(officers(f"bonds:investor-report{rest}", "post", *_KEEPERS) for rest in ("-new", "-withdraw")),
    *(officers(f"api:investor-report{rest}", "get", *_KEEPERS, scope="contracts:read") for rest in ("-list", "")),
    *(
        officers(f"api:investor-report{rest}", "post", *_KEEPERS, scope="contracts:write")
        for rest in ("-list", "-preview", "-withdraw")
    ),
)
