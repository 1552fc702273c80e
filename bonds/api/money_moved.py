"""What the API of contracts shares about money that moved: what the statement of the bank says, and who says it."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers
from rest_framework.request import Request

from bonds.api.standing import actor_of, read_given
from foundation import clock
from payments.api.recorded import check_recent_sign_in, key_of

PAYMENTS_WRITE: Final = "payments:write"


def read_moved(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Read what the statement of the bank says, with who asks, when, and under which key.

    Args:
        request: Of somebody who may write it down: the caller has asked.
        serializer: What has to be sent.

    Raises:
        RecentSignInNeeded: they gave their password or code too long ago.
        ValidationError: with every field that is wrong.
    """
    check_recent_sign_in(request)
    actor = actor_of(request)
    by = {"key": key_of(request, actor), "actor": actor, "at": clock.now(), "today": clock.today()}
    return {**read_given(serializer, request), **by}
