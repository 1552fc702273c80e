"""Where the figures of a contract at a glance lead: lists of lines and invoices, from somebody's standpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from bonds.models import OutcomesContract
from bonds.queries.overview_tables import Lead
from people.models import Organisation

# What an address calls what the tables ask.
_NAMES: Final = {"from": "achieved_from", "through": "achieved_through"}


def lead_of(
    organisation: Organisation,
    contract: OutcomesContract,
    *,
    has_lines: bool,
    has_invoices: bool,
    only_payer: str = "",
) -> Lead:
    """Give what turns a list with its filters into an address, from the standpoint of an organisation.

    Args:
        organisation: From whose standpoint.
        contract: Whose lists.
        has_lines: Whether it sees claims.
        has_invoices: Whether it sees invoices.
        only_payer: Short name, where it sees the invoices to this payer alone.
    """
    place = [organisation.slug, contract.reference]
    addresses = {
        "lines": reverse("bonds:lines", args=place) if has_lines else "",
        "invoices": reverse("bonds:invoices", args=place) if has_invoices else "",
    }

    def lead(name: str, query: Mapping[str, str]) -> str:
        address = addresses[name]
        if name == "invoices" and only_payer and query.get("payer") != only_payer:
            return ""
        asked = urlencode({_NAMES.get(key, key): value for key, value in query.items()})
        return f"{address}?{asked}" if address and asked else address

    return lead
