"""Labels for the stored values of `shares.states`, and the constraint that only those are stored."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shares import states

Choices = list[tuple[str, str | Promise]]

OFFER_STATES: Choices = [
    (states.OfferState.DRAFT.value, _("draft")),
    (states.OfferState.SUBMITTED.value, _("submitted for approval")),
    (states.OfferState.APPROVED.value, _("approved")),
    (states.OfferState.OPEN.value, _("open")),
    (states.OfferState.PAUSED.value, _("paused")),
    (states.OfferState.CLOSED.value, _("closed, waiting for the board")),
    (states.OfferState.FAILED.value, _("failed, money going back")),
    (states.OfferState.REFUNDED.value, _("failed, all money returned")),
    (states.OfferState.SUCCEEDED.value, _("succeeded, shares to be allotted")),
    (states.OfferState.ALLOTTED.value, _("shares allotted")),
]
APPLICATION_STATES: Choices = [
    (states.ApplicationState.STARTED.value, _("started")),
    (states.ApplicationState.AWAITING_PAYMENT.value, _("waiting for payment")),
    (states.ApplicationState.PAID.value, _("paid, held until the offer succeeds")),
    (states.ApplicationState.ALLOTTED.value, _("shares allotted")),
    (states.ApplicationState.LAPSED.value, _("lapsed without payment")),
    (states.ApplicationState.CANCELLED.value, _("cancelled before payment")),
    (states.ApplicationState.REFUND_DUE.value, _("refund under way")),
    (states.ApplicationState.REFUNDED.value, _("refunded in full")),
    (states.ApplicationState.CHARGED_BACK.value, _("payment taken back by the card holder")),
]
LEGAL_FORMS: Choices = [
    (states.LegalForm.CO_OPERATIVE.value, _("co-operative society")),
    (states.LegalForm.COMMUNITY_BENEFIT.value, _("community benefit society")),
    (states.LegalForm.PRE_COMMENCEMENT.value, _("society registered before August 2014")),
]
JURISDICTIONS: Choices = [
    (states.Jurisdiction.GREAT_BRITAIN.value, _("Great Britain")),
    (states.Jurisdiction.NORTHERN_IRELAND.value, _("Northern Ireland")),
]
CAPITAL_CLASSES: Choices = [
    (states.CapitalClass.EQUITY.value, _("equity")),
    (states.CapitalClass.DEBT.value, _("debt")),
]
ASSET_LOCKS: Choices = [
    (states.AssetLock.NONE.value, _("none")),
    (states.AssetLock.VOLUNTARY.value, _("in the society's rules")),
    (states.AssetLock.STATUTORY.value, _("statutory, cannot be removed")),
]
VENTURE_KINDS: Choices = [
    (states.VentureKind.PUB.value, _("pub")),
    (states.VentureKind.SHOP.value, _("shop")),
    (states.VentureKind.ENERGY.value, _("energy")),
    (states.VentureKind.FOOD.value, _("food and farming")),
    (states.VentureKind.SPORT.value, _("sports club")),
    (states.VentureKind.HOUSING.value, _("housing")),
    (states.VentureKind.CULTURE.value, _("arts and heritage")),
    (states.VentureKind.OTHER.value, _("other")),
]
HOLDER_KINDS: Choices = [
    (states.HolderKind.INDIVIDUAL.value, _("myself")),
    (states.HolderKind.REGISTERED_SOCIETY.value, _("a registered society")),
    (states.HolderKind.BODY_CORPORATE.value, _("a company or other body")),
]
OVER_MAXIMUM_METHODS: Choices = [
    (states.OverMaximumMethod.FIRST_COME.value, _("first come, first served, then the offer is full")),
]
END_REASONS: Choices = [
    (states.EndReason.CANCELLED.value, _("cancelled by the applicant")),
    (states.EndReason.COOLED_OFF.value, _("cancelled by the applicant in the cooling-off period")),
    (states.EndReason.REFUSED.value, _("refused by the board")),
    (states.EndReason.OFFER_FAILED.value, _("the offer failed")),
    (states.EndReason.OFFER_CLOSED.value, _("the offer had closed")),
    (states.EndReason.SOLD_OUT.value, _("no shares were left")),
    (states.EndReason.HOLDING_LIMIT.value, _("the largest holding would have been passed")),
    (states.EndReason.PAID_TWICE.value, _("paid a second time")),
    (states.EndReason.RESERVATION_ENDED.value, _("not paid in time")),
    (states.EndReason.SUPERSEDED.value, _("replaced by another application")),
    (states.EndReason.CHARGED_BACK.value, _("payment taken back by the card holder")),
]
ENTRY_KINDS: Choices = [
    (states.EntryKind.ALLOTMENT.value, _("allotment")),
    (states.EntryKind.INTEREST_REINVESTED.value, _("share interest reinvested")),
    (states.EntryKind.TRANSFER_ON_DEATH.value, _("transfer on death")),
    (states.EntryKind.WITHDRAWAL.value, _("withdrawal")),
    (states.EntryKind.WRITE_DOWN.value, _("write-down")),
    (states.EntryKind.CORRECTION.value, _("correction")),
]


def known(field: str, values: type[StrEnum], name: str) -> models.CheckConstraint:
    """Make the constraint that a column holds one of the values of an enumeration."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [value.value for value in values]}), name=name)
