"""Addresses of investors' money: positions, calls, runs of the waterfall, payments and statements."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import investor_money as money_api
from bonds.api import investor_runs as runs_api
from bonds.api import investors as investors_api
from bonds.api import notices as notices_api
from bonds.api import withholding as tax_api
from bonds.routes.places import CONTRACT
from bonds.views import (
    investor_calls,
    investor_money,
    investor_runs,
    investor_statements,
    investors,
    notices,
    withholding,
)

INVESTORS: Final = f"{CONTRACT}/investors"
RUN: Final = f"{INVESTORS}/runs/<int:number>"
urlpatterns: list[URLPattern] = [
    path(f"{INVESTORS}/", investors.InvestorsView.as_view(), name="investors"),
    path(f"{INVESTORS}/call/", investor_calls.CallView.as_view(), name="investor-call"),
    path(f"{INVESTORS}/calls/<int:number>/", investor_calls.OneCallView.as_view(), name="capital-call"),
    path(f"{INVESTORS}/calls/parts/<slug:part>/", investor_money.DrawdownView.as_view(), name="drawdown-record"),
    path(f"{INVESTORS}/notices/", notices.NoticePolicyView.as_view(), name="investor-notices"),
    path(f"{INVESTORS}/give-up/", investor_calls.CancelView.as_view(), name="investor-cancel"),
    path(f"{INVESTORS}/interest/", investor_calls.AccrueView.as_view(), name="investor-accrue"),
    path(f"{INVESTORS}/share-out/", investor_runs.ShareOutView.as_view(), name="investor-share-out"),
    path(f"{RUN}/", investor_runs.RunView.as_view(), name="waterfall-run"),
    path(f"{RUN}/take-back/", investor_runs.WithdrawRunView.as_view(), name="waterfall-withdraw"),
    path(
        f"{INVESTORS}/payments/<slug:distribution>/",
        investor_money.DistributionPaymentView.as_view(),
        name="distribution-pay",
    ),
    path(f"{INVESTORS}/write-off/", investor_calls.WriteOffView.as_view(), name="investor-write-off"),
    path(f"{INVESTORS}/tax/", withholding.TaxView.as_view(), name="investor-tax"),
    path(f"{INVESTORS}/tax/paid/", withholding.TaxPaymentView.as_view(), name="investor-tax-paid"),
    path(f"{INVESTORS}/tax/investors/<slug:code>/", withholding.WithholdingView.as_view(), name="investor-withholding"),
    path(f"{INVESTORS}/statement/", investor_statements.StatementView.as_view(), name="investor-statement"),
    path(
        f"{INVESTORS}/statement/pdf/",
        investor_statements.StatementFileView.as_view(),
        name="investor-statement-pdf",
    ),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{INVESTORS}/", investors_api.InvestorsApi.as_view(), name="investors"),
    path(f"{INVESTORS}/calls/", investors_api.CallsApi.as_view(), name="capital-calls"),
    path(f"{INVESTORS}/calls/preview/", investors_api.CallPreviewApi.as_view(), name="capital-call-preview"),
    path(f"{INVESTORS}/calls/<int:number>/", investors_api.CallApi.as_view(), name="capital-call"),
    path(f"{INVESTORS}/calls/parts/<slug:part>/receipts/", money_api.DrawdownsApi.as_view(), name="drawdown-record"),
    path(f"{INVESTORS}/notices/", notices_api.NoticePoliciesApi.as_view(), name="investor-notices"),
    path(f"{INVESTORS}/cancellations/", investors_api.CancellationsApi.as_view(), name="investor-cancel"),
    path(f"{INVESTORS}/interest/", money_api.InterestApi.as_view(), name="investor-accrue"),
    path(f"{INVESTORS}/write-off/", money_api.WriteOffApi.as_view(), name="investor-write-off"),
    path(f"{INVESTORS}/runs/", runs_api.RunsApi.as_view(), name="waterfall-runs"),
    path(f"{INVESTORS}/runs/preview/", runs_api.RunPreviewApi.as_view(), name="waterfall-preview"),
    path(f"{RUN}/", runs_api.RunApi.as_view(), name="waterfall-run"),
    path(f"{RUN}/take-back/", runs_api.WithdrawRunApi.as_view(), name="waterfall-withdraw"),
    path(f"{INVESTORS}/distributions/", runs_api.DistributionsApi.as_view(), name="distributions"),
    path(
        f"{INVESTORS}/distributions/<slug:distribution>/payments/",
        money_api.PaymentsApi.as_view(),
        name="distribution-pay",
    ),
    path(f"{INVESTORS}/tax/", tax_api.TaxApi.as_view(), name="investor-tax"),
    path(f"{INVESTORS}/tax/rules/", tax_api.WithholdingApi.as_view(), name="investor-withholding"),
    path(f"{INVESTORS}/tax/payments/", tax_api.TaxPaymentsApi.as_view(), name="investor-tax-paid"),
    path(f"{INVESTORS}/statements/", investors_api.StatementsApi.as_view(), name="investor-statements"),
    path(f"{INVESTORS}/statements/pdf/", money_api.StatementFileApi.as_view(), name="investor-statement-pdf"),
]
