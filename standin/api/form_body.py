"""Stripe's form bodies: `line_items[0][price_data][currency]=gbp` and its like."""

import re
from typing import Any
from urllib.parse import parse_qsl

_HEAD = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART = re.compile(r"\[([^\[\]]*)\]")


def parse(encoded: str) -> dict[str, Any]:
    """Return the nested mapping that a form body or query string means; lists are mappings with number keys.

    Args:
        encoded: `application/x-www-form-urlencoded` text.

    Returns:
        Texts in nested mappings. `a[]=x&a[]=y` becomes `{"a": {"0": "x", "1": "y"}}`.

    Raises:
        ValueError: a name is not well formed, or one name is used both as a value and as a group.
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        match = _HEAD.match(name)
        if match is None:
            message = f"Invalid parameter name: {name}"
            raise ValueError(message)
        _put(tree, [match[1], *_PART.findall(match[2])], value)
    return tree


def _put(tree: dict[str, Any], keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        branch = tree.setdefault(key, {})
        if not isinstance(branch, dict):
            message = f"Invalid parameter name: {'.'.join(keys)}"
            raise ValueError(message)  # noqa: TRY004 - the input is wrong, not our types.
        tree = branch
    tree[keys[-1] or str(len(tree))] = value
