"""Addresses of people and results under an outcomes contract, with who may use them, and the contract for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bonds import operations
from bonds.models import EvidenceItem, OutcomesContract, Party
from bonds.operations.evidence import NewFile, add_evidence
from bonds.states import PartyRole
from people.models import Organisation
from tests.bonds.results.support import AT, TODAY, WORKER, admit, record, wide_terms
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract, sign_all
from tests.policies.kinds import Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


@dataclass
class Signed:
    """A signed contract in which the organisation of the world is a provider, and what it recorded."""

    contract: OutcomesContract
    party: Party
    evidence: EvidenceItem


def a_signed_contract(organisation: Organisation) -> Signed:
    """Make it by the acts that make it in life."""
    world = make_contract(wide_terms(), reference="whitebeam", is_signed=False)
    party = operations.add_party(
        contract=world.contract, organisation=organisation, code="ours", actor=HOLDER, at=SIGNED_AT
    )
    operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
    sign_all(world, operations.propose_version(contract=world.contract, actor=HOLDER, at=SIGNED_AT), at=SIGNED_AT)
    world.contract.refresh_from_db()
    event = record(world, admit(world, party).start.participant, provider=party)
    evidence = add_evidence(
        contract=world.contract,
        provider=party,
        event=event,
        kind="tenancy",
        dated_on=date(2025, 4, 9),
        file=NewFile(b"%PDF-1.4 keys", "keys.pdf"),
        actor=WORKER,
        at=AT,
        today=TODAY,
    )
    return Signed(world.contract, party, evidence)


def _parts(*names: str) -> Arguments:
    """Give the parts of an address that a name takes."""

    def give(world: object) -> dict[str, object]:
        signed: Signed = world.signed  # type: ignore[attr-defined]
        values = {
            "slug": signed.party.organisation.slug,
            "reference": signed.contract.reference,
            "event": signed.evidence.event.public_id,  # type: ignore[union-attr]
            "evidence": signed.evidence.public_id,
            "person": signed.evidence.participant.pseudonym,  # type: ignore[union-attr]
        }
        return {name: values[name] for name in ("slug", "reference", *names)}

    return give


PARTS: dict[str, Arguments] = {
    **{
        f"bonds:{name}": _parts()
        for name in (
            "missing",
            "results",
            "result-new",
            "group-result-new",
            "upload",
            "upload-confirm",
            "people",
            "person-new",
            "referrals",
            "referral-new",
        )
    },
    **{f"bonds:{name}": _parts("event") for name in ("result", "evidence-new", "result-withdraw")},
    **{f"bonds:{name}": _parts("person") for name in ("person", "clock-new", "person-evidence-new")},
    "bonds:evidence-file": _parts("evidence"),
    **{
        f"api:contract-{name}": _parts()
        for name in ("people", "referrals", "guarantees", "results", "uploads", "missing")
    },
    **{f"api:contract-{name}": _parts("person") for name in ("person", "clocks", "person-evidence")},
    **{f"api:contract-{name}": _parts("event") for name in ("result", "result-evidence", "result-withdrawal")},
    "api:contract-evidence-file": _parts("evidence"),
}
_READ = ("missing", "results", "result", "evidence-file", "people", "person", "referrals")
_FORMS = (
    "result-new",
    "group-result-new",
    "upload",
    "evidence-new",
    "result-withdraw",
    "person-new",
    "clock-new",
    "person-evidence-new",
    "referral-new",
)
_READ_API = (
    "people",
    "person",
    "referrals",
    "guarantees",
    "results",
    "result",
    "result-evidence",
    "evidence-file",
    "missing",
)
_WRITE_API = (
    "people",
    "clocks",
    "person-evidence",
    "referrals",
    "results",
    "uploads",
    "result-evidence",
    "result-withdrawal",
)
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in (*_READ, *_FORMS)),
    *(officers(f"bonds:{name}", "post") for name in (*_FORMS, "upload-confirm")),
    *(officers(f"api:contract-{name}", scope="contracts:read") for name in _READ_API),
    *(officers(f"api:contract-{name}", "post", scope="claims:write") for name in _WRITE_API),
)
