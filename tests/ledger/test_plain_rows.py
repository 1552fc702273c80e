"""Rows that the owner of the tables writes past the functions meet the triggers; each wrong one is stopped."""

from contextlib import contextmanager

import psycopg
import pytest

from ledger.invariants import INVARIANTS
from ledger.models import Account
from ledger.operations import Line
from tests.ledger.support import account, as_owner_url, close_through, contents, nets, post

pytestmark = pytest.mark.django_db(transaction=True)

ENTRY = """
    INSERT INTO ledger_entry (book_id, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch,
        authority, reverses_id, line_count, fingerprint, narration_digest, hash_version, content_hash)
    VALUES (%(book)s, %(public_id)s, %(public_id)s, 'sql', %(on)s, '2026-01-05T12:00Z', 'sql', '', '', '',
        '', %(reverses)s, %(line_count)s, '', '', 1, '')
    RETURNING id
"""
TRANSFER = """
    INSERT INTO ledger_transfer (book_id, entry_id, line_no, effective_on, currency, debit_account_id, debit_owner,
        credit_account_id, credit_owner, amount, fund)
    VALUES (%(book)s, %(entry)s, %(line_no)s, %(on)s, %(currency)s, %(debit)s, %(debit_owner)s, %(credit)s,
        %(credit_owner)s, %(amount)s, '')
"""


def insert_entry(owner, book, public_id="ent_sql", *, on="2026-01-05", reverses=None, line_count=1):
    row = {"book": book.pk, "public_id": public_id, "on": on, "reverses": reverses, "line_count": line_count}
    return owner.execute(ENTRY, row).fetchone()[0]


def insert_transfer(owner, book, entry, **change):
    row = {
        "book": book.pk,
        "entry": entry,
        "line_no": 1,
        "on": "2026-01-05",
        "currency": "GBP",
        "debit": account(book, "1200"),
        "debit_owner": "",
        "credit": account(book, "4000"),
        "credit_owner": "",
        "amount": 5,
    }
    owner.execute(TRANSFER, row | change)


@contextmanager
def owner_is_refused(reason):
    """Let the owner of the tables try, and see that nothing stays of it."""
    before = contents()
    with pytest.raises(psycopg.Error, match=reason), psycopg.connect(**as_owner_url()) as owner:
        yield owner
    assert contents() == before


class TestPlainRows:
    """Each wrong row, and the constraint that stops it."""

    @pytest.mark.breaks_invariants
    def test_a_right_entry_is_taken(self, book):
        with psycopg.connect(**as_owner_url()) as owner:
            insert_transfer(owner, book, insert_entry(owner, book))

        assert nets(book) == {"1200": 5, "4000": 5}
        # It has no content hash, so the audit sees that it did not come through the door.
        found = [line for one in INVARIANTS if one.code == "LED-10" for line in one.find_violations()]
        assert found == ["ent_sql: the entry or its transfers are not what was posted"]

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"amount": 0}, "ledger_transfer_amount"),
            ({"amount": -5}, "ledger_transfer_amount"),
            ({"amount": 10**15 + 1}, "ledger_transfer_amount"),
            ({"currency": "EUR"}, "ledger_transfer_debit_in_book"),
            ({"on": "2026-01-06"}, "ledger_transfer_of_entry"),
            ({"line_no": 2}, "not the ones it was announced with"),
            ({"debit_owner": "mem_1"}, "takes no owner"),
        ],
    )
    def test_refused(self, book, change, constraint):
        with owner_is_refused(constraint) as owner:
            insert_transfer(owner, book, insert_entry(owner, book), **change)

    def test_the_pair_must_differ(self, book):
        with owner_is_refused("ledger_transfer_sides_differ") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), credit=account(book, "1200"))

    def test_a_control_account_needs_an_owner(self, book):
        with owner_is_refused("needs an owner") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), credit=account(book, "2150"))

    def test_both_accounts_are_of_the_entrys_book(self, book, shop):
        with owner_is_refused("ledger_transfer_debit_in_book") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), debit=account(shop, "1200"))
        with owner_is_refused("ledger_transfer_credit_in_book") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), credit=account(shop, "4000"))
        with owner_is_refused("ledger_transfer_of_entry") as owner:
            insert_transfer(owner, shop, insert_entry(owner, book))

    def test_an_account_of_another_currency_is_another_account(self, book):
        Account.objects.create(book=book, code="1201", name="Bank-Euro", type="A", currency="EUR")

        with owner_is_refused("ledger_transfer_debit_in_book") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), debit=account(book, "1201"))
        with owner_is_refused("ledger_transfer_credit_in_book") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), debit=account(book, "1201"), currency="EUR")

    def test_no_owner_below_zero(self, book):
        with owner_is_refused("ledger_balance_limits") as owner:
            insert_transfer(owner, book, insert_entry(owner, book), debit=account(book, "2150"), debit_owner="app_1")

    def test_nothing_on_a_closed_day(self, book):
        close_through(book, "2026-01-05")

        with owner_is_refused("is closed through 2026-01-05") as owner:
            insert_transfer(owner, book, insert_entry(owner, book))

    def test_nothing_is_added_to_an_entry_later(self, book):
        entry = post(book, "k", Line("1200", "4000", 5)).entry

        for line_no in (1, 2):
            with owner_is_refused(r"ledger_transfer_line_once|not the ones it was announced with") as owner:
                insert_transfer(owner, book, entry.pk, line_no=line_no)

    def test_an_entry_without_transfers_is_refused_at_commit(self, book):
        with owner_is_refused("has no transfers") as owner:
            insert_entry(owner, book)

    def test_a_second_reversal_is_refused(self, book):
        original = post(book, "k", Line("1200", "4000", 5)).entry
        mirror = {"debit": account(book, "4000"), "credit": account(book, "1200")}

        with owner_is_refused("ledger_entry_reverses_id_key") as owner:
            insert_transfer(owner, book, insert_entry(owner, book, "ent_1", reverses=original.pk), **mirror)
            insert_entry(owner, book, "ent_2", reverses=original.pk)

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"debit": "4000", "credit": "1200", "amount": 4},
            {"debit": "4000", "credit": "1205"},
            {"debit": "4100", "credit": "1200"},
        ],
    )
    def test_a_reversal_that_is_no_mirror_is_refused(self, book, change):
        original = post(book, "k", Line("1200", "4000", 5)).entry
        found = {key: account(book, value) if key != "amount" else value for key, value in change.items()}

        with owner_is_refused("does not mirror what it reverses") as owner:
            insert_transfer(owner, book, insert_entry(owner, book, reverses=original.pk), **found)

    def test_a_reversal_of_another_book_is_refused(self, book, shop):
        original = post(shop, "k", Line("1200", "4000", 5)).entry
        mirror = {"debit": account(book, "4000"), "credit": account(book, "1200")}

        with owner_is_refused("ledger_entry_reverses_in_book") as owner:
            insert_transfer(owner, book, insert_entry(owner, book, reverses=original.pk), **mirror)
