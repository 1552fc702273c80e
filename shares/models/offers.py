"""Share offers, the versions of their terms, and the record of what happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import Organisation
from shares import states
from shares.models import choices
from shares.models.societies import ShareClass, Society

if TYPE_CHECKING:
    from datetime import datetime

State = states.OfferState


def _dated(state_names: tuple[State, ...], field: str, name: str) -> models.CheckConstraint:
    """Make the constraint that these states, and only these, know the instant of an act."""
    in_states = Q(state__in=[state.value for state in state_names])
    return models.CheckConstraint(
        condition=(in_states & Q(**{f"{field}__isnull": False})) | (~in_states & Q(**{f"{field}__isnull": True})),
        name=name,
    )


_APPROVED_OR_LATER = tuple(state for state in State if state not in {State.DRAFT, State.SUBMITTED})
_OPENED = tuple(state for state in _APPROVED_OR_LATER if state is not State.APPROVED)
_CLOSED = tuple(state for state in _OPENED if state not in {State.OPEN, State.PAUSED})


class ShareOfferQuerySet(models.QuerySet["ShareOffer"]):
    """Offers by what may be done with them."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Offers of one organisation and of no other."""
        return self.filter(organisation=organisation)

    def public(self) -> Self:
        """Offers that anybody may read."""
        return self.filter(state__in=[state.value for state in states.PUBLIC_OFFER_STATES])

    def taking_applications(self, at: datetime) -> Self:
        """Offers that are open at an instant."""
        return self.filter(state=State.OPEN.value, opens_at__lte=at, closes_at__gt=at)

    def due_to_close(self, at: datetime) -> Self:
        """Offers whose closing has passed and that nobody has closed."""
        return self.filter(state__in=[State.OPEN.value, State.PAUSED.value], closes_at__lte=at)

    def with_everything(self) -> Self:
        """Offers with society, class and terms read in the same query."""
        return self.select_related("organisation", "society", "share_class", "current_terms")


class ShareOffer(PublicIdModel):
    """An offer of shares to the public, from its draft to the allotment or the last refund.

    Draft: its terms may be written, one version after the other.
    Submitted: it waits for platform staff, who approve it or send it back.
    Approved: nothing is missing; it can be opened.
    Open: people apply and pay until `closes_at`. An extension moves `closes_at` and leaves the state.
    Paused: nobody new may apply; payments that are under way still count.
    Closed: the board decides. Payments that were under way still count.
    Failed: the minimum was missed or a contingency was not met; every payment goes back.
    Refunded: every payment has gone back.
    Succeeded: the board has decided to go on; the shares are still to be allotted.
    Allotted: the shares are issued and in the register. Nothing follows.
    """

    public_id_prefix: ClassVar[str] = "off"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="share_offers")
    society = models.ForeignKey(Society, on_delete=models.PROTECT, related_name="offers")
    share_class = models.ForeignKey(ShareClass, on_delete=models.PROTECT, related_name="offers")
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("in short"), blank=True)
    venture_kind = models.CharField(_("kind of venture"), max_length=10, choices=choices.VENTURE_KINDS)
    place_name = models.CharField(_("place"), max_length=80)
    outcode = models.CharField(_("postcode district"), max_length=4)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    state = models.CharField(_("state"), max_length=10, choices=choices.OFFER_STATES, default=State.DRAFT.value)
    current_terms = models.ForeignKey(
        "shares.OfferTerms", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)
    allotted_at = models.DateTimeField(null=True, blank=True)

    objects = ShareOfferQuerySet.as_manager()

    class Meta:
        """States are tied to the instants of the acts that led to them."""

        ordering: ClassVar[list[str]] = ["-opens_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "closes_at"], name="shares_offer_state_closing"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("state", State, "shares_offer_state_known"),
            choices.known("venture_kind", states.VentureKind, "shares_offer_venture_kind_known"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="shares_offer_period"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT.value]) | Q(current_terms__isnull=False),
                name="shares_offer_has_terms",
            ),
            _dated(_APPROVED_OR_LATER, "approved_at", "shares_offer_approved_is_dated"),
            _dated(_OPENED, "opened_at", "shares_offer_opened_is_dated"),
            _dated(_CLOSED, "closed_at", "shares_offer_closed_is_dated"),
            _dated((State.FAILED, State.REFUNDED), "failed_at", "shares_offer_failed_is_dated"),
            _dated((State.REFUNDED,), "refunded_at", "shares_offer_refunded_is_dated"),
            _dated((State.ALLOTTED,), "allotted_at", "shares_offer_allotted_is_dated"),
        ]

    def __str__(self) -> str:
        """Show the address: offers are public."""
        return self.slug


class OfferStateChange(AppendOnlyModel):
    """Who moved an offer, when, from where to where, and why. Append-only."""

    offer = models.ForeignKey(ShareOffer, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=10, choices=choices.OFFER_STATES)
    to_state = models.CharField(max_length=10, choices=choices.OFFER_STATES)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.TextField(blank=True)
    closes_at = models.DateTimeField()

    class Meta:
        """In the order in which they happened."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show the step."""
        return f"{self.from_state} -> {self.to_state}"
