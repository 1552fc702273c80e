"""Addresses of endings and guarantees."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import endings as api
from bonds.routes.places import CONTRACT
from bonds.views import endings as views

ENDINGS: Final = f"{CONTRACT}/endings"
GUARANTEE: Final = f"{ENDINGS}/guarantees/<slug:guarantee>"
urlpatterns: list[URLPattern] = [
    path(f"{ENDINGS}/", views.EndingsView.as_view(), name="endings"),
    path(f"{ENDINGS}/wind-up/", views.WindUpView.as_view(), name="wind-up"),
    path(f"{ENDINGS}/tranches/<slug:tranche>/", views.RedeemView.as_view(), name="redeem"),
    path(f"{GUARANTEE}/paid/", views.GuaranteeMoneyView.as_view(), name="guarantee-receipt"),
    path(f"{GUARANTEE}/went-on/", views.GuaranteeMoneyView.as_view(is_receipt=False), name="guarantee-payout"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{ENDINGS}/", api.EndingsApi.as_view(), name="endings"),
    path(f"{ENDINGS}/wind-up/", api.WindUpApi.as_view(), name="wind-up"),
    path(f"{ENDINGS}/wind-up/preview/", api.WindUpPreviewApi.as_view(), name="wind-up-preview"),
    path(f"{ENDINGS}/tranches/", api.RedemptionsApi.as_view(), name="redeem"),
    path(f"{ENDINGS}/tranches/preview/", api.RedemptionPreviewApi.as_view(), name="redeem-preview"),
    path(f"{GUARANTEE}/receipts/", api.GuaranteeReceiptsApi.as_view(), name="guarantee-receipt"),
    path(f"{GUARANTEE}/payouts/", api.GuaranteePayoutsApi.as_view(), name="guarantee-payout"),
]
