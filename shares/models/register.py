"""The register of members: members, entries, and the batches in which shares are allotted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import MoneyField

from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import Particulars, Person
from shares import states
from shares.models import choices
from shares.models.applications import Application
from shares.models.offers import ShareOffer
from shares.models.societies import ShareClass, Society

if TYPE_CHECKING:
    from datetime import date


class AllotmentBatch(PublicIdModel, AppendOnlyModel):
    """The board's allotment of one offer: the resolution it rests on, and the day the shares are issued.

    Append-only, one for each offer: whoever asks twice gets the same batch.

    Source: Community Shares Handbook (allotment by resolution of the board); HMRC VCM14080 (the date of issue has
    to be the date in the register).
    """

    public_id_prefix: ClassVar[str] = "alt"

    offer = models.OneToOneField(ShareOffer, on_delete=models.PROTECT, related_name="allotment")
    minute_reference = models.CharField(_("reference of the board minute"), max_length=80)
    board_on = models.DateField(_("date of the board meeting"))
    allotted_on = models.DateField(_("date of issue"))
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    number_of_entries = models.PositiveIntegerField()
    number_of_shares = models.PositiveBigIntegerField()
    job_id = models.CharField(max_length=64, blank=True)

    class Meta:
        """A resolution comes before, or on, the day of issue."""

        verbose_name_plural = "allotment batches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(allotted_on__gte=models.F("board_on")) & ~Q(minute_reference=""),
                name="shares_batch_rests_on_resolution",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class MemberQuerySet(models.QuerySet["Member"]):
    """Members of societies."""

    def for_society(self, society: Society) -> Self:
        """Members of one society by their numbers."""
        return self.filter(society=society).order_by("number")


class Member(PublicIdModel, AppendOnlyModel):
    """Somebody was admitted to a society under a number that is never given again. Append-only.

    Whether somebody *is* a member, since when and until when, is read from the register's entries: a member is
    somebody who holds shares.

    Source: Co-operative and Community Benefit Societies Act 2014 s.30.
    """

    public_id_prefix: ClassVar[str] = "mem"

    society = models.ForeignKey(Society, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    number = models.PositiveIntegerField(_("member number"))
    holder_kind = models.CharField(
        max_length=20, choices=choices.HOLDER_KINDS, default=states.HolderKind.INDIVIDUAL.value
    )
    body_name = models.CharField(max_length=200, blank=True)
    body_number = models.CharField(max_length=20, blank=True)
    admitted_on = models.DateField()
    recorded_at = models.DateTimeField()

    objects = MemberQuerySet.as_manager()

    class Meta:
        """A number once in a society; a person once as themselves, a body once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["society", "number"], name="shares_member_number_once"),
            models.UniqueConstraint(
                fields=["society", "person"],
                condition=Q(holder_kind=states.HolderKind.INDIVIDUAL.value),
                name="shares_member_person_once",
            ),
            models.UniqueConstraint(
                fields=["society", "holder_kind", "body_number"],
                condition=~Q(body_number=""),
                name="shares_member_body_once",
            ),
            choices.known("holder_kind", states.HolderKind, "shares_member_holder_kind_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="shares_member_number_from_one"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    """Entries of registers of members."""

    def for_society(self, society: Society) -> Self:
        """Entries of one society by their numbers."""
        return self.filter(society=society).order_by("number")

    def entered_by(self, on: date) -> Self:
        """Entries that count on a day."""
        return self.filter(entered_on__lte=on)


class RegisterEntry(PublicIdModel, AppendOnlyModel):
    """One change of one member's holding. Append-only: a holding is a sum of entries, a correction is an entry.

    `shares` and `amount_paid` are positive where a holding grows and negative where it shrinks. `number` counts up
    without a gap in each society: the database refuses a number that is not the next one.

    Source: Co-operative and Community Benefit Societies Act 2014 s.30 (register guarded against falsification).
    """

    public_id_prefix: ClassVar[str] = "reg"

    society = models.ForeignKey(Society, on_delete=models.PROTECT, related_name="register_entries")
    number = models.PositiveIntegerField(_("entry number"))
    kind = models.CharField(_("kind"), max_length=24, choices=choices.ENTRY_KINDS)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="register_entries")
    share_class = models.ForeignKey(ShareClass, on_delete=models.PROTECT, related_name="+")
    particulars = models.ForeignKey(Particulars, on_delete=models.PROTECT, related_name="+")
    shares = models.IntegerField(_("shares"))
    amount_paid = MoneyField(_("amount paid"), max_digits=14, decimal_places=2, default_currency="GBP")
    entered_on = models.DateField(_("entered on"))
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    batch = models.ForeignKey(
        AllotmentBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="register_entries"
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="register_entries"
    )
    reason = models.CharField(max_length=200, blank=True)

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        """Numbered without a gap; an application is allotted once; an allotment rests on a resolution."""

        verbose_name_plural = "register entries"
        ordering: ClassVar[list[str]] = ["society_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["society", "number"], name="shares_register_number_once"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind=states.EntryKind.ALLOTMENT.value),
                name="shares_register_application_allotted_once",
            ),
            choices.known("kind", states.EntryKind, "shares_register_kind_known"),
            models.CheckConstraint(
                condition=Q(shares__gt=0, amount_paid__gt=0) | Q(shares__lt=0, amount_paid__lt=0),
                name="shares_register_shares_and_amount_agree",
            ),
            models.CheckConstraint(condition=Q(amount_paid_currency="GBP"), name="shares_register_in_sterling"),
            models.CheckConstraint(
                condition=~Q(kind=states.EntryKind.ALLOTMENT.value)
                | Q(shares__gt=0, batch__isnull=False, application__isnull=False),
                name="shares_register_allotment_has_batch",
            ),
            models.CheckConstraint(
                condition=~Q(kind=states.EntryKind.CORRECTION.value) | ~Q(reason=""),
                name="shares_register_correction_says_why",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
