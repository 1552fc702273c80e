"""Keys for the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

from foundation.models import PublicIdModel
from people.models.organisations import Organisation

if TYPE_CHECKING:
    from people.models.users import User


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys, live and revoked."""

    def of_user(self, user: User) -> Self:
        """Keys that a user made, the newest first."""
        return self.filter(user=user).order_by("-created")


class ApiKeyManager(BaseAPIKeyManager.from_queryset(ApiKeyQuerySet)):  # type: ignore[misc]
    """Makes and checks keys; only the hash of a key is stored."""


class ApiKey(PublicIdModel, AbstractAPIKey):
    """A key that acts as its user, limited to its scopes and, when it names one, to one organisation."""

    public_id_prefix: ClassVar[str] = "key"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ApiKeyManager] = ApiKeyManager()

    class Meta:
        """Newest first in lists; a key without scopes could do nothing."""

        ordering: ClassVar[list[str]] = ["-created"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="people_api_key_has_scopes"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
