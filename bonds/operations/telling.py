"""Mail to the officers of a party: each of them once, with the address of the page as their organisation sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from bonds.models import OutcomesContract
from bonds.queries.officers import officers_to_tell
from foundation.mail import queue_mail
from people.models import Organisation


def tell_officers(
    organisation: Organisation,
    template: str,
    *,
    contract: OutcomesContract,
    page: str,
    parts: tuple[object, ...] = (),
    key: str,
    facts: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write to the officers of an organisation, in the transaction of the act.

    Args:
        organisation: A party's.
        template: Base name of the mail under `bonds/mail/`. It is given `contract` and `holder` (names), `url`,
            `given_name` and the facts.
        contract: What it is about.
        page: Name of the page that the mail leads to; it takes the organisation, the contract and `parts`.
        parts: The rest of the page's address.
        key: Names what happened: the same is told once.
        facts: For the template.
        at: Now.
    """
    path = reverse(f"bonds:{page}", args=[organisation.slug, contract.reference, *parts])
    known = {
        "contract": contract.name,
        "holder": contract.organisation.name,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
        **facts,
    }
    for user in officers_to_tell(organisation):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template=f"bonds/mail/{template}",
            context=known | {"given_name": person.given_name if person else ""},
            # Somebody may be an officer of several parties; each has a page of its own.
            key=f"bonds:{template}:{key}:{organisation.public_id}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=organisation.public_id,
        )
