"""Shares over REST."""

from shares.api.applications import (
    ApplicationApi,
    ApplicationsApi,
    CancelApi,
    CheckoutApi,
    ConsentsApi,
    WordingsApi,
)
from shares.api.offers import AllotOfferApi, CloseOfferApi, FailOfferApi
from shares.api.register import RegisterApi

__all__ = [
    "AllotOfferApi",
    "ApplicationApi",
    "ApplicationsApi",
    "CancelApi",
    "CheckoutApi",
    "CloseOfferApi",
    "ConsentsApi",
    "FailOfferApi",
    "RegisterApi",
    "WordingsApi",
]
