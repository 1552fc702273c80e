"""Human beings and the particulars that a register keeps of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models import PublicIdModel
from people.models.choices import EmailPurpose

if TYPE_CHECKING:
    from datetime import date


class Person(PublicIdModel):
    """Somebody with a name, with or without a way to sign in."""

    public_id_prefix: ClassVar[str] = "per"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="person"
    )
    given_name = models.CharField(_("first names"), max_length=100, blank=True)
    family_name = models.CharField(_("last name"), max_length=100, blank=True)
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Sorted nowhere by default: a list of people always has an order of its own."""

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id

    @property
    def full_name(self) -> str:
        """First names and last name as one line."""
        return f"{self.given_name} {self.family_name}".strip()


class ParticularsQuerySet(models.QuerySet["Particulars"]):
    """Rows of particulars, one or more for each person."""

    def for_person(self, person: Person) -> Self:
        """Rows of one person, the newest first."""
        return self.filter(person=person).order_by("-valid_from_on", "-id")

    def valid_on(self, person: Person, on: date) -> Particulars | None:
        """Return what held for this person on a day, or None."""
        return self.for_person(person).filter(valid_from_on__lte=on).first()


class Particulars(PublicIdModel):
    """What the register of members says of a person from a day on; a correction is a new row.

    Rows are only ever added. The one way out is `people_erase_particulars`, a function of the database that
    erases rows which nothing points to, for a person who asks.

    Source: Co-operative and Community Benefit Societies Act 2014 s.30: name and postal address, and an
    electronic address given for notices with the purposes it was given for.
    """

    public_id_prefix: ClassVar[str] = "par"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="particulars")
    full_name = models.CharField(_("full name"), max_length=200)
    address_line_1 = models.CharField(_("address, line 1"), max_length=120)
    address_line_2 = models.CharField(_("address, line 2"), max_length=120, blank=True)
    town = models.CharField(_("town or city"), max_length=80)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    country = models.CharField(_("country"), max_length=2, default="GB")
    email_for_notices = models.EmailField(_("e-mail for notices"), max_length=254, blank=True)
    email_purposes = ArrayField(models.CharField(max_length=20, choices=EmailPurpose.choices), default=list, blank=True)
    valid_from_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    objects: ClassVar[ParticularsQuerySet] = ParticularsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """The database refuses a row without what the register must say."""

        verbose_name_plural = "particulars"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-valid_from_on"], name="people_particulars_by_day")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(full_name="") & ~Q(address_line_1="") & ~Q(town=""),
                name="people_particulars_name_and_address",
            ),
            models.CheckConstraint(condition=~Q(country="GB") | ~Q(postcode=""), name="people_particulars_uk_postcode"),
            models.CheckConstraint(
                condition=(Q(email_for_notices="") & Q(email_purposes__len=0))
                | (~Q(email_for_notices="") & Q(email_purposes__len__gt=0)),
                name="people_particulars_email_has_purpose",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id

    @property
    def address_lines(self) -> list[str]:
        """The postal address as it goes on an envelope, without empty lines."""
        parts = (self.address_line_1, self.address_line_2, self.town, self.postcode)
        return [part for part in parts if part] + ([] if self.country == "GB" else [self.country])
