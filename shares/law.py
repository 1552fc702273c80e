"""What statute and regulator allow of community shares. Pure: no clock, no database.

Figures that differ by jurisdiction or change over time are dated rows (`shares.models.LegalHoldingLimit`);
what stands here as a constant carries its source and the day from which it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from moneyed import Money

from core.errors import InvalidInput

# Co-operative and Community Benefit Societies Act 2014 ("CCBSA"), s.24: no member other than a registered
# society may hold more than 100,000 pounds in the withdrawable shares of a society. The Act came into force on
# 1 August 2014; the same figure held from 6 April 2014 under the Act before it. Great Britain only.
GB_HOLDING_LIMIT: Final = Money(Decimal(100_000), "GBP")
GB_HOLDING_LIMIT_FROM_ON: Final = date(2014, 8, 1)
GB_HOLDING_LIMIT_SOURCE: Final = "Co-operative and Community Benefit Societies Act 2014 s.24"

# Community Shares Handbook 3.2.7 gives 20,000 pounds for Northern Ireland. The edition is of unknown age, so the
# figure is a configuration row marked unverified, and an officer can replace it by a later row.
NI_HOLDING_LIMIT: Final = Money(Decimal(20_000), "GBP")
NI_HOLDING_LIMIT_FROM_ON: Final = date(2014, 8, 1)
NI_HOLDING_LIMIT_SOURCE: Final = "Community Shares Handbook 3.2.7 (secondary source, unverified)"

# CCBSA s.2: a society has three members, or two if both are registered societies.
MINIMUM_MEMBERS: Final = 3

# No statutory cooling-off for withdrawable shares was found; 14 days is the platform's default for the offer's own
# term (compare Abundance, 14 days), not a rule of law.
DEFAULT_COOLING_OFF_DAYS: Final = 14

# Community Shares Handbook 5.4.6 (period): six weeks to six months, three months as the norm. Guidance.
LONGEST_OFFER_DAYS: Final = 184
LONGEST_OFFER_SOURCE: Final = "Community Shares Handbook 4.5.5"

# CCBSA s.30: what the register of members has to say of each member, by the letters of the section.
REGISTER_COLUMNS: Final[Mapping[str, str]] = {
    "a": "name and postal address",
    "b": "electronic address given for notices, and the purposes it was given for",
    "c": "number of shares and the amount paid or agreed as paid",
    "d": "other property in the society, as loans or deposits",
    "e": "date entered as a member",
    "f": "date of ceasing to be a member",
}
# CCBSA s.30: a register may be inspected without (c) and (d). The e-mail of (b) is left out of our view too: a
# member is asked for it to be reached by the society, and nobody else needs it to check who the members are.
INSPECTION_COLUMNS: Final[Sequence[str]] = ("a", "e", "f")

# What an offer document has to say before it may be published, by group of the Handbook's checklist.
# Source: Community Shares Handbook 4.2 (basic), 4.4-4.5 (targets, period), 4.6 (existing society), 7.6 (content).
REQUIRED_CONTENT: Final[Mapping[str, Sequence[str]]] = {
    "basic": (
        "withdrawal_terms",
        "interest_terms",
        "voting_terms",
        "asset_lock_terms",
        "value_terms",
        "holding_reasons",
        "risk_capital",
        "risk_withdrawal",
        "risk_returns",
        "risk_business",
        "risk_project",
    ),
    "money": ("capital_need", "sources_of_finance", "gap_plan", "refund_terms"),
    "time": ("extension_right", "timetable", "contingencies"),
    "business": ("purpose", "business_case", "community", "governance"),
    "legal": ("board_members", "board_interests", "tax_relief", "complaints"),
}
# Only a society that has traded can show these. Source: Community Shares Handbook 4.5.9.
REQUIRED_CONTENT_EXISTING: Final[Sequence[str]] = ("accounts_summary", "interest_history", "effect_on_members")

# Shapes seen: 27093R, 7116, RS007642, IP27093R, and Scottish and Northern Irish variants. The suffix letter tells the
# kind of society, leading zeros mean nothing. Source: Mutuals Public Register glossary (regex unverified against it).
REGISTRATION_NUMBER: Final = re.compile(r"^(IP|RS|SP|NI)?0*(\d{1,6})([A-Z()]{0,4})$")


class RegistrationNumberMalformed(InvalidInput):
    """A society's registration number has none of the shapes that the register uses."""

    code = "shares.registration_number_malformed"


def normalise_registration_number(raw: str) -> str:
    """Bring a society's registration number into the one form that can be compared.

    Spaces and leading zeros go, letters become capitals: "rs 007642" and "RS7642" are the same society.

    Args:
        raw: The number as somebody wrote it.

    Returns:
        The number with its prefix and suffix letters, at most 12 characters.

    Raises:
        RegistrationNumberMalformed: it has none of the shapes of the register.

    Source: Mutuals Public Register (FCA), shapes of old and new numbers; the expression is unverified.
    """
    compact = re.sub(r"[\s./-]", "", raw).upper()
    matched = REGISTRATION_NUMBER.match(compact)
    if matched is None:
        raise RegistrationNumberMalformed(
            "This is not a registration number of a society. Examples: 7116, 27093R, RS007642.", given=raw[:40]
        )
    prefix, digits, suffix = matched.groups()
    return f"{prefix or ''}{int(digits)}{suffix}"


def missing_content(content: Mapping[str, str], *, has_traded: bool) -> list[str]:
    """List the fields that an offer document still has to fill before it may be published.

    Args:
        content: The text of each field by its name.
        has_traded: Whether the society has accounts to show.

    Returns:
        Names of fields that are absent or blank, in the order of the checklist.

    Source: Community Shares Handbook 4.2, 4.4, 4.5, 4.5.9, 7.6 (content of offer documents).
    """
    wanted = [name for names in REQUIRED_CONTENT.values() for name in names]
    if has_traded:
        wanted.extend(REQUIRED_CONTENT_EXISTING)
    return [name for name in wanted if not content.get(name, "").strip()]


def is_exempt_from_holding_limit(*, is_registered_society: bool) -> bool:
    """Tell whether a holder may hold more than the statutory limit.

    Source: CCBSA 2014 s.24(2): the limit binds every member other than a registered society. A body corporate of
    any other kind is bound by it.
    """
    return is_registered_society
