"""Who is told of disputes and closed samples by mail: numbers and a link, never a person, a result or words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bonds import states
from bonds.models import Adjudication, Dispute, OutcomesContract, SampleClosing
from bonds.operations.telling import tell_officers
from bonds.queries.disputes import payers_of_lines
from bonds.queries.officers import parties_holding
from core.money import format_pounds
from core.periods import legal_day
from people.models import Organisation


def tell_disputed(dispute: Dispute, *, at: datetime) -> None:
    """Tell the other side, the verifier, and whoever may write down what the adjudicator finds."""
    claim = dispute.line.claim
    contract = claim.contract
    wanted = states.VERIFYING_ROLES | states.ADJUDICATING_ROLES
    concerned = [party.organisation for party in parties_holding(contract=contract, roles=wanted, on=legal_day(at))]
    concerned += [contract.organisation, claim.provider.organisation]
    others = [one for one in concerned if one.pk != dispute.raised_by.organisation_id]
    facts = {"number": claim.number, "raised_by": dispute.raised_by.organisation.name}
    _tell(contract, others, "dispute_raised", to=("dispute", dispute.public_id), facts=facts, at=at)


def tell_adjudicated(adjudication: Adjudication, *, at: datetime) -> None:
    """Tell both sides, the verifier, and the payers whose money it is."""
    dispute = adjudication.dispute
    claim = dispute.line.claim
    contract = claim.contract
    concerned = [
        party.organisation
        for party in parties_holding(contract=contract, roles=states.VERIFYING_ROLES, on=legal_day(at))
    ]
    concerned += [claim.provider.organisation, dispute.raised_by.organisation]
    concerned += [payer.organisation for payer in payers_of_lines([dispute.line_id])]
    facts = {"number": claim.number}
    _tell(contract, concerned, "dispute_decided", to=("dispute", dispute.public_id), facts=facts, at=at)


def tell_sample_closed(closing: SampleClosing, *, payers: Iterable[Organisation], at: datetime) -> None:
    """Tell the contract holder and the payers what a sample came to; each provider is told of its own lines only.

    Args:
        closing: Just made.
        payers: Those for whom something is set off.
        at: Now.
    """
    sample = closing.sample
    contract = sample.contract
    facts = {
        "number": sample.number,
        "drawn": sample.items.count(),
        "invalid": closing.invalid_count,
        "extrapolated": format_pounds(closing.extrapolated_pence, contract.currency),
    }
    concerned = [contract.organisation, *payers]
    _tell(contract, concerned, "sample_closed", to=("sample", sample.number), facts=facts, at=at)
    wrong = sample.items.filter(finding__is_valid=False).select_related("line__claim__provider__organisation")
    by_provider: dict[Organisation, int] = {}
    for item in wrong:
        own = item.line.claim.provider.organisation
        by_provider[own] = by_provider.get(own, 0) + 1
    for provider, count in by_provider.items():
        told = facts | {"invalid": count}
        _tell(contract, [provider], "lines_found_wrong", to=("claims",), facts=told, at=at)


def _tell(
    contract: OutcomesContract,
    organisations: Iterable[Organisation],
    template: str,
    *,
    to: tuple[object, ...],
    facts: dict[str, Any],
    at: datetime,
) -> None:
    """Tell the officers of each organisation once."""
    page, *parts = to
    subject = "-".join(str(part) for part in (contract.public_id, *to, facts["number"]))
    for organisation in {one.pk: one for one in organisations}.values():
        tell_officers(
            organisation,
            template,
            contract=contract,
            page=str(page),
            parts=tuple(parts),
            key=subject,
            facts=facts,
            at=at,
        )
