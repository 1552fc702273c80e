"""Each invariant finds the offender that it is there for."""

from __future__ import annotations

import pytest
from django.db import connection

from documents import operations
from documents.invariants import find_changed_files, find_gaps, find_shared_or_foreign_files
from documents.models import DocumentFile, DocumentSeries
from foundation import files
from tests.documents.conftest import AT, issue

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_invariants]


def test_doc_1_finds_a_counter_that_ran_ahead(society):
    issue(society)
    DocumentSeries.objects.update(last_number=3)

    [found] = find_gaps()

    assert "1 documents, highest number 1, counter 3" in found


def test_doc_2_finds_a_file_that_was_changed_on_the_disk(society):
    made = operations.render_document(document_id=issue(society).pk, at=AT)
    files.path_of(made.file.sha256).write_bytes(b"%PDF-1.7 forged")

    [found] = find_changed_files()

    assert made.public_id in found
    files.path_of(made.file.sha256).unlink()


def test_doc_3_finds_a_file_that_serves_two_documents(society):
    made = operations.render_document(document_id=issue(society).pk, at=AT)
    other = issue(society, "ent_two")
    DocumentFile.objects.create(
        document=other, stored_file=made.file.stored_file, sha256=made.file.sha256, size_bytes=1, rendered_at=AT
    )

    assert any("serves 2 documents" in line for line in find_shared_or_foreign_files())


def test_doc_3_finds_a_file_that_is_kept_for_another_society(society, other_society):
    made = operations.render_document(document_id=issue(society).pk, at=AT)
    foreign = files.store_file(
        content=b"%PDF-1.7 x", name="a.pdf", media_type="application/pdf", organisation=other_society.public_id, at=AT
    )
    other = issue(society, "ent_two")
    DocumentFile.objects.create(
        document=other, stored_file=foreign, sha256=foreign.sha256, size_bytes=10, rendered_at=AT
    )

    assert [line.split(":")[0] for line in find_shared_or_foreign_files()] == [other.public_id]
    assert made.public_id not in str(list(find_shared_or_foreign_files()))


@pytest.mark.parametrize("name", ["documents_number_is_next"])
def test_the_named_guards_exist(db, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s", [name])
        assert cursor.fetchone() == (1,)
