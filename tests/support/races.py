"""Two at once: acts at the same moment, a place where they would meet, and a run without the contract's lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections

from bonds.models import OutcomesContract
from core.errors import DomainError

TIMEOUT = 20


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each on a connection of its own; give what each returned or raised."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(TIMEOUT)
            results[place] = act()
        except (DomainError, IntegrityError, OperationalError) as refused:
            # Without a lock two acts can stop each other dead in the ledger: the database ends that as operational.
            results[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=TIMEOUT + 10)
    return results


def names_at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run acts at the same moment; name what came of each, in the order of the names."""
    return sorted(type(one).__name__ for one in at_once(*acts))


def meet_at(
    monkeypatch: pytest.MonkeyPatch,
    *places: tuple[ModuleType, str],
    of: Callable[..., bool] = lambda *_given, **_asked: True,
    seconds: float = 1,
) -> list[bool]:
    """Let whoever has read what an act goes by wait a moment for a second one, once; say whether each met one.

    Args:
        monkeypatch: Of the test.
        places: Modules with the name under which they know what they read by.
        of: Whether it is what the two are after, by what was asked for.
        seconds: How long they wait: while a lock keeps the second one out, nobody comes.
    """
    barrier, met, once = threading.Barrier(2), [], threading.local()

    def waiting(read: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*given: Any, **asked: Any) -> Any:
            found = read(*given, **asked)
            if of(*given, **asked) and not hasattr(once, "came"):
                once.came = True
                try:
                    barrier.wait(seconds)
                    met.append(True)
                except threading.BrokenBarrierError:
                    met.append(False)
            return found

        return wait

    for module, name in places:
        monkeypatch.setattr(module, name, waiting(getattr(module, name)))
    return met


def take_lock_away(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
    """Let acts read the contract without its lock: the control of a test that two are kept apart."""
    contracts = OutcomesContract.objects.select_related("organisation")
    for module in modules:
        monkeypatch.setattr(module, "lock_contract", lambda pk: contracts.get(pk=pk))
