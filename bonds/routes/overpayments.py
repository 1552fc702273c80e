"""Addresses of what payers have paid too much or are owed."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import overpayments as api
from bonds.routes.places import CONTRACT
from bonds.views import overpayments as views

OVERPAYMENTS: Final = f"{CONTRACT}/overpayments"
OF_PAYER: Final = f"{OVERPAYMENTS}/<slug:payer>"
urlpatterns: list[URLPattern] = [
    path(f"{OVERPAYMENTS}/", views.OverpaymentsView.as_view(), name="overpayments"),
    path(f"{OF_PAYER}/refund/", views.RefundView.as_view(), name="overpayment-refund"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{OVERPAYMENTS}/", api.OverpaymentsApi.as_view(), name="overpayment-list"),
    path(f"{OF_PAYER}/refunds/", api.RefundsApi.as_view(), name="overpayment-refunds"),
]
