"""What the database itself refuses, asked in plain SQL: first as the application, then as the owner of the tables."""

from pathlib import Path

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

import ledger
from ledger.checks import check_guards
from ledger.invariants import INVARIANTS
from ledger.models import Account, Balance, Transfer
from ledger.operations import Line
from ledger.queries.guards import COMPOSITE_KEYS, TRIGGERS, find_missing_guards
from tests.ledger.support import account, as_owner_url, contents, nets, pay, post


def test_the_tests_run_as_the_application_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("commonweal_app",)


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
            "INSERT INTO ledger_entry DEFAULT VALUES",
            "INSERT INTO ledger_transfer DEFAULT VALUES",
            "INSERT INTO ledger_narration DEFAULT VALUES",
            "SELECT set_config('commonweal.posting', 'entry', true); INSERT INTO ledger_transfer DEFAULT VALUES",
            "SELECT ledger_apply_lines(1)",
            "SELECT ledger_lock_balances('{}', '{}')",
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
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            " UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique"
        )
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
