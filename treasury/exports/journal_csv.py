"""The journal as CSV: two rows for each transfer, the debit and the credit, in order of date, number and line."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from functools import lru_cache
from typing import Final

from documents.exports.text import BYTE_ORDER_MARK, Audience, cell_writer, csv_cells, csv_line, plain_amount
from ledger.queries.records import Record

HEADER: Final = (
    "date",
    "entry",
    "line",
    "kind",
    "account",
    "account_name",
    "debit",
    "credit",
    "currency",
    "owner",
    "fund",
    "narration",
    "source",
    "reason",
    "batch",
    "reverses",
    "actor",
    "recorded_at",
)
_REMEMBERED: Final = 4_096


def csv_journal(records: Iterable[Record], *, audience: Audience) -> Iterator[str]:
    """Write the journal.

    Args:
        records: Entries in order, from `ledger.queries.records`.
        audience: For people the file begins with a byte order mark, so that a spreadsheet reads it as UTF-8, and text
            that looks like a formula gets an apostrophe; for programs it has neither.
    """
    if audience is Audience.HUMAN:
        yield BYTE_ORDER_MARK
    yield csv_line(HEADER)
    safe = cell_writer(audience)

    # Kinds, owners and funds come back again and again.
    @lru_cache(_REMEMBERED)
    def cell(text: str) -> str:
        return csv_cells([safe(text)])

    for record in records:
        yield _rows(record, cell=cell, about=csv_cells(safe(text) for text in _about(record)))


def _rows(record: Record, *, cell: Callable[[str], str], about: str) -> str:
    rows = []
    day, kind = record.effective_on.isoformat(), cell(record.kind)
    for number, line in enumerate(record.lines, start=1):
        content, debit, credit = line.content, line.debit, line.credit
        head = f"{day},{record.public_id},{number},{kind}"
        amount, fund = plain_amount(content.amount), cell(content.fund)
        rows.append(
            f"{head},{debit.code},{debit.name},{amount},,{content.currency},{cell(content.debit_owner)},{fund},{about}\r\n"
            f"{head},{credit.code},{credit.name},,{amount},{content.currency},{cell(content.credit_owner)},{fund},"
            f"{about}\r\n"
        )
    return "".join(rows)


def _about(record: Record) -> tuple[str, ...]:
    return (
        record.narration or "",
        record.source,
        record.reason,
        record.batch,
        record.reverses,
        record.actor,
        record.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
