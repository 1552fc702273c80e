"""The purchase of docs/api.md: its calls are read from the page and sent as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from string import Template

import pytest
from django.http import HttpResponse
from django.test import Client

from foundation.api.problems import CONTENT_TYPE
from payments.models import Payment
from people import operations as people_operations
from people.models import Scope
from scripts.write_problem_codes import PAGE, ROOT, find_errors, render
from shares.models import Application, Consent, ShareOffer
from tests.factories import shares as make
from tests.shares_pages.conftest import CHECKOUT

pytestmark = pytest.mark.django_db
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = [call for call in re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL) if call.startswith("curl")]
ANSWERS = [json.loads(answer) for answer in re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)]
STARTED, OVER_LIMIT, REDIRECT = ANSWERS
(START, START_TOO_MUCH, DETAILS, WORDINGS, CONSENTS, CHECK_OUT, FOLLOW, CANCEL, LIST) = CALLS


@dataclass
class Shell:
    """Understands as much of curl as the page uses."""

    key: str
    variables: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def run(self, call: str) -> HttpResponse:
        words = iter(shlex.split(call.replace("\\\n", " ")))
        assert next(words) == "curl"
        method, body, path, headers = "GET", "", "", {}
        for word in words:
            if word == "-X":
                method = next(words)
            elif word == "-H":
                name, _, value = Template(next(words)).substitute(KEY=self.key).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = next(words)
            else:
                path = Template(word).substitute(SITE="", **self.variables)
        content_type = headers.pop("Content-Type", "")
        return self.client.generic(method, path, body, content_type=content_type, headers=headers)


@pytest.fixture
def offer(db) -> ShareOffer:
    return make.open_offer(slug="save-the-drovers-arms")


@pytest.fixture
def shell(resident) -> Shell:
    return Shell(key_of(resident, "applications:read", "applications:write"))


def key_of(user, *scopes: str) -> str:
    return people_operations.issue_key(
        user=user, name="till", scopes=list(scopes), actor="system:tests", at=make.NOW
    ).secret


def test_the_purchase_of_the_page(shell, offer, checkouts):
    refused = shell.run(START_TOO_MUCH)
    assert (refused.status_code, refused["Content-Type"]) == (422, CONTENT_TYPE)
    assert refused.json() == OVER_LIMIT
    assert not Application.objects.exists()

    started = shell.run(START)
    application = Application.objects.get()
    shell.variables["ID"] = application.public_id
    as_begun = STARTED | {"id": application.public_id}
    assert (started.status_code, started.json()) == (201, as_begun)

    detailed = shell.run(DETAILS)
    with_details = as_begun | {"has_details": True, "missing": ["consents"]}
    assert (detailed.status_code, detailed.json()) == (200, with_details)

    wordings = shell.run(WORDINGS)
    assert wordings.status_code == 200
    assert {tuple(row) for row in wordings.json()} == {("id", "code", "version", "text", "is_required")}
    assert [row["id"] for row in wordings.json() if row["is_required"]] == [1, 2, 3, 4, 5, 6]

    agreed = shell.run(CONSENTS)
    assert (agreed.status_code, agreed.json()) == (200, with_details | {"missing": []})
    assert Consent.objects.filter(is_given=True).count() == 6

    checkout = shell.run(CHECK_OUT)
    payment = Payment.objects.get()
    assert (checkout.status_code, checkout.json()) == (200, {"redirect_url": f"{CHECKOUT}/{payment.public_id}"})
    assert REDIRECT["redirect_url"] == f"{CHECKOUT}/pay_1"

    reserved = shell.run(FOLLOW)
    waiting = agreed.json() | {"state": "awaiting_payment", "reserved_until": "2026-03-10T12:40:00Z"}
    assert (reserved.status_code, reserved.json()) == (200, waiting)

    make.pay(payment)
    bought = agreed.json() | {"state": "paid", "paid_at": "2026-03-10T12:00:00Z"}
    assert shell.run(FOLLOW).json() == bought

    listed = shell.run(LIST)
    assert (listed.status_code, listed.json()) == (200, {"next": None, "previous": None, "results": [bought]})

    given_up = shell.run(CANCEL)
    assert given_up.status_code == 200
    assert given_up.json() == bought | {
        "state": "refund_due", "ended_at": "2026-03-10T12:00:00Z", "end_reason": "cooled_off"
    }  # fmt: skip
    make.all_refunds_arrive(at=make.NOW)
    assert shell.run(FOLLOW).json()["state"] == "refunded"


def test_each_post_sent_again_acts_once(shell, offer, checkouts):
    first, again = shell.run(START), shell.run(START)
    shell.variables["ID"] = first.json()["id"]
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert Application.objects.count() == 1

    shell.run(DETAILS)
    shell.run(CONSENTS)
    paid, paid_again = shell.run(CHECK_OUT), shell.run(CHECK_OUT)
    assert (paid_again.status_code, paid_again.json(), paid_again["Idempotency-Replayed"]) == (200, paid.json(), "true")
    assert Payment.objects.count() == len(checkouts) == 1

    reused = shell.run(START.replace("25", "26"))
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency.key_reused")
    assert Application.objects.get().number_of_shares == 25


def test_a_second_start_goes_on_with_the_first(shell, offer):
    first = shell.run(START)
    second = shell.run(START.replace("order-17", "order-19").replace("25", "30"))

    assert (second.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert second.json()["number_of_shares"] == 30


@pytest.mark.parametrize("call", [START, DETAILS, CONSENTS, CHECK_OUT, CANCEL])
def test_a_key_that_may_only_read_changes_nothing(resident, offer, call):
    application = make.started(offer, user=resident)
    shell = Shell(key_of(resident, "applications:read"), {"ID": application.public_id})

    answer = shell.run(call)

    assert answer.status_code == 403
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not allowed",
        "status": 403,
        "code": "api.scope_missing",
        "detail": "This key lacks the scope that is needed here.",
        "facts": {"scope": "applications:write"},
    }
    assert make.reread(application).started_at == application.started_at
    assert make.reread(application).particulars_id is None


@pytest.mark.parametrize("call", [FOLLOW, LIST])
def test_a_key_without_the_scope_to_read_sees_nothing(resident, offer, call):
    application = make.started(offer, user=resident)

    answer = Shell(key_of(resident, "me:read"), {"ID": application.public_id}).run(call)

    assert (answer.status_code, answer.json()["facts"]) == (403, {"scope": "applications:read"})


def test_an_unknown_key_is_refused(resident, offer):
    answer = Shell("abcdefgh.unknown").run(LIST)

    assert (answer.status_code, answer.json()["code"]) == (401, "request.authentication_failed")
    assert answer["WWW-Authenticate"] == "Api-Key"


def test_the_page_names_every_scope_and_no_other():
    rows = re.findall(r"^\| `([a-z]+:[a-z]+)` \|", TEXT, flags=re.MULTILINE)

    assert sorted(rows) == sorted(Scope.values)


def test_the_page_of_codes_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(find_errors()), "run scripts/write_problem_codes.py"
