"""A contender's side of the race: it waits for orders, forks so many clients, lets them start at once, counts.

Nothing but the standard library, because the peers' environment runs it too.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from typing import Any

Act = Callable[[int], object]
WARM_UP = 12
JOIN_SECONDS = 120


def serve(make_client: Callable[..., Act]) -> None:
    """Run one race for each line of orders on stdin, and answer each with a line of JSON.

    Args:
        make_client: Called in a fresh process with `seed` and what else the order says; it connects, and gives what
            that client does again and again.
    """
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(_race(make_client, **json.loads(line))), flush=True)


def _race(
    make_client: Callable[..., Act], *, clients: int, seconds: float, most: int | None = None, **variant: Any
) -> dict[str, float]:
    """Let so many clients act for so many seconds, or so many times each."""
    context = multiprocessing.get_context("fork")
    start, told = context.Barrier(clients), context.SimpleQueue()
    workers = [
        context.Process(target=_run, args=(make_client, start, told, seconds, most, variant)) for _ in range(clients)
    ]
    for worker in workers:
        worker.start()
    results = [told.get() for _ in workers]
    for worker in workers:
        worker.join(JOIN_SECONDS)
    failed = [result for result in results if isinstance(result, str)]
    if failed:
        raise RuntimeError(failed[0])
    done, took = sum(result[0] for result in results), max(result[1] for result in results)
    return {"done": done, "seconds": took, "per_second": done / took}


def _run(  # noqa: PLR0917  one client process
    make_client: Callable[..., Act], start: Any, told: Any, seconds: float, most: int | None, variant: dict[str, Any]
) -> None:
    try:
        act = make_client(seed=random.SystemRandom().getrandbits(48), **variant)
        warm_up = min(WARM_UP, most or WARM_UP)
        for number in range(warm_up):
            act(-1 - number)
        start.wait(timeout=JOIN_SECONDS)
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds and (most is None or done < most):
            act(done)
            done += 1
        told.put((done, time.perf_counter() - began))
    except BaseException as error:  # noqa: BLE001 - the parent waits for an answer, whatever happened
        start.abort()
        told.put(f"{type(error).__name__}: {error}")
