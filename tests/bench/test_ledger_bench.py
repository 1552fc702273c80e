"""The pieces of the ledger's benchmark run, at sizes that measure nothing."""

import io
import json
from datetime import timedelta

import pytest

from bench.ledger import books, contenders, host
from bench.ledger.races import in_turns, ratios
from bench.ledger.sizes import DEFAULT, FULL, TINY
from ledger import queries
from ledger.models import Entry, Period, SealQueue


def test_a_history_is_closed_by_month_sealed_and_balanced(db):
    book = books.make_history("history-20", 20)

    assert Entry.objects.filter(book=book).count() == 20
    assert Period.objects.filter(book=book).count() == 23
    assert book.locked_through == books.FIRST.replace(month=11, day=30, year=2025)
    assert not SealQueue.objects.exists()
    on = books.FIRST + timedelta(days=books.DAYS)
    assert sum(row.net for row in queries.trial_balance(book=book, on=on)) == 0


def test_our_contender_posts_through_the_public_api(db):
    book = books.make_book("bench")
    act = contenders.ours(seed=7)

    for number in range(20):
        act(number)

    hot = contenders.ours(seed=8, is_hot=True)
    hot(0)
    assert Entry.objects.filter(book=book).count() == 21
    assert queries.account_balance(book=book, code="80000") == 10


def test_a_host_counts_what_its_clients_did(monkeypatch, capsys):
    orders = json.dumps({"clients": 2, "seconds": 5, "most": 3})
    monkeypatch.setattr("sys.stdin", io.StringIO(orders + "\n"))

    host.serve(lambda *, seed: lambda number: (seed, number))

    ready, told = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (ready, told["done"]) == ("ready", 6)


def test_a_client_that_fails_ends_the_race():
    def fail(*, seed: int):
        raise ValueError(seed)

    with pytest.raises(RuntimeError, match="ValueError"):
        host._race(fail, clients=1, seconds=0.1)


def test_rates_are_medians_and_compared_with_ours():
    class Fixed:
        def __init__(self, *rates: float) -> None:
            self.rates = list(rates)

        def race(self, **_order: object) -> float:
            return self.rates.pop(0)

    rates = in_turns({"ours": Fixed(10, 30, 20), "other": Fixed(5, 5, 50)}, rounds=3)

    assert rates == {"ours": 20, "other": 5}
    assert ratios(rates, "ours") == {"ours_to_other": 4.0}


def test_peers_stay_within_their_bounds():
    for sizes in (TINY, DEFAULT, FULL):
        races = sizes.rounds * (len(sizes.clients) + 1)
        warm_ups = sizes.rounds * sum(
            clients * min(host.WARM_UP, max(1, sizes.django_ledger_postings // clients))
            for clients in (*sizes.clients, 1)
        )
        assert races * sizes.django_ledger_postings + warm_ups <= 1_000
        assert max(sizes.peer_histories) <= 100_000
