import threading
from datetime import timedelta
from functools import partial
from typing import ClassVar

import pytest
from rest_framework import status
from rest_framework.exceptions import Throttled
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from core.errors import InvalidInput, Unavailable
from foundation import idempotency
from foundation.access import ANONYMOUS
from foundation.idempotency import Answer, IdempotentMixin, Run
from foundation.models import IdempotencyRecord
from tests.foundation.things import ALICE, BOB, NOON, at_once

acts: list[dict] = []
script: list[object] = []
gate = threading.Event()


class OrderView(IdempotentMixin, APIView):
    """Acts, and answers by the script."""

    authentication_classes: ClassVar[list] = []
    waits = False

    def post(self, request):
        acts.append(dict(request.data))
        if self.waits:
            gate.wait(timeout=10)
        answer = script.pop(0) if script else {"number": len(acts)}
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Response):
            return answer
        return Response(answer, status=201, headers={"Location": f"/orders/{len(acts)}/"})

    def get(self, request):
        return Response({"acts": len(acts)})


class StrictView(OrderView):
    idempotency_required = True


@pytest.fixture(autouse=True)
def _clean():
    acts.clear()
    script.clear()
    gate.clear()


def post(key="key-1", body=None, actor=ALICE, path="/orders/", view=OrderView, **given):
    headers = {} if key is None else {"Idempotency-Key": key}
    request = APIRequestFactory().post(path, body or {"shares": 5}, format="json", headers=headers)
    request.actor = actor
    return view.as_view(**given)(request)


@pytest.mark.django_db
def test_same_request_acts_once_and_is_answered_alike():
    first, second, third = post(), post(), post()

    assert acts == [{"shares": 5}]
    assert [first.status_code, second.status_code, third.status_code] == [201, 201, 201]
    assert first.data == second.data == third.data == {"number": 1}
    assert second.render().content == first.render().content
    assert (first["Location"], second["Location"]) == ("/orders/1/", "/orders/1/")
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
def test_other_request_with_the_key_is_refused_and_does_not_act():
    post()

    for other in (post(body={"shares": 6}), post(path="/orders/?dry=1")):
        assert other.status_code == status.HTTP_422_UNPROCESSABLE_ENTITY
        assert other.data["code"] == "idempotency.key_reused"
    assert len(acts) == 1


@pytest.mark.django_db
def test_key_belongs_to_one_actor_and_one_address():
    post()
    post(actor=BOB)
    post(path="/orders/other/")
    post(key="key-2")

    assert len(acts) == 4


@pytest.mark.django_db
def test_without_a_key_every_request_acts():
    post(key=None)
    post(key=None)

    assert len(acts) == 2
    assert IdempotencyRecord.objects.count() == 0


@pytest.mark.django_db
def test_get_is_not_touched():
    request = APIRequestFactory().get("/orders/", headers={"Idempotency-Key": "key-1"})
    request.actor = ALICE

    assert OrderView.as_view()(request).status_code == 200
    assert IdempotencyRecord.objects.count() == 0


@pytest.mark.django_db
def test_refusal_is_an_answer_and_is_kept():
    script.append(InvalidInput("Too many shares.", shares=5))

    first, second = post(), post()

    assert [first.status_code, second.status_code] == [422, 422]
    assert first.data == second.data
    assert second.render()["Content-Type"] == "application/problem+json"
    assert len(acts) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first_answer", "first_status"),
    [
        (Unavailable("The provider does not answer."), 503),
        (Throttled(wait=3), 429),
        (Response({"code": "x"}, status=409), 409),
        (Response({}, status=500), 500),
    ],
)
def test_answer_that_may_change_is_not_kept(first_answer, first_status):
    script.append(first_answer)

    assert post().status_code == first_status
    assert post().status_code == 201
    assert len(acts) == 2


@pytest.mark.django_db
def test_mistake_of_ours_frees_the_key():
    script.append(ZeroDivisionError())

    assert post().status_code == 500
    assert post().status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "café", "a\x7f"])
def test_malformed_key_is_refused(key):
    answer = post(key=key)

    assert answer.status_code == 400
    assert answer.data["code"] == "request.idempotency_key_malformed"
    assert acts == []


@pytest.mark.django_db
def test_longest_key_is_taken():
    assert post(key="~" * 255).status_code == 201


@pytest.mark.django_db
def test_view_may_insist_on_a_key():
    answer = post(key=None, view=StrictView)

    assert (answer.status_code, answer.data["code"]) == (400, "request.idempotency_key_missing")
    assert post(view=StrictView).status_code == 201


@pytest.mark.django_db
def test_who_is_not_let_in_uses_up_no_key():
    assert post(actor=ANONYMOUS).status_code == 403
    assert IdempotencyRecord.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_second_request_while_the_first_runs_is_told_to_come_back():
    def second():
        while not acts:
            pass
        answer = post()
        gate.set()
        return answer

    running, early = at_once(lambda: post(waits=True), second)

    assert running.status_code == 201
    assert (early.status_code, early.data["code"], early["Retry-After"]) == (409, "idempotency.running", "2")
    assert len(acts) == 1
    assert post().data == running.data


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_instant_act_once():
    for number in range(10):
        gate.set()
        once_more = partial(post, key=f"race-{number}")
        answers = at_once(once_more, once_more)
        codes = sorted(answer.status_code for answer in answers)
        assert codes in ([201, 201], [201, 409])

    assert len(acts) == 10


@pytest.mark.django_db(transaction=True)
def test_control_run_without_records_acts_twice(monkeypatch):
    monkeypatch.setattr(idempotency, "begin", lambda **_given: Run(record_id=0, lease="x"))
    both_inside = threading.Barrier(2, action=gate.set)

    class BothInside(OrderView):
        def post(self, request):
            both_inside.wait(timeout=10)
            return super().post(request)

    at_once(lambda: post(view=BothInside), lambda: post(view=BothInside))

    assert len(acts) == 2


SCOPE = {"scope_digest": "a" * 64, "request_digest": "b" * 64}


@pytest.mark.django_db
def test_run_that_died_is_taken_over_after_its_lease():
    dead = idempotency.begin(**SCOPE, at=NOON)

    with pytest.raises(idempotency.StillRunning):
        idempotency.begin(**SCOPE, at=NOON + idempotency.LEASE - timedelta(seconds=1))
    second = idempotency.begin(**SCOPE, at=NOON + idempotency.LEASE)

    assert isinstance(second, Run)
    idempotency.complete(dead, Answer(201, "application/json", "", '"late"'))
    idempotency.give_up(dead)
    idempotency.complete(second, Answer(201, "application/json", "", '"second"'))
    assert idempotency.begin(**SCOPE, at=NOON + idempotency.LEASE).body == '"second"'


@pytest.mark.django_db
def test_answer_is_forgotten_after_a_day():
    run = idempotency.begin(**SCOPE, at=NOON)
    idempotency.complete(run, Answer(201, "application/json", "", "{}"))
    almost = NOON + idempotency.KEEP - timedelta(seconds=1)

    assert isinstance(idempotency.begin(**SCOPE, at=almost), Answer)
    assert idempotency.forget_expired(at=almost) == 0
    assert isinstance(idempotency.begin(**SCOPE, at=NOON + idempotency.KEEP), Run)
    assert idempotency.forget_expired(at=NOON + idempotency.KEEP * 3) == 1
