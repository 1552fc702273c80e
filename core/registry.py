"""How news travels upwards: a lower room keeps a registry, a higher room registers with it at start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class DoublyRegistered(RuntimeError):
    """Two rooms registered the same key: a mistake of ours that must stop the start."""


class NotRegistered(LookupError):
    """Nothing is registered under the key."""


class Registry(Generic[Item]):
    """Named items, each registered once in `AppConfig.ready()`.

    A room that relies on a key says so with `expect`; a system check reports what nobody registered.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, Item] = {}
        self._expected: set[str] = set()
        self._doubles: set[str] = set()

    def register(self, key: str, item: Item) -> None:
        """Put an item under a key. The same item twice is harmless; another item under the key raises."""
        if key in self._items and self._items[key] != item:
            self._doubles.add(key)
            raise DoublyRegistered(f"{self.name}: {key!r} is registered twice")
        self._items[key] = item

    def expect(self, *keys: str) -> None:
        """Say that somebody has to register these keys."""
        self._expected.update(keys)

    def get(self, key: str) -> Item:
        """Return the item under a key.

        Raises:
            NotRegistered: nobody registered the key.
        """
        try:
            return self._items[key]
        except KeyError:
            raise NotRegistered(f"{self.name}: nothing is registered as {key!r}") from None

    def find(self, key: str) -> Item | None:
        """Return the item under a key, or None."""
        return self._items.get(key)

    def items(self) -> Iterator[tuple[str, Item]]:
        """Go through the items in the order of their keys."""
        return iter(sorted(self._items.items()))

    def missing(self) -> list[str]:
        """List the keys that are expected and that nobody registered."""
        return sorted(self._expected - self._items.keys())

    def doubles(self) -> list[str]:
        """List the keys that two rooms tried to register."""
        return sorted(self._doubles)

    def __contains__(self, key: str) -> bool:
        return key in self._items
