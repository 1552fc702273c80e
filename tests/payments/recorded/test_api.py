"""Recorded money over REST: as on the pages, by key or in a session; a key never decides."""

import pytest
from django.urls import reverse

from ledger.models import Entry
from payments.models import RecordedMoney
from people.operations import issue_key
from tests.ledger.support import AT, contents
from tests.payments.recorded.support import approve, pay, receive, state_of
from tests.people.support import sign_in

pytestmark = pytest.mark.django_db
GIFT = {
    "moved_on": "2026-01-05", "amount_pence": 12_500, "party_name": "Ashby Quarry Limited", "against": "4200",
    "note": "A gift",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def call(desk, client):
    """Calls with a key of the treasurer, or of somebody else."""

    def send(method, name, *more, data=None, who="treasurer", scopes=("payments:read", "payments:write"), **headers):
        user = getattr(desk.people, who)
        key = issue_key(user=user, name="k", scopes=scopes, actor="system:test", at=AT, organisation=desk.pub)
        path = reverse(f"api:{name}", args=[desk.pub.slug, *more])
        auth = {"Authorization": f"Api-Key {key.secret}"}
        sender = getattr(client, method)
        if method == "get":
            return sender(path, data, headers=auth | headers)
        return sender(path, data or {}, content_type="application/json", headers=auth | headers)

    return send


def test_recorded_and_read_by_key(desk, call):
    made = call("post", "record-receipt", data=GIFT)
    paid = call("post", "record-payment", data=GIFT | {"against": "7100", "book": desk.book.slug})

    record = made.json()
    assert (made.status_code, paid.status_code) == (201, 201)
    assert (record["state"], record["direction"], record["book"], record["entry"]) == (
        "requested", "in", "hollow-oak", None,
    )  # fmt: skip
    assert record["lines"] == [
        {"debit": "1200", "debit_owner": "", "credit": "4200", "credit_owner": "", "fund": "", "amount_pence": 12_500}
    ]
    assert call("get", "recorded", record["id"]).json() == record
    listed = call("get", "recorded-list", data={"direction": "in", "state": "requested"}).json()["results"]
    assert [one["id"] for one in listed] == [record["id"]]
    assert call("get", "recorded-list", data={"state": "lost"}).status_code == 400
    assert not Entry.objects.filter(source=record["id"]).exists()


def test_everything_that_is_wrong_is_listed(desk, call):
    answer = call(
        "post", "record-receipt", data=GIFT | {"moved_on": "2026-01-06", "against": "9997", "account": "1250"}
    )

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "payments.record_unsound")
    assert [(one["field"], one["code"]) for one in problem["facts"]["problems"]] == [
        ("moved_on", "day_ahead"), ("account", "bank_account_unknown"), ("against", "account_unknown"),
    ]  # fmt: skip
    assert not RecordedMoney.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"amount_pence": "12.50"}, {"amount_pence": 0}, {"moved_on": "5/1/26"}, {"party_name": ""}, {"note": "x" * 201}],
)  # fmt: skip
def test_what_has_the_wrong_shape_is_malformed(desk, call, change):
    assert call("post", "record-receipt", data=GIFT | change).status_code == 400
    assert not RecordedMoney.objects.exists()


def test_another_groups_book_does_not_exist(desk, call):
    for book in ("ash-shop", "nowhere"):
        answer = call("post", "record-receipt", data=GIFT | {"book": book})
        assert (answer.status_code, answer.json()["code"]) == (404, "ledger.book_missing")


def test_the_same_key_records_once(desk, client):
    key = issue_key(
        user=desk.people.treasurer, name="k", scopes=["payments:write"], actor="system:t", at=AT, organisation=desk.pub
    )
    headers = {"Authorization": f"Api-Key {key.secret}", "Idempotency-Key": "statement-2026-01-05-7"}
    path = reverse("api:record-receipt", args=[desk.pub.slug])

    answers = [client.post(path, GIFT, content_type="application/json", headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert RecordedMoney.objects.count() == 1


def test_a_key_never_decides(desk, call):
    record = receive(desk)
    before = contents()

    yes = call("post", "recorded-approve", record.public_id, who="director")
    no = call("post", "recorded-refuse", record.public_id, who="director", data={"reason": "x"})

    assert [(one.status_code, one.json()["code"]) for one in (yes, no)] == [(403, "approvals.not_a_person")] * 2
    assert (state_of(record), contents()) == ("requested", before)


def test_the_second_person_in_a_session(desk):
    record = receive(desk)
    path = reverse("api:recorded-approve", args=[desk.pub.slug, record.public_id])
    late = sign_in(desk.people.director, recently=False)
    session = late.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3_600
    session.save()

    too_late = late.post(path, {}, content_type="application/json")
    own = sign_in(desk.people.treasurer).post(path, {}, content_type="application/json")
    done = sign_in(desk.people.director).post(path, {}, content_type="application/json")

    assert (too_late.status_code, too_late.json()["code"]) == (403, "payments.recent_sign_in_needed")
    assert (own.status_code, own.json()["code"]) == (403, "approvals.same_person")
    assert done.json()["state"] == "approved"
    assert Entry.objects.get(source=record.public_id).public_id == done.json()["entry"]


def test_refused_in_a_session_with_a_reason(desk):
    record = receive(desk)
    path = reverse("api:recorded-refuse", args=[desk.pub.slug, record.public_id])
    director = sign_in(desk.people.director)

    silent = director.post(path, {}, content_type="application/json")
    done = director.post(path, {"reason": "Not on the statement"}, content_type="application/json")

    assert silent.status_code == 400
    assert done.json()["state"] == "refused"


def test_withdrawn_and_reversed_by_key(desk, call):
    waiting, posted = receive(desk), approve(desk, pay(desk))

    withdrawn = call("post", "recorded-withdraw", waiting.public_id).json()
    late = call("post", "recorded-withdraw", posted.public_id)
    undone = {"moved_on": "2026-01-05", "reason": "Paid twice"}
    reversal = call("post", "recorded-reverse", posted.public_id, data=undone).json()

    assert withdrawn["state"] == "withdrawn"
    assert (late.status_code, late.json()["code"]) == (409, "payments.record_decided")
    assert (reversal["state"], reversal["reverses"], reversal["note"]) == ("requested", posted.public_id, "Paid twice")
    assert [(one["debit"], one["credit"]) for one in reversal["lines"]] == [("1200", "7100")]


def test_only_with_the_scope_and_the_role(desk, call):
    assert call("post", "record-receipt", data=GIFT, scopes=("payments:read",)).status_code == 403
    assert call("get", "recorded-list", scopes=("books:read",)).status_code == 403
    assert call("post", "record-receipt", data=GIFT, who="director").status_code == 403
    assert call("get", "recorded-list", who="director").status_code == 200
    assert not RecordedMoney.objects.exists()
