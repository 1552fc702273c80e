"""The stand-in as a process of its own, and its controls, for any test that pays."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import stripe

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "sk_test_practice"
WEBHOOK_SECRET = "whsec_tests"
ACCOUNT = "acct_tests"
START_SECONDS = 40
STOP_SECONDS = 8

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlRefused(Exception):
    """A control answered other than 200."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status


class Standin:
    """A running stand-in and its controls; `standin/README.md` describes each."""

    def __init__(self, *, base_url: str, secret: str = WEBHOOK_SECRET) -> None:
        self.base_url = base_url
        self.secret = secret

    def control(self, path: str, *, method: str = "POST", **facts: Any) -> dict[str, Any]:
        """Press one control and return its answer."""
        request = urllib.request.Request(
            f"{self.base_url}/_control/{path}",
            data=json.dumps(facts).encode() if method == "POST" else None,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=60) as response:
                answer: dict[str, Any] = json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise ControlRefused(error.code, error.read().decode()) from error
        return answer

    def client(self, *, retries: int = 0, http_client: stripe.HTTPClient | None = None) -> stripe.StripeClient:
        """Return the official client, talking to the stand-in."""
        return stripe.StripeClient(
            API_KEY,
            base_addresses={"api": self.base_url},
            max_network_retries=retries,
            http_client=http_client,
        )

    def reset(self) -> None:
        """Forget everything, webhook address included, and open the account that the tests use."""
        self.control("reset")
        self.control("accounts", id=ACCOUNT, name="The Fox and Hounds Community Society")

    def add_account(self, account_id: str, name: str = "Another society", **facts: Any) -> dict[str, Any]:
        return self.control("accounts", id=account_id, name=name, **facts)

    def add_float(self, amount: int, *, account: str = ACCOUNT) -> dict[str, Any]:
        """Add pence to an account's available balance."""
        return self.control(f"accounts/{account}/float", amount=amount)

    def pay(self, session_id: str, *, card: str = "4242424242424242", **facts: Any) -> dict[str, Any]:
        """Present a card to a Checkout Session as its page would; answers the session and the payment intent."""
        return self.control(f"checkout/{session_id}/pay", card=card, **facts)

    def fault(self, kind: str, operation: str = "*", **facts: Any) -> None:
        """Let the next request of an operation fail in a way: see `standin.models.Fault.KINDS`."""
        self.control("faults", kind=kind, operation=operation, **facts)

    def move_clock(self, **ahead: int) -> None:
        """Move the stand-in's clock forward by `days` or `seconds`."""
        self.control("clock", **ahead)

    def requests_seen(self, operation: str = "") -> list[dict[str, Any]]:
        """Return the requests that came, oldest first."""
        found: list[dict[str, Any]] = self.control(f"requests?operation={operation}", method="GET")["requests"]
        return found

    def deliver_to(self, url: str) -> None:
        """Post webhooks to this address from now on; to nobody (they are held) when it is empty."""
        self.control("webhooks", url=url, secret=self.secret)

    def take_webhooks(self, **order: Any) -> list[dict[str, Any]]:
        """Take the webhooks that are held, to be posted by the test: `type`, `event`, `body`, `signature` of each."""
        taken: list[dict[str, Any]] = self.control("webhooks/take", **order)["webhooks"]
        return taken

    def deliveries(self) -> list[dict[str, Any]]:
        """Return every posting of a webhook and what became of it."""
        found: list[dict[str, Any]] = self.control("webhooks", method="GET")["deliveries"]
        return found

    def wait_for_deliveries(self, *, seconds: float = 15) -> list[dict[str, Any]]:
        """Wait until no webhook is waiting to be posted; return all postings."""
        deadline = time.monotonic() + seconds
        while True:
            deliveries = self.deliveries()
            if not any(delivery["state"] == "waiting" for delivery in deliveries):
                return deliveries
            assert time.monotonic() < deadline, f"webhooks still waiting: {deliveries}"
            time.sleep(0.05)


class StandinProcess:
    """Starts the stand-in on a free port, in a process group of its own, and ends that group."""

    def __init__(
        self, *, folder: Path, webhook_url: str = "", secret: str = WEBHOOK_SECRET, options: tuple[str, ...] = ()
    ) -> None:
        self.folder = folder
        self.options = options
        self.webhook_url = webhook_url
        self.secret = secret
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        return self.folder / "standin.log"

    def start(self, *, port: int = 0) -> Standin:
        """Start it and wait until it serves."""
        self.port = port or _find_free_port()
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "standin",
                    f"--port={self.port}",
                    f"--db={self.folder / 'standin.sqlite3'}",
                    f"--webhook-url={self.webhook_url}",
                    f"--webhook-secret={self.secret}",
                    *self.options,
                ],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        standin = Standin(base_url=f"http://127.0.0.1:{self.port}", secret=self.secret)
        self._wait_until_it_serves(standin)
        return standin

    def _wait_until_it_serves(self, standin: Standin) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self._process is not None
            assert self._process.poll() is None, f"the stand-in ended at once:\n{self.log_path.read_text()}"
            with contextlib.suppress(OSError, ControlRefused):
                standin.control("health", method="GET")
                return
            assert time.monotonic() < deadline, f"the stand-in does not serve:\n{self.log_path.read_text()}"
            time.sleep(0.1)

    def stop(self) -> None:
        """End it kindly, or at once if it does not listen; only its own process group is touched."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._signal(signal.SIGKILL)
        self._process = None

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        assert self._process is not None
        self._signal(signal.SIGKILL)
        self._process.wait(timeout=STOP_SECONDS)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
