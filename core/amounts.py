"""Reading an amount as people type it."""

from __future__ import annotations

import re
from typing import Final

# £1,234.50, 1234.5, .50, 12: no sign but the pound, no letters, at most two decimals. Commas only between thousands.
_AMOUNT: Final = re.compile(r"£?\s*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.(?P<rest>[0-9]{1,2}))?")
_SPACES: Final = "\u00a0\u202f"
MAX_DIGITS: Final = 14


def read_pence(text: str) -> int | None:
    """Read an amount in pounds as whole pence; None where it is none, whatever the reason.

    Args:
        text: As typed: "12", "12.5", "£1,234.50". A minus, letters or a third decimal make it unreadable: nothing is
            rounded and nothing is guessed.
    """
    plain = "".join(" " if one in _SPACES else one for one in text).strip()
    found = _AMOUNT.fullmatch(plain)
    if found is None or (not plain.isascii() and not plain.startswith("£")):
        return None
    whole, rest = found["whole"].replace(",", ""), found["rest"] or ""
    if not whole + rest or len(whole) > MAX_DIGITS:
        return None
    return int(whole or "0") * 100 + int(rest.ljust(2, "0"))


def write_pence(pence: int | None) -> str:
    """Write pence as a plain amount in pounds, as `read_pence` reads it; nothing for None or zero."""
    if not pence:
        return ""
    return f"{pence // 100}.{pence % 100:02d}"
