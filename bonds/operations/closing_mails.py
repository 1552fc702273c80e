"""Who is told that a service has ended, or a contract: the officers of every party that takes part on the day."""

from __future__ import annotations

from datetime import datetime

from bonds.models import OutcomesContract
from bonds.operations.telling import tell_officers
from bonds.queries.closing import newest_terms
from bonds.queries.officers import parties_holding
from bonds.states import PartyRole
from core.periods import legal_day


def tell_run_off(contract: OutcomesContract, *, at: datetime) -> None:
    """Tell the parties until when results may still be achieved."""
    _tell_all(contract, "contract_run_off", at=at)


def tell_closed(contract: OutcomesContract, *, at: datetime) -> None:
    """Tell the parties that nothing happens under the contract any more."""
    _tell_all(contract, "contract_closed", at=at)


def _tell_all(contract: OutcomesContract, template: str, *, at: datetime) -> None:
    terms = newest_terms(contract)
    until = terms.run_off_until.strftime("%-d %B %Y") if terms else ""
    for party in parties_holding(contract=contract, roles=frozenset(PartyRole), on=legal_day(at)):
        tell_officers(
            party.organisation,
            template,
            contract=contract,
            page="contract",
            key=contract.public_id,
            facts={"until": until},
            at=at,
        )
