"""Child processes of the demo and of the long tests: started in order, stopped in the opposite order, by their ids."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.embedded.postgres import ROOT

STOP_SECONDS = 15
READY_SECONDS = 180
POLL_SECONDS = 0.1


class ProcessFailed(RuntimeError):
    """A child process ended by itself, or did not become ready."""


class Processes:
    """The children of this process, each in a session of its own so that Ctrl-C reaches only the parent."""

    def __init__(self, *, environment: Mapping[str, str], logs: Path) -> None:
        self.environment = dict(environment)
        self.logs = logs
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start `python -m …` under a name; its output goes to a log of that name."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, *command: str, shown: bool = False) -> None:
        """Run `python …` to its end, in the children's environment.

        Args:
            command: What follows `python`.
            shown: Whether what it says goes to the terminal while it runs.

        Raises:
            ProcessFailed: it ended with an error; its output is in the message.
        """
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=None if shown else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProcessFailed(f"{' '.join(command)} failed:\n{done.stdout or ''}{done.stderr}")

    def wait_for(self, name: str, url: str) -> None:
        """Wait until a child answers at an address.

        Raises:
            ProcessFailed: it ended, or does not answer within three minutes.
        """
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self.children[name].poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    if answer.status < 400:  # noqa: PLR2004 - below 400 is an answer
                        return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                pass
            time.sleep(POLL_SECONDS)
        log = self.logs / f"{name}.log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise ProcessFailed(f"{name} did not start (see {log}):\n{tail}")

    def ended(self) -> str | None:
        """Name a child that ended by itself, if one did."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """End all children, the last started first; one that does not listen is killed."""
        for child in reversed(self.children.values()):
            _signal(child, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=STOP_SECONDS)
            # What a child leaves behind in its session (pool workers) goes with it.
            _signal(child, signal.SIGKILL, group=True)
            child.wait()
        self.children.clear()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals, *, group: bool = False) -> None:
    try:
        if group:
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)
    except ProcessLookupError:
        pass
