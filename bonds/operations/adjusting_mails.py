"""Who is told that lines were worked out again: numbers and a link, never a person or a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bonds import states
from bonds.models import Claim, VersionAdjustment
from bonds.operations.telling import tell_officers
from bonds.queries.officers import parties_holding
from core.money import format_pounds
from core.periods import legal_day


def tell_adjusted(adjustment: VersionAdjustment, claims: Sequence[Claim], *, at: datetime) -> None:
    """Tell the payers, and the providers whose lines changed, what a version that reaches back has come to."""
    contract = adjustment.contract
    facts = {
        "version": adjustment.version.number,
        "lines": adjustment.changed_count,
        "change": format_pounds(abs(adjustment.change_pence), contract.currency),
        "is_more": adjustment.change_pence > 0,
        "is_less": adjustment.change_pence < 0,
    }
    payers = parties_holding(contract=contract, roles=states.PAYER_ROLES, on=legal_day(at))
    told = [("adjustments", party) for party in payers]
    told += [("claims", provider) for provider in {claim.provider_id: claim.provider for claim in claims}.values()]
    for page, party in told:
        tell_officers(
            party.organisation,
            "lines_adjusted",
            contract=contract,
            page=page,
            key=adjustment.public_id,
            facts=facts,
            at=at,
        )
