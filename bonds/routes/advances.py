"""Addresses of advance payments."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import advances as api
from bonds.routes.places import CONTRACT
from bonds.views import advances as views

ADVANCES: Final = f"{CONTRACT}/advances"
ADVANCE: Final = f"{ADVANCES}/<int:number>"
urlpatterns: list[URLPattern] = [
    path(f"{ADVANCES}/", views.AdvancesView.as_view(), name="advances"),
    path(f"{ADVANCES}/ask/", views.AskView.as_view(), name="advance-ask"),
    path(f"{ADVANCE}/receipt/", views.AdvanceMoneyView.as_view(), name="advance-receipt"),
    path(f"{ADVANCE}/refund/", views.AdvanceMoneyView.as_view(is_receipt=False), name="advance-refund"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{ADVANCES}/", api.AdvancesApi.as_view(), name="advance-list"),
    path(f"{ADVANCE}/receipts/", api.AdvanceReceiptsApi.as_view(), name="advance-receipts"),
    path(f"{ADVANCE}/refunds/", api.AdvanceRefundsApi.as_view(), name="advance-refunds"),
]
