"""Addresses of a contract at a glance, its files, and the lines behind its figures."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import overview as overview_api
from bonds.routes.places import CONTRACT
from bonds.views import overview

OVERVIEW: Final = f"{CONTRACT}/overview"
urlpatterns: list[URLPattern] = [
    path(f"{OVERVIEW}/", overview.OverviewView.as_view(), name="overview"),
    path(
        f"{OVERVIEW}/<slug:table>.csv",
        overview.OverviewFileView.as_view(),
        {"shape": "csv"},
        name="overview-table",
    ),
    path(f"{OVERVIEW}/all.xlsx", overview.OverviewFileView.as_view(), {"shape": "xlsx"}, name="overview-xlsx"),
    path(f"{OVERVIEW}/all.pdf", overview.OverviewFileView.as_view(), {"shape": "pdf"}, name="overview-pdf"),
    path(f"{CONTRACT}/claims/lines/", overview.LinesView.as_view(), name="lines"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{OVERVIEW}/", overview_api.OverviewApi.as_view(), name="contract-overview"),
]
