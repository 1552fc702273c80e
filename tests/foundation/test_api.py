from typing import ClassVar

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from core.errors import DomainError, InvalidInput, NotAllowed, NotFound, Unavailable
from foundation.access import ANONYMOUS, Actor, Refused, refuse, require
from foundation.api import CursorPages
from foundation.models import Job
from foundation.ratelimits import TooManyAttempts
from tests.foundation.things import ALICE, NOON


class HoldingLimitExceeded(DomainError):
    code = "tests.holding_limit_exceeded"
    kind = "invalid"


class RaisingView(APIView):
    authentication_classes: ClassVar[list] = []
    required_scopes: ClassVar[dict[str, str]] = {"get": "tests:read"}
    error: Exception | None = None

    def get(self, request):
        if self.error is not None:
            raise self.error
        return Response({"actor": request.actor.ref})

    def post(self, request):
        return Response({})


def call(method="get", actor=ALICE, view=RaisingView, body=None, headers=None, **given):
    request = getattr(APIRequestFactory(), method)("/api/v1/tests/", body, format="json", headers=headers)
    if actor is not None:
        request.actor = actor
    return view.as_view(**given)(request)


def raised(error):
    return call(error=error)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (HoldingLimitExceeded("Too many."), 422, "tests.holding_limit_exceeded"),
        (InvalidInput("No."), 422, "input.invalid"),
        (DomainError("No."), 409, "error"),
        (NotAllowed("No."), 403, "policy.refused"),
        (NotFound("No."), 404, "not_found"),
        (Unavailable("No."), 503, "unavailable"),
        (TooManyAttempts("No.", retry_after=7), 429, "limits.too_many_attempts"),
        (Http404("secret"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "policy.refused"),
        (RequestDataTooBig("secret"), 413, "request.too_big"),
        (SuspiciousOperation("secret"), 400, "request.malformed"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "secret"), 400, "request.malformed"),
        (ValidationError("Bad."), 400, "request.invalid"),
        (exceptions.ParseError(), 400, "request.parse_error"),
        (exceptions.NotAuthenticated(), 403, "request.not_authenticated"),
        (exceptions.MethodNotAllowed("get"), 405, "request.method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "request.not_acceptable"),
        (exceptions.UnsupportedMediaType("text/html"), 415, "request.unsupported_media_type"),
        (exceptions.Throttled(wait=3), 429, "request.throttled"),
        (ZeroDivisionError("secret"), 500, "server_error"),
    ],
)
def test_every_error_has_one_shape_and_a_stable_code(error, status, code):
    response = raised(error).render()

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.data["status"] == status
    assert response.data["code"] == code
    assert response.data["type"] == "about:blank"
    assert response.data["title"]
    assert response.data["detail"]
    assert "secret" not in response.content.decode()


def test_domain_error_tells_its_figures():
    response = raised(HoldingLimitExceeded("Too many.", limit_pence=10_000_000, on=NOON, parts=[1, None, "a"]))

    assert response.data["detail"] == "Too many."
    assert response.data["facts"] == {
        "limit_pence": 10_000_000,
        "on": "2026-11-22T12:00:00+00:00",
        "parts": [1, None, "a"],
    }


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (TooManyAttempts("No.", retry_after=7), "7"),
        (Unavailable("No."), "60"),
        (exceptions.Throttled(wait=3), "3"),
    ],
)
def test_answers_that_ask_to_come_back_say_when(error, wait):
    assert raised(error)["Retry-After"] == wait


def test_wrong_body_lists_each_field_by_its_path():
    class Line(serializers.Serializer):
        pence = serializers.IntegerField(min_value=1)

    class Order(serializers.Serializer):
        name = serializers.CharField()
        lines = Line(many=True)

        def validate(self, attrs):
            raise serializers.ValidationError("Never.", code="never")

    wrong = Order(data={"lines": [{"pence": 1}, {"pence": 0}]})
    assert not wrong.is_valid()
    found = raised(exceptions.ValidationError(wrong.errors)).data["errors"]
    assert found == [
        {"field": "name", "code": "required", "detail": "This field is required."},
        {
            "field": "lines.1.pence",
            "code": "min_value",
            "detail": "Ensure this value is greater than or equal to 1.",
        },
    ]

    whole = Order(data={"name": "x", "lines": []})
    assert not whole.is_valid()
    found = raised(exceptions.ValidationError(whole.errors)).data["errors"]
    assert found == [{"field": "", "code": "never", "detail": "Never."}]


def test_validation_error_of_a_model_lists_its_fields():
    found = raised(ValidationError({"email": ["Bad."], "__all__": ["Worse."]})).data["errors"]

    assert found == [
        {"field": "email", "code": "invalid", "detail": "Bad."},
        {"field": "", "code": "invalid", "detail": "Worse."},
    ]


def test_body_that_is_not_json_is_a_problem_not_a_crash():
    request = APIRequestFactory().post("/api/v1/tests/", b"{", content_type="application/json")
    request.actor = ALICE

    class Reading(RaisingView):
        def post(self, request):
            return Response(request.data)

    response = Reading.as_view()(request)

    assert (response.status_code, response.data["code"]) == (400, "request.parse_error")


def test_decision_of_a_policy_keeps_its_code():
    with pytest.raises(Refused) as refused:
        require(refuse("Only officers may do this.", "tests.officers_only"))

    response = raised(refused.value)
    assert (response.status_code, response.data["code"]) == (403, "tests.officers_only")
    assert Refused.code == "policy.refused"


@pytest.mark.parametrize(
    ("actor", "method", "status", "code"),
    [
        (ALICE, "get", 200, None),
        (ALICE, "post", 200, None),
        (ANONYMOUS, "get", 403, "request.not_authenticated"),
        (None, "get", 403, "request.not_authenticated"),
        (Actor(ref="key:k", scopes=frozenset({"tests:read"})), "get", 200, None),
        (Actor(ref="key:k", scopes=frozenset({"tests:read"})), "head", 200, None),
        (Actor(ref="key:k", scopes=frozenset({"tests:read"})), "post", 403, "api.scope_missing"),
        (Actor(ref="key:k", scopes=frozenset({"other:read"})), "get", 403, "api.scope_missing"),
        (Actor(ref="key:k", scopes=frozenset()), "get", 403, "api.scope_missing"),
    ],
)
def test_actor_is_let_in_by_sign_in_and_scope(actor, method, status, code):
    response = call(method, actor)

    assert response.status_code == status
    assert (response.data or {}).get("code") == code


def test_anonymous_is_asked_to_sign_in_where_there_is_a_way():
    response = call(actor=ANONYMOUS, authentication_classes=[BasicAuthentication])

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic")


class PublicView(RaisingView):
    is_public = True


def test_public_view_is_read_by_anybody_and_written_by_nobody_anonymous():
    assert call(actor=ANONYMOUS, view=PublicView).status_code == 200
    assert call("post", actor=ANONYMOUS, view=PublicView).status_code == 403


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = ("key",)


class JobList(ListAPIView):
    authentication_classes: ClassVar[list] = []
    serializer_class = JobSerializer
    pagination_class = CursorPages
    queryset = Job.objects.all()


def make_jobs(count, first=0):
    Job.objects.bulk_create(
        Job(key=str(n), kind="k", started_by="x", total=1, started_at=NOON, changed_at=NOON)
        for n in range(first, first + count)
    )


def page(query=""):
    request = APIRequestFactory().get(f"/api/v1/jobs/{query}")
    request.actor = ALICE
    return JobList.as_view()(request)


@pytest.mark.django_db
def test_pages_hold_every_row_once_though_rows_are_added_meanwhile():
    make_jobs(7)
    first = page("?limit=3").data
    make_jobs(2, first=7)
    second = page("?" + first["next"].partition("?")[2]).data
    third = page("?" + second["next"].partition("?")[2]).data

    keys = [row["key"] for part in (first, second, third) for row in part["results"]]
    assert keys == ["6", "5", "4", "3", "2", "1", "0"]
    assert third["next"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "rows"), [("", 50), ("?limit=200", 200), ("?limit=201", 200), ("?limit=0", 50), ("?limit=x", 50)]
)
def test_page_has_never_more_than_two_hundred_rows(query, rows):
    make_jobs(205)

    assert len(page(query).data["results"]) == rows


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["x", "cD1hYmM=", "cD0lMDA=", "bz0tMQ==", "%FF", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="]
)
def test_cursor_that_we_did_not_make_is_not_an_error_of_ours(cursor):
    make_jobs(2)

    assert page(f"?cursor={cursor}").status_code in {200, 404}
