"""Who is told where a version stands: those that sign it, and, once it is in force, every party."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bonds.models import ContractVersion, Party
from bonds.operations.telling import tell_officers
from bonds.queries.officers import parties_holding
from bonds.queries.terms import signing_parties
from bonds.states import PartyRole


def tell_proposed(version: ContractVersion, *, at: datetime) -> None:
    """Ask the parties that sign for their signature; a version that was taken back is put to them anew."""
    _tell(version, signing_parties(version), "version_proposed", at=at)


def tell_proposal_taken_back(version: ContractVersion, *, reason: str, at: datetime) -> None:
    """Tell those that were asked to sign that they need not, and why."""
    _tell(version, signing_parties(version), "version_taken_back", reason=reason, at=at)


def tell_in_force(version: ContractVersion, *, at: datetime) -> None:
    """Tell the parties of the day from which a version holds that everybody has signed it."""
    parties = parties_holding(contract=version.contract, roles=frozenset(PartyRole), on=version.effective_on)
    _tell(version, parties, "version_in_force", at=at)


def _tell(version: ContractVersion, parties: Iterable[Party], template: str, *, at: datetime, reason: str = "") -> None:
    proposed_at = version.proposed_at.isoformat() if version.proposed_at else ""
    for party in parties:
        tell_officers(
            party.organisation,
            template,
            contract=version.contract,
            page="version",
            parts=(version.number,),
            key=f"{version.public_id}:{proposed_at}",
            facts={"number": version.number, "effective_on": version.effective_on, "reason": reason},
            at=at,
        )
