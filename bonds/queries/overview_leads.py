"""Where the figures of a contract at a glance lead: lists of lines and invoices, from somebody's standpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from bonds.models import OutcomesContract
from bonds.queries.overview_tables import Lead
from people.models import Organisation

# What an address calls what the tables ask.
_NAMES: Final = {"from": "achieved_from", "through": "achieved_through"}


def lead_of(organisation: Organisation, contract: OutcomesContract, *, may_see_lines: bool) -> Lead:
    """Give what turns a list with its filters into an address, from the standpoint of an organisation.

    Args:
        organisation: From whose standpoint.
        contract: Whose lists.
        may_see_lines: Whether it sees claims and invoices at all.
    """
    addresses: dict[str, str] = {}
    for name in ("lines", "invoices"):
        try:
            addresses[name] = reverse(f"bonds:{name}", args=[organisation.slug, contract.reference])
        except NoReverseMatch:
            addresses[name] = ""

    def lead(name: str, query: Mapping[str, str]) -> str:
        address = addresses[name] if may_see_lines else ""
        asked = urlencode({_NAMES.get(key, key): value for key, value in query.items()})
        return f"{address}?{asked}" if address and asked else address

    return lead
