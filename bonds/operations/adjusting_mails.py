"""Who is told that lines were worked out again: numbers and a link, never a person or a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bonds import states
from bonds.models import Claim, VersionAdjustment
from bonds.queries.officers import officers_to_tell, parties_holding
from core.money import format_pounds
from core.periods import legal_day
from foundation.mail import queue_mail
from people.models import Organisation


def tell_adjusted(adjustment: VersionAdjustment, claims: Sequence[Claim], *, at: datetime) -> None:
    """Tell the payers, and the providers whose lines changed, what a version that reaches back has come to."""
    payers = parties_holding(contract=adjustment.contract, roles=states.PAYER_ROLES, on=legal_day(at))
    for party in payers:
        _tell(adjustment, party.organisation, "bonds:adjustments", at=at)
    for provider in {claim.provider_id: claim.provider for claim in claims}.values():
        _tell(adjustment, provider.organisation, "bonds:claims", at=at)


def _tell(adjustment: VersionAdjustment, organisation: Organisation, page: str, *, at: datetime) -> None:
    contract = adjustment.contract
    path = reverse(page, args=[organisation.slug, contract.reference])
    facts = {
        "contract": contract.name,
        "version": adjustment.version.number,
        "lines": adjustment.changed_count,
        "change": format_pounds(abs(adjustment.change_pence), contract.currency),
        "is_more": adjustment.change_pence > 0,
        "is_less": adjustment.change_pence < 0,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    for user in officers_to_tell(organisation):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template="bonds/mail/lines_adjusted",
            context=facts | {"given_name": person.given_name if person else ""},
            key=f"bonds:lines_adjusted:{adjustment.public_id}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=organisation.public_id,
        )
