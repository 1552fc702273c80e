"""`python -m bench.ledger`: the ledger measured beside others; progress on stderr, one JSON object as the last line.

Usage: python -m bench.ledger [--full] [--largest N] [--without-peers] [posting] [batches] [hot] [reading] [whole]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("COMMONWEAL_ENV", "test")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from bench.ledger import sizes as how_much
from bench.ledger.world import World, install_peers, surroundings

PARTS = ("posting", "batches", "hot", "reading", "whole")


def main() -> int:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--full", action="store_true", help="longer, more rounds, two million movements")
    parser.add_argument("--tiny", action="store_true", help="see that every part works; the figures mean nothing")
    parser.add_argument("--largest", type=int, metavar="N", help="leave out histories of more movements")
    parser.add_argument("--without-peers", action="store_true", help="install and run no other ledger")
    asked = parser.parse_args()
    wanted = set(asked.parts or PARTS)
    if wanted - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(wanted - set(PARTS)))}")
    sizes = how_much.TINY if asked.tiny else how_much.FULL if asked.full else how_much.DEFAULT
    if asked.largest:
        sizes = replace(sizes, histories=tuple(size for size in sizes.histories if size <= asked.largest))
    peers = None if asked.without_peers else install_peers()
    with surroundings() as world, tempfile.TemporaryDirectory(prefix="cw-bench-ledger-") as folder:
        print(json.dumps(measure(world, peers, sizes, wanted, Path(folder))), flush=True)
    return 0


def measure(world: World, peers: Path | None, sizes: how_much.Sizes, wanted: set[str], folder: Path) -> dict[str, Any]:
    """Measure some parts; each says what its figures are in."""
    import django  # noqa: PLC0415 - the settings read the address of the database, which is known now

    django.setup()
    from bench.ledger import batches, books, posting, reading, whole  # noqa: PLC0415
    from bench.machine import describe_machine  # noqa: PLC0415

    acts: dict[str, Callable[[], dict[str, Any]]] = {
        "posting": lambda: posting.measure(world, peers, sizes, tell),
        "batches": lambda: batches.measure(world, sizes, tell),
        "hot": lambda: posting.measure_hot(sizes, tell),
        "reading": lambda: reading.measure(world, peers, sizes, tell),
        "whole": lambda: whole.measure(world, folder, sizes, tell),
    }
    figures: dict[str, Any] = {"machine": describe_machine()}
    books.make_book("bench")
    for name in PARTS:
        if name in wanted:
            tell(f"{name} …")
            began = time.monotonic()
            figures[name] = acts[name]()
            figures[name]["took_seconds"] = round(time.monotonic() - began)
    figures["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    return figures


def tell(words: str) -> None:
    """Report progress."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
