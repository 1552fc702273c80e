# ruff: noqa: T201  the long runs print their seeds
"""A failed offer is refunded while the worker is killed again and again between a refund and our record of it."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from payments.models import Refund, RefundRun
from payments.states import RefundState, RunState
from shares import operations
from shares.models import Application
from shares.states import ApplicationState, OfferState
from tests.factories import shares as make
from tests.soak import purchases
from tests.soak.servers import Servers

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200)]
PURCHASES = 15
SEEDS = (1, 2)
KILLS = 3
# Between two kills so many refunds are recorded.
BETWEEN = 3
# Longer than the lease of the outbox and the claim of a refund.
LATER_SECONDS = 900
PATIENCE_SECONDS = 180


@pytest.mark.parametrize("seed", SEEDS)
def test_every_refund_is_made_once(seed: int, servers: Servers) -> None:
    dice = random.Random(seed)
    servers.start_broker()
    offer = purchases.make_offer(servers, float_pence=1_000_00)
    for _ in range(PURCHASES):
        purchases.settle(purchases.buy(offer, dice.randint(5, 20), servers))
    servers.standin.take_webhooks()
    held = make.balance(offer, "2150")
    operations.close_offer(offer=offer, reason="Not enough", actor=make.SECRETARY, at=purchases.now())
    operations.fail_offer(
        offer=offer, reason="The purchase fell through", is_contingency=True, actor=make.SECRETARY, at=purchases.now()
    )

    for kill in range(KILLS):
        _kill_between_refund_and_record(servers, kill, skip=dice.randint(1, BETWEEN))
    servers.start_worker("last", later=KILLS * LATER_SECONDS)
    _wait(lambda: RefundRun.objects.get().state == RunState.FINISHED, servers, "last")
    _wait(lambda: make.reread_offer(offer).state == OfferState.REFUNDED.value, servers, "last")
    servers.stop_web()

    made = (
        servers.standin.client().v1.refunds.list({"limit": 100}, {"stripe_account": purchases.account_of(offer)}).data
    )
    print(f"\nseed {seed}: {KILLS} kills, {len(made)} refunds, {sum(one.amount for one in made)} of {held} pence")
    assert set(Counter(one.charge for one in made).values()) == {1}
    assert len(made) == PURCHASES
    assert sum(one.amount for one in made) == held
    assert set(Refund.objects.values_list("state", flat=True)) == {RefundState.SUCCEEDED}
    states = Application.objects.filter(offer=offer).values_list("state", flat=True)
    assert Counter(states) == {ApplicationState.REFUNDED.value: PURCHASES}
    assert (make.balance(offer, "2150"), make.balance(offer, "2155")) == (0, 0)


def _kill_between_refund_and_record(servers: Servers, kill: int, *, skip: int) -> None:
    """Let the provider make a refund and keep its answer back; kill the worker while it waits for that answer."""
    servers.standin.fault("hang_after", "refunds.create", seconds=8, skip=skip)
    name = f"worker-{kill}"
    pid = servers.start_worker(name, later=kill * LATER_SECONDS)
    _wait(lambda: _is_hanging(servers), servers, name)
    os.kill(pid, signal.SIGKILL)
    assert servers.wait_until_ended(name) == -signal.SIGKILL
    lost = Refund.objects.get(state=RefundState.SENT)
    assert lost.provider_refund_id is None, "the provider has made it, and we do not know"


def _is_hanging(servers: Servers) -> bool:
    """Whether the fault is used up: the provider has one refund that we do not know of."""
    seen = servers.standin.requests_seen("refunds.create")
    return bool(seen) and seen[-1]["fault"] == "hang_after" and Refund.objects.filter(state=RefundState.SENT).exists()


def _wait(is_done: Callable[[], bool], servers: Servers, name: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_done():
        assert time.monotonic() < until, servers.log_of(name)[-3000:]
        time.sleep(0.1)
