"""Organisations, what they own, and who acts for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from foundation.models import PublicIdModel
from people.models.choices import OrganisationKind, Role

if TYPE_CHECKING:
    from datetime import date


class Organisation(PublicIdModel):
    """A society, council, fund or company; what it does in a contract is a role there, not a kind of row."""

    public_id_prefix: ClassVar[str] = "org"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(
        max_length=30, choices=OrganisationKind.choices, default=OrganisationKind.COMMUNITY_BENEFIT_SOCIETY
    )
    created_at = models.DateTimeField()

    class Meta:
        """Listed by name."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="people_organisation_named"),
        ]

    def __str__(self) -> str:
        """Show the name: organisations are public."""
        return self.name


class OrganisationOwnedQuerySet(models.QuerySet["OrganisationOwned"]):
    """Rows that belong to an organisation; pages and API start from `for_organisation`."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Rows of one organisation and of no other."""
        return self.filter(organisation=organisation)


class OrganisationOwned(models.Model):
    """A row that belongs to exactly one organisation for ever."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Only a base."""

        abstract = True


# The half-open period in which a role is held: PostgreSQL's daterange() leaves the second day out.
ROLE_PERIOD = Func(F("from_on"), F("until_on"), function="daterange", output_field=DateRangeField())


class OfficerRoleQuerySet(models.QuerySet["OfficerRole"]):
    """Roles of officers, past and present."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Roles in one organisation."""
        return self.filter(organisation=organisation)

    def current(self) -> Self:
        """Roles that nobody ended: these, and only these, open an organisation's pages."""
        return self.filter(until_on__isnull=True)

    def held_on(self, on: date) -> Self:
        """Roles that are held on a day: from the first day, until and without the last."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), from_on__lte=on)


class OfficerRole(PublicIdModel, OrganisationOwned):
    """A user may act for an organisation in a role, from one day until (and without) another.

    Rows are made by `appoint_officer` and closed by `end_role`, never deleted: the past officers of a society
    are part of its register.

    Source: Co-operative and Community Benefit Societies Act 2014 s.30 (officers: office and date assumed).
    """

    public_id_prefix: ClassVar[str] = "rol"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officer_roles")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    appointed_by = models.CharField(max_length=80)
    appointed_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OfficerRoleQuerySet] = OfficerRoleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """One person holds one role in one organisation once at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="people_officer_role_known"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="people_officer_role_period",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True, ended_at__isnull=True, ended_by="")
                | (Q(until_on__isnull=False, ended_at__isnull=False) & ~Q(ended_by="")),
                name="people_officer_role_ended_by_somebody",
            ),
            ExclusionConstraint(
                name="people_officer_role_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (ROLE_PERIOD, RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
