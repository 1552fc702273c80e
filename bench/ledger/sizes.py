"""How much is measured: as a rule, in full, and just enough to see that every part works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Counts and seconds of a run."""

    rounds: int
    seconds: float
    clients: tuple[int, ...]
    hot_clients: tuple[int, ...]
    django_ledger_postings: int
    batch_entries: int
    batch_size: int
    batch_rounds: int
    histories: tuple[int, ...]
    peer_histories: tuple[int, ...]
    reads: int
    whole: tuple[str, ...]


DEFAULT = Sizes(
    rounds=3,
    seconds=1.5,
    clients=(1, 2, 8),
    hot_clients=(8, 32),
    django_ledger_postings=20,
    batch_entries=100_000,
    batch_size=5_000,
    batch_rounds=3,
    histories=(10_000, 100_000, 1_000_000),
    peer_histories=(10_000, 100_000),
    reads=41,
    whole=("verify", "plain_text"),
)
FULL = Sizes(
    rounds=7,
    seconds=5,
    clients=(1, 2, 8),
    hot_clients=(8, 32),
    django_ledger_postings=20,
    batch_entries=100_000,
    batch_size=5_000,
    batch_rounds=5,
    histories=(10_000, 100_000, 1_000_000, 2_000_000),
    peer_histories=(10_000, 100_000),
    reads=201,
    whole=("verify", "plain_text", "csv", "log"),
)
TINY = Sizes(
    rounds=1,
    seconds=0.1,
    clients=(1, 2),
    hot_clients=(2,),
    django_ledger_postings=2,
    batch_entries=40,
    batch_size=20,
    batch_rounds=1,
    histories=(24, 48),
    peer_histories=(24,),
    reads=3,
    whole=("verify", "plain_text", "csv", "log"),
)
