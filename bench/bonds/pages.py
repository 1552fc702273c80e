"""Pages over a large contract and acts on it, each beside one plain query of the same run.

`python -m bench.bonds.pages [--lines N]`. Progress goes to stderr; the last line of stdout is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any, Final

import psycopg

YARDSTICK: Final = """
    SELECT share.payer_id, result.metric, date_trunc('year', event.achieved_on), sum(share.settled_pence)
    FROM bonds_lineshare share JOIN bonds_lineresult result ON result.line_id = share.result_id
        JOIN bonds_claimline line ON line.id = result.line_id JOIN bonds_outcomeevent event ON event.id = line.event_id
    GROUP BY 1, 2, 3
"""
"""Reads every payer's part of every accepted line once, with what a page counts by."""
PAGES: Final = {
    "at a glance, all": ("holder", "overview"),
    "at a glance, a payer": ("northmoor", "overview"),
    "at a glance, a provider": ("hearthside", "overview"),
    "at a glance, numbers only": ("plumbline", "overview"),
    "claims": ("holder", "claims"),
    "a claim of a thousand lines": ("plumbline", "claim", 46),
    "all lines": ("holder", "lines"),
    "results that can be claimed": ("hearthside", "claim-new"),
    "what is missing": ("hearthside", "missing"),
    "invoices": ("holder", "invoices"),
    "the next plan": ("holder", "plan-new"),
    "what providers are due, nothing booked": ("holder", "provider-pay"),
    "earlier results, nothing to work out": ("holder", "adjustments"),
    "what is left before closing": ("holder", "closing"),
    "sharing out, looked at": ("holder", "investor-share-out"),
    "all that waits, looked at": ("plumbline", "accept-waiting"),
}


def main() -> int:
    """Make the contract, ask for each page and for the yardstick in turns, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.bonds.pages", description=__doc__)
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.environ.setdefault("COMMONWEAL_ENV", "test")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from bench.ledger.world import surroundings  # noqa: PLC0415 - reads the settings above

    with surroundings() as world:
        print(json.dumps(measure(world.superuser_url, asked.lines, asked.rounds)), flush=True)
    return 0


def measure(superuser_url: str, lines: int, rounds: int) -> dict[str, Any]:
    """Measure each page some rounds; each time is beside one of the yardstick taken just before it."""
    import django  # noqa: PLC0415 - the settings read the address of the database, which is known now

    django.setup()
    logging.disable(logging.CRITICAL)
    import time_machine  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    from bench.bonds.acts import measure_acts  # noqa: PLC0415
    from bench.bonds.big import TODAY, make_big  # noqa: PLC0415
    from bench.machine import describe_machine  # noqa: PLC0415
    from tests.bonds.investor_endings.keepers import Keepers  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    machine = describe_machine()
    took, world = _time(lambda: make_big(lines))
    _tell(f"some {lines} lines made in {took:.0f} s")
    found: dict[str, Any] = {"machine": machine, "lines": lines, "pages": {}}
    with psycopg.connect(superuser_url, autocommit=True) as connection, time_machine.travel(TODAY, tick=True):
        connection.execute("VACUUM ANALYZE")
        room = Keepers(world)
        for name, (who, *page) in PAGES.items():
            room.get(who, *page)
            ratios, seconds = [], []
            for _round in range(rounds):
                plain, _rows = _time(lambda: connection.execute(YARDSTICK).fetchall())
                ours, answer = _time(lambda who=who, page=page: room.get(who, *page))  # type: ignore[misc]
                assert answer.status_code == 200, f"{name}: {answer.status_code}"
                ratios.append(ours / plain)
                seconds.append(ours)
            found["pages"][name] = {"to_plain": round(median(ratios), 1), "seconds": round(median(seconds), 2)}
            _tell(f"{name}: {found['pages'][name]}")
        found["acts"] = measure_acts(
            world,
            room,
            at=TODAY,
            rounds=rounds,
            plain=lambda: _time(lambda: connection.execute(YARDSTICK).fetchall())[0],
            time=_time,
        )
        _tell(f"acts: {found['acts']}")
        found["booking"] = _measure_booking(connection, world)
    found["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    return found


def _measure_booking(connection: psycopg.Connection[Any], world: Any) -> dict[str, Any]:
    """Book two years of dues at once, as the worker does."""
    from bench.bonds.big import TODAY  # noqa: PLC0415
    from bonds import operations  # noqa: PLC0415
    from foundation.patience import no_time_limit  # noqa: PLC0415
    from tests.factories.bonds import HOLDER  # noqa: PLC0415

    plain, _rows = _time(lambda: connection.execute(YARDSTICK).fetchall())
    with no_time_limit():
        took, made = _time(lambda: operations.accrue_provider_dues(contract=world.contract, actor=HOLDER, at=TODAY))
    facts = {"dues": made.dues.count(), "to_plain": round(took / plain, 1), "seconds": round(took, 1)}
    _tell(f"booking what providers are due: {facts}")
    return facts


def _time(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = act()
    return time.perf_counter() - began, done


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
