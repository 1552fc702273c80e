"""Verification finds whatever was altered behind the ledger's back, and takes erased words for what they are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command

from config.embedded.postgres import SUPERUSER
from ledger import operations
from ledger.arithmetic.content import (
    EntryContent,
    TransferContent,
    UnknownHashVersion,
    compute_hashes,
    compute_narration_digest,
)
from ledger.invariants import INVARIANTS
from ledger.models import Narration
from ledger.operations import Line
from tests.ledger.support import AT, JAN_5, as_owner_url, nets, pay, post


@contextmanager
def unguarded() -> Iterator[psycopg.Connection]:
    """A connection for which no trigger and no foreign key fires: whoever owns the server can do this."""
    url = as_owner_url() | {"user": SUPERUSER}
    with psycopg.connect(**url) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def broken() -> set[str]:
    """Which invariants have something to say."""
    return {one.code for one in INVARIANTS if list(one.find_violations())}


@pytest.mark.django_db(transaction=True)
@pytest.mark.breaks_invariants
class TestTampering:
    """Each stored field that is altered is noticed."""

    @pytest.fixture(autouse=True)
    def _books(self, book):
        self.book = book
        pay(book, "app_1", 50_000, 770)
        wrong = post(
            book, "wrong", Line("1200", "4000", 5, fund="roof"), narration="words", source="s", batch="b"
        ).entry
        operations.reverse(entry=wrong, key="undo", effective_on=JAN_5, actor="a", reason="r", recorded_at=AT)
        assert broken() == set()

    @pytest.mark.parametrize(
        ("statement", "codes"),
        [
            ("UPDATE ledger_entry SET kind = 'other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET key = 'other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET actor = 'other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET source = 'other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET reason = 'other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET batch = 'other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET public_id = 'ent_other' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET recorded_at = recorded_at + '1us' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET narration_digest = '' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET hash_version = 1 WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET content_hash = '' WHERE key = 'wrong'", {"LED-10"}),
            ("UPDATE ledger_entry SET reverses_id = NULL WHERE key = 'undo'", {"LED-10"}),
            ("UPDATE ledger_entry SET effective_on = '2026-01-04' WHERE key = 'wrong'", {"LED-1", "LED-10"}),
            ("UPDATE ledger_entry SET line_count = 2 WHERE key = 'wrong'", {"LED-3", "LED-8"}),
            ("UPDATE ledger_narration SET text = 'other'", {"LED-10"}),
            ("UPDATE ledger_narration SET salt = 'other'", {"LED-10"}),
            ("DELETE FROM ledger_narration", {"LED-10"}),
            ("UPDATE ledger_transfer SET amount = 6 WHERE fund = 'roof'", {"LED-4", "LED-5", "LED-10"}),
            ("UPDATE ledger_transfer SET fund = '' WHERE amount = 770", set()),
            ("UPDATE ledger_transfer SET fund = 'x' WHERE amount = 770", {"LED-5", "LED-10"}),
            ("UPDATE ledger_transfer SET credit_owner = 'app_2' WHERE amount = 50000", {"LED-4", "LED-5", "LED-10"}),
            ("DELETE FROM ledger_transfer WHERE amount = 770", {"LED-3", "LED-4", "LED-5", "LED-10"}),
            ("UPDATE ledger_balance SET debits = debits + 1, credits = credits + 1 WHERE owner = 'app_1'", {"LED-4"}),
            ("UPDATE ledger_balance SET floor = NULL WHERE owner = 'app_1'", {"LED-7"}),
            ("DELETE FROM ledger_balance WHERE owner = 'app_1'", {"LED-4", "LED-6"}),
            ("UPDATE ledger_daytotal SET effective_on = '2026-01-04' WHERE owner = 'app_1'", {"LED-5"}),
            ("UPDATE ledger_book SET slug = 'other'", {"LED-10"}),
        ],
    )
    def test_it_shows(self, statement, codes):
        with unguarded() as connection:
            connection.execute(statement)

        assert broken() == codes

    def test_a_swapped_transfer_shows_in_both_entries(self):
        with unguarded() as connection:
            connection.execute("UPDATE ledger_transfer SET amount = amount + 1 WHERE amount = 5")

        assert broken() == {"LED-4", "LED-5", "LED-10"}

    def test_the_command_says_so_and_fails(self, capsys):
        call_command("ledger_verify", "--json")
        assert json.loads(capsys.readouterr().out)["ok"] is True
        with unguarded() as connection:
            connection.execute("UPDATE ledger_entry SET actor = 'other' WHERE key = 'wrong'")

        with pytest.raises(CommandError, match="1 problems"):
            call_command("ledger_verify", "--json")
        facts = json.loads(capsys.readouterr().out)
        assert facts["ok"] is False
        assert [code for code, lines in facts["checks"].items() if lines] == ["LED-10"]
        with pytest.raises(CommandError):
            call_command("ledger_verify")
        assert "LED-10 BROKEN" in capsys.readouterr().out


def test_erased_words_are_gone_and_nothing_is_broken(book):
    entry = post(book, "k", Line("1200", "4000", 5), narration="Mrs Example's gift").entry

    assert operations.erase_narration(entry=entry, at=AT) is True

    kept = Narration.objects.get(entry=entry)
    assert (kept.text, kept.salt, kept.erased_at) == ("", "", AT)
    assert broken() == set()
    assert operations.erase_narration(entry=entry, at=AT + timedelta(days=1)) is False
    # Asking again with the words is still the same request.
    assert post(book, "k", Line("1200", "4000", 5), narration="Mrs Example's gift").replayed is True
    assert nets(book) == {"1200": 5, "4000": 5}


def test_an_entry_without_words_has_none_to_erase(book):
    assert operations.erase_narration(entry=post(book, "k", Line("1200", "4000", 5)).entry, at=AT) is False


def content(**change) -> EntryContent:
    transfer = TransferContent("1200", "", "2150", "app_1", 5, "GBP", "")
    facts = {
        "book": "pub",
        "public_id": "ent_1",
        "key": "k",
        "kind": "sale",
        "effective_on": JAN_5,
        "recorded_at": AT,
        "actor": "a",
        "source": "",
        "reason": "",
        "batch": "",
        "authority": "",
        "reverses": "",
        "narration_digest": "",
        "transfers": [transfer],
    }
    return EntryContent(**facts | change)


@pytest.mark.parametrize(
    ("change", "version", "hashed"),
    [
        ({}, 1, "454c680e5d21e86fe09fbac217850d842378330758e916e5afe982536e5e0678"),
        ({}, 2, "7913215ace8b51c7f4d16d860fc584d175ef4df37ce44f14b52c9ca03ecc4303"),
        ({"authority": "finance"}, 2, "f309536657cf77d4ffb0c5b0bb29be7d9c0024feb2c06c13d106cb4966d6f6a9"),
        ({"source": "é", "reason": "x"}, 2, "abcf44ba444fd543875ac98aef494f1d089d58eaad14086ef25ba289d134846d"),
    ],
)
def test_the_encoding_is_fixed(change, version, hashed):
    """These values never change: entries of today must verify in ten years."""
    assert compute_hashes(content(**change), version=version)[1] == hashed


def test_the_fingerprint_is_fixed_and_leaves_out_who_and_when():
    fixed = "a9656ff7a8c851eab66676719ec13517c40b4974f8173f57275864ffb8f234c2"
    for change in ({}, {"authority": "finance"}, {"actor": "b"}, {"recorded_at": AT.replace(year=2027)}):
        assert compute_hashes(content(**change))[0] == fixed
    assert compute_hashes(content(source="é", reason="x"))[0] == (
        "8ac6ec37595e5b76057bd4590b8b625e0847bc0f5089b07369f1e40affdb65c7"
    )


def test_fields_cannot_slide_into_one_another():
    assert compute_hashes(content(source="ab", reason="c")) != compute_hashes(content(source="a", reason="bc"))
    assert compute_hashes(content(key="k1:a"))[1] != compute_hashes(content(key="k", kind="1:asale"))[1]


def test_an_unknown_encoding_is_refused():
    with pytest.raises(UnknownHashVersion):
        compute_hashes(content(), version=3)
    with pytest.raises(UnknownHashVersion):
        compute_hashes(content(authority="finance"), version=1)


def test_the_salt_hides_the_words():
    assert compute_narration_digest("words", salt="a") != compute_narration_digest("words", salt="b")
    assert compute_narration_digest("", salt="a") == ""
