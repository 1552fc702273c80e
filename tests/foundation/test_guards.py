import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, ProgrammingError, connection, transaction

from foundation import audit, guards
from foundation.checks import check_append_only_tables, find_append_only_models
from tests.foundation.things import NOON, as_superuser

FACTS = ["foundation_auditevent", "foundation_auditseal", "foundation_approvaldecision"]


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_tests_run_as_the_application_role():
    assert guards.is_application_role()


@pytest.mark.django_db
@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_application_role_has_no_right_to_change_facts(table, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(statement.format(table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_triggers_refuse_even_a_role_with_every_right(statement):
    audit.record(actor="user:usr_x", action="tests.done", at=NOON)

    with as_superuser() as superuser:
        superuser.execute("SET session_replication_role = origin")
        with pytest.raises(Exception, match="foundation_auditevent is append-only") as refused:
            superuser.execute(statement.format("foundation_auditevent"))

    assert refused.value.sqlstate == "23001"


@pytest.mark.django_db(transaction=True)
def test_refusal_of_a_trigger_is_an_integrity_error_for_django():
    event = audit.record(actor="user:usr_x", action="tests.done", at=NOON)
    with as_superuser() as superuser:
        superuser.execute("GRANT DELETE ON foundation_auditevent TO commonweal_app")

    try:
        with pytest.raises(IntegrityError, match="append-only: DELETE refused"):
            run(f"DELETE FROM foundation_auditevent WHERE id = {event.pk}")
    finally:
        with as_superuser() as superuser:
            superuser.execute("REVOKE DELETE ON foundation_auditevent FROM commonweal_app")


@pytest.mark.parametrize("name", ["", "Facts", "a; DROP TABLE b", "a b", "1a", "a" * 60])
def test_only_a_plain_table_name_is_put_into_sql(name):
    with pytest.raises(ValueError, match="not a plain table name"):
        guards.append_only_sql(name)


@pytest.mark.django_db
def test_models_that_state_facts_are_guarded_in_every_room():
    assert check_append_only_tables(None, databases=["default"]) == []
    assert {model._meta.db_table for model in find_append_only_models()} >= set(FACTS)


@pytest.mark.django_db
def test_every_guarded_table_belongs_to_a_model_that_the_check_knows():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'commonweal_refuse_change'::regproc"
        )
        guarded = {table for (table,) in cursor.fetchall()}

    assert guarded == {model._meta.db_table for model in find_append_only_models()}


@pytest.mark.django_db(transaction=True)
def test_check_fails_while_a_trigger_is_switched_off_and_warns_of_a_right():
    with as_superuser() as superuser:
        superuser.execute("ALTER TABLE foundation_auditseal DISABLE TRIGGER foundation_auditseal_rows_are_facts")
        superuser.execute("GRANT UPDATE ON foundation_auditevent TO commonweal_app")
    try:
        found = run_checks(databases=["default"], tags=["database"])
    finally:
        with as_superuser() as superuser:
            superuser.execute("ALTER TABLE foundation_auditseal ENABLE TRIGGER foundation_auditseal_rows_are_facts")
            superuser.execute("REVOKE UPDATE ON foundation_auditevent FROM commonweal_app")

    ours = {(message.id, message.msg.split()[0]) for message in found if message.id.startswith("foundation")}
    assert ("foundation.E003", "foundation_auditseal") in ours
    assert ("foundation.W004", "The") in ours


@pytest.mark.django_db(transaction=True)
def test_provider_is_not_called_inside_a_transaction():
    guards.refuse_in_transaction()

    with transaction.atomic(), pytest.raises(guards.InsideTransaction):
        guards.refuse_in_transaction()


@pytest.mark.django_db
def test_transaction_of_the_test_case_itself_does_not_count():
    guards.refuse_in_transaction()

    with transaction.atomic(), pytest.raises(guards.InsideTransaction):
        guards.refuse_in_transaction()


@pytest.mark.django_db
def test_unaccent_can_be_indexed_and_takes_accents_away():
    with connection.cursor() as cursor:
        cursor.execute("SELECT commonweal_unaccent('Bodédern Caffi Ŵyn'), commonweal_unaccent(NULL)")
        assert cursor.fetchone() == ("Bodedern Caffi Wyn", None)
        cursor.execute("SELECT provolatile FROM pg_proc WHERE proname = 'commonweal_unaccent'")
        assert cursor.fetchone() == ("i",)
