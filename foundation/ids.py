"""Opaque public ids: they say what kind of thing they name and nothing else about it."""

from __future__ import annotations

import secrets

# Bitcoin's alphabet: no 0 and O, no I and l, so that an id can be read over the telephone.
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# 58 ** 22 is the first power of 58 above 2 ** 128.
LENGTH = 22
BITS = 128
# Two digits at a time: half the divisions of a long number.
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_FOURS = len(_PAIRS) ** 2


def new_public_id(prefix: str) -> str:
    """Make a public id such as "app_2kPq...": a prefix and 128 random bits in base 58.

    Args:
        prefix: Which kind of thing the id names: a few lower-case letters.
    """
    return f"{prefix}_{encode_base58(secrets.randbits(BITS))}"


def encode_base58(number: int) -> str:
    """Write a number below 2 ** 128 as 22 base-58 characters."""
    pairs: list[str] = []
    for _ in range(LENGTH // 4):
        # Four digits off the long number, then two short divisions: half the time of one digit pair at a time.
        number, four = divmod(number, _FOURS)
        high, low = divmod(four, len(_PAIRS))
        pairs += (_PAIRS[low], _PAIRS[high])
    pairs.append(_PAIRS[number])
    return "".join(reversed(pairs))
