"""The door of the API: who asks, for which account, what goes wrong, what is answered."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from standin import clock
from standin.acts import passing_time
from standin.acts.events import Cause, current_cause
from standin.acts.startup import PLATFORM_ACCOUNT_ID
from standin.api import faults, form_body, idempotency
from standin.api.expand import expand
from standin.api.handlers_accounts import unknown_account
from standin.api.parameters import Parameters
from standin.api.routes import Route, find_route
from standin.errors import StripeError, invalid
from standin.models import Account, Fault, SeenRequest
from standin.shapes import API_VERSION
from standin.store import new_id, writing

OK = 200
SERVER_ERROR = 500


@dataclass(kw_only=True)
class Call:
    """One request as it was understood, filled in step by step."""

    request: HttpRequest
    request_id: str
    encoded: str = ""
    tree: dict[str, Any] = field(default_factory=dict)
    route: Route | None = None
    ids: dict[str, str] = field(default_factory=dict)
    account: Account | None = None
    key: str = ""
    on_the_way: Fault | None = None
    is_replay: bool = False
    original_request_id: str = ""

    @property
    def operation(self) -> str:
        """The operation's name, or `unknown`."""
        return self.route.operation if self.route is not None else "unknown"


class ConnectionCut(Exception):
    """The answer is lost on its way."""


def api(request: HttpRequest) -> HttpResponseBase:
    """Answer one request of the API, through whatever faults are set."""
    call = Call(request=request, request_id=new_id("req")[:18])
    try:
        status, body = _answer(call)
    except StripeError as refusal:
        status, body = refusal.status, json.dumps(refusal.body, indent=2)
    except ConnectionCut:
        _remember(call, status=None)
        return _cut_connection()
    _remember(call, status=status)
    fault = call.on_the_way
    if fault is not None and fault.kind == "hang_after":
        time.sleep(fault.milliseconds / 1000)
    if fault is not None and fault.kind == "cut_after":
        return _cut_connection()
    return _respond(call, status=status, body=body)


def _answer(call: Call) -> tuple[int, str]:
    _understand(call)
    assert call.route is not None, "an unknown route is refused before"
    call.on_the_way = faults.take_fault(call.operation, faults.ON_THE_WAY)
    kind = call.on_the_way.kind if call.on_the_way is not None else ""
    if kind == "cut":
        raise ConnectionCut
    if kind == "rate_limit":
        raise faults.rate_limited()
    if kind == "unavailable":
        raise faults.server_error(status=503, is_saved=False)
    passing_time.catch_up()
    if call.key:
        return _answer_once(call)
    _be_slow(call)
    return _work(call)


def _understand(call: Call) -> None:
    """Read key, account, route and parameters.

    Raises:
        StripeError: one of them is missing or unknown.
    """
    request = call.request
    _check_api_key(request)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise invalid(f"Invalid Stripe API version: {version}. This stand-in speaks {API_VERSION}.")
    account_id = request.headers.get("Stripe-Account", PLATFORM_ACCOUNT_ID)
    call.account = Account.objects.filter(pk=account_id).first()
    if call.account is None:
        raise unknown_account(account_id)
    call.route, call.ids = find_route(str(request.method), request.path)
    try:
        call.encoded = request.body.decode() if request.method == "POST" else request.META.get("QUERY_STRING", "")
        call.tree = form_body.parse(call.encoded)
    except ValueError as error:
        raise invalid(str(error)) from error
    if request.method == "POST":
        call.key = request.headers.get("Idempotency-Key", "")


def _check_api_key(request: HttpRequest) -> None:
    given = request.headers.get("Authorization", "")
    if not given.startswith("Bearer "):
        message = (
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
        raise StripeError(401, message, is_saved=False)
    if not given.removeprefix("Bearer ").startswith(("sk_test_", "rk_test_")):
        message = "Invalid API Key provided: this is a practice stand-in, and takes only keys that begin with sk_test_."
        raise StripeError(401, message, is_saved=False)


def _answer_once(call: Call) -> tuple[int, str]:
    """Answer a request that carries a key: the work is done once, and the same answer given each time."""
    assert call.account is not None, "an unknown account is refused before"
    request_hash = idempotency.hash_request(method="POST", path=call.request.path, encoded=call.encoded)
    stored = idempotency.claim(
        account=call.account, key=call.key, request_hash=request_hash, request_id=call.request_id
    )
    if stored is not None:
        call.is_replay = True
        call.original_request_id = stored.request_id
        return stored.status, stored.body
    try:
        _be_slow(call)
        return _work(call)
    except StripeError as refusal:
        body = json.dumps(refusal.body, indent=2)
        if refusal.is_saved:
            with writing():
                idempotency.keep(account=call.account, key=call.key, status=refusal.status, body=body)
        else:
            idempotency.release(account=call.account, key=call.key)
        return refusal.status, body
    except Exception:
        idempotency.release(account=call.account, key=call.key)
        raise


def _be_slow(call: Call) -> None:
    if call.on_the_way is not None and call.on_the_way.kind == "slow":
        time.sleep(call.on_the_way.milliseconds / 1000)


def _work(call: Call) -> tuple[int, str]:
    """Do the work in one transaction, and keep the answer under the key in the same one.

    Raises:
        StripeError: refused; nothing was done.
    """
    fault = faults.take_fault(call.operation, faults.AT_WORK)
    if fault is not None and fault.kind == "fail":
        raise faults.server_error()
    assert call.route is not None, "an unknown route is refused before"
    if call.route.method == "GET":
        return _run_handler(call)
    with writing():
        token = current_cause.set(Cause(request_id=call.request_id, idempotency_key=call.key))
        try:
            status, body = _run_handler(call)
        finally:
            current_cause.reset(token)
        if fault is not None:
            status, body = SERVER_ERROR, json.dumps(faults.server_error().body, indent=2)
        if call.key and call.account is not None:
            idempotency.keep(account=call.account, key=call.key, status=status, body=body)
    return status, body


def _run_handler(call: Call) -> tuple[int, str]:
    assert call.route is not None, "an unknown route is refused before"
    assert call.account is not None, "an unknown account is refused before"
    parameters = Parameters(call.tree)
    paths = parameters.texts("expand")
    answer = call.route.handler(call.account, parameters, **call.ids)
    if isinstance(answer, StripeError):
        return answer.status, json.dumps(answer.body, indent=2)
    expand(answer, paths, account=call.account)
    return OK, json.dumps(answer, indent=2)


def _remember(call: Call, *, status: int | None) -> None:
    with writing():
        SeenRequest.objects.create(
            request_id=call.request_id,
            at_ms=clock.real_milliseconds(),
            operation=call.operation,
            method=str(call.request.method),
            path=call.request.path,
            account_id=call.account.pk if call.account is not None else "",
            idempotency_key=call.key,
            parameters=call.tree,
            status=status,
            is_replay=call.is_replay,
            fault=call.on_the_way.kind if call.on_the_way is not None else "",
        )


def _respond(call: Call, *, status: int, body: str) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type="application/json")
    response["Request-Id"] = call.request_id
    response["Stripe-Version"] = API_VERSION
    if call.key:
        response["Idempotency-Key"] = call.key
    if call.is_replay:
        response["Idempotent-Replayed"] = "true"
        response["Original-Request"] = call.original_request_id
    if call.key and status == SERVER_ERROR:
        # Kept under the key: to ask again with it would bring the same answer.
        response["Stripe-Should-Retry"] = "false"
    return response


def _cut_connection() -> StreamingHttpResponse:
    """Promise a long answer and break off: the client sees its connection cut."""
    response = StreamingHttpResponse(_broken_answer(), content_type="application/json")
    response["Content-Length"] = "1000000"
    return response


def _broken_answer() -> Iterator[bytes]:
    yield b'{"'
    raise ConnectionCut
