"""Whose a part of an account is, and what an entry comes from, in words: asked of the rooms above by prefix."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from foundation.registries import ENTRY_SOURCES, OWNER_LABELS


@dataclass(frozen=True, slots=True)
class OwnerLabel:
    """What people call an owner, and where to read more, if there is a place."""

    owner: str
    label: str
    url: str = ""


def find_owner_labels(owners: Iterable[str]) -> dict[str, OwnerLabel]:
    """Find the labels of owners ("app_...", "mem_..."); an owner that no room knows is shown by its reference."""
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for owner in sorted({one for one in owners if one}):
        by_prefix[owner.partition("_")[0]].append(owner)
    found: dict[str, OwnerLabel] = {}
    for prefix, members in by_prefix.items():
        ask = OWNER_LABELS.find(prefix)
        answers = ask(members) if ask else {}
        found |= {owner: _as_label(owner, answers.get(owner)) for owner in members}
    return found


def find_source(source: str) -> OwnerLabel:
    """Find what a source is ("mjn_...", "pay_..."); what no room knows as a source may be an owner.

    Args:
        source: The reference, not empty.
    """
    ask = ENTRY_SOURCES.find(source.partition("_")[0])
    found = ask([source]).get(source) if ask else None
    if found is not None:
        return OwnerLabel(source, found.label, found.url)
    return find_owner_labels([source])[source]


def _as_label(owner: str, answer: Any) -> OwnerLabel:
    if answer is None:
        return OwnerLabel(owner, owner)
    if isinstance(answer, str):
        return OwnerLabel(owner, answer)
    if isinstance(answer, Mapping):
        return OwnerLabel(owner, str(answer["label"]), str(answer.get("url") or ""))
    if isinstance(answer, tuple):
        return OwnerLabel(owner, str(answer[0]), str(answer[1]))
    return OwnerLabel(owner, str(answer.label), str(getattr(answer, "url", "") or ""))
