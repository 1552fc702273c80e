"""Societies, their classes of shares, and the legal limit of a holding."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import MoneyField

from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import Organisation
from shares import states
from shares.models import choices

if TYPE_CHECKING:
    from datetime import date


class Society(PublicIdModel):
    """A registered society: an organisation that can issue withdrawable shares, and what its rules say of them.

    The two counters are the locks under which members and register entries get their numbers: an act that
    admits or enters holds this row, so a number is neither skipped nor given twice.

    Source: Co-operative and Community Benefit Societies Act 2014 ss.2, 14 (what the rules must say), 24, 30.
    """

    public_id_prefix: ClassVar[str] = "soc"

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="society")
    registration_number_raw = models.CharField(_("registration number as given"), max_length=40)
    registration_number = models.CharField(_("registration number"), max_length=12, unique=True)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=choices.LEGAL_FORMS)
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=2,
        choices=choices.JURISDICTIONS,
        default=states.Jurisdiction.GREAT_BRITAIN.value,
    )
    registered_office = models.TextField(_("registered office"))
    maximum_holding = MoneyField(
        _("largest holding by the rules"), max_digits=14, decimal_places=2, default_currency="GBP"
    )
    minimum_holding = MoneyField(
        _("smallest holding by the rules"), max_digits=14, decimal_places=2, default_currency="GBP"
    )
    minimum_age = models.PositiveSmallIntegerField(_("minimum age of a member"), default=16)
    capital_class = models.CharField(
        _("share capital is"),
        max_length=6,
        choices=choices.CAPITAL_CLASSES,
        default=states.CapitalClass.EQUITY.value,
    )
    asset_lock = models.CharField(
        _("asset lock"), max_length=10, choices=choices.ASSET_LOCKS, default=states.AssetLock.VOLUNTARY.value
    )
    has_traded = models.BooleanField(_("has accounts to show"), default=False)
    last_member_number = models.PositiveIntegerField(default=0)
    last_entry_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Society]] = models.Manager()

    class Meta:
        """Only values that the law knows."""

        verbose_name_plural = "societies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("legal_form", states.LegalForm, "shares_society_legal_form_known"),
            choices.known("jurisdiction", states.Jurisdiction, "shares_society_jurisdiction_known"),
            choices.known("capital_class", states.CapitalClass, "shares_society_capital_class_known"),
            choices.known("asset_lock", states.AssetLock, "shares_society_asset_lock_known"),
            models.CheckConstraint(
                condition=Q(minimum_holding__gt=0) & Q(maximum_holding__gte=models.F("minimum_holding")),
                name="shares_society_holding_range",
            ),
            models.CheckConstraint(
                condition=Q(minimum_holding_currency="GBP", maximum_holding_currency="GBP"),
                name="shares_society_in_sterling",
            ),
        ]

    def __str__(self) -> str:
        """Show the registration number: it is public."""
        return self.registration_number


class ShareClass(PublicIdModel):
    """A class of withdrawable shares; the nominal value is fixed by the rules and is the price for ever.

    Source: Community Shares Handbook: the price of a withdrawable share never rises above its nominal value.
    """

    public_id_prefix: ClassVar[str] = "cls"

    society = models.ForeignKey(Society, on_delete=models.PROTECT, related_name="share_classes")
    name = models.CharField(_("name"), max_length=80)
    nominal_value = MoneyField(_("nominal value"), max_digits=14, decimal_places=2, default_currency="GBP")

    objects: ClassVar[models.Manager[ShareClass]] = models.Manager()

    class Meta:
        """A name once in a society; a share is worth something."""

        verbose_name_plural = "share classes"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["society", "name"], name="shares_share_class_name_once"),
            models.CheckConstraint(
                condition=Q(nominal_value__gt=0, nominal_value_currency="GBP"),
                name="shares_share_class_nominal_value_positive",
            ),
        ]

    def __str__(self) -> str:
        """Show the name: classes are public."""
        return self.name


class LegalHoldingLimitQuerySet(models.QuerySet["LegalHoldingLimit"]):
    """Limits by law, past and present."""

    def in_force(self, *, jurisdiction: str, on: date) -> Self:
        """The rows that hold on a day, the newest first."""
        return self.filter(jurisdiction=jurisdiction, from_on__lte=on).order_by("-from_on")


class LegalHoldingLimit(AppendOnlyModel):
    """What one member may hold in withdrawable shares by law, from a day on, until a later row.

    Source: CCBSA 2014 s.24 for Great Britain; each row names its own.
    """

    jurisdiction = models.CharField(max_length=2, choices=choices.JURISDICTIONS)
    from_on = models.DateField()
    amount = MoneyField(max_digits=14, decimal_places=2, default_currency="GBP")
    source = models.CharField(max_length=200)
    is_verified = models.BooleanField(default=False)

    objects = LegalHoldingLimitQuerySet.as_manager()

    class Meta:
        """One row a day and jurisdiction; never without a source."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jurisdiction", "from_on"], name="shares_holding_limit_once_a_day"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_currency="GBP") & ~Q(source=""),
                name="shares_holding_limit_has_source",
            ),
        ]

    def __str__(self) -> str:
        """Show where and from when."""
        return f"{self.jurisdiction} {self.from_on}"
