"""Part 1: one movement at a time, by 1, 2 and 8 clients. Part 3: one hot account against many."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from bench.ledger import races
from bench.ledger.sizes import Sizes
from bench.ledger.world import ACCOUNTS, World, prepare_peer

PLAIN_THREE = f"""
\\set debit random(1, {ACCOUNTS})
\\set credit random(1, {ACCOUNTS})
BEGIN;
INSERT INTO bench_head (key, kind, effective_on, recorded_at, actor, words)
    VALUES (gen_random_uuid()::text, 'payment', '2026-01-05', '20260105T120000Z', 'bench', 'words for people')
    RETURNING id \\gset
INSERT INTO bench_row (head_id, account_id, amount) VALUES (:id, :debit, 10);
INSERT INTO bench_row (head_id, account_id, amount) VALUES (:id, :credit, -10);
COMMIT;
"""
PLAIN_ONE = f"""
\\set debit random(1, {ACCOUNTS})
\\set credit random(1, {ACCOUNTS})
WITH head AS (
    INSERT INTO bench_head (key, kind, effective_on, recorded_at, actor, words)
    VALUES (gen_random_uuid()::text, 'payment', '2026-01-05', '20260105T120000Z', 'bench', 'words for people')
    RETURNING id)
INSERT INTO bench_row (head_id, account_id, amount)
SELECT head.id, side.account, side.amount
FROM head, (VALUES (:debit::bigint, 10), (:credit::bigint, -10)) AS side (account, amount);
"""
# Two hundred accounts from 80000 on; the hashes are as long as real ones.
POST_SQL = f"""
\\set debit random(0, {ACCOUNTS // 2 - 1})
\\set credit random({ACCOUNTS // 2}, {ACCOUNTS - 1})
WITH made AS (SELECT gen_random_uuid()::text AS id)
SELECT ledger_post_entry(:book::bigint, jsonb_build_object('public_id', id, 'key', id, 'kind', 'payment',
    'effective_on', '2026-01-05', 'recorded_at', '20260105T120000Z', 'actor', 'bench', 'source', '',
    'reason', '', 'batch', '', 'authority', '', 'reverses', NULL, 'line_count', 1, 'fingerprint', repeat('f', 64),
    'narration_digest', repeat('d', 64), 'hash_version', 2, 'content_hash', repeat('c', 64),
    'narration', 'words for people', 'salt', repeat('5', 32)),
    jsonb_build_array(jsonb_build_object('entry', id, 'line_no', 1, 'effective_on', '2026-01-05', 'currency', 'GBP',
    'debit', (80000 + :debit::int)::text, 'debit_owner', '', 'credit', (80000 + :credit::int)::text, 'credit_owner', '',
    'amount', 10, 'fund', '')))
FROM made;
"""


def measure(world: World, peers: Path | None, sizes: Sizes, tell: Callable[[str], None]) -> dict[str, Any]:
    """Race everybody; without the peers' environment, everybody but the peers."""
    own = ("ours", "orm", "psycopg_three", "psycopg_one")
    contenders: dict[str, Any] = {name: races.Hosted(sys.executable, ["bench.ledger.contenders", name]) for name in own}
    contenders |= {
        "pgbench_three": races.Pgbench(world, PLAIN_THREE, {}),
        "pgbench_one": races.Pgbench(world, PLAIN_ONE, {}),
        "pgbench_ledger_post": races.Pgbench(world, POST_SQL, {"book": _book(world)}),
    }
    with races.running(contenders):
        if peers is not None:
            for peer, most in (("hordak", None), ("django_ledger", sizes.django_ledger_postings)):
                tell(f"  preparing {peer}")
                prepare_peer(world, peers, peer)
                arguments = [f"bench.ledger.peers.{peer}", world.peer_url(peer), "post"]
                contenders[peer] = races.Hosted(str(peers), arguments, most=most)
        found: dict[str, Any] = {"rounds": sizes.rounds, "seconds_each": sizes.seconds, "per_second": {}, "ratio": {}}
        for is_durable in (True, False):
            world.set_durable(is_durable=is_durable)
            for clients in sizes.clients if is_durable else (1,):
                name = f"{clients}_clients{'' if is_durable else '_not_waiting_for_the_disk'}"
                tell(f"  {name}")
                rates = races.in_turns(contenders, rounds=sizes.rounds, clients=clients, seconds=sizes.seconds)
                found["per_second"][name], found["ratio"][name] = rates, races.ratios(rates, "ours")
        world.set_durable(is_durable=True)
    found["scaling_8_to_1"] = _scaling(found["per_second"])
    return found


def measure_hot(sizes: Sizes, tell: Callable[[str], None]) -> dict[str, Any]:
    """Every client pays into one account, and then into any of two hundred."""
    found: dict[str, Any] = {"rounds": sizes.rounds, "per_second": {}, "hot_to_spread": {}}
    contender = races.ours()
    with races.running({"ours": contender}):
        for clients in sizes.hot_clients:
            tell(f"  {clients} clients")
            rates: dict[str, list[float]] = {"hot": [], "spread": []}
            for _ in range(sizes.rounds):
                for name, some in rates.items():
                    some.append(contender.race(clients=clients, seconds=sizes.seconds, is_hot=name == "hot"))
            middle = {name: sorted(some)[len(some) // 2] for name, some in rates.items()}
            found["per_second"][str(clients)] = {name: round(rate, 1) for name, rate in middle.items()}
            found["hot_to_spread"][str(clients)] = round(middle["hot"] / middle["spread"], 2)
    return found


def _scaling(per_second: dict[str, dict[str, float]]) -> dict[str, float]:
    few, many = next(iter(per_second)), list(per_second)[-2]
    return {name: round(per_second[many][name] / rate, 2) for name, rate in per_second[few].items()}


def _book(world: World) -> int:
    with psycopg.connect(world.superuser_url) as connection:
        row = connection.execute("SELECT id FROM ledger_book WHERE slug = 'bench'").fetchone()
    assert row is not None
    return int(row[0])
