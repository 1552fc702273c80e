"""What people do when allauth says that something happened."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from people.models import User


@receiver(authenticator_added, dispatch_uid="people.second_factor_proved")
def note_second_factor_proved(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Count the code that set up an authenticator app as this session's second factor.

    allauth records only later sign-ins; without this an officer would be asked for a second code at once.
    """
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
