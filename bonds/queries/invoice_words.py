"""The fields of an invoice by the European standard, in words that people know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.models.choices import VAT_CATEGORIES
from bonds.queries.invoices import TYPE_CODES
from core.amounts import read_pence
from core.money import format_pounds

_DAYS: Final = frozenset({"BT-2", "BT-9"})
_AMOUNTS: Final = frozenset({"BT-106", "BT-109", "BT-110", "BT-112", "BT-113", "BT-115", "BT-116", "BT-117"})
# In the order in which people read an invoice. Source of the names: EN 16931-1, business terms.
LABELS: Final = {
    "BT-1": gettext_lazy("Number"),
    "BT-3": gettext_lazy("Kind of document"),
    "BT-25": gettext_lazy("Credits invoice"),
    "BT-2": gettext_lazy("Issued on"),
    "BT-9": gettext_lazy("Due on"),
    "BT-27": gettext_lazy("From (seller)"),
    "BT-31": gettext_lazy("VAT number of the seller"),
    "BT-44": gettext_lazy("To (buyer)"),
    "BT-12": gettext_lazy("Contract"),
    "BT-13": gettext_lazy("Purchase order"),
    "BT-10": gettext_lazy("Cost centre of the buyer"),
    "BT-5": gettext_lazy("Currency"),
    "BT-106": gettext_lazy("Sum of the lines"),
    "BT-109": gettext_lazy("Total without VAT"),
    "BT-116": gettext_lazy("Amount that VAT looks at"),
    "BT-118": gettext_lazy("How VAT looks at it"),
    "BT-119": gettext_lazy("VAT rate"),
    "BT-120": gettext_lazy("Why no VAT is charged"),
    "BT-117": gettext_lazy("VAT of that amount"),
    "BT-110": gettext_lazy("VAT in all"),
    "BT-112": gettext_lazy("Total with VAT"),
    "BT-113": gettext_lazy("Less what was paid before"),
    "BT-115": gettext_lazy("To be paid"),
}
# What is said otherwise on a credit note: nothing is due on it.
NOTE_LABELS: Final[dict[str, Any]] = {"BT-9": "", "BT-115": gettext_lazy("Credited")}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the standard, what people call it, and what it says."""

    code: str
    label: str
    value: str


def say_fields(facts: Mapping[str, Any]) -> list[Field]:
    """Give what an invoice says in words; fields that say nothing are left out.

    Args:
        facts: As `bonds.queries.invoices.write_facts` keeps them.
    """
    currency, is_note = str(facts["BT-5"]), facts["BT-3"] == TYPE_CODES["credit_note"]
    labels = LABELS | (NOTE_LABELS if is_note else {})
    said = [(code, label, facts.get(code, "")) for code, label in labels.items() if label]
    return [Field(code, str(label), _say(code, str(value), currency)) for code, label, value in said if value]


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A line that comes of no claim, such as a compensation: for what, for which days, and how much."""

    words: str
    from_on: date
    last_on: date
    amount: str


def say_plain_lines(facts: Mapping[str, Any]) -> list[PlainLine]:
    """Give the lines of an invoice that come of no claim, in words.

    Args:
        facts: As an invoice keeps them; lines with a reference to a line of a claim (BT-128) are left out.
    """
    currency = str(facts["BT-5"])
    return [
        PlainLine(
            one["BT-153"],
            date.fromisoformat(one["BT-134"]),
            date.fromisoformat(one.get("BT-135", one["BT-134"])),
            format_pounds(read_pence(one["BT-131"]) or 0, currency),
        )
        for one in facts["BG-25"]
        if "BT-128" not in one
    ]


def _say(code: str, value: str, currency: str) -> str:
    if code in _DAYS:
        return date_format(date.fromisoformat(value), "j F Y")
    if code in _AMOUNTS:
        return format_pounds(read_pence(value) or 0, currency)
    if code == "BT-3":
        return _("credit note") if value == TYPE_CODES["credit_note"] else _("invoice")
    if code == "BT-118":
        return str(dict(VAT_CATEGORIES)[value])
    if code == "BT-119":
        return f"{value} %"
    return value
