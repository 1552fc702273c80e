"""Many refunds: the missing float is said, the run pauses and goes on, and dies without paying twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from config.embedded.postgres import APP_ROLE, ROOT
from foundation.models import Job
from payments import operations
from payments.models import AttentionItem, Payment, Receipt, Refund, RefundRun
from tests.environment import CLUSTER
from tests.payments.world import PURPOSE, World, now
from tests.standin.process import API_KEY

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = "4000000000000077"


def prepare(world: World, payments: list[Payment], *, key: str = "offer_failed:1") -> RefundRun:
    """What a room does when an offer fails: owe every payment back, and prepare the run."""
    with transaction.atomic():
        for payment in payments:
            world.owe_back(payment)
        return operations.prepare_refund_run(
            organisation=world.organisation,
            purpose=PURPOSE,
            payment_ids=[payment.pk for payment in payments],
            reason="offer_failed",
            key=key,
            actor="user:usr_secretary",
            at=now(),
        )


def refunded_at_provider(world: World) -> list[int]:
    charges = Receipt.objects.values_list("charge_id", flat=True)
    api = world.standin.client().v1
    return [
        sum(refund.amount for refund in api.refunds.list({"charge": charge}, {"stripe_account": "acct_tests"}).data)
        for charge in charges
    ]


def test_missing_float_is_said_before_the_start(world: World):
    payments = [world.settle(pence, card=AT_ONCE) for pence in (500_00, 250_00, 30_00)]
    run = prepare(world, payments)

    measured = operations.measure_float(run_id=run.pk, at=now())

    fees = sum(Receipt.objects.values_list("fee_pence", flat=True))
    assert fees == 7_70 + 3_95 + 65
    assert (measured.state, measured.total_pence, measured.refund_count) == ("prepared", 780_00, 3)
    assert measured.missing_pence == fees
    assert refunded_at_provider(world) == [0, 0, 0]


def test_run_pauses_when_the_float_is_short_and_goes_on_when_it_is_there(world: World):
    payments = [world.settle(pence, card=AT_ONCE) for pence in (500_00, 250_00, 30_00)]
    run = prepare(world, payments)
    operations.start_refund_run(run_id=run.pk, actor="user:usr_treasurer", at=now())

    world.work()
    run.refresh_from_db()
    paused = (run.state, run.pause_reason, run.missing_pence)
    matter = AttentionItem.objects.get(code="run_paused")
    while_paused = sorted(refunded_at_provider(world))
    world.standin.add_float(run.missing_pence)
    operations.sweep(at=now())
    world.work()

    run.refresh_from_db()
    matter.refresh_from_db()
    assert paused == ("paused", "balance_too_low", 30_00 - (767_70 - 750_00))
    assert while_paused == [0, 250_00, 500_00]
    assert (run.state, run.missing_pence) == ("finished", 0)
    assert sorted(refunded_at_provider(world)) == [30_00, 250_00, 500_00]
    assert matter.resolved_at is not None
    job = Job.objects.get(public_id=run.job_id)
    assert (job.state, job.done, job.total) == ("finished", 3, 3)
    assert world.balance("2150") == world.balance("2155") == 0


def test_refunds_equal_receipts_to_the_penny(world: World):
    amounts = [25_00, 100_01, 333_33, 50_00, 1_000_99]
    payments = [world.settle(pence, card=AT_ONCE) for pence in amounts]
    world.standin.add_float(100_00)
    run = prepare(world, payments)
    operations.start_refund_run(run_id=run.pk, actor="user:usr_treasurer", at=now())

    world.work()
    world.deliver()

    assert sorted(refunded_at_provider(world)) == sorted(amounts)
    receipts = sum(Receipt.objects.values_list("gross_pence", flat=True))
    assert sum(refund.amount_pence for refund in Refund.objects.filter(state="succeeded")) == receipts == sum(amounts)
    assert world.balance("2155") == 0
    assert world.balance("1250") == -sum(Receipt.objects.values_list("fee_pence", flat=True))


def test_same_key_is_the_same_run_and_a_second_start_sends_nothing_more(world: World):
    payments = [world.settle(25_00, card=AT_ONCE)]
    world.standin.add_float(10_00)
    run = prepare(world, payments)
    again = operations.prepare_refund_run(
        organisation=world.organisation,
        purpose=PURPOSE,
        payment_ids=[payments[0].pk],
        reason="offer_failed",
        key="offer_failed:1",
        actor="x",
        at=now(),
    )
    operations.start_refund_run(run_id=run.pk, actor="x", at=now())
    operations.start_refund_run(run_id=run.pk, actor="x", at=now())
    world.work()
    operations.continue_refund_run(run_id=run.pk, at=now())

    assert again == run
    assert refunded_at_provider(world) == [25_00]
    assert Refund.objects.count() == 1


def test_provider_that_is_silent_for_a_while_delays_the_run(world: World):
    payments = [world.settle(25_00, card=AT_ONCE) for _ in range(3)]
    world.standin.add_float(10_00)
    run = prepare(world, payments)
    operations.start_refund_run(run_id=run.pk, actor="x", at=now())
    world.standin.fault("cut_after", "refunds.create", for_ever=True)

    world.work()
    run.refresh_from_db()
    was = run.state
    world.standin.control("faults/clear")
    world.work(at=now() + timedelta(minutes=10))

    run.refresh_from_db()
    assert (was, run.state) == ("running", "finished")
    assert refunded_at_provider(world) == [25_00] * 3
    assert len(world.entries("refund")) == 3


KILLED = """
    import os, signal, sys
    import django
    django.setup()
    from django.conf import settings
    from foundation.clock import now
    from payments import operations
    from payments.operations import refunding, stripe_gateway

    made = []
    moment = sys.argv[2]
    send, record = stripe_gateway.create_refund, refunding.record_refund

    def die_before(**facts):
        if len(made) == 1 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = send(**facts)
        made.append(answer.refund_id)
        return answer

    def die_between(**facts):
        if len(made) == 2 and moment == "between":
            os.kill(os.getpid(), signal.SIGKILL)
        return record(**facts)

    stripe_gateway.create_refund = die_before
    refunding.record_refund = die_between
    operations.continue_refund_run(run_id=int(sys.argv[1]), at=now())
"""


@pytest.mark.parametrize(("moment", "moved"), [("before", 1), ("between", 2)])
def test_worker_killed_in_the_middle_of_a_run_pays_nobody_twice(world: World, moment, moved):
    payments = [world.settle(25_00, card=AT_ONCE) for _ in range(3)]
    world.standin.add_float(10_00)
    run = prepare(world, payments)
    operations.start_refund_run(run_id=run.pk, actor="x", at=now())
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": CLUSTER.url(APP_ROLE, connection.settings_dict["NAME"]),
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        # Purposes are registered by the tests' own world.
        "PYTHONPATH": str(ROOT),
    }
    script = "import django; django.setup(); import tests.payments.world\n" + textwrap.dedent(KILLED)

    done = subprocess.run(
        [sys.executable, "-c", script, str(run.pk), moment],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert sum(1 for pence in refunded_at_provider(world) if pence) == moved
    recorded = Refund.objects.filter(state="succeeded").count()

    later = now() + timedelta(minutes=10)
    world.work(at=later)

    run.refresh_from_db()
    assert recorded == 1
    assert run.state == "finished"
    assert refunded_at_provider(world) == [25_00] * 3
    assert Refund.objects.filter(state="succeeded").count() == 3
    assert len(world.entries("refund")) == 3
    assert world.balance("2155") == 0
