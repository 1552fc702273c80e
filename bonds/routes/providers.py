"""Addresses of providers' pay, and of compensation for people not referred."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import providers as api
from bonds.routes.places import CONTRACT
from bonds.views import provider_acts, providers

PAY: Final = f"{CONTRACT}/pay"
ACCOUNT: Final = f"{PAY}/<slug:code>"
GUARANTEE: Final = f"{CONTRACT}/guarantees/<slug:payer>/<slug:code>/<slug:begins>"
COMPENSATION: Final = f"{CONTRACT}/compensations/<slug:compensation>"
PAY_API: Final = f"{CONTRACT}/provider-pay"
ACCOUNT_API: Final = f"{PAY_API}/<slug:provider>"
urlpatterns: list[URLPattern] = [
    path(f"{PAY}/", providers.ProviderPayView.as_view(), name="provider-pay"),
    path(f"{ACCOUNT}/", providers.ProviderAccountView.as_view(), name="provider-account"),
    path(f"{ACCOUNT}/statement.csv", providers.StatementFileView.as_view(), name="provider-statement-csv"),
    path(f"{ACCOUNT}/statements/", provider_acts.IssueStatementView.as_view(), name="provider-statement-issue"),
    path(f"{ACCOUNT}/paid/", provider_acts.ProviderPaidView.as_view(), name="provider-paid"),
    path(f"{ACCOUNT}/amounts/<slug:amount>/", providers.ProviderDueView.as_view(), name="provider-due"),
    path(f"{GUARANTEE}/", provider_acts.CompensationView.as_view(), name="compensation"),
    path(f"{COMPENSATION}/undo/", provider_acts.UndoCompensationView.as_view(), name="compensation-undo"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{PAY_API}/", api.ProviderPayApi.as_view(), name="provider-pay"),
    path(f"{CONTRACT}/unbooked-dues/", api.UnbookedApi.as_view(), name="unbooked-dues"),
    path(f"{ACCOUNT_API}/dues/", api.DuesApi.as_view(), name="provider-dues"),
    path(f"{ACCOUNT_API}/statement/", api.StatementApi.as_view(), name="provider-statement"),
    path(f"{ACCOUNT_API}/statements/", api.StatementsApi.as_view(), name="provider-statements"),
    path(f"{ACCOUNT_API}/payments/", api.ProviderPaymentsApi.as_view(), name="provider-payments"),
    path(f"{CONTRACT}/compensations/", api.CompensationsApi.as_view(), name="compensations"),
    path(f"{COMPENSATION}/undo/", api.UndoCompensationApi.as_view(), name="compensation-undo"),
]
