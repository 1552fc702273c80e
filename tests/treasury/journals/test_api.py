"""Manual journals over REST: as on the pages, by key or in a session."""

import pytest
from django.urls import reverse

from ledger.models import Entry
from people.operations import issue_key
from tests.ledger.support import AT, contents
from tests.people.support import sign_in
from tests.treasury.journals.support import amounting, state_of, submit, write
from treasury.models import ManualJournal

pytestmark = pytest.mark.django_db
RENT = {
    "effective_on": "2026-01-05",
    "narration": "January rent",
    "lines": [{"account": "7100", "debit": "80.00"}, {"account": "1200", "credit": "80"}],
}


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def call(desk, client):
    """Calls with a key of the treasurer, or of somebody else."""

    def send(method, name, *more, data=None, who="treasurer", scopes=("books:read", "books:write"), **headers):
        user = getattr(desk.people, who)
        key = issue_key(user=user, name="k", scopes=scopes, actor="system:test", at=AT, organisation=desk.pub)
        path = reverse(f"api:{name}", args=[desk.book.slug, *more])
        auth = {"Authorization": f"Api-Key {key.secret}"}
        sender = getattr(client, method)
        if method == "get":
            return sender(path, data, headers=auth | headers)
        return sender(path, data or {}, content_type="application/json", headers=auth | headers)

    return send


def test_written_read_and_posted_by_key(desk, call):
    made = call("post", "manual-journals", data=RENT)
    journal = made.json()
    posted = call("post", "manual-journal-post", journal["id"], data={"version": 1})

    assert made.status_code == 201
    assert (journal["state"], journal["total"], journal["lines"][1]["credit"]) == ("draft", "80.00", "80.00")
    assert posted.json()["state"] == "posted"
    assert Entry.objects.get(kind="manual_journal").public_id == posted.json()["entry"]
    listed = call("get", "manual-journals", data={"state": "posted"}).json()["results"]
    assert [(one["id"], one["total"]) for one in listed] == [(journal["id"], "80.00")]
    assert call("get", "manual-journals", data={"state": "lost"}).status_code == 400


def test_the_same_key_writes_once(desk, client):
    key = issue_key(
        user=desk.people.treasurer, name="k", scopes=["books:write"], actor="system:t", at=AT, organisation=desk.pub
    )
    headers = {"Authorization": f"Api-Key {key.secret}", "Idempotency-Key": "rent-2026-01"}
    path = reverse("api:manual-journals", args=[desk.book.slug])

    answers = [client.post(path, RENT, content_type="application/json", headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert ManualJournal.objects.count() == 1


def test_a_check_says_everything_at_once_and_keeps_nothing(desk, call):
    lines = [{"account": "7100", "debit": "150.00"}, {"account": "1200", "credit": "eighty"}, {"account": "2100"}]
    even = [{"account": "7100", "debit": "150.00"}, {"account": "1200", "credit": "150"}]

    found = call("post", "manual-journal-check", data=RENT | {"lines": lines}).json()
    sound = call("post", "manual-journal-check", data=RENT | {"lines": even}).json()

    assert [(one["line"], one["field"], one["code"]) for one in found["problems"]] == [
        (2, "credit", "amount_unreadable"),
        (3, "owner", "owner_missing"),
        (3, "debit", "amount_missing"),
    ]
    assert (found["sound"], sound["sound"], len(sound["second_person"])) == (False, True, 1)
    assert sound["transfers"] == [
        {"debit": "7100", "debit_owner": "", "credit": "1200", "credit_owner": "", "fund": "", "amount": "150.00"}
    ]
    assert not ManualJournal.objects.exists()


def test_what_cannot_be_read_or_posted_is_listed_by_line(desk, call):
    unreadable = call("post", "manual-journals", data=RENT | {"lines": [{"account": "7100", "debit": "-1"}]})
    draft = call("post", "manual-journals", data=RENT | {"lines": [{"account": "7100", "debit": "1"}]}).json()
    unsound = call("post", "manual-journal-submit", draft["id"], data={"version": 1})

    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "treasury.journal_unreadable")
    assert unreadable.json()["facts"]["problems"][0]["line"] == 1
    assert (unsound.status_code, unsound.json()["code"]) == (422, "treasury.journal_unsound")
    assert unsound.json()["facts"]["problems"][0]["code"] == "too_few_lines"


def test_changed_submitted_and_never_approved_by_a_key(desk, call):
    journal = write(desk, *amounting("250"))
    content = RENT | {"lines": [{"account": "7100", "debit": "300"}, {"account": "1200", "credit": "300"}]}

    changed = call("put", "manual-journal", journal.public_id, data=content | {"version": 1}).json()
    stale = call("put", "manual-journal", journal.public_id, data=content | {"version": 1})
    alone = call("post", "manual-journal-post", journal.public_id, data={"version": 2})
    waiting = call("post", "manual-journal-submit", journal.public_id, data={"version": 2}).json()
    by_key = call(
        "post", "manual-journal-approve", journal.public_id, data={"digest": waiting["digest"]}, who="director"
    )

    assert (changed["version"], changed["total"]) == (2, "300.00")
    assert (stale.status_code, stale.json()["code"]) == (409, "treasury.journal_changed")
    assert (alone.status_code, alone.json()["code"]) == (409, "treasury.second_person_needed")
    assert (by_key.status_code, by_key.json()["code"]) == (403, "approvals.not_a_person")
    assert state_of(journal) == "submitted"


def test_the_second_person_in_a_session(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    path = reverse("api:manual-journal-approve", args=[desk.book.slug, journal.public_id])
    before = contents()
    director = sign_in(desk.people.director)
    late = sign_in(desk.people.director, recently=False)
    session = late.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3_600
    session.save()
    sent = {"digest": journal.approval.digest}

    too_late = late.post(path, sent, content_type="application/json")
    other = director.post(path, {"digest": "0" * 64}, content_type="application/json")

    assert (too_late.status_code, too_late.json()["code"]) == (403, "treasury.recent_sign_in_needed")
    assert (other.status_code, other.json()["code"]) == (409, "treasury.journal_changed")
    assert (state_of(journal), contents()) == ("submitted", before)
    assert director.post(path, sent, content_type="application/json").json()["state"] == "posted"


def test_refused_withdrawn_and_reversed(desk, call):
    journal, posted = submit(desk, write(desk, *amounting("250"))), submit(desk, write(desk))

    refused = sign_in(desk.people.director).post(
        reverse("api:manual-journal-refuse", args=[desk.book.slug, journal.public_id]),
        {"reason": "No invoice"},
        content_type="application/json",
    )
    withdrawn = call("post", "manual-journal-withdraw", journal.public_id)
    reversal = call(
        "post",
        "manual-journal-reverse",
        posted.public_id,
        data={"effective_on": "2026-01-05", "reason": "Paid twice"},
    ).json()

    assert (refused.json()["state"], withdrawn.json()["state"]) == ("refused", "withdrawn")
    assert (reversal["state"], reversal["reverses"]) == ("posted", posted.public_id)


def test_other_roles_scopes_and_groups(desk, call, client):
    journal = write(desk)

    assert call("post", "manual-journals", data=RENT, who="director").status_code == 403
    assert call("post", "manual-journals", data=RENT, scopes=("books:read",)).status_code == 403
    assert call("get", "manual-journal", journal.public_id, who="secretary").status_code == 200
    path = reverse("api:manual-journal", args=[desk.book.slug, journal.public_id])
    assert sign_in(desk.people.stranger).get(path).status_code == 404
    assert client.get(path).status_code == 401


def test_the_list_needs_few_queries_whatever_its_length(desk, call, django_assert_max_num_queries):
    for number in range(30):
        write(desk, narration=f"Rent {number}")

    with django_assert_max_num_queries(28):
        assert len(call("get", "manual-journals").json()["results"]) == 30
