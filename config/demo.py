"""`make demo`: everything the site needs, started together and stopped together.

Usage: python -m config.demo [--port 8000] [--reset] [--seed-only]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

from config.embedded.postgres import APP_ROLE, OWNER_ROLE, ROOT, Cluster
from config.embedded.redis import EmbeddedRedis
from config.processes import Processes, ProcessFailed
from config.seed.places import HISTORY_DAYS

HOST = "127.0.0.1"
STANDIN_OFFSET = 421
WEBHOOK_SECRET = "whsec_demo_only_local"
CELERY = ("celery", "-A", "config")
HOME = ROOT / ".local" / "demo"


class Demo:
    """One running demo: database, broker, stand-in for Stripe, web server, worker and scheduler."""

    def __init__(self, *, port: int, name: str = "demo", home: Path = HOME) -> None:
        self.port = port
        self.standin_port = port + STANDIN_OFFSET
        self.home = home
        self.cluster = Cluster(name)
        self.redis: EmbeddedRedis | None = None
        self.processes: Processes | None = None

    @property
    def address(self) -> str:
        """Where people find the site."""
        return f"http://{HOST}:{self.port}"

    def start(self, *, seeded: bool = True) -> None:
        """Start everything in the order in which one part needs the other.

        Args:
            seeded: Whether the demo's people, places and offers are put in (once).

        Raises:
            ProcessFailed: a part did not start; what was started is still to be stopped by `stop`.
        """
        for port in (self.port, self.standin_port):
            _refuse_taken(port)
        (self.home / "static").mkdir(parents=True, exist_ok=True)
        self.cluster.acquire()
        self.redis = EmbeddedRedis()
        self.processes = Processes(environment=self._environment(), logs=self.home / "logs")
        self.processes.run("manage.py", "migrate", "--verbosity", "0")
        self.processes.start("standin", self._standin(seeded=seeded))
        self.processes.wait_for("standin", f"http://{HOST}:{self.standin_port}/_control/health")
        if seeded:
            # Before the web, the worker and the scheduler, which live in the present: the seed tells the past.
            self.processes.run("manage.py", "seed_demo", shown=True)
        self.processes.start("web", self._web())
        self.processes.start(
            "worker", ["celery", "-A", "config", "worker", "--loglevel", "WARNING", "--concurrency", "2"]
        )
        self.processes.start(
            "scheduler",
            ["celery", "-A", "config", "beat", "--loglevel", "WARNING", "--schedule", str(self.home / "timetable")],
        )
        self.processes.wait_for("web", f"{self.address}/readyz")

    def stop(self) -> None:
        """Stop everything that was started."""
        if self.processes is not None:
            self.processes.stop()
        if self.redis is not None:
            self.redis.stop()
        self.cluster.release()

    def _environment(self) -> dict[str, str]:
        assert self.redis is not None
        return os.environ | {
            "COMMONWEAL_ENV": "demo",
            "PUBLIC_BASE_URL": self.address,
            "DATABASE_URL": self.cluster.url(APP_ROLE),
            "DATABASE_OWNER_URL": self.cluster.url(OWNER_ROLE),
            "BROKER_URL": self.redis.url,
            "CACHE_URL": self.redis.cache_url,
            "MEDIA_ROOT": str(self.home / "files"),
            "LEDGER_HEADS_FILE": str(self.home / "heads.txt"),
            "STATIC_ROOT": str(self.home / "static"),
            # The demo never shows a real key to its practice till, nor its invented people to a real account.
            "STRIPE_API_KEY": "sk_test_standin",
            "STRIPE_API_BASE": f"http://{HOST}:{self.standin_port}",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PYTHONUNBUFFERED": "1",
        }

    def _standin(self, *, seeded: bool) -> list[str]:
        return [
            "standin",
            *("--port", str(self.standin_port), "--db", str(self.home / "standin.sqlite3")),
            *("--webhook-url", f"{self.address}/webhooks/stripe/", "--webhook-secret", WEBHOOK_SECRET),
            *(("--starts-days-ago", str(HISTORY_DAYS)) if seeded else ()),
        ]

    def _web(self) -> list[str]:
        return [
            "granian",
            *("--interface", "wsgi", "--host", HOST, "--port", str(self.port), "--workers", "2"),
            *("--blocking-threads", "4", "--no-ws", "--log-level", "warning", "config.wsgi:application"),
        ]


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise ProcessFailed(
                f"Port {port} is in use. Choose another: make demo PORT=8123 (port + {STANDIN_OFFSET} is used as well)."
            ) from None


def _stop_on_signal(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run the demo until Ctrl-C, or throw its data away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true", help="throw the demo's data away and end")
    arguments = parser.parse_args()
    demo = Demo(port=arguments.port)
    if arguments.reset:
        demo.cluster.destroy()
        shutil.rmtree(HOME, ignore_errors=True)
        print("The demo's data is gone; `make demo` begins again.")
        return 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop_on_signal)
    try:
        print("Starting Commonweal …", flush=True)
        demo.start()
        _greet(demo)
        return _watch(demo)
    except ProcessFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        demo.stop()


def _greet(demo: Demo) -> None:
    from config.demo_people import PASSWORD, SIGN_INS  # noqa: PLC0415 - only words, but only here

    print(f"\nCommonweal is at {demo.address}\n")
    print(f"Sign in with one of these; the password of all is:  {PASSWORD}")
    for email, who in SIGN_INS:
        print(f"  {email:38}  {who}")
    print(f"\nMails:                 {demo.address}/demo/mail/")
    print(f"Second-factor codes:   {demo.address}/demo/codes/")
    print(f"API documentation:     {demo.address}/api/v1/docs/")
    print(f"Stand-in for Stripe:   http://{HOST}:{demo.standin_port}/")
    print("\nCtrl-C stops everything.", flush=True)


def _watch(demo: Demo) -> int:
    assert demo.processes is not None
    while True:
        time.sleep(1)
        name = demo.processes.ended()
        if name:
            print(f"{name} ended by itself (see {demo.home / 'logs' / name}.log).", file=sys.stderr)
            return 1


if __name__ == "__main__":
    raise SystemExit(main())
