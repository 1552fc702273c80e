"""Users, persons, organisations, roles and keys."""

from people.models.choices import EmailPurpose, OrganisationKind, Role, Scope
from people.models.keys import ApiKey, ApiKeyManager, ApiKeyQuerySet
from people.models.organisations import (
    OfficerRole,
    OfficerRoleQuerySet,
    Organisation,
    OrganisationOwned,
    OrganisationOwnedQuerySet,
)
from people.models.persons import Particulars, ParticularsQuerySet, Person
from people.models.users import User, UserManager

__all__ = [
    "ApiKey",
    "ApiKeyManager",
    "ApiKeyQuerySet",
    "EmailPurpose",
    "OfficerRole",
    "OfficerRoleQuerySet",
    "Organisation",
    "OrganisationKind",
    "OrganisationOwned",
    "OrganisationOwnedQuerySet",
    "Particulars",
    "ParticularsQuerySet",
    "Person",
    "Role",
    "Scope",
    "User",
    "UserManager",
]
