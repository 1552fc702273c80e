"""Users and their second factor, made by the platform rather than by sign-up."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from foundation import audit
from people.models import User


@transaction.atomic
def make_user(*, email: str, password: str | None, at: datetime, is_staff: bool = False) -> User:
    """Make a user whose e-mail counts as confirmed: for staff, seeds and invitations, not for sign-up.

    Args:
        email: Address to sign in with; capitals do not matter.
        password: First password, or None for an account that must first reset it.
        at: When the user joined.
        is_staff: Whether the user works for the platform.
    """
    user = User.objects.create_user(email, password, is_staff=is_staff, joined_at=at)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def set_staff(*, user: User, is_staff: bool, actor: str, at: datetime) -> None:
    """Make somebody staff of the platform, or end it.

    Args:
        user: Whom it concerns.
        is_staff: The new state.
        actor: Reference of who decides.
        at: When.
    """
    before, user.is_staff = user.is_staff, is_staff
    user.save(update_fields=["is_staff"])
    audit.record(
        actor=actor,
        action="people.staff_set",
        at=at,
        subject=user.public_id,
        before={"is_staff": before},
        after={"is_staff": is_staff},
    )


@transaction.atomic
def seed_second_factor(*, user: User, secret: str) -> None:
    """Give a user an authenticator with a secret that others know: for demonstrations and tests.

    The secret is marked as seeded, which is what the page of demonstration codes looks for. Doing it again
    replaces the authenticator.

    Args:
        user: Who is to sign in with it.
        secret: Base-32 secret of the authenticator app.
    """
    Authenticator.objects.filter(user=user).delete()
    authenticator = TOTP.activate(user, secret).instance
    authenticator.data["seeded"] = True
    authenticator.save(update_fields=["data"])
    RecoveryCodes.activate(user)
