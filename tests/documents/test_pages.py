"""The page that confirms a document, its download, and both over REST."""

from __future__ import annotations

from datetime import timedelta

import pytest

from documents import operations, views
from documents.models import Document
from foundation.access import ANONYMOUS
from tests.documents.conftest import AT, SECRETARY, issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(society) -> Document:
    return operations.render_document(document_id=issue(society).pk, at=AT)


@pytest.fixture
def as_actor(monkeypatch):
    """Let every request come from one actor, as the middleware of people would find it."""

    def become(actor) -> None:
        monkeypatch.setattr(
            "people.middleware.ActorMiddleware.__call__", lambda self, request: call(self, request, actor)
        )

    def call(middleware, request, actor):
        request.actor = actor
        return middleware.get_response(request)

    return become


def test_anybody_sees_number_society_date_state_and_hash(client, made):
    response = client.get(f"/verify/{made.token}/")

    page = response.content.decode()
    assert response.status_code == 200
    for words in (
        "CERT-000001",
        "The Drovers&#x27; Rest (Ashcombe) Limited",
        "20 November 2026",
        "Valid.",
        made.file.sha256,
    ):
        assert words in page


def test_holder_and_amount_are_never_shown(client, made):
    page = client.get(f"/verify/{made.token}/").content.decode()
    answer = client.get(f"/api/v1/verify/{made.token}/").content.decode()

    for secret in ("Llewellyn", "1,250", "Mill Lane", "ent_one", made.public_id):
        assert secret not in page
        assert secret not in answer


def test_a_cancelled_document_shows_cancelled_and_since_when(client, made):
    operations.cancel_document(document=made, actor=SECRETARY, reason="shares withdrawn", at=AT + timedelta(days=40))

    page = client.get(f"/verify/{made.token}/").content.decode()

    assert "Cancelled." in page
    assert "30 December 2026" in page
    assert "Valid." not in page
    assert "shares withdrawn" not in page


def test_cancelling_twice_is_refused(made):
    operations.cancel_document(document=made, actor=SECRETARY, reason="lost", at=AT)

    with pytest.raises(operations.AlreadyCancelled) as refused:
        operations.cancel_document(document=made, actor=SECRETARY, reason="again", at=AT)

    assert refused.value.code == "documents.already_cancelled"


def test_a_document_that_is_still_being_made_counts_already(client, society):
    page = client.get(f"/verify/{issue(society).token}/").content.decode()

    assert "Valid." in page
    assert "still being made" in page


@pytest.mark.parametrize("token", ["x", "1" * 22, "%00", "..", "'; drop table", "🙂"])
def test_an_unknown_code_is_refused_in_plain_words(client, db, token):
    response = client.get(f"/verify/{token}/")

    assert response.status_code == 404
    assert "We do not know this document" in response.content.decode()


def test_search_engines_and_other_sites_learn_nothing(client, made):
    response = client.get(f"/verify/{made.token}/")

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"


def test_who_asks_too_often_has_to_wait(client, made, monkeypatch):
    monkeypatch.setattr(views, "VERIFY_LIMIT", 3)

    codes = [client.get(f"/verify/{made.token}/").status_code for _ in range(4)]

    assert codes == [200, 200, 200, 429]
    assert int(client.get(f"/verify/{made.token}/")["Retry-After"]) > 0


def test_the_page_only_answers_reading(client, made):
    assert client.post(f"/verify/{made.token}/").status_code == 405


def test_the_confirmation_over_rest(client, made):
    response = client.get(f"/api/v1/verify/{made.token}/")

    assert response.json() == {
        "reference": "CERT-000001",
        "title": "Share certificate",
        "society": "The Drovers' Rest (Ashcombe) Limited",
        "issued_on": "2026-11-20",
        "valid": True,
        "cancelled_on": None,
        "sha256": made.file.sha256,
    }


def test_an_unknown_code_over_rest_is_a_problem_with_a_code(client, db):
    response = client.get("/api/v1/verify/nothing/")

    assert (response.status_code, response.json()["code"]) == (404, "documents.unknown")
    assert response["Content-Type"] == "application/problem+json"


def test_the_policy_of_the_kind_decides_who_may_have_the_file(client, made, as_actor):
    as_actor(ANONYMOUS)
    refused = client.get(f"/documents/{made.public_id}/")
    as_actor(SECRETARY)
    given = client.get(f"/documents/{made.public_id}/")

    assert refused.status_code == 302
    assert given.status_code == 200
    assert given["Content-Type"] == "application/pdf"
    assert b"".join(given.streaming_content).startswith(b"%PDF-")


def test_a_kind_without_a_policy_is_for_nobody(client, society, as_actor):
    letter = issue(society, kind="test_letter")
    operations.render_document(document_id=letter.pk, at=AT)
    as_actor(SECRETARY)

    assert client.get(f"/documents/{letter.public_id}/").status_code == 404


def test_a_file_that_is_not_made_yet_is_promised(client, society, as_actor):
    as_actor(SECRETARY)

    response = client.get(f"/documents/{issue(society).public_id}/")

    assert response.status_code == 404
    assert "is being made" in response.content.decode()


def test_an_unknown_document_is_not_there(client, db, as_actor):
    as_actor(SECRETARY)

    assert client.get("/documents/doc_unknown/").status_code == 404
