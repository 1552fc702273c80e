# ruff: noqa: T201  the long runs print their seeds
"""The provider's messages shuffled, repeated, forged, stale and unknown end where they end one by one and in order."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from statistics import quantiles
from typing import Any

import pytest
import requests

from foundation.models import OutboxMessage, OutboxState
from payments.models import ProviderEvent, Receipt
from shares import operations
from shares.models import Application, ShareOffer
from shares.states import ApplicationState
from standin.webhooks.signing import sign
from tests.factories import shares as make
from tests.soak import purchases
from tests.soak.servers import Servers
from tests.standin.process import WEBHOOK_SECRET

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200)]
PURCHASES = 40
CLIENTS = 8
SEEDS = (1, 2)
STALE_SECONDS = 301
PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class Message:
    """A posting, and the answer it has to get."""

    body: str
    signature: str
    expected: int


@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_ends_like_delivery_in_order(seed: int, servers: Servers) -> None:
    servers.start_broker()
    servers.start_web("config.wsgi:application")
    calm, stormy = (_offer_with_a_history(servers, seed) for _ in range(2))
    taken = servers.standin.take_webhooks(order="created")
    by_account = {
        account: [one["body"] for one in taken if json.loads(one["body"]).get("account") == account]
        for account in map(purchases.account_of, (calm, stormy))
    }

    for body in by_account[purchases.account_of(calm)]:
        assert _post(servers, _signed(body))[0] == 200
        purchases.work()
    purchases.work(ahead=timedelta(minutes=5))
    bodies = by_account[purchases.account_of(stormy)]
    storm = _make_storm(bodies, random.Random(seed))
    servers.start_worker()
    with ThreadPoolExecutor(max_workers=CLIENTS) as pool:
        answers = list(pool.map(lambda one: _post(servers, one), storm))
    _wait_for_the_worker()
    servers.stop_web()
    purchases.work(ahead=timedelta(minutes=5))

    slowest = quantiles([seconds for _, seconds in answers], n=100)[-1]
    statuses = Counter(status for status, _ in answers)
    print(f"\nseed {seed}: {len(bodies)} events, {len(storm)} postings, {dict(statuses)}, p99 {slowest * 1000:.0f} ms")
    assert [status for status, _ in answers] == [one.expected for one in storm]
    assert ProviderEvent.objects.filter(account=purchases.account_of(stormy)).count() == len(bodies) + _strange(bodies)
    assert purchases.end_state(stormy) == purchases.end_state(calm)
    assert not Application.objects.awaiting_payment().exists()


def _offer_with_a_history(servers: Servers, seed: int) -> ShareOffer:
    """Purchases of which some are known to be paid, some of those called off and refunded, and two disputed."""
    dice = random.Random(seed)
    offer = purchases.make_offer(servers, float_pence=100_00)
    for number in range(PURCHASES):
        application = purchases.buy(offer, dice.randint(5, 20), servers)
        if number % 4 == 0:
            application = purchases.settle(application)
            operations.cancel_application(application=application, actor=make.SYSTEM, at=purchases.now())
        elif number % 20 == 1:
            purchases.settle(application)
            charge = Receipt.objects.get(payment=application.payment).charge_id
            servers.standin.control("disputes", charge=charge)
    purchases.work()
    assert Application.objects.filter(offer=offer, state=ApplicationState.PAID.value).exists()
    return offer


def _make_storm(bodies: list[str], dice: random.Random) -> list[Message]:
    """Each message one to five times, and among them what has to be refused or passed over."""
    storm = [_signed(body) for body in bodies for _ in range(dice.randint(1, 5))]
    for number, body in enumerate(dice.sample(bodies, k=_strange(bodies))):
        storm.append(Message(body, _signed(body.replace("evt_", "evt_x")).signature, 400))
        storm.append(Message(body, sign(body, secret="whsec_not_ours", timestamp=int(time.time())), 400))
        storm.append(Message(body, _signed(body, age=STALE_SECONDS + 60).signature, 400))
        told: dict[str, Any] = json.loads(body)
        strange = json.dumps(told | {"id": f"evt_strange{number}", "type": "mystery.happened"})
        storm += [_signed(strange)] * 2
    dice.shuffle(storm)
    return storm


def _strange(bodies: list[str]) -> int:
    return max(3, len(bodies) // 50)


def _signed(body: str, *, age: int = 0) -> Message:
    return Message(body, sign(body, secret=WEBHOOK_SECRET, timestamp=int(time.time()) - age), 200)


def _post(servers: Servers, message: Message) -> tuple[int, float]:
    began = time.perf_counter()
    answer = requests.post(
        servers.webhook_address,
        data=message.body.encode(),
        headers={"Stripe-Signature": message.signature, "Content-Type": "application/json"},
        timeout=60,
    )
    return answer.status_code, time.perf_counter() - began


def _wait_for_the_worker() -> None:
    """Wait until the worker has tried everything that it was told of; what has to wait longer is left."""
    until = time.monotonic() + PATIENCE_SECONDS
    while OutboxMessage.objects.due(purchases.now()).exclude(state=OutboxState.DONE).exists():
        assert time.monotonic() < until, "the worker does not get on"
        time.sleep(0.2)
