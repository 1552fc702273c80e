"""Who signs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from foundation.models import PublicIdModel


class UserManager(BaseUserManager["User"]):
    """Makes users; finds one by e-mail whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Save a user who signs in with this e-mail; without a password they cannot sign in yet."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Save a member of the platform's staff (for `manage.py createsuperuser`)."""
        return self.create_user(email, password, is_staff=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user with this e-mail, whatever its capitals."""
        return self.get(email__iexact=username)


class User(PublicIdModel, AbstractBaseUser):
    """An account to sign in with: an e-mail and a password, nothing else.

    Names and addresses belong to a `Person`: paper applicants, children and the dead never sign in.
    """

    public_id_prefix: ClassVar[str] = "usr"

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text=_("Works for the platform."))
    joined_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Two spellings of one e-mail are one user; the database says so."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="people_user_email_any_case"),
        ]

    def __str__(self) -> str:
        """Show the opaque id: user names turn up in logs, e-mails must not."""
        return self.public_id
