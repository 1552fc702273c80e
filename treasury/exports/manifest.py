"""What a journal file holds, so that whoever gets it can tell whether all of it arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, BinaryIO

from documents.exports.text import in_pieces, plain_amount
from ledger.queries.records import Record


class Manifest:
    """Counts entries as they go into a file, and bytes as they come out."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.entries = 0
        self.transfers = 0
        self.size_bytes = 0
        self._totals: dict[str, int] = {}
        self._first: tuple[date, str] | None = None
        self._last: tuple[date, str] | None = None
        self._digest = hashlib.sha256()

    def count(self, records: Iterable[Record]) -> Iterator[Record]:
        """Hand on entries and count them."""
        for record in records:
            self.entries += 1
            self.transfers += len(record.lines)
            for line in record.lines:
                currency = line.content.currency
                self._totals[currency] = self._totals.get(currency, 0) + line.content.amount
            self._last = (record.effective_on, record.public_id)
            self._first = self._first or self._last
            yield record

    def write(self, lines: Iterable[str], out: BinaryIO) -> None:
        """Write lines to a file and hash what is written."""
        for piece in in_pieces(lines):
            self._digest.update(piece)
            self.size_bytes += len(piece)
            out.write(piece)

    def facts(self) -> dict[str, Any]:
        """Give the manifest as JSON takes it; debits and credits of each currency are equal, so each total is one."""
        return {
            "entries": self.entries,
            "transfers": self.transfers,
            "rows": 2 * self.transfers,
            "totals": {currency: plain_amount(total) for currency, total in sorted(self._totals.items())},
            "first": _place(self._first),
            "last": _place(self._last),
            "size_bytes": self.size_bytes,
            "sha256": self._digest.hexdigest(),
        }


def _place(place: tuple[date, str] | None) -> dict[str, str] | None:
    return {"on": place[0].isoformat(), "entry": place[1]} if place else None
