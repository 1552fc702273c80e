"""`python -m bench`: measures what the documentation claims; progress on stderr, one JSON object as the last line.

Usage: python -m bench [purchase] [certificates] [offer_page]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.environment import CLUSTER  # first: it says which settings the tests' parts run under

NAMES = ("purchase", "certificates", "offer_page")


def main() -> int:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    wanted = parser.parse_args().names or list(NAMES)
    unknown = set(wanted) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    with _surroundings() as folder:
        from bench.figures import measure  # noqa: PLC0415 - Django reads its settings here

        print(json.dumps(measure(wanted, folder)), flush=True)
    return 0


@contextmanager
def _surroundings() -> Iterator[Path]:
    """Our own PostgreSQL with a fresh database, a broker, a folder; nothing of it stays."""
    from config.embedded.postgres import APP_ROLE, OWNER_ROLE, create_database  # noqa: PLC0415
    from config.embedded.redis import EmbeddedRedis  # noqa: PLC0415
    from tests.support.database import drop_database, make_template  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="cw-bench-"))
    name = f"bench_{os.getpid()}"
    redis = EmbeddedRedis()
    CLUSTER.acquire()
    try:
        print("making the database …", file=sys.stderr, flush=True)
        create_database(CLUSTER, name, template=make_template(CLUSTER))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": CLUSTER.url(APP_ROLE, name),
            "DATABASE_OWNER_URL": CLUSTER.url(OWNER_ROLE, name),
            "BROKER_URL": redis.url,
            "MEDIA_ROOT": str(folder / "files"),
        }
        yield folder
    finally:
        drop_database(CLUSTER, name)
        CLUSTER.release()
        redis.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
