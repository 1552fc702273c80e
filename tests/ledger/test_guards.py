"""What the database itself refuses, asked in plain SQL: first as the application, then as the owner of the tables."""

from pathlib import Path

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, connection, transaction

import ledger
from ledger.checks import check_guards
from ledger.invariants import INVARIANTS
from ledger.models import Account, Balance, Entry, Transfer
from ledger.operations import Line
from ledger.queries.guards import COMPOSITE_KEYS, TRIGGERS, find_missing_guards
from tests.ledger.support import as_owner_url, contents, nets, pay, post

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


def account(book, code):
    return Account.objects.get(book=book, code=code).pk


def insert_entry(book, public_id="ent_sql", *, on="2026-01-05", reverses=None, line_count=1):
    with connection.cursor() as cursor:
        cursor.execute(
            ENTRY,
            {"book": book.pk, "public_id": public_id, "on": on, "reverses": reverses, "line_count": line_count},
        )
        return cursor.fetchone()[0]


def insert_transfer(book, entry, **change):
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
    with connection.cursor() as cursor:
        cursor.execute(TRANSFER, row | change)


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_the_tests_run_as_the_application_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("commonweal_app",)


def test_a_right_entry_in_plain_sql_is_taken(book):
    insert_transfer(book, insert_entry(book))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert nets(book) == {"1200": 5, "4000": 5}
    # It has no content hash, so the audit sees that it did not come through the door.
    found = [line for one in INVARIANTS if one.code == "LED-10" for line in one.find_violations()]
    assert found == ["ent_sql: the entry or its transfers are not what was posted"]
    transaction.set_rollback(True)


test_a_right_entry_in_plain_sql_is_taken = pytest.mark.breaks_invariants(test_a_right_entry_in_plain_sql_is_taken)


class TestTransfers:
    """Each wrong row, and the constraint that stops it."""

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
        before = contents()

        with refused(constraint), transaction.atomic():
            insert_transfer(book, insert_entry(book), **change)

        assert contents() == before

    def test_the_pair_must_differ(self, book):
        with refused("ledger_transfer_sides_differ"), transaction.atomic():
            insert_transfer(book, insert_entry(book), credit=account(book, "1200"))

    def test_a_control_account_needs_an_owner(self, book):
        with refused("needs an owner"), transaction.atomic():
            insert_transfer(book, insert_entry(book), credit=account(book, "2150"))

    def test_both_accounts_are_of_the_entrys_book(self, book, shop):
        with refused("ledger_transfer_debit_in_book"), transaction.atomic():
            insert_transfer(book, insert_entry(book), debit=account(shop, "1200"))
        with refused("ledger_transfer_credit_in_book"), transaction.atomic():
            insert_transfer(book, insert_entry(book), credit=account(shop, "4000"))
        with refused("ledger_transfer_of_entry"), transaction.atomic():
            insert_transfer(shop, insert_entry(book))

    def test_an_account_of_another_currency_is_another_account(self, book):
        Account.objects.create(book=book, code="1201", name="Bank-Euro", type="A", currency="EUR")

        with refused("ledger_transfer_debit_in_book"), transaction.atomic():
            insert_transfer(book, insert_entry(book), debit=account(book, "1201"))
        with refused("ledger_transfer_credit_in_book"), transaction.atomic():
            insert_transfer(book, insert_entry(book), debit=account(book, "1201"), currency="EUR")

    def test_no_owner_below_zero(self, book):
        with refused("ledger_balance_limits"), transaction.atomic():
            insert_transfer(book, insert_entry(book), debit=account(book, "2150"), debit_owner="app_1")

    def test_nothing_on_a_closed_day(self, book):
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_close_period(%s, '2026-01-05', now(), 'a')", [book.pk])
        with refused("is closed through 2026-01-05"), transaction.atomic():
            insert_transfer(book, insert_entry(book))

    def test_nothing_is_added_to_an_entry_later(self, book):
        entry = post(book, "k", Line("1200", "4000", 5)).entry

        for line_no in (1, 2):
            with pytest.raises(IntegrityError), transaction.atomic():
                insert_transfer(book, entry.pk, line_no=line_no)

        assert nets(book) == {"1200": 5, "4000": 5}

    @pytest.mark.django_db(transaction=True)
    def test_an_entry_without_transfers_is_refused_at_commit(self, book):
        with refused("has no transfers"), transaction.atomic():
            insert_entry(book)

        assert Entry.objects.count() == 0


class TestReversals:
    """Mirrors are checked line by line in the database."""

    def test_a_second_reversal_is_refused(self, book):
        original = post(book, "k", Line("1200", "4000", 5)).entry
        mirror = {"debit": account(book, "4000"), "credit": account(book, "1200")}
        with transaction.atomic():
            insert_transfer(book, insert_entry(book, "ent_1", reverses=original.pk), **mirror)
            with refused("ledger_entry_reverses_id_key"), transaction.atomic():
                insert_entry(book, "ent_2", reverses=original.pk)
            transaction.set_rollback(True)

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

        with refused("does not mirror what it reverses"), transaction.atomic():
            insert_transfer(book, insert_entry(book, reverses=original.pk), **found)

    def test_a_reversal_of_another_book_is_refused(self, book, shop):
        original = post(shop, "k", Line("1200", "4000", 5)).entry

        with refused("ledger_entry_reverses_in_book"), transaction.atomic():
            mirror = {"debit": account(book, "4000"), "credit": account(book, "1200")}
            insert_transfer(book, insert_entry(book, reverses=original.pk), **mirror)


FACTS = ("book", "account", "entry", "transfer", "narration", "balance", "daytotal")


class TestApplicationRole:
    """The application has no right to change or delete anything in the ledger."""

    @pytest.mark.parametrize("table", FACTS)
    @pytest.mark.parametrize("statement", ["DELETE FROM ledger_{}", "TRUNCATE ledger_{} CASCADE"])
    def test_may_not_delete(self, book, table, statement):
        pay(book, "app_1", 100)
        before = contents()

        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement.format(table))

        assert contents() == before

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_book SET locked_through = NULL",
            "UPDATE ledger_account SET owner_floor = NULL",
            "UPDATE ledger_entry SET actor = 'somebody else'",
            "UPDATE ledger_transfer SET amount = 1",
            "UPDATE ledger_narration SET text = 'other words'",
            "UPDATE ledger_balance SET credits = 0",
            "UPDATE ledger_daytotal SET credits = 0",
            "INSERT INTO ledger_balance (account_id, owner, sign, debits, credits)"
            " SELECT id, 'x', 1, 0, 9 FROM ledger_account",
            "INSERT INTO ledger_daytotal (account_id, owner, effective_on, debits, credits)"
            " SELECT id, 'x', '2026-01-01', 0, 9 FROM ledger_account",
            "ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_applies",
            "DROP TRIGGER ledger_transfer_applies ON ledger_transfer",
            "SELECT 1 FROM ledger_book FOR UPDATE",
        ],
    )
    def test_may_not_change(self, book, statement):
        pay(book, "app_1", 100)
        before = contents()

        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            connection.cursor().execute(statement)

        assert contents() == before

    def test_orm_edits_are_refused_alike(self, book):
        entry = pay(book, "app_1", 100).entry

        for act in (
            entry.save,
            entry.delete,
            lambda: Transfer.objects.update(amount=1),
            lambda: Balance.objects.all().delete(),
            lambda: Account.objects.bulk_update([Account(pk=account(book, "1200"), name="Other")], ["name"]),
        ):
            with pytest.raises(Exception, match=r"permission denied|protected foreign keys"), transaction.atomic():
                act()


@pytest.mark.django_db(transaction=True)
class TestOwnerRole:
    """Triggers refuse the owner of the tables as well; the owner would have to take them down first."""

    @pytest.mark.parametrize("table", ["book", "account", "entry", "transfer", "narration"])
    @pytest.mark.parametrize("statement", ["DELETE FROM ledger_{}", "TRUNCATE ledger_{} CASCADE"])
    def test_may_not_delete(self, book, table, statement):
        post(book, "k", Line("1200", "4000", 5), narration="words")
        before = contents()

        with psycopg.connect(**as_owner_url()) as owner, pytest.raises(psycopg.Error, match="is refused"):
            owner.execute(statement.format(table))

        assert contents() == before

    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            ("UPDATE ledger_account SET owner_floor = NULL", "is refused"),
            ("UPDATE ledger_entry SET actor = NULL", "is refused"),
            ("UPDATE ledger_transfer SET amount = amount + 1", "is refused"),
            ("UPDATE ledger_book SET name = 'Other'", "moved forward"),
            ("UPDATE ledger_book SET slug = NULL", "moved forward"),
            ("UPDATE ledger_narration SET text = 'other words'", "only be erased"),
            ("UPDATE ledger_narration SET text = '', salt = '', erased_at = NULL", "only be erased"),
            ("UPDATE ledger_balance SET debits = debits + 1000, credits = 0 WHERE sign = -1 AND floor = 0", "limits"),
        ],
    )
    def test_may_not_change(self, book, statement, reason):
        post(book, "k", Line("1200", "2150", 5, credit_owner="app_1"), narration="words")
        before = contents()

        with psycopg.connect(**as_owner_url()) as owner, pytest.raises(psycopg.Error, match=reason):
            owner.execute(statement)

        assert contents() == before

    def test_a_lock_date_is_not_taken_back(self, book):
        with psycopg.connect(**as_owner_url()) as owner:
            owner.execute("SELECT ledger_close_period(%s, '2026-01-05', now(), 'a')", [book.pk])
        for value in ("NULL", "'2026-01-04'"):
            with psycopg.connect(**as_owner_url()) as owner, pytest.raises(psycopg.Error, match="moved forward"):
                owner.execute(f"UPDATE ledger_book SET locked_through = {value}")

    @pytest.mark.breaks_invariants
    def test_a_missing_or_idle_trigger_is_named_at_start(self, book):
        alter = "ALTER TABLE ledger_transfer {} TRIGGER ledger_transfer_applies"
        with psycopg.connect(**as_owner_url(), autocommit=True) as owner:
            owner.execute(alter.format("DISABLE"))
            try:
                found = check_guards(databases=["default"])
            finally:
                owner.execute(alter.format("ENABLE"))

        assert [(one.id, one.msg) for one in found] == [
            (
                "ledger.E001",
                "A guard of the ledger is not in place: trigger ledger_transfer_applies on ledger_transfer is missing.",
            )
        ]

    @pytest.mark.breaks_invariants
    def test_a_guard_that_a_migration_is_about_to_make_is_not_missing(self, book, monkeypatch):
        """Otherwise migrate, which runs the checks first, could never bring it."""
        monkeypatch.setitem(TRIGGERS, "ledger_of_tomorrow", "ledger_transfer")
        assert [one.id for one in check_guards(databases=["default"])] == ["ledger.E001"]
        row = ["ledger", "0003_posting"]
        with psycopg.connect(**as_owner_url(), autocommit=True) as owner:
            owner.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", row)
            try:
                found = check_guards(databases=["default"])
            finally:
                owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", row)

        assert found == []

    def test_a_right_too_many_is_named_at_start(self, book):
        with psycopg.connect(**as_owner_url(), autocommit=True) as owner:
            owner.execute("GRANT UPDATE ON ledger_balance TO commonweal_app")
            try:
                found = find_missing_guards()
            finally:
                owner.execute("REVOKE UPDATE ON ledger_balance FROM commonweal_app")

        assert found == ["role commonweal_app has UPDATE on ledger_balance"]


def test_all_guards_are_in_place(db):
    assert find_missing_guards() == []
    assert [one for one in run_checks(databases=["default"]) if one.id == "ledger.E001"] == []


def test_check_asks_no_database_that_was_not_named(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert check_guards(databases=None) == []


def test_every_named_guard_exists_in_the_catalogue(db):
    named = {name for one in INVARIANTS for name in one.enforced_by if name != "audit only"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        catalogue = {name for (name,) in cursor.fetchall()}

    assert named | set(TRIGGERS) | set(COMPOSITE_KEYS) <= catalogue


@pytest.mark.django_db(transaction=True)
def test_the_guards_go_and_come_back_with_their_migrations(book):
    """Backwards and forwards again, on a database with rows in it."""
    post(book, "k", Line("1200", "4000", 5), narration="words")
    folder = Path(ledger.__file__).parent / "migrations"
    names = ("0006_periods", "0005_chain", "0004_holds", "0003_posting", "0002_guards")
    with psycopg.connect(**as_owner_url()) as owner:
        for name in names:
            owner.execute((folder / f"{name}_reverse.sql").read_text())
        triggers = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'ledger_%'"
        assert owner.execute(triggers).fetchone() == (0,)
        for name in reversed(names):
            owner.execute((folder / f"{name}_forward.sql").read_text())

    assert find_missing_guards() == []
    assert post(book, "k2", Line("1200", "4000", 5)).replayed is False
    assert nets(book) == {"1200": 10, "4000": 10}
