"""Pages of payments: card payments, and money recorded by hand."""

from payments.views.card import (
    AskAgainView,
    MatterView,
    MeasureRunView,
    OverviewView,
    PlatformMattersView,
    RefundsView,
    RunView,
    StartRunView,
)

__all__ = [
    "AskAgainView",
    "MatterView",
    "MeasureRunView",
    "OverviewView",
    "PlatformMattersView",
    "RefundsView",
    "RunView",
    "StartRunView",
]
