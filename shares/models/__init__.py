"""Societies, offers, applications and the register of members."""

from shares.models.applications import (
    Application,
    ApplicationQuerySet,
    ApplicationStateChange,
    Consent,
    ConsentWording,
    ConsentWordingQuerySet,
)
from shares.models.offers import OfferStateChange, ShareOffer, ShareOfferQuerySet
from shares.models.register import (
    AllotmentBatch,
    Member,
    MemberQuerySet,
    RegisterEntry,
    RegisterEntryQuerySet,
)
from shares.models.societies import LegalHoldingLimit, LegalHoldingLimitQuerySet, ShareClass, Society
from shares.models.terms import OfferTerms

__all__ = [
    "AllotmentBatch",
    "Application",
    "ApplicationQuerySet",
    "ApplicationStateChange",
    "Consent",
    "ConsentWording",
    "ConsentWordingQuerySet",
    "LegalHoldingLimit",
    "LegalHoldingLimitQuerySet",
    "Member",
    "MemberQuerySet",
    "OfferStateChange",
    "OfferTerms",
    "RegisterEntry",
    "RegisterEntryQuerySet",
    "ShareClass",
    "ShareOffer",
    "ShareOfferQuerySet",
    "Society",
]
