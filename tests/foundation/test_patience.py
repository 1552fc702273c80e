"""The limit on a statement's time is lifted for whole books, and comes back."""

import pytest
from django.db import OperationalError, connection, transaction

from foundation.patience import no_time_limit

pytestmark = pytest.mark.django_db(transaction=True)


def limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        return cursor.fetchone()[0]


def take(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_it_is_lifted_and_comes_back():
    before = limit()

    with no_time_limit():
        assert limit() == "0"

    assert limit() == before == "10s"


def test_a_statement_that_would_be_cut_off_is_not():
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
    with pytest.raises(OperationalError, match="statement timeout"):
        take(0.3)

    with no_time_limit():
        take(0.3)

    assert limit() == "50ms"


def test_after_a_failure_in_a_transaction_it_comes_back_with_the_rollback():
    before = limit()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), no_time_limit():
        raise ZeroDivisionError

    assert limit() == before
