import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import Http404
from django.test import RequestFactory

from foundation import outbox, views
from foundation.access import ANONYMOUS, Actor
from foundation.models import OutboxMessage, OutboxState
from tests.foundation.things import ALICE, NOON, STAFF

OUTSIDERS = [
    ALICE,
    Actor(ref="user:usr_staff", is_staff=True, second_factor=False),
    Actor(ref="key:key_1", is_staff=True, second_factor=True, scopes=frozenset({"offers:read"})),
]


def ask(view, actor, method="get", **path):
    request = getattr(RequestFactory(), method)("/staff/outbox/")
    request.actor = actor
    request.session = {}
    request._messages = FallbackStorage(request)
    return view(request, **path)


@pytest.fixture
def parked():
    message = outbox.enqueue(topic="tests.topic", key="work/1", payload={}, at=NOON)
    OutboxMessage.objects.update(state=OutboxState.PARKED, failures=10, last_error="builtins.ValueError")
    return message


@pytest.mark.django_db
def test_staff_sees_what_is_parked(parked):
    content = ask(views.parked, STAFF).content.decode()

    assert "work/1" in content
    assert "builtins.ValueError" in content
    assert "<script>" not in content


@pytest.mark.django_db
def test_empty_list_says_so():
    assert "Nothing is parked." in ask(views.parked, STAFF).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("actor", OUTSIDERS)
def test_nobody_else_sees_or_sends(parked, actor):
    with pytest.raises(Http404):
        ask(views.parked, actor)
    with pytest.raises(Http404):
        ask(views.send_again, actor, "post", message_id=parked.pk)

    parked.refresh_from_db()
    assert parked.state == OutboxState.PARKED


@pytest.mark.django_db
def test_visitor_is_asked_to_sign_in_first(parked):
    for response in (ask(views.parked, ANONYMOUS), ask(views.send_again, ANONYMOUS, "post", message_id=parked.pk)):
        assert response.status_code == 302
        assert response["Location"] == "/accounts/login/?next=/staff/outbox/"

    parked.refresh_from_db()
    assert parked.state == OutboxState.PARKED


@pytest.mark.django_db
def test_staff_sends_again_once_and_is_told_when_it_is_not_parked_any_more(parked):
    for _ in range(2):
        response = ask(views.send_again, STAFF, "post", message_id=parked.pk)
        assert (response.status_code, response["Location"]) == (302, "/staff/outbox/")

    parked.refresh_from_db()
    assert (parked.state, parked.failures) == (OutboxState.WAITING, 0)


def test_sending_again_is_not_done_by_following_a_link():
    assert ask(views.send_again, STAFF, "get", message_id=1).status_code == 405


@pytest.mark.parametrize(("view", "status"), [(views.bad_request, 400), (views.forbidden, 403), (views.not_found, 404)])
@pytest.mark.django_db
def test_error_pages_speak_to_people_and_to_machines(view, status):
    page = view(RequestFactory().get("/nowhere/"), None)
    api = view(RequestFactory().get("/api/v1/nowhere/"), None)

    assert (page.status_code, api.status_code) == (status, status)
    assert page["Content-Type"].startswith("text/html")
    assert api["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_server_error_page_needs_nothing_of_the_request():
    response = views.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert b"<h1" in response.content
