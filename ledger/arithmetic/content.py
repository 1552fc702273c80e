"""What is hashed about an entry, byte for byte.

Every field is written as its length, a colon and its UTF-8 bytes, so no two different entries give the same bytes.
Nothing that a database rendered is hashed: whole numbers in decimal, dates in ISO form, instants as microseconds.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

HASH_VERSION: Final = 2
"""The newest encoding below. A later one gets the next number; entries keep the one they were written with.

1 had no authority; 2 has it, after the batch.
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TransferContent(NamedTuple):
    """The parts of one transfer that are hashed, in their order; accounts by their codes, amount in minor units."""

    debit: str
    debit_owner: str
    credit: str
    credit_owner: str
    amount: int
    currency: str
    fund: str


class EntryContent(NamedTuple):
    """The parts of one entry that are hashed."""

    book: str
    public_id: str
    key: str
    kind: str
    effective_on: date
    recorded_at: datetime
    actor: str
    source: str
    reason: str
    batch: str
    authority: str
    reverses: str
    narration_digest: str
    transfers: Sequence[TransferContent]


class UnknownHashVersion(ValueError):
    """An entry claims an encoding that does not exist."""


def compute_hashes(content: EntryContent, *, version: int = HASH_VERSION) -> tuple[str, str]:
    """Hash what was asked under an idempotency key, and what the entry is, with its transfers in line order.

    Of what was asked, who asked and when are left out: a webhook and the sweep that repeats it ask the same thing. So
    is the narration, because an unsalted hash would let erased words be guessed; its salted digest is compared instead.

    Args:
        content: The entry; `recorded_at` with a time zone.
        version: The encoding of the entry to use.

    Returns:
        Fingerprint and content hash, each SHA-256 in lower-case hexadecimal.

    Raises:
        UnknownHashVersion: there is no such encoding.
    """
    transfers = _write_transfers(content)
    return _digest(_write_request(content) + transfers), _digest(_write_content(content, version) + transfers)


def compute_seal_hash(*, book: str, seq: int, previous: str, content_hash: str) -> str:
    """Hash a link of the chain, as the database does when it seals (migrations/0005_chain_forward.sql).

    Args:
        book: Its slug.
        seq: The number that the entry gets, from 1.
        previous: The hash of the seal before; empty for the first.
        content_hash: Of the entry.
    """
    return _digest(_write(["commonweal.seal", "1", book, str(seq), previous, content_hash]))


def compute_narration_digest(text: str, *, salt: str) -> str:
    """Hash the words of an entry with a salt that is erased together with them; no words, no digest."""
    return _digest(_write(["commonweal.narration", "1", salt, text])) if text else ""


def _write_request(content: EntryContent) -> str:
    return _write(
        [
            "commonweal.request",
            "1",
            content.kind,
            content.effective_on.isoformat(),
            content.source,
            content.reason,
            content.batch,
            content.reverses,
        ]
    )


def _write_content(content: EntryContent, version: int) -> str:
    if version not in {1, 2} or (version == 1 and content.authority):
        raise UnknownHashVersion(f"no content encoding {version}")
    return _write(
        [
            "commonweal.entry",
            str(version),
            content.book,
            content.public_id,
            content.key,
            content.kind,
            content.effective_on.isoformat(),
            str(_microseconds(content.recorded_at)),
            content.actor,
            content.source,
            content.reason,
            content.batch,
            *([content.authority] if version > 1 else []),
            content.reverses,
            content.narration_digest,
            str(len(content.transfers)),
        ]
    )


def _write_transfers(content: EntryContent) -> str:
    return _write([str(field) for transfer in content.transfers for field in transfer])


def _microseconds(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _write(fields: list[str]) -> str:
    # Nearly every field is ASCII, whose length is known without encoding it.
    return "".join([f"{len(field) if field.isascii() else len(field.encode())}:{field}" for field in fields])


def _digest(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()
