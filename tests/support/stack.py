"""The whole site as people meet it: every process of the demo, on ports and in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.demo import STANDIN_OFFSET, Demo
from config.embedded.postgres import THROWAWAY, Cluster

HIGHEST_PORT = 60_000


def free_port() -> int:
    """A port that is free, and whose neighbour for the stand-in is free as well."""
    while True:
        with socket.socket() as probe, socket.socket() as neighbour:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if port > HIGHEST_PORT:
                continue
            try:
                neighbour.bind(("127.0.0.1", port + STANDIN_OFFSET))
            except OSError:
                continue
            return port


@contextmanager
def running_site(name: str, *, seeded: bool = True) -> Iterator[Demo]:
    """Start the site with a database that begins empty (or with the demo's data), and stop it at the end."""
    home = Path(tempfile.mkdtemp(prefix=f"cw-{name}-"))
    cluster = f"{name}-{os.getpid()}"  # two runs at once do not share a server
    site = Demo(port=free_port(), name=cluster, home=home)
    site.cluster = Cluster(cluster, dict(THROWAWAY))
    site.cluster.destroy()
    try:
        site.start(seeded=seeded)
        yield site
    finally:
        site.stop()
        site.cluster.destroy()
        shutil.rmtree(home, ignore_errors=True)
