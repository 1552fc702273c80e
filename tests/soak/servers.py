"""The site as separate processes on the database of a test: two web processes, workers, the stand-in, a broker."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.db import connections

from config.embedded.postgres import APP_ROLE
from config.embedded.redis import EmbeddedRedis
from config.processes import Processes, ProcessFailed
from tests.environment import CLUSTER
from tests.standin.process import API_KEY, WEBHOOK_SECRET, Standin, StandinProcess
from tests.support.stack import free_port

HOST = "127.0.0.1"
# A machine that runs other tests as well may take its time.
READY_SECONDS = 180
WEB_PROCESSES = 2
THREADS = 4


class Servers:
    """Starts what a test asks for, and ends it by its ids."""

    def __init__(self, folder: Path, *, settings: str = "config.settings", database: str = "") -> None:
        self.folder = folder
        self.settings = settings
        self.database = database or CLUSTER.url(APP_ROLE, connections["default"].settings_dict["NAME"])
        self.port = free_port()
        self.redis: EmbeddedRedis | None = None
        self.broker_url = "memory://"
        self._standin = StandinProcess(folder=folder)
        self._processes = Processes(environment={}, logs=folder / "logs")

    @property
    def address(self) -> str:
        """Where the web processes listen."""
        return f"http://{HOST}:{self.port}"

    @property
    def webhook_address(self) -> str:
        """Where the provider's messages go."""
        return f"{self.address}/webhooks/stripe/"

    @property
    def standin(self) -> Standin:
        """The running stand-in."""
        return Standin(base_url=f"http://{HOST}:{self._standin.port}", secret=WEBHOOK_SECRET)

    def start_standin(self) -> Standin:
        """Start the stand-in; its webhooks are held until it is told where they go."""
        return self._standin.start()

    def start_broker(self) -> None:
        """Start a broker; without one the web processes keep their nudges to themselves."""
        self.redis = EmbeddedRedis()
        self.broker_url = self.redis.url

    def start_web(self, application: str, *, processes: int = WEB_PROCESSES) -> None:
        """Start the web server and wait until it answers."""
        self._start(
            "web",
            "granian",
            *("--interface", "wsgi", "--host", HOST, "--port", str(self.port), "--workers", str(processes)),
            *("--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning", application),
        )
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                return self._processes.wait_for("web", f"{self.address}/readyz")
            except ProcessFailed:
                if self._processes.ended() or time.monotonic() > until:
                    raise

    def start_worker(self, name: str = "worker", *, later: int = 0, processes: int = 0) -> int:
        """Start a Celery worker and return its process id.

        Args:
            name: Of its log.
            later: How many seconds its clock is ahead.
            processes: How many it forks; none: it works by itself.
        """
        pool = ("--concurrency", str(processes)) if processes else ("--pool", "solo")
        self._start(
            name,
            *("tests.soak.worker", "-A", "config", "worker", "--loglevel", "WARNING", *pool),
            *("--without-gossip", "--without-mingle"),
            SECONDS_AHEAD=str(later),
        )
        return self._processes.children[name].pid

    def wait_until_ended(self, name: str) -> int:
        """Wait for a process that was killed, and return how it ended."""
        ended = self._processes.children.pop(name).wait(timeout=15)
        return int(ended)

    def stop_web(self) -> None:
        """Stop everything but the stand-in and the broker."""
        self._processes.stop()

    def stop(self) -> None:
        """Stop everything."""
        self._processes.stop()
        self._standin.stop()
        if self.redis is not None:
            self.redis.stop()
            self.redis = None

    def log_of(self, name: str) -> str:
        """What a process wrote."""
        path = self.folder / "logs" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the site's processes."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "COMMONWEAL_ENV": "test",
            "PUBLIC_BASE_URL": self.address,
            "DATABASE_URL": self.database,
            "DATABASE_CONN_MAX_AGE": "60",
            "BROKER_URL": self.broker_url,
            "STRIPE_API_KEY": API_KEY,
            "STRIPE_API_BASE": f"http://{HOST}:{self._standin.port}",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PYTHONUNBUFFERED": "1",
        }

    def _start(self, name: str, *command: str, **more: str) -> None:
        self._processes.environment = self.environment | more
        self._processes.start(name, command)
