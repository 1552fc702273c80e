"""The journal as CSV: two rows for each transfer, the debit and the credit, in order of date, number and line."""

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from ledger.models import Account, Entry, Transfer
from treasury.exports.text import Audience, cell_writer, csv_line, plain_amount

BYTE_ORDER_MARK: Final = "\ufeff"

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


def csv_journal(entries: Iterable[Entry], *, audience: Audience) -> Iterator[str]:
    """Write the journal.

    Args:
        entries: In order, each with its transfers, accounts and words.
        audience: For people the file begins with a byte order mark, so that a spreadsheet reads it as UTF-8, and text
            that looks like a formula gets an apostrophe; for programs it has neither.
    """
    if audience is Audience.HUMAN:
        yield BYTE_ORDER_MARK
    yield csv_line(HEADER)
    safe = cell_writer(audience)
    for entry in entries:
        about = _about(entry)
        for transfer in entry.transfers.all():
            for account, owner, amounts in _sides(transfer):
                texts = (account.code, account.name)
                yield csv_line(
                    (
                        entry.effective_on.isoformat(),
                        entry.public_id,
                        str(transfer.line_no),
                        safe(entry.kind),
                        *texts,
                        *amounts,
                        transfer.currency,
                        safe(owner),
                        safe(transfer.fund),
                        *(safe(text) for text in about),
                    )
                )


def _sides(transfer: Transfer) -> Iterator[tuple[Account, str, tuple[str, str]]]:
    amount = plain_amount(transfer.amount)
    yield transfer.debit_account, transfer.debit_owner, (amount, "")
    yield transfer.credit_account, transfer.credit_owner, ("", amount)


def _about(entry: Entry) -> tuple[str, ...]:
    narration = getattr(entry, "narration", None)
    return (
        narration.text if narration else "",
        entry.source,
        entry.reason,
        entry.batch,
        entry.reverses.public_id if entry.reverses else "",
        entry.actor,
        entry.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
