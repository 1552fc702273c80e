"""The functions through which the application posts, called in plain SQL with what our own code would never send."""

import json

import pytest
from django.db import connection

from ledger.models import Account, Entry
from ledger.operations import Line, reverse
from tests.ledger.support import AT, JAN_5, close_through, contents, nets, post


def entry_row(public_id="ent_sql", **change):
    plain = dict.fromkeys(("source", "reason", "batch", "authority", "narration_digest", "narration", "salt"), "")
    return (
        plain
        | {
            "public_id": public_id,
            "key": public_id,
            "kind": "sql",
            "effective_on": "2026-01-05",
            "recorded_at": "2026-01-05T12:00Z",
            "actor": "sql",
            "reverses": None,
            "line_count": 1,
            "fingerprint": "f",
            "hash_version": 2,
            "content_hash": "c",
        }
        | change
    )


def line_row(entry="ent_sql", **change):
    return {
        "entry": entry,
        "line_no": 1,
        "effective_on": "2026-01-05",
        "currency": "GBP",
        "debit": "1200",
        "debit_owner": "",
        "credit": "4000",
        "credit_owner": "",
        "amount": 5,
        "fund": "",
    } | change


def call_one(book, entry, lines):
    return call("SELECT ledger_post_entry(%s, %s, %s)", [book.pk, json.dumps(entry), json.dumps(lines)])


def call_many(book, entry, lines):
    """The same beside a good entry, so that the sets are used."""
    entries, all_lines = [entry_row("ent_good"), entry], [line_row("ent_good"), *lines]
    return call("SELECT ledger_post(%s, %s, %s)", [book.pk, json.dumps(entries), json.dumps(all_lines)])


def call(statement, facts):
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return json.loads(cursor.fetchone()[0])


DOORS = pytest.mark.parametrize("door", [call_one, call_many])


@DOORS
class TestTheDoor:
    """One entry, and the same entry beside a good one."""

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"amount": 0}, "ledger_transfer_amount"),
            ({"amount": -5}, "ledger_transfer_amount"),
            ({"amount": 10**15 + 1}, "ledger_transfer_amount"),
            ({"credit": "1200"}, "ledger_transfer_sides_differ"),
            ({"currency": "EUR"}, "ledger_transfer_debit_in_book"),
            ({"debit": "1201", "currency": "EUR"}, "ledger_transfer_credit_in_book"),
            ({"debit": "9999"}, "ledger_account_known"),
            ({"debit": "7777"}, "ledger_account_known"),
            ({"debit_owner": "mem_1"}, "ledger_transfer_owner"),
            ({"credit": "2150"}, "ledger_transfer_owner"),
            ({"debit": "2150", "debit_owner": "app_1"}, "ledger_balance_limits"),
            ({"line_no": 2}, "ledger_entry_whole"),
            ({"line_no": 0}, "ledger_entry_whole"),
        ],
    )
    def test_a_wrong_line_is_refused(self, book, shop, door, change, constraint):
        Account.objects.create(book=book, code="1201", name="Bank-Euro", type="A", currency="EUR")
        Account.objects.create(book=shop, code="7777", name="Another-book", type="A", currency="GBP")
        before = contents()

        assert door(book, entry_row(), [line_row(**change)])["refused"]["constraint"] == constraint
        assert contents() == before

    def test_lines_are_numbered_once_each(self, book, door):
        before = contents()

        for numbers in ((1, 1), (1, 3), (2, 3)):
            answer = door(book, entry_row(line_count=2), [line_row(line_no=number) for number in numbers])
            assert answer["refused"]["constraint"] in {"ledger_entry_whole", "ledger_transfer_line_once"}
        assert contents() == before

    def test_nothing_on_a_closed_day(self, book, door):
        close_through(book, "2026-01-05")
        before = contents()

        assert door(book, entry_row(), [line_row()])["refused"]["constraint"] == "ledger_period_open"
        assert contents() == before

    def test_a_reversal_is_a_mirror_of_its_own_book_and_the_only_one(self, book, shop, door):
        original = post(book, "k", Line("1200", "4000", 5)).entry
        other = post(shop, "k", Line("1200", "4000", 5)).entry
        reversal = post(book, "k2", Line("1200", "4000", 5)).entry
        reverse(entry=reversal, key="r", effective_on=JAN_5, actor="a", reason="b", recorded_at=AT)
        mirror = line_row(debit="4000", credit="1200")
        before = contents()

        for entry, line, constraint in (
            (original, line_row(), "ledger_reversal_mirror"),
            (original, mirror | {"amount": 4}, "ledger_reversal_mirror"),
            (original, mirror | {"debit": "4100"}, "ledger_reversal_mirror"),
            (other, mirror, "ledger_entry_reverses_in_book"),
            (reversal, mirror, "ledger_entry_reverses_id_key"),
            (Entry.objects.get(key="r"), line_row(), "ledger_reversal_not_reversed"),
        ):
            answer = door(book, entry_row(reverses=entry.pk), [line])
            assert answer["refused"]["constraint"] == constraint
        assert contents() == before


def test_one_entry_without_lines_is_refused(book):
    before = contents()

    assert call_one(book, entry_row(), [])["refused"]["constraint"] == "ledger_entry_whole"
    assert contents() == before


def test_one_of_many_without_lines_is_refused(book):
    before = contents()

    assert call_many(book, entry_row(), [])["refused"]["constraint"] == "ledger_entry_whole"
    assert contents() == before


def test_the_setting_of_the_doors_opens_none(book):
    """Whoever sets it by hand gets the same balances, for the functions set it anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('commonweal.posting', 'entry', true)")

    call_many(book, entry_row(), [line_row()])

    assert nets(book) == {"1200": 10, "4000": 10}


test_the_setting_of_the_doors_opens_none = pytest.mark.breaks_invariants(test_the_setting_of_the_doors_opens_none)
