"""Pages of shares: applying, holding, running an offer, the register."""

from shares.views.application_pages import (
    AmountView,
    ConsentsView,
    DetailsView,
    PayView,
    ReviewView,
    StartView,
    TasksView,
)
from shares.views.officer_pages import (
    AllotView,
    CloseView,
    FailView,
    OffersView,
    OfferView,
    RefundActView,
    RefundsView,
)
from shares.views.outcome_pages import CancelView, PaidView, StatementView
from shares.views.register_pages import InspectionView, RegisterView

__all__ = [
    "AllotView",
    "AmountView",
    "CancelView",
    "CloseView",
    "ConsentsView",
    "DetailsView",
    "FailView",
    "InspectionView",
    "OfferView",
    "OffersView",
    "PaidView",
    "PayView",
    "RefundActView",
    "RefundsView",
    "RegisterView",
    "ReviewView",
    "StartView",
    "StatementView",
    "TasksView",
]
