"""Applications for shares, their history, and the consents that were given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from djmoney.models.fields import MoneyField

from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import Organisation, Particulars, Person
from shares import states
from shares.models import choices
from shares.models.offers import ShareOffer
from shares.models.terms import OfferTerms

if TYPE_CHECKING:
    from datetime import date, datetime

    from people.models import User

State = states.ApplicationState
_UNPAID = [State.STARTED.value, State.AWAITING_PAYMENT.value]
_RESERVING = [State.AWAITING_PAYMENT.value]
_HELD = [State.PAID.value]
_ENDED = [
    State.CANCELLED.value,
    State.LAPSED.value,
    State.REFUND_DUE.value,
    State.REFUNDED.value,
    State.CHARGED_BACK.value,
]


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications by where they stand."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Applications to one organisation and to no other."""
        return self.filter(organisation=organisation)

    def of_user(self, user: User) -> Self:
        """Applications of one user."""
        return self.filter(user=user)

    def unfinished(self) -> Self:
        """Applications that were begun and are not paid."""
        return self.filter(state__in=_UNPAID)

    def awaiting_payment(self) -> Self:
        """Applications whose shares are reserved while a payment runs."""
        return self.filter(state__in=_RESERVING)

    def reservation_over(self, at: datetime) -> Self:
        """Applications whose time to pay has passed."""
        return self.filter(state__in=_RESERVING, reserved_until__lte=at)

    def paid(self) -> Self:
        """Applications whose money is held until the board decides."""
        return self.filter(state__in=_HELD)

    def allotted(self) -> Self:
        """Applications that became shares."""
        return self.filter(state=State.ALLOTTED.value)

    def refund_due(self) -> Self:
        """Applications whose money is on its way back."""
        return self.filter(state=State.REFUND_DUE.value)

    def holding_money(self) -> Self:
        """Applications whose money is with us: held, or owed back."""
        return self.filter(state__in=[State.PAID.value, State.REFUND_DUE.value])

    def disputed(self) -> Self:
        """Applications whose payment a card holder disputes or disputed, and whose shares are not issued."""
        states_ = [State.PAID.value, State.REFUND_DUE.value, State.CHARGED_BACK.value]
        return self.filter(state__in=states_, payment__receipts__disputes__isnull=False).distinct()

    def taking_room(self) -> Self:
        """Applications that count against the maximum: reserved, paid and allotted."""
        return self.filter(state__in=[*_RESERVING, *_HELD, State.ALLOTTED.value])

    def with_everything(self) -> Self:
        """Applications with offer, society, terms and particulars read in the same query."""
        return self.select_related(
            "offer__society", "offer__share_class", "offer__organisation", "terms", "person", "particulars", "user"
        )


class Application(PublicIdModel):
    """Somebody asks for shares in an offer, under one version of its terms.

    Started: amount, particulars and consents may be given and changed.
    Awaiting payment: the number of shares is reserved until `reserved_until`, while the checkout runs.
    Paid: the money is here, held until the board decides. The shares stay counted.
    Allotted: the shares are in the register.
    Lapsed: not paid in time, or the offer closed first. It may be taken up again while the offer is open.
    Cancelled: given up before any money came.
    Refund due: the money is owed back; `end_reason` says why.
    Refunded: the money has gone back in full.
    Charged back: the card holder took the payment back before any shares were issued.
    """

    public_id_prefix: ClassVar[str] = "app"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    offer = models.ForeignKey(ShareOffer, on_delete=models.PROTECT, related_name="applications")
    terms = models.ForeignKey(OfferTerms, on_delete=models.PROTECT, related_name="applications")
    # Empty until the visitor signs up; the token in the visitor's session is what they hold until then.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    claim_token = models.CharField(max_length=64, unique=True)
    holder_kind = models.CharField(
        _("shares are for"),
        max_length=20,
        choices=choices.HOLDER_KINDS,
        default=states.HolderKind.INDIVIDUAL.value,
    )
    body_name = models.CharField(_("name of the body"), max_length=200, blank=True)
    body_number = models.CharField(_("registration number of the body"), max_length=20, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")
    particulars = models.ForeignKey(Particulars, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number_of_shares = models.PositiveIntegerField(_("number of shares"), default=0)
    amount = MoneyField(_("amount"), max_digits=14, decimal_places=2, default_currency="GBP", default=0)
    state = models.CharField(_("state"), max_length=16, choices=choices.APPLICATION_STATES, default=State.STARTED.value)
    # The payment that counts; a second one for the same application goes back.
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    reserved_until = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    allotted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=choices.END_REASONS, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        """States are tied to their instants, and nobody keeps two unfinished applications for one offer."""

        ordering: ClassVar[list[str]] = ["-started_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            # Carries the number, so that capacity is counted from the index alone.
            models.Index(fields=["offer", "state"], include=["number_of_shares"], name="shares_application_by_offer"),
            models.Index(
                fields=["reserved_until"], condition=Q(state__in=_RESERVING), name="shares_application_reserved"
            ),
            models.Index(fields=["person", "offer"], name="shares_application_by_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("state", State, "shares_application_state_known"),
            choices.known("holder_kind", states.HolderKind, "shares_application_holder_kind_known"),
            models.CheckConstraint(condition=Q(amount__gte=0, amount_currency="GBP"), name="shares_application_amount"),
            models.CheckConstraint(
                condition=Q(number_of_shares=0, amount=0) | Q(number_of_shares__gt=0, amount__gt=0),
                name="shares_application_shares_have_amount",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_RESERVING) & Q(reserved_until__isnull=False))
                | (~Q(state__in=_RESERVING) & Q(reserved_until__isnull=True)),
                name="shares_application_reserved_is_dated",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=[State.PAID.value, State.ALLOTTED.value, State.REFUND_DUE.value])
                    & Q(paid_at__isnull=False)
                )
                | Q(state__in=[State.REFUNDED.value, State.CHARGED_BACK.value], paid_at__isnull=False)
                | (~Q(state__in=[*_HELD, State.ALLOTTED.value, *_ENDED[2:]]) & Q(paid_at__isnull=True)),
                name="shares_application_paid_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.ALLOTTED.value) & Q(allotted_at__isnull=False))
                | (~Q(state=State.ALLOTTED.value) & Q(allotted_at__isnull=True)),
                name="shares_application_allotted_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_ENDED) & Q(ended_at__isnull=False) & ~Q(end_reason=""))
                | (~Q(state__in=_ENDED) & Q(ended_at__isnull=True, end_reason="")),
                name="shares_application_ended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.STARTED.value, State.CANCELLED.value, State.LAPSED.value])
                | Q(
                    user__isnull=False,
                    person__isnull=False,
                    particulars__isnull=False,
                    number_of_shares__gt=0,
                ),
                name="shares_application_complete_before_payment",
            ),
            models.CheckConstraint(
                condition=Q(holder_kind=states.HolderKind.INDIVIDUAL.value, body_name="", body_number="")
                | (~Q(holder_kind=states.HolderKind.INDIVIDUAL.value) & ~Q(body_name="")),
                name="shares_application_body_is_named",
            ),
            models.UniqueConstraint(
                fields=["offer", "user"],
                condition=Q(state__in=_UNPAID),
                name="shares_application_one_unfinished",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class ApplicationStateChange(AppendOnlyModel):
    """Who moved an application, when, from where to where, and why. Append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=16, choices=choices.APPLICATION_STATES)
    to_state = models.CharField(max_length=16, choices=choices.APPLICATION_STATES)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order in which they happened."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show the step."""
        return f"{self.from_state} -> {self.to_state}"


class ConsentWordingQuerySet(models.QuerySet["ConsentWording"]):
    """Wordings, past and present."""

    def in_force(self, on: date) -> Self:
        """The newest wording of each code on a day, in the order in which they are asked."""
        newest = (
            ConsentWording.objects.filter(code=models.OuterRef("code"), from_on__lte=on)
            .order_by("-version")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest)).order_by("position", "code")


class ConsentWording(AppendOnlyModel):
    """One version of the words to which an applicant says yes. Append-only: new words are a new version."""

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    is_required = models.BooleanField()
    position = models.PositiveSmallIntegerField()
    from_on = models.DateField()

    objects = ConsentWordingQuerySet.as_manager()

    class Meta:
        """A version once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code", "version"], name="shares_consent_wording_version_once"),
        ]

    def __str__(self) -> str:
        """Show code and version."""
        return f"{self.code} v{self.version}"


class Consent(AppendOnlyModel):
    """An applicant said yes, or no longer, to one wording at one instant. Append-only: the latest row counts."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="consents")
    wording = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="+")
    is_given = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        """In the order in which they were given."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show what was answered."""
        return f"{self.wording_id}: {self.is_given}"
