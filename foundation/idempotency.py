"""A request that is sent twice under one key acts once and is answered alike."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import DomainError, InvalidInput
from foundation.access import ANONYMOUS, Actor
from foundation.clock import now
from foundation.models import IdempotencyRecord, RunState

HEADER = "Idempotency-Key"
KEEP = timedelta(hours=24)
# Longer than the server lets a request run: what is older than that has died.
LEASE = timedelta(seconds=90)
RETRY_AFTER_SECONDS = 2
_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
_FIRST_SERVER_ERROR = 500
# Answers that a later try may well change.
NOT_KEPT = frozenset({409, 429})


class KeyMalformed(APIException):
    """The key is not 1 to 255 visible ASCII characters."""

    status_code = 400
    default_code = "idempotency_key_malformed"


class KeyMissing(APIException):
    """This request may only be sent with a key."""

    status_code = 400
    default_code = "idempotency_key_missing"


class StillRunning(DomainError):
    """The first request under this key is not answered yet."""

    code = "idempotency.running"


class KeyReused(InvalidInput):
    """The key was used for another request."""

    code = "idempotency.key_reused"


@dataclass(frozen=True)
class Run:
    """The right to act once: the caller either completes it or gives it up."""

    record_id: int
    lease: str


@dataclass(frozen=True)
class Answer:
    """What the first request was answered with."""

    status: int
    content_type: str
    location: str
    body: str


def begin(*, scope_digest: str, request_digest: str, at: datetime) -> Run | Answer:
    """Take the right to act under a key, or give the answer that was given already.

    The row is committed at once, so that a second request at the same instant sees it; the unique digest lets
    one of them in. A run that died is taken over when its lease is over.

    Args:
        scope_digest: Of actor, method, path and key.
        request_digest: Of everything that the request says.
        at: The present instant.

    Raises:
        KeyReused: the same key came with another request.
        StillRunning: the first request is still running.
    """
    run = Run(record_id=0, lease=uuid.uuid4().hex)
    IdempotencyRecord.objects.filter(scope_digest=scope_digest, expires_at__lte=at).delete()
    new = IdempotencyRecord(
        scope_digest=scope_digest,
        request_digest=request_digest,
        lease=run.lease,
        leased_until=at + LEASE,
        started_at=at,
        expires_at=at + KEEP,
    )
    IdempotencyRecord.objects.bulk_create([new], ignore_conflicts=True)
    with transaction.atomic():
        record = IdempotencyRecord.objects.select_for_update().get(scope_digest=scope_digest)
        if record.lease == run.lease:
            return Run(record.pk, run.lease)
        if record.request_digest != request_digest:
            raise KeyReused(_("This Idempotency-Key was used for another request. Please use a new one."))
        if record.state == RunState.DONE:
            return Answer(record.answer_status or 0, record.answer_type, record.answer_location, record.answer_body)
        if record.leased_until is not None and record.leased_until > at:
            raise StillRunning(
                _("The first request with this Idempotency-Key is still running."), retry_after=RETRY_AFTER_SECONDS
            )
        record.lease, record.leased_until = run.lease, at + LEASE
        record.save()
        return Run(record.pk, run.lease)


def complete(run: Run, answer: Answer) -> None:
    """Keep the answer, unless the run was taken over meanwhile."""
    IdempotencyRecord.objects.filter(pk=run.record_id, lease=run.lease).update(
        state=RunState.DONE,
        lease="",
        leased_until=None,
        answer_status=answer.status,
        answer_type=answer.content_type,
        answer_location=answer.location,
        answer_body=answer.body,
    )


def give_up(run: Run) -> None:
    """Free the key: nothing was done, or a later try may end otherwise."""
    IdempotencyRecord.objects.filter(pk=run.record_id, lease=run.lease).delete()


def forget_expired(*, at: datetime) -> int:
    """Delete the answers that were kept long enough, and say how many there were."""
    return IdempotencyRecord.objects.filter(expires_at__lte=at).delete()[0]


def digest_of_scope(*, actor: str, method: str, path: str, key: str) -> str:
    """Make the digest under which one actor's key for one address is known."""
    return _digest(actor.encode(), method.encode(), path.encode(), key.encode())


def digest_of_request(request: HttpRequest) -> str:
    """Make the digest of everything a request says: address with query, content type and body."""
    return _digest(
        (request.method or "").encode(),
        request.get_full_path().encode(),
        (request.content_type or "").encode(),
        request.body,
    )


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


class _Replay(Exception):
    """Carries the kept answer out of `initial`."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class IdempotentMixin:
    """Before a DRF view: honours the Idempotency-Key header of POST requests.

    `idempotency_required = True` refuses a POST without the header. What the view does has to be one
    operation that is itself safe to repeat, for a run that died is begun again.
    """

    idempotency_required: ClassVar[bool] = False
    _idempotency_run: Run | None = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Read the body before anything else does, so that it can be both digested and parsed."""
        if request.method == "POST" and HEADER in request.headers:
            request.body  # noqa: B018  reading it keeps it
        made: Request = super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
        return made

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Begin the run after sign-in, permissions and limits have let the request pass."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method != "POST":
            return
        key = request.headers.get(HEADER)
        if key is None:
            if self.idempotency_required:
                raise KeyMissing(_("Send an Idempotency-Key header with this request."))
            return
        if not _KEY.match(key):
            raise KeyMalformed(_("An Idempotency-Key has 1 to 255 visible ASCII characters."))
        actor: Actor = getattr(request, "actor", ANONYMOUS)
        scope = digest_of_scope(actor=actor.ref, method="POST", path=request.path, key=key)
        begun = begin(scope_digest=scope, request_digest=digest_of_request(request._request), at=now())  # noqa: SLF001
        if isinstance(begun, Answer):
            raise _Replay(begun)
        self._idempotency_run = begun

    def handle_exception(self, exc: Exception) -> Response:
        """Replay a kept answer; free the key when the view breaks."""
        if isinstance(exc, _Replay):
            return _replay(exc.answer)
        try:
            handled: Response = super().handle_exception(exc)  # type: ignore[misc]
        except Exception:
            self._free_key()
            raise
        return handled

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep the answer."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        run, self._idempotency_run = self._idempotency_run, None
        if run is not None:
            _keep(run, final)
        return final

    def _free_key(self) -> None:
        if self._idempotency_run is not None:
            give_up(self._idempotency_run)
            self._idempotency_run = None


def _keep(run: Run, response: HttpResponseBase) -> None:
    is_final = response.status_code < _FIRST_SERVER_ERROR and response.status_code not in NOT_KEPT
    if not is_final or not isinstance(response, Response):
        give_up(run)
        return
    body = "" if response.data is None else JSONRenderer().render(response.data).decode()
    content_type = response.content_type or "application/json"
    complete(run, Answer(response.status_code, content_type, response.get("Location", ""), body))


def _replay(answer: Answer) -> Response:
    data = json.loads(answer.body) if answer.body else None
    response = Response(data, status=answer.status, content_type=answer.content_type)
    response["Idempotency-Replayed"] = "true"
    if answer.location:
        response["Location"] = answer.location
    return response
