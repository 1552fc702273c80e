"""The versions of an offer's terms: what the buyer read, kept for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import MoneyField

from foundation.models import AppendOnlyModel, PublicIdModel
from shares import law, states
from shares.models import choices
from shares.models.offers import ShareOffer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _pounds(label: _StrPromise) -> MoneyField:
    """Make a column for an amount in pounds and pence."""
    return MoneyField(label, max_digits=14, decimal_places=2, default_currency="GBP")


class OfferTerms(PublicIdModel, AppendOnlyModel):
    """One version of what an offer says. Append-only: a change is a new version, and an application names its own.

    The text fields are the offer document's contents in fixed headings; `shares.law.REQUIRED_CONTENT` says which
    have to be filled before the offer may be published.

    Source: Community Shares Handbook 4.2, 4.4, 4.5, 4.6, 7.6.
    """

    public_id_prefix: ClassVar[str] = "trm"

    offer = models.ForeignKey(ShareOffer, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveSmallIntegerField(_("version"))
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    # Money
    minimum = _pounds(_("minimum target"))
    optimum = _pounds(_("optimum target"))
    maximum = _pounds(_("maximum"))
    price = _pounds(_("price of a share"))
    smallest_holding = _pounds(_("smallest holding"))
    largest_holding = _pounds(_("largest holding"))
    cooling_off_days = models.PositiveSmallIntegerField(
        _("days to change your mind"), default=law.DEFAULT_COOLING_OFF_DAYS
    )
    over_maximum_method = models.CharField(
        _("if more is applied for than the maximum"),
        max_length=12,
        choices=choices.OVER_MAXIMUM_METHODS,
        default=states.OverMaximumMethod.FIRST_COME.value,
    )

    # The shares
    withdrawal_terms = models.TextField(_("getting your money out"), blank=True)
    interest_terms = models.TextField(_("share interest"), blank=True)
    voting_terms = models.TextField(_("voting"), blank=True)
    asset_lock_terms = models.TextField(_("asset lock"), blank=True)
    value_terms = models.TextField(_("what a share is worth"), blank=True)
    holding_reasons = models.TextField(_("why these smallest and largest holdings"), blank=True)

    # Risks, in fixed headings
    risk_capital = models.TextField(_("you could lose all your money"), blank=True)
    risk_withdrawal = models.TextField(_("you may not get your money out when you want it"), blank=True)
    risk_returns = models.TextField(_("you may get no interest"), blank=True)
    risk_business = models.TextField(_("risks of the business"), blank=True)
    risk_project = models.TextField(_("risks of the project"), blank=True)

    # The plan
    purpose = models.TextField(_("what the money is for"), blank=True)
    capital_need = models.TextField(_("how much is needed, and for what"), blank=True)
    sources_of_finance = models.TextField(_("where else money comes from, and its ranking"), blank=True)
    gap_plan = models.TextField(_("if less than the optimum is raised"), blank=True)
    refund_terms = models.TextField(_("if the offer fails"), blank=True)
    extension_right = models.TextField(_("whether the offer may be extended"), blank=True)
    contingencies = models.TextField(_("what else has to happen before shares are issued"), blank=True)
    timetable = models.TextField(_("timetable"), blank=True)
    business_case = models.TextField(_("business case"), blank=True)
    community = models.TextField(_("the community"), blank=True)
    governance = models.TextField(_("how the society is run"), blank=True)

    # A society that has traded
    accounts_summary = models.TextField(_("three years of accounts in short"), blank=True)
    interest_history = models.TextField(_("interest and withdrawals so far"), blank=True)
    effect_on_members = models.TextField(_("what it means for existing members"), blank=True)

    # Identity
    board_members = models.TextField(_("members of the board"), blank=True)
    board_interests = models.TextField(_("interests of the board"), blank=True)
    tax_relief = models.TextField(_("tax relief"), blank=True)
    complaints = models.TextField(_("how to complain"), blank=True)

    objects: ClassVar[models.Manager[OfferTerms]] = models.Manager()

    class Meta:
        """Versions count up; targets and holdings stand in order."""

        verbose_name_plural = "offer terms"
        ordering: ClassVar[list[str]] = ["offer_id", "version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["offer", "version"], name="shares_terms_version_once"),
            choices.known("over_maximum_method", states.OverMaximumMethod, "shares_terms_over_maximum_method_known"),
            models.CheckConstraint(
                condition=Q(minimum__gt=0) & Q(optimum__gte=F("minimum")) & Q(maximum__gte=F("optimum")),
                name="shares_terms_targets_in_order",
            ),
            models.CheckConstraint(
                condition=Q(price__gt=0)
                & Q(smallest_holding__gte=F("price"))
                & Q(largest_holding__gte=F("smallest_holding"))
                & Q(maximum__gte=F("smallest_holding")),
                name="shares_terms_holdings_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    minimum_currency="GBP",
                    optimum_currency="GBP",
                    maximum_currency="GBP",
                    price_currency="GBP",
                    smallest_holding_currency="GBP",
                    largest_holding_currency="GBP",
                ),
                name="shares_terms_in_sterling",
            ),
        ]

    def __str__(self) -> str:
        """Show the version."""
        return f"version {self.version}"

    @classmethod
    def content_fields(cls) -> list[str]:
        """Name the parts of the offer document."""
        return [field.name for field in cls._meta.concrete_fields if type(field) is models.TextField]

    def content(self) -> dict[str, str]:
        """Give the parts of the offer document by their names."""
        return {name: getattr(self, name) for name in self.content_fields()}
