"""Pence as pounds, moments as dates, card numbers in groups of four."""

from datetime import UTC, datetime
from typing import Any

from django import template

register = template.Library()


@register.filter
def pounds(pence: int) -> str:
    """Return pence as pounds: 123450 becomes £1,234.50."""
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


@register.filter
def line_total(line: dict[str, Any]) -> int:
    """Return the pence of one line of a session."""
    return int(line["unit_amount"]) * int(line["quantity"])


@register.filter
def moment(timestamp: int) -> str:
    """Return seconds since 1970 as a date and time, UTC."""
    return datetime.fromtimestamp(timestamp, tz=UTC).strftime("%Y-%m-%d %H:%M:%S")


@register.filter
def spaced(number: str) -> str:
    """Return a card number in groups of four digits."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
