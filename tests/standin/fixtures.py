"""Fixtures of the stand-in. Another package of tests takes them into its conftest:

    from tests.standin.fixtures import standin, standin_process, webhook_receiver

`standin` is one process for the whole run, emptied before each test; `standin_process` is that process.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin.process import Standin, StandinProcess
from tests.standin.receiver import WebhookReceiver


@pytest.fixture(scope="session")
def standin_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandinProcess]:
    """The stand-in's process, started once for the run."""
    process = StandinProcess(folder=tmp_path_factory.mktemp("standin"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def standin(standin_process: StandinProcess) -> Standin:
    """The stand-in, empty but for one connected account (`tests.standin.process.ACCOUNT`); webhooks are held."""
    found = Standin(base_url=f"http://127.0.0.1:{standin_process.port}", secret=standin_process.secret)
    found.reset()
    return found


@pytest.fixture
def webhook_receiver(standin: Standin) -> Iterator[WebhookReceiver]:
    """A receiver of webhooks that the stand-in posts to; it answers what the test says (200 at first)."""
    receiver = WebhookReceiver()
    receiver.start()
    standin.deliver_to(receiver.url)
    yield receiver
    standin.deliver_to("")
    receiver.stop()
