"""Numbers without a gap, given once, also to many at the same instant."""

from __future__ import annotations

import contextlib
import re
import threading

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from core.registry import NotRegistered
from documents import operations
from documents.models import Document, DocumentSeries
from documents.operations import issuing
from foundation.models import AuditEvent
from people.models import Organisation
from tests.documents.conftest import AT, KIND, ON, SECRETARY, issue, issue_many

pytestmark = pytest.mark.django_db


def test_the_first_document_of_a_series_is_number_one(society):
    document = issue(society)

    assert (document.series, document.number, document.reference) == ("CERT", 1, "CERT-000001")
    assert (document.issued_on, document.issued_by, document.edition) == (ON, SECRETARY.ref, 1)


def test_numbers_count_within_a_society_and_a_series(society, other_society):
    numbers = [
        issue(society, "ent_a").number,
        issue(society, "ent_b").number,
        issue(society, "ent_a", kind="test_letter").number,
        issue(other_society, "ent_c").number,
    ]

    assert numbers == [1, 2, 1, 1]


def test_a_batch_is_numbered_in_the_order_of_its_subjects(society):
    issue(society, "ent_z")

    documents = issue_many(society, ["ent_c", "ent_a", "ent_b"])

    assert [(d.subject, d.number) for d in documents] == [("ent_c", 2), ("ent_a", 3), ("ent_b", 4)]
    assert DocumentSeries.objects.get(organisation=society, code="CERT").last_number == 4


def test_issuing_again_gives_the_same_documents_and_takes_no_number(society):
    first = issue_many(society, ["ent_a", "ent_b"])

    again = issue_many(society, ["ent_a", "ent_b", "ent_b"])

    assert [d.pk for d in again] == [first[0].pk, first[1].pk, first[1].pk]
    assert Document.objects.count() == 2
    assert AuditEvent.objects.filter(action="documents.issue").count() == 1


def test_a_cancelled_document_is_replaced_under_a_new_number(society):
    first = issue(society)
    operations.cancel_document(document=first, actor=SECRETARY, reason="lost", at=AT)

    second = issue(society)

    assert (second.number, second.edition, second.subject) == (2, 2, first.subject)
    assert second.token != first.token


def test_a_rolled_back_act_leaves_no_gap(society):
    issue(society, "ent_a")

    with transaction.atomic():
        issue(society, "ent_b")
        transaction.set_rollback(True)

    assert issue(society, "ent_c").number == 2


def test_a_batch_costs_the_same_queries_for_two_and_for_forty(society, django_assert_num_queries):
    issue(society, "ent_before")

    with django_assert_num_queries(8):
        issue_many(society, [f"ent_{n}" for n in range(2)], batch="bat_two")
    with django_assert_num_queries(8):
        issue_many(society, [f"ent_{n}" for n in range(100, 140)], batch="bat_forty")


def test_the_token_is_22_letters_of_chance(society):
    tokens = {issue(society, f"ent_{n}").token for n in range(5)}

    assert len(tokens) == 5
    assert all(re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{22}", token) for token in tokens)


def test_a_kind_that_nobody_registered_is_refused(society):
    with pytest.raises(NotRegistered):
        issue(society, kind="unheard_of")

    assert not Document.objects.exists()


@pytest.mark.parametrize("column", ["number", "subject", "issued_on", "token"])
def test_the_database_refuses_to_change_an_issued_document(society, column):
    document = issue(society)
    values = {"number": 9, "subject": "ent_other", "issued_on": "2020-01-01", "token": "x"}

    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{column: values[column]})

    assert Document.objects.get(pk=document.pk).subject == "ent_one"


def test_the_database_refuses_to_delete_an_issued_document(society):
    document = issue(society)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_document WHERE id = %s", [document.pk])

    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.parametrize("number", [1, 3, 7])
def test_the_database_refuses_a_number_that_is_not_the_next(society, number):
    issue(society)

    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(
            organisation=society,
            kind=KIND,
            series="CERT",
            number=number,
            token="t" * 22,
            subject="ent_x",
            issued_on=ON,
            issued_by="x",
            recorded_at=AT,
        )

    assert Document.objects.count() == 1


def issue_from_threads(organisation: Organisation, how_many: int) -> list[Exception]:
    """Let so many connections issue one document each at the same instant."""
    start = threading.Barrier(how_many)
    failures: list[Exception] = []

    def work(n: int) -> None:
        try:
            start.wait()
            issue(organisation, f"ent_{n}")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.django_db(transaction=True)
def test_twenty_issuers_at_once_get_twenty_numbers(society):
    failures = issue_from_threads(society, 20)

    assert failures == []
    assert list(Document.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_fails(society, monkeypatch):
    """The control run: it shows that the test above meets the race, and that the database refuses the doubles."""
    issue(society, "ent_before")
    together = threading.Barrier(8, timeout=2)

    def read_without_lock(*, organisation: Organisation, code: str) -> DocumentSeries:
        series = DocumentSeries.objects.get(organisation=organisation, code=code)
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait()
        return series

    monkeypatch.setattr(issuing, "_lock_series", read_without_lock)

    failures = issue_from_threads(society, 8)

    assert len(failures) == 7
    assert all(isinstance(failure, IntegrityError) for failure in failures)
    assert Document.objects.count() == 2
