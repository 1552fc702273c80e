"""Addresses of reports to investors."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import investor_reports as api
from bonds.routes.places import CONTRACT, REPORT
from bonds.views import investor_reports as views

urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/investor-reports/", views.ReportsView.as_view(), name="investor-reports"),
    path(f"{CONTRACT}/investor-reports/new/", views.IssueReportView.as_view(), name="investor-report-new"),
    path(f"{REPORT}/", views.ReportView.as_view(), name="investor-report"),
    path(f"{REPORT}/withdraw/", views.WithdrawReportView.as_view(), name="investor-report-withdraw"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/investor-reports/", api.ReportsApi.as_view(), name="investor-report-list"),
    path(f"{CONTRACT}/investor-reports/preview/", api.PreviewApi.as_view(), name="investor-report-preview"),
    path(f"{REPORT}/", api.ReportApi.as_view(), name="investor-report"),
    path(f"{REPORT}/withdraw/", api.WithdrawApi.as_view(), name="investor-report-withdraw"),
]
