"""The same purchase for programs: sessions or scoped keys, one act for one idempotency key, problems with codes."""

from __future__ import annotations

import pytest
from django.test import Client

from foundation.models import AuditEvent
from payments.models import Payment
from people import operations as people_operations
from people.models import Particulars
from shares.models import Application, ConsentWording, RegisterEntry
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.shares_pages.conftest import CHECKOUT, DETAILS, officer

pytestmark = pytest.mark.django_db
JSON = "application/json"


class Program:
    """A program with a key."""

    def __init__(self, user, *scopes: str, organisation=None) -> None:
        issued = people_operations.issue_key(
            user=user, name="till", scopes=list(scopes), organisation=organisation, actor="user:x", at=make.NOW
        )
        self.headers = {"Authorization": f"Api-Key {issued.secret}"}
        self.client = Client()

    def send(self, method: str, path: str, body: object = None, **headers: str):
        return getattr(self.client, method)(
            f"/api/v1/{path}", data=body, content_type=JSON, headers={**self.headers, **headers}
        )


@pytest.fixture
def program(resident) -> Program:
    return Program(resident, "applications:read", "applications:write")


def begin(program: Program, offer, shares: int = 25, **more) -> str:
    response = program.send("post", "applications/", {"offer": offer.slug, "number_of_shares": shares, **more})
    assert response.status_code == 201, response.content
    return response.json()["id"]


def required() -> list[int]:
    return [row.pk for row in ConsentWording.objects.in_force(make.NOW.date())]


def test_a_whole_purchase(program, offer, checkouts):
    public_id = begin(program, offer)
    wordings = program.client.get("/api/v1/consent-wordings/").json()

    details = program.send("patch", f"applications/{public_id}/", DETAILS)
    consents = program.send(
        "post", f"applications/{public_id}/consents/", {"wordings": [row["id"] for row in wordings]}
    )
    checkout = program.send("post", f"applications/{public_id}/checkout/")
    after = program.send("get", f"applications/{public_id}/").json()

    assert details.json()["missing"] == ["consents"]
    assert consents.json()["missing"] == []
    payment = Payment.objects.get()
    assert checkout.json() == {"redirect_url": f"{CHECKOUT}/{payment.public_id}"}
    assert (after["state"], after["amount_pence"], after["number_of_shares"]) == ("awaiting_payment", 25_000, 25)
    assert Application.objects.get().public_id == public_id


def test_the_same_key_of_idempotency_acts_once(program, offer):
    body = {"offer": offer.slug, "number_of_shares": 25}

    first = program.send("post", "applications/", body, **{"Idempotency-Key": "order-1"})
    again = program.send("post", "applications/", body, **{"Idempotency-Key": "order-1"})
    other = program.send("post", "applications/", body | {"number_of_shares": 26}, **{"Idempotency-Key": "order-1"})

    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.key_reused")
    assert Application.objects.count() == 1
    assert Application.objects.get().number_of_shares == 25


def test_my_list_is_mine(program, offer):
    make.complete(offer, 10)
    public_id = begin(program, offer)

    rows = program.send("get", "applications/").json()["results"]

    assert [row["id"] for row in rows] == [public_id]


def test_somebody_elses_application_does_not_exist(program, offer, checkouts):
    other = make.complete(offer, 10)
    path = f"applications/{other.public_id}/"

    answers = [
        program.send("get", path),
        program.send("patch", path, DETAILS),
        program.send("post", path + "consents/", {"wordings": required()}),
        program.send("post", path + "checkout/"),
        program.send("post", path + "cancel/"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "shares.no_application")}
    assert make.reread(other).state == "started"
    assert checkouts == []


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("applications:read", "post", "applications/"),
        ("applications:write", "get", "applications/"),
        ("applications:write", "post", "offers/x/close/"),
        ("applications:write", "get", "groups/x/register/"),
    ],
)
def test_a_key_does_only_what_its_scopes_say(resident, scope, method, path):
    program = Program(resident, scope)

    answer = program.send(method, path, {} if method == "post" else None)

    assert (answer.status_code, answer.json()["code"]) == (403, "api.scope_missing")


def test_without_signing_in_nothing_is_begun(client, offer):
    answer = client.post("/api/v1/applications/", {"offer": offer.slug, "number_of_shares": 25}, content_type=JSON)

    assert answer.status_code == 401
    assert not Application.objects.exists()


def test_checkout_without_consents_is_refused_with_what_is_missing(program, offer, checkouts):
    public_id = begin(program, offer)
    program.send("patch", f"applications/{public_id}/", DETAILS)

    answer = program.send("post", f"applications/{public_id}/checkout/")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "shares.consent_missing")
    assert (
        len(problem["facts"]["codes"])
        == ConsentWording.objects.in_force(make.NOW.date()).filter(is_required=True).count()
    )
    assert not Payment.objects.exists()


def test_checkout_without_details_is_refused(program, offer):
    public_id = begin(program, offer)

    answer = program.send("post", f"applications/{public_id}/checkout/")

    assert (answer.status_code, answer.json()["code"]) == (422, "shares.application_incomplete")


def test_unknown_consents_are_refused(program, offer):
    public_id = begin(program, offer)

    answer = program.send("post", f"applications/{public_id}/consents/", {"wordings": [999_999]})

    assert (answer.status_code, answer.json()["code"]) == (422, "shares.unknown_consent")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"email_for_notices": "nonsense"}, "email_for_notices"),
        ({"date_of_birth": "31 February"}, "date_of_birth"),
        ({"country": "United Kingdom"}, "country"),
        ({"email_purposes": ["spying"]}, "email_purposes.0"),
    ],
)
def test_wrong_details_name_the_field(program, offer, changed, field):
    public_id = begin(program, offer)

    answer = program.send("patch", f"applications/{public_id}/", DETAILS | changed)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in {field, field.split(".")[0]}
    assert not Particulars.objects.exists()


def test_cancelling(program, offer):
    public_id = begin(program, offer)

    answer = program.send("post", f"applications/{public_id}/cancel/")

    assert (answer.status_code, answer.json()["state"], answer.json()["end_reason"]) == (200, "cancelled", "cancelled")


@pytest.fixture
def office(offer) -> Program:
    """A program of the society's secretary."""
    user = officer(offer.organisation, "secretary")
    return Program(user, "offers:write", "register:read", organisation=offer.organisation)


def test_closing_allotting_and_the_register(office, offer, clock):
    make.paid(offer, 100)
    clock.move_to(make.AFTER)
    resolution = {"minute_reference": "2026/11-4", "board_on": "2026-05-29", "allotted_on": "2026-05-29"}

    closed = office.send("post", f"offers/{offer.slug}/close/", {})
    allotted = office.send("post", f"offers/{offer.slug}/allot/", resolution)
    again = office.send("post", f"offers/{offer.slug}/allot/", resolution)
    register = office.send("get", f"groups/{offer.organisation.slug}/register/").json()

    assert closed.json() == {"offer": offer.slug, "state": "closed"}
    assert allotted.json()["number_of_shares"] == 100
    assert again.json() == allotted.json()
    assert RegisterEntry.objects.count() == 1
    [row] = register["members"]
    assert (row["number"], row["shares"], row["paid_pence"], row["ceased_on"]) == (1, 100, 100_000, None)
    assert AuditEvent.objects.filter(action="shares.register_viewed").count() == 1


def test_failing(office, offer, clock):
    make.paid(offer, 10)
    clock.move_to(make.AFTER)
    office.send("post", f"offers/{offer.slug}/close/", {})

    refused = office.send("post", f"offers/{offer.slug}/allot/", {
        "minute_reference": "1", "board_on": "2026-05-29", "allotted_on": "2026-05-29"
    })  # fmt: skip
    failed = office.send("post", f"offers/{offer.slug}/fail/", {"reason": "Too little."})

    assert (refused.status_code, refused.json()["code"]) == (409, "shares.minimum_missed")
    assert failed.json() == {"offer": offer.slug, "state": "failed"}


def test_pages_of_the_register(office, offer, clock):
    for _ in range(3):
        make.paid(offer, 100)
    clock.move_to(make.AFTER)
    make.closed_offer(offer)
    make.allot(offer)
    path = f"groups/{offer.organisation.slug}/register/"

    first = office.send("get", path, {"limit": 2}).json()
    second = office.send("get", path, {"limit": 2, "after": first["next_after"]}).json()
    wrong = office.send("get", path, {"limit": 500})

    assert [row["number"] for row in first["members"]] == [1, 2]
    assert ([row["number"] for row in second["members"]], second["next_after"]) == ([3], None)
    assert wrong.status_code == 400


@pytest.mark.parametrize("act", ["close", "allot", "fail"])
def test_residents_and_other_societies_do_not_decide(offer, resident, act):
    other = make.open_offer()
    stranger = Program(officer(other.organisation, "secretary"), "offers:write", organisation=other.organisation)
    nobody = Program(resident, "offers:write")

    for program in (stranger, nobody):
        answer = program.send("post", f"offers/{offer.slug}/{act}/", {})
        assert (answer.status_code, answer.json()["code"]) == (404, "shares.no_offer")
    assert make.reread_offer(offer).state == "open"


def test_a_treasurer_does_not_decide(offer):
    program = Program(officer(offer.organisation, "treasurer"), "offers:write", organisation=offer.organisation)

    answer = program.send("post", f"offers/{offer.slug}/close/", {})

    assert (answer.status_code, answer.json()["code"]) == (403, "people.role_required")


def test_a_session_works_as_well(resident, offer):
    answer = sign_in(resident).post(
        "/api/v1/applications/", {"offer": offer.slug, "number_of_shares": 25}, content_type=JSON
    )

    assert answer.status_code == 201
