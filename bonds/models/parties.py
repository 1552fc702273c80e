"""Who is party to a contract, in which roles, and what they signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.models import choices
from bonds.models.contracts import ContractVersion, OutcomesContract
from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

ROLE_PERIOD = Func(F("from_on"), F("until_on"), function="daterange", output_field=DateRangeField())


class Party(PublicIdModel):
    """An organisation in a contract. Terms, claims and payments name it by its code, which never changes."""

    public_id_prefix: ClassVar[str] = "pty"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contract_parties")
    code = models.SlugField(_("short name"), max_length=40)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)

    class Meta:
        """An organisation is one party of a contract, whatever its roles."""

        verbose_name_plural = "parties"
        ordering: ClassVar[list[str]] = ["contract_id", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "code"], name="bonds_party_code_once"),
            models.UniqueConstraint(fields=["contract", "organisation"], name="bonds_party_organisation_once"),
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code


class PartyRoleHeldQuerySet(models.QuerySet["PartyRoleHeld"]):
    """Roles of parties by day."""

    def held_on(self, on: date) -> Self:
        """Roles that are held on a day: from the first day, until and without the last."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gt=on), from_on__lte=on)

    def of(self, roles: Collection[states.PartyRole]) -> Self:
        """Some kinds of roles."""
        return self.filter(role__in=[role.value for role in roles])


class PartyRoleHeld(PublicIdModel):
    """A party holds a role from one day until, and without, another."""

    public_id_prefix: ClassVar[str] = "ptr"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("role"), max_length=20, choices=choices.PARTY_ROLES)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = PartyRoleHeldQuerySet.as_manager()

    class Meta:
        """A role is held once at a time."""

        ordering: ClassVar[list[str]] = ["party_id", "role", "from_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("role", states.PartyRole, "bonds_party_role_known"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")), name="bonds_party_role_period"
            ),
            ExclusionConstraint(
                name="bonds_party_role_once_at_a_time",
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (ROLE_PERIOD, RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Show the role."""
        return self.role


class Signature(PublicIdModel, AppendOnlyModel):
    """A party signed a version: who acted for it, when, and the digest of what they saw. Append-only."""

    public_id_prefix: ClassVar[str] = "sig"

    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signatures")
    digest = models.CharField(max_length=64)
    signed_by = models.CharField(max_length=80)
    signed_at = models.DateTimeField()

    class Meta:
        """Once a party and digest: a version that was changed and proposed again is signed again."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "party", "digest"], name="bonds_signature_once"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class Approach(PublicIdModel, AppendOnlyModel):
    """How a provider goes about it, in its own words; the newest is shown, the earlier ones are kept. Append-only.

    One contract holds many local ways to the same results; none is forced on the others.
    """

    public_id_prefix: ClassVar[str] = "apr"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="approaches")
    title = models.CharField(_("in a few words"), max_length=120)
    text = models.TextField(_("how we go about it"))
    place_name = models.CharField(_("where"), max_length=80, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        verbose_name_plural = "approaches"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="bonds_approach_says_something"),
        ]

    def __str__(self) -> str:
        """Show the title."""
        return self.title
