"""How sign-in behaves here: our mails, our follow-ups, our rules for the second factor."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation import clock
from foundation.ids import new_public_id
from foundation.mail import queue_mail
from foundation.registries import SIGN_UP_FOLLOW_UPS
from people import queries
from people.models import User

log = structlog.get_logger(__name__)


def run_follow_ups(user: User, session: Any) -> None:
    """Attach what the visitor had begun before we knew who they are; nobody is kept from signing in by it."""
    for key, follow_up in SIGN_UP_FOLLOW_UPS.items():
        try:
            with transaction.atomic():
                follow_up(user, session)
        except DomainError as refused:
            log.warning("sign_up_follow_up_refused", follow_up=key, code=refused.code)


def proved_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session proved a second factor that the user still has."""
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" for record in records) and queries.has_second_factor(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up and sign-in by e-mail."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002  allauth's own signature
        """Save who signs up, and keep what they had begun: they may confirm the e-mail on another device.

        Raises:
            ImmediateHttpResponse: the same form was sent twice at the same instant; the second answers as the first.
        """
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError:
            raise ImmediateHttpResponse(self.respond_email_verification_sent(request, None)) from None
        if commit:
            run_follow_ups(saved, request.session)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address, unless it is the sign-in of somebody else who never confirmed it."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            messages.error(request, _("This e-mail cannot be used: there is another sign-in with it."))
            return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on after signing in; somebody with an account may have begun something before they signed in."""
        run_follow_ups(user, request.session)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of allauth's mails with ours, from our own template of the same name.

        The key is random: asking twice for a link gives two mails, within allauth's rate limits.
        """
        name = template_prefix.rsplit("/", 1)[-1]
        user = context.get("user")
        person = queries.find_person(user.pk) if isinstance(user, User) else None
        facts = {key: value for key, value in context.items() if key not in {"request", "user", "current_site"}}
        queue_mail(
            to=email,
            template=f"people/mail/{name}",
            context={**facts, "site_url": settings.PUBLIC_BASE_URL, "email": email},
            key=new_public_id(f"account-{name}"),
            at=clock.now(),
            language=person.language if person else settings.LANGUAGE_CODE,
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator apps: secrets are encrypted at rest, and officers and staff cannot switch them off."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with a key derived from SECRET_KEY."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret, also one from before SECRET_KEY was changed."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse the authenticator app of somebody who acts for an organisation or for the platform."""
        user = authenticator.user
        if authenticator.type != Authenticator.Type.TOTP or isinstance(user, AnonymousUser):
            return True
        return not (user.is_staff or queries.roles_of(user))


def _box() -> MultiFernet:
    """The lock of stored secrets: the present key first, earlier ones for reading."""
    secrets: list[str] = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(b"commonweal second factor" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
