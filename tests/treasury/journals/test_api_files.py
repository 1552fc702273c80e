"""Files of journals and the limit, over REST."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.models import AuditEvent
from people.operations import issue_key
from tests.ledger.support import AT
from tests.people.support import sign_in
from tests.treasury.journals.support import amounting, state_of, submit, write
from treasury.models import JournalThreshold

pytestmark = pytest.mark.django_db
INVOICE = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def auth(desk):
    def headers(who="treasurer", scopes=("books:read", "books:write")):
        user = getattr(desk.people, who)
        key = issue_key(user=user, name="k", scopes=scopes, actor="system:test", at=AT, organisation=desk.pub)
        return {"Authorization": f"Api-Key {key.secret}"}

    return headers


def path_of(desk, journal, *file):
    name = "api:manual-journal-file" if file else "api:manual-journal-files"
    return reverse(name, args=[desk.book.slug, journal.public_id, *file])


def upload(name="invoice.pdf", content=INVOICE):
    return {"file": SimpleUploadedFile(name, content)}


def test_attached_read_and_taken_off(desk, client, auth):
    journal = write(desk, *amounting("20"))

    made = client.post(path_of(desk, journal), upload(), headers=auth())
    again = client.post(path_of(desk, journal), upload(), headers=auth())
    (file,) = made.json()["files"]
    read = client.get(path_of(desk, journal, file["id"]), headers=auth("secretary", ("books:read",)))
    gone = client.delete(path_of(desk, journal, file["id"]), headers=auth())

    assert (made.status_code, file["name"], made.json()["version"]) == (201, "invoice.pdf", 2)
    assert (again.status_code, again.json()["files"], again.json()["version"]) == (201, [file], 2)
    assert (read.status_code, b"".join(read.streaming_content)) == (200, INVOICE)
    assert (gone.status_code, gone.json()["files"], gone.json()["version"]) == (200, [], 3)
    assert client.get(path_of(desk, journal, file["id"]), headers=auth()).status_code == 404
    actions = AuditEvent.objects.filter(subject=journal.public_id, action__startswith="treasury.journal_file")
    assert list(actions.order_by("id").values_list("action", flat=True)) == [
        "treasury.journal_file_attached",
        "treasury.journal_file_read",
        "treasury.journal_file_detached",
    ]


def test_what_waits_is_a_draft_again(desk, client, auth):
    journal = submit(desk, write(desk, *amounting("250")))
    assert state_of(journal) == "submitted"

    assert client.post(path_of(desk, journal), upload(), headers=auth()).json()["state"] == "draft"


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({}, (400, "request.invalid")),
        (upload(content=b"MZ\x90\x00 a program"), (422, "files.type_refused")),
        (upload(name="invoice.png"), (422, "files.type_refused")),
    ],
)
def test_what_is_no_usable_file_is_refused(desk, client, auth, sent, answered):
    journal = write(desk, *amounting("20"))

    answer = client.post(path_of(desk, journal), sent, headers=auth())

    assert (answer.status_code, answer.json()["code"]) == answered
    journal.refresh_from_db()
    assert (journal.attachments.count(), journal.version) == (0, 1)


def test_a_posted_journal_keeps_its_files(desk, client, auth):
    journal = write(desk, *amounting("20"))
    file = client.post(path_of(desk, journal), upload(), headers=auth()).json()["files"][0]
    client.post(
        reverse("api:manual-journal-post", args=[desk.book.slug, journal.public_id]),
        {"version": 2},
        content_type="application/json",
        headers=auth(),
    )
    assert state_of(journal) == "posted"

    for answer in (
        client.post(path_of(desk, journal), upload("other.pdf", INVOICE + b" "), headers=auth()),
        client.delete(path_of(desk, journal, file["id"]), headers=auth()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "treasury.journal_wrong_state")
    assert [one.public_id for one in journal.attachments.all()] == [file["id"]]


class TestLimit:
    """Read by officers and keys, set by the board in a session."""

    @pytest.fixture
    def path(self, desk):
        return reverse("api:manual-journal-limit", args=[desk.book.slug])

    def test_set_and_read(self, desk, client, auth, path):
        before = JournalThreshold.objects.filter(organisation=desk.pub).count()
        director = sign_in(desk.people.director)

        done = director.post(path, {"limit": "75.50", "reason": "Minute 12"}, content_type="application/json")
        same = director.post(path, {"limit": "75.5", "reason": "Minute 13"}, content_type="application/json")

        said = {"limit": "75.50", "is_set": True, "set_at": AT.isoformat(), "reason": "Minute 12"}
        assert (done.status_code, done.json()) == (200, said)
        assert same.json() == said
        assert client.get(path, headers=auth(scopes=("books:read",))).json() == said
        assert JournalThreshold.objects.filter(organisation=desk.pub).count() == before + 1

    def test_never_by_a_key_nor_by_whom_it_binds(self, desk, client, auth, path):
        before = list(JournalThreshold.objects.values_list("id", flat=True))
        sent = {"limit": "9000", "reason": "Minute 12"}

        by_key = client.post(path, sent, content_type="application/json", headers=auth("director"))
        by_treasurer = sign_in(desk.people.treasurer).post(path, sent, content_type="application/json")

        assert (by_key.status_code, by_key.json()["code"]) == (403, "approvals.not_a_person")
        assert by_treasurer.status_code == 403
        assert list(JournalThreshold.objects.values_list("id", flat=True)) == before

    @pytest.mark.parametrize(
        "sent", [{"limit": "-1", "reason": "x"}, {"limit": "1.001", "reason": "x"}, {"limit": "1"}]
    )
    def test_what_is_no_limit_is_refused(self, desk, path, sent):
        director = sign_in(desk.people.director)

        assert director.post(path, sent, content_type="application/json").status_code == 400
