"""Who is told that a service has ended, or a contract: the officers of every party that takes part on the day."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bonds.models import OutcomesContract
from bonds.queries.closing import newest_terms
from bonds.queries.officers import officers_to_tell, parties_holding
from bonds.states import PartyRole
from core.periods import legal_day
from foundation.mail import queue_mail


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
        path = reverse("bonds:contract", args=[party.organisation.slug, contract.reference])
        for user in officers_to_tell(party.organisation):
            person = getattr(user, "person", None)
            queue_mail(
                to=user.email,
                template=f"bonds/mail/{template}",
                context={
                    "contract": contract.name,
                    "until": until,
                    "url": f"{settings.PUBLIC_BASE_URL}{path}",
                    "given_name": person.given_name if person else "",
                },
                key=f"bonds:{template}:{contract.public_id}:{user.public_id}",
                at=at,
                language=person.language if person else "en-gb",
                organisation=party.organisation.public_id,
            )
