"""The process: apart from the house, refused in production, safe after a crash, calm under two hundred buyers."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
import stripe
from django.conf import settings

from tests.standin.acts import OPTIONS, balance_of, buy, session_parameters
from tests.standin.process import ROOT, Standin, StandinProcess

ROOMS = {
    "bonds", "config", "core", "documents", "foundation", "ledger", "marketplace", "payments", "people", "shares",
    "treasury",
}  # fmt: skip
BUYERS = 200


def imported_by(folder: Path) -> set[str]:
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names


def test_standin_and_house_import_nothing_of_each_other():
    assert imported_by(ROOT / "standin") & ROOMS == set()
    assert [room for room in sorted(ROOMS) if "standin" in imported_by(ROOT / room)] == []
    assert "standin" not in settings.INSTALLED_APPS


def run_standin(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_refuses_to_start_it(tmp_path: Path):
    refused = run_standin("-m", "standin", f"--db={tmp_path / 'never'}", COMMONWEAL_ENV="production")

    assert refused.returncode == 2
    assert "does not start in production" in refused.stderr
    assert not (tmp_path / "never").exists()


def test_production_refuses_to_load_its_settings():
    refused = run_standin("-c", "import standin.settings", COMMONWEAL_ENV="production")

    assert refused.returncode != 0
    assert "ImproperlyConfigured" in refused.stderr


def test_migrations_are_current():
    checked = run_standin(
        "-m", "django", "makemigrations", "standin", "--check", "--dry-run", DJANGO_SETTINGS_MODULE="standin.settings"
    )

    assert checked.returncode == 0, checked.stdout


def test_killed_process_keeps_what_it_held_and_frees_keys_in_use(tmp_path: Path):
    process = StandinProcess(folder=tmp_path)
    standin = process.start()
    try:
        standin.reset()
        client = standin.client()
        intent = buy(standin, client)
        standin.fault("slow", "customers.create", seconds=30)
        keyed = {**OPTIONS, "idempotency_key": "customer:1"}
        asking = threading.Thread(target=_ask_in_vain, args=(client, keyed))
        asking.start()
        _wait_until_key_is_in_use(standin)

        process.kill()
        asking.join()
        standin = process.start(port=process.port)

        assert balance_of(client) == (0, 49_230)
        assert client.v1.payment_intents.retrieve(intent.id, {}, OPTIONS).status == "succeeded"
        assert client.v1.customers.create({"name": "Ada"}, keyed).name == "Ada"
    finally:
        process.stop()


def test_clock_of_a_new_database_may_begin_in_the_past(tmp_path: Path):
    process = StandinProcess(folder=tmp_path, options=("--starts-days-ago=75", "--account=acct_old=The Old Forge"))
    options = {"stripe_account": "acct_old"}
    try:
        standin = process.start()
        client = standin.client()
        session = client.v1.checkout.sessions.create(session_parameters(), options)
        standin.pay(session.id)
        assert abs(time.time() - 75 * 86_400 - session.created) < 60
        assert balance_of(client, options) == (0, 49_230)

        standin.move_clock(days=75)
        process.stop()
        standin = process.start(port=process.port)

        assert abs(standin.control("clock", method="GET")["now"] - time.time()) < 60
        assert balance_of(client, options) == (49_230, 0)
    finally:
        process.stop()


def _ask_in_vain(client: stripe.StripeClient, keyed: dict[str, str]) -> None:
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "Ada"}, keyed)


def _wait_until_key_is_in_use(standin: Standin) -> None:
    for _ in range(100):
        [fault] = standin.control("faults", method="GET")["faults"]
        if fault["remaining"] == 0:
            return
        threading.Event().wait(0.05)
    pytest.fail("the slow request never began")


def test_two_hundred_buyers_at_once_all_get_their_answer(standin: Standin):
    client = standin.client()
    problems: list[BaseException] = []

    def buy_alone(number: int) -> None:
        try:
            session = client.v1.checkout.sessions.create(
                session_parameters(1_000), {**OPTIONS, "idempotency_key": f"buyer:{number}"}
            )
            page = requests.post(
                session.url, data={"card_number": "4242424242424242"}, allow_redirects=False, timeout=60
            )
            assert page.status_code == 303
            paid = client.v1.checkout.sessions.retrieve(session.id, {}, OPTIONS)
            assert paid.payment_status == "paid"
        except BaseException as problem:  # A failure in a thread must reach the test.
            problems.append(problem)

    buyers = [threading.Thread(target=buy_alone, args=(number,)) for number in range(BUYERS)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    assert problems == []
    assert balance_of(client) == (0, BUYERS * (1_000 - 35))
    seen = standin.requests_seen()
    assert {request["status"] for request in seen} == {200}
